"""The register of system leaders: their own to keep, and a coordinator's on their behalf."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from brokerage.leaders import services
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import Filters, leaders_of, register_page
from brokerage.leaders.rules import Accepting, Award, Level
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Person
from brokerage.schools.models import Phase, SchoolStatus
from tests.builders import (
    TODAY,
    a_coordinator,
    a_partnership,
    a_person,
    a_school,
    acting,
    in_post,
)
from tests.leader_builders import a_leader, areas


def register(by: By, partnership_id: int, urn: int, **other: Any) -> int:
    details = {
        "name": "Ada Brown",
        "email": "ada@example.org",
        "telephone": None,
        "code": "phonics",
        "phase": "primary",
        **other,
    }
    return services.register(by, partnership_id=partnership_id, urn=urn, **details)


def fresh(session: Session, leader_id: int) -> Leader:
    session.expire_all()
    return session.get_one(Leader, leader_id)


def test_a_coordinator_puts_a_person_on_the_register_with_a_specialism(session: Session) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    by = acting(session, a_coordinator(session, partnership))
    leader = fresh(
        session, register(by, partnership.id, school.urn, code="", other="early reading")
    )
    assert (leader.person.name, leader.home_urn) == ("Ada Brown", school.urn)
    assert [(c.code, c.phase) for c in leader.specialisms] == [("phonics", Phase.PRIMARY)]
    assert [found.id for found in leaders_of(session, partnership.id, TODAY)] == [leader.id]
    with pytest.raises(RuleBroken, match="already"):
        register(by, partnership.id, school.urn)


def test_a_leader_joins_a_second_partnership_with_the_one_record(session: Session) -> None:
    areas(session)
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    their_school = a_school(session, la_code="902")
    leader = a_leader(session, theirs, home=their_school, email="ada@example.org")
    by = acting(session, a_coordinator(session, ours))
    assert register(by, ours.id, their_school.urn) == leader.id
    assert [found.id for found in leaders_of(session, ours.id, TODAY)] == [leader.id]
    assert [found.id for found in leaders_of(session, theirs.id, TODAY)] == [leader.id]


def test_a_leader_needs_an_open_home_school_of_the_partnership_and_an_area_on_the_list(
    session: Session,
) -> None:
    areas(session)
    partnership = a_partnership(session)
    closed = a_school(session, status=SchoolStatus.CLOSED)
    elsewhere = a_school(session, la_code="902")
    school = a_school(session)
    by = acting(session, a_coordinator(session, partnership))
    with pytest.raises(RuleBroken, match="closed"):
        register(by, partnership.id, closed.urn)
    with pytest.raises(NotFound):
        register(by, partnership.id, elsewhere.urn)
    with pytest.raises(RuleBroken, match="is not on the list"):
        register(by, partnership.id, school.urn, other="Quidditch")
    assert session.scalar(select(Person).filter_by(email="ada@example.org")) is None


def test_a_coordinator_of_elsewhere_registers_nobody_here(session: Session) -> None:
    areas(session)
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    school = a_school(session)
    by = acting(session, a_coordinator(session, theirs))
    with pytest.raises(NotAllowed):
        register(by, ours.id, school.urn)


def details_of(leader: Leader, **other: Any) -> dict[str, Any]:
    return {
        "version": leader.version,
        "urn": leader.home_urn,
        "max_km": 15,
        "remote": True,
        "engagements_at_once": 3,
        "weekdays": ["Tuesday", "Thursday"],
        "terms": ["autumn"],
        "faiths": [],
        "been_there": ["a small school"],
        "about": "Reading",
        "public": True,
        **other,
    }


def test_a_leader_changes_their_own_record_and_nobody_is_written_to(session: Session) -> None:
    leader = a_leader(session, a_partnership(session))
    by = acting(session, leader.person)
    services.change_details(by, leader.id, **details_of(leader))
    leader = fresh(session, leader.id)
    assert (leader.max_km, leader.weekdays, leader.kept_by) == (
        15,
        ["Tuesday", "Thursday"],
        leader.person_id,
    )
    assert session.scalar(select(Message)) is None


def test_a_coordinator_changes_it_on_their_behalf_marked_so_with_word_to_the_leader(
    session: Session,
) -> None:
    partnership = a_partnership(session)
    leader, coordinator = a_leader(session, partnership), a_coordinator(session, partnership)
    by = acting(session, coordinator)
    services.change_details(by, leader.id, **details_of(leader))
    leader = fresh(session, leader.id)
    assert leader.kept_by == coordinator.id
    services.pledge(by, leader.id, version=leader.version, this_year=30, next_year=None)
    entries = list(session.scalars(select(LedgerEntry).filter_by(action="leader.changed")))
    assert {entry.on_behalf_of for entry in entries} == {leader.person_id}
    messages = list(session.scalars(select(Message)))
    assert [m.to_person_id for m in messages] == [leader.person_id]  # one a day, not one a change


def test_of_two_who_change_one_record_the_second_is_told(session: Session) -> None:
    leader = a_leader(session, a_partnership(session))
    by = acting(session, leader.person)
    first = details_of(leader)
    services.change_details(by, leader.id, **first)
    with pytest.raises(ChangedMeanwhile):
        services.change_details(by, leader.id, **{**first, "max_km": 30})


def test_nobody_else_changes_a_record(session: Session) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    leader, other = a_leader(session, ours), a_leader(session, ours)
    officer = in_post(session, PostKind.OFFICER, partnership=ours)
    strangers = (other.person, officer, a_coordinator(session, theirs))
    changes = details_of(leader)
    for by in [acting(session, person) for person in strangers]:
        with pytest.raises(NotFound):
            services.change_details(by, leader.id, **changes)
        with pytest.raises(NotFound):
            services.pledge(by, leader.id, version=None, this_year=2, next_year=None)


def test_not_accepting_until_a_date_opens_by_itself(session: Session) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    by = acting(session, leader.person)
    opens = TODAY + timedelta(30)
    services.change_availability(
        by, leader.id, version=None, accepting=Accepting.CLOSED, closed_until=opens
    )
    leader = fresh(session, leader.id)
    closed = Filters(accepting=Accepting.CLOSED.value)
    assert leader.accepting_on(opens - timedelta(1)) is Accepting.CLOSED
    assert leader.accepting_on(opens) is Accepting.YES
    assert register_page(session, partnership.id, TODAY, closed, 1).total == 1
    assert register_page(session, partnership.id, opens, closed, 1).total == 0
    open_now = Filters(accepting=Accepting.YES.value)
    assert register_page(session, partnership.id, opens, open_now, 1).total == 1


def test_specialisms_are_claimed_per_phase_with_what_shows_them(session: Session) -> None:
    areas(session)
    leader = a_leader(session, a_partnership(session))
    by = acting(session, leader.person)
    said = {
        "version": None,
        "code": "phonics",
        "other": "",
        "level": Level.SUPPORTS,
        "evidence": "Hub lead",
        "evidence_on": date(2026, 3, 12),
    }
    services.claim_specialism(by, leader.id, phases=["nursery", "primary"], **said)
    services.claim_specialism(by, leader.id, phases=["primary"], **{**said, "level": Level.LEADS})
    claims = fresh(session, leader.id).specialisms
    assert {(c.phase.value, c.level) for c in claims} == {
        ("nursery", Level.SUPPORTS),
        ("primary", Level.LEADS),
    }
    services.drop_specialism(by, leader.id, claims[0].id)
    assert len(fresh(session, leader.id).specialisms) == 1


def test_a_designation_of_the_same_kind_is_replaced(session: Session) -> None:
    leader = a_leader(session, a_partnership(session))
    by = acting(session, leader.person)
    for award in (Award("SLE"), Award("sle", "Hub", date(2024, 9, 1), date(2027, 9, 1))):
        services.designate(by, leader.id, version=None, award=award)
    (held,) = fresh(session, leader.id).designations
    assert (held.awarding_body, held.review_due) == ("Hub", date(2027, 9, 1))
    services.drop_designation(by, leader.id, held.id)
    assert fresh(session, leader.id).designations == []


def test_after_the_last_day_a_leader_is_of_the_partnership_no_more(session: Session) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    by = acting(session, a_coordinator(session, partnership))
    services.end_membership(by, leader.id, partnership_id=partnership.id, last_day=TODAY)
    assert leaders_of(session, partnership.id, TODAY) == [leader]
    assert leaders_of(session, partnership.id, TODAY + timedelta(1)) == []
    assert session.get(Leader, leader.id) is not None


def test_the_register_is_narrowed_by_each_filter(session: Session) -> None:
    areas(session)
    partnership = a_partnership(session)
    a_leader(
        session, partnership, name="Ada", claims=(("phonics", "primary"), ("maths", "secondary"))
    )
    grace = a_leader(
        session, partnership, name="Grace", half_days=5, claims=(("maths", "primary"),)
    )
    services.designate(acting(session, grace.person), grace.id, version=None, award=Award("NLE"))
    a_person(session)

    def names(**filters: Any) -> list[str]:
        page = register_page(session, partnership.id, TODAY, Filters(**filters), 1)
        return [leader.person.name for leader in page.rows]

    assert names() == ["Ada", "Grace"]
    assert names(code="phonics") == ["Ada"]
    assert names(code="maths", phase="primary") == ["Grace"]  # both in one and the same claim
    assert names(phase="secondary") == ["Ada"]
    assert names(kind="NLE") == ["Grace"]
    assert names(half_days=6) == ["Ada"]
    assert names(text="gra") == ["Grace"]
    assert names(text="100%") == []
    assert names(accepting="closed") == []


def test_a_leader_whose_post_has_not_begun_is_registered_but_not_yet_matched(
    session: Session,
) -> None:
    partnership = a_partnership(session)
    a_leader(session, partnership, from_on=TODAY + timedelta(7))
    assert register_page(session, partnership.id, TODAY, Filters(), 1).total == 1
    assert leaders_of(session, partnership.id, TODAY) == []
