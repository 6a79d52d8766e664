"""The register kept for shortlists is the one in the database, whoever changed it and how."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from brokerage.database import db
from brokerage.leaders.models import DaysAccount, Designation, Leader, LeaderSpecialism
from brokerage.leaders.rules import Accepting, Level
from brokerage.ledger.models import LedgerEntry
from brokerage.matching.shortlist import make_shortlist
from brokerage.pairings import queries, register_columns
from brokerage.pairings.profiles import need_profile
from brokerage.pairings.rules import Step
from brokerage.people.models import Post
from brokerage.schools.models import Phase, SchoolStatus
from tests.builders import NOW, a_partnership, a_school
from tests.services.pairing_town import Town, a_leader, a_need, a_town, an_area, propose, say

TODAY = date(2026, 11, 3)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def kept(session: Session, town: Town, besides: int | None = None) -> object:
    """The shortlist of the town's need, line by line, as a page reads it."""
    with Session(session.get_bind()) as page:
        profile = need_profile(page.merge(town.need), {}, today=TODAY)
        partnership = town.partnership.id
        found = register_columns.standing(page, partnership, TODAY)
        instead = register_columns.instead(page, found, besides) if besides else {}
        return found.index().shortlist(profile, instead=instead)


def afresh(session: Session, town: Town, besides: int | None = None) -> object:
    """The same from the leaders as objects of the database."""
    with Session(session.get_bind()) as page:
        profile = need_profile(page.merge(town.need), {}, today=TODAY)
        leaders = queries.leader_profiles(page, town.partnership.id, TODAY, besides)
        return make_shortlist(profile, leaders)


def test_every_field_of_a_leader_comes_out_as_from_the_record(session: Session, town: Town) -> None:
    an_area(session, "maths")
    school = a_school(
        session, pupils=240, percent_fsm=31.5, religious_character="CE", type_name="Academy"
    )
    leader = a_leader(
        session,
        town.partnership,
        school,
        max_km=40,
        engagements_at_once=3,
        engaged=1,
        weekdays=["Monday", "Friday"],
        terms=["spring"],
        faiths=["RC"],
        been_there=["a small school"],
        accepting=Accepting.CALL_ONLY,
        closed_until=date(2026, 12, 1),
    )
    leader.designations = [Designation(kind="SLE"), Designation(kind="LLE")]
    leader.specialisms.append(
        LeaderSpecialism(
            code="maths",
            phase=Phase.SECONDARY,
            level=Level.SUPPORTS,
            evidence_on=date(2024, 5, 1),
        )
    )
    a_leader(session, a_partnership(session, name="Another"), school)
    session.commit()
    profiles = register_columns.standing(session, town.partnership.id, TODAY).profiles
    expected = queries.leader_profiles(session, town.partnership.id, TODAY)
    assert sorted(profiles.values(), key=lambda one: int(one.leader_id)) == sorted(
        expected, key=lambda one: int(one.leader_id)
    )
    assert len(profiles) == 2


def test_while_nothing_is_done_nothing_is_read_again(session: Session, town: Town) -> None:
    first = register_columns.standing(session, town.partnership.id, TODAY)
    assert register_columns.standing(session, town.partnership.id, TODAY) is first
    tomorrow = register_columns.standing(session, town.partnership.id, date(2026, 11, 4))
    assert tomorrow is not first


def test_what_is_asked_of_a_leader_counts_at_once_except_for_its_own_need(
    session: Session, town: Town
) -> None:
    a_leader(session, town.partnership, town.home)
    assert kept(session, town) == afresh(session, town)
    propose(session, town, half_days=18)
    assert kept(session, town) == afresh(session, town)
    own = town.need.id
    assert kept(session, town, besides=own) == afresh(session, town, besides=own)
    assert kept(session, town, besides=own) != kept(session, town)


@pytest.mark.parametrize(
    "answers", [{Step.RELEASE: False}, {Step.RELEASE: True, Step.CHOOSE: False}]
)
def test_a_no_gives_the_days_back(session: Session, town: Town, answers: dict[Step, bool]) -> None:
    before = kept(session, town)
    pairing = propose(session, town, half_days=18)
    assert kept(session, town) != before
    for step, yes in answers.items():
        say(session, town, pairing, step, yes=yes)
    assert kept(session, town) == afresh(session, town) == before


def test_changes_of_this_process_that_leave_no_entry_count_too(
    session: Session, town: Town
) -> None:
    seen = [kept(session, town)]
    town.home.status = SchoolStatus.CLOSED
    session.commit()
    seen.append(kept(session, town))
    town.home.status = SchoolStatus.OPEN
    session.execute(update(DaysAccount).values(pledged=2))
    session.commit()
    seen.append(kept(session, town))
    a_leader(session, town.partnership, town.home)
    seen.append(kept(session, town))
    post = session.query(Post).filter_by(person_id=town.leader.person_id).one()
    post.to_on = date(2026, 11, 2)
    session.commit()
    seen.append(kept(session, town))
    assert all(one != other for one, other in pairwise(seen))
    assert seen[-1] == afresh(session, town)


def test_what_another_process_did_is_seen_by_its_entry_in_the_ledger(
    session: Session, town: Town
) -> None:
    before = register_columns.standing(session, town.partnership.id, TODAY)
    other = a_leader(session, town.partnership, town.home)
    before = register_columns.standing(session, town.partnership.id, TODAY)
    session.rollback()
    with db.engine.begin() as elsewhere:  # beneath what this process notices of itself
        accounts = update(DaysAccount).where(DaysAccount.leader_id == town.leader.id)
        elsewhere.execute(accounts.values(pledged=6))
        entry = {
            "at": NOW,
            "via": "test",
            "action": "leader.changed",
            "thing": "leader",
            "thing_id": str(town.leader.id),
            "fields": [],
            "previous": "0" * 64,
            "digest": "1" * 64,
        }
        elsewhere.execute(insert(LedgerEntry).values(entry))
    after = register_columns.standing(session, town.partnership.id, TODAY)
    assert after.profiles[town.leader.id].half_days_left == 6
    assert after.profiles[other.id] is before.profiles[other.id]


def test_an_entry_that_changes_no_leader_keeps_the_register(session: Session, town: Town) -> None:
    before = register_columns.standing(session, town.partnership.id, TODAY)
    a_need(session, town.partnership, town.school)
    after = register_columns.standing(session, town.partnership.id, TODAY)
    assert after is not before
    assert after.register is before.register


def test_each_partnership_has_its_own_and_few_are_kept(session: Session, town: Town) -> None:
    others = [a_partnership(session, name=f"Place {n}") for n in range(register_columns.KEPT + 2)]
    leader = a_leader(session, others[0], town.home)
    assert list(register_columns.standing(session, others[0].id, TODAY).rows) == [leader.id]
    assert list(register_columns.standing(session, town.partnership.id, TODAY).rows) == [
        town.leader.id
    ]
    for one in others:
        register_columns.standing(session, one.id, TODAY)
    shelf = register_columns._shelf(session)
    assert len(shelf.standing) == register_columns.KEPT


def test_leaders_of_a_page_are_found_by_the_ids_of_matching(session: Session, town: Town) -> None:
    other = a_leader(session, town.partnership, town.home)
    ids = [str(town.leader.id), str(other.id)]
    found = register_columns.leaders_by_id(session, ids)
    assert {key: leader.id for key, leader in found.items()} == {
        ids[0]: town.leader.id,
        ids[1]: other.id,
    }
    called = {ids[1]: (other.person_id, other.person.name)}
    assert register_columns.called_by_id(session, ids[1:]) == called
    assert isinstance(found[ids[0]], Leader)


def test_what_a_home_school_gives_and_who_had_a_turn_come_out_as_from_the_record(
    session: Session, town: Town
) -> None:
    town.partnership.home_school_half_days = 20
    beside = a_leader(session, town.partnership, town.home)
    session.commit()
    assert kept(session, town) == afresh(session, town)
    pairing = propose(session, town, half_days=18)
    assert kept(session, town) == afresh(session, town)
    own = town.need.id
    assert kept(session, town, besides=own) == afresh(session, town, besides=own)
    for step in (Step.RELEASE, Step.CHOOSE, Step.ACCEPT):
        say(session, town, pairing, step)
        assert kept(session, town) == afresh(session, town)
    profiles = register_columns.standing(session, town.partnership.id, TODAY).profiles
    assert profiles[beside.id].home_school_half_days == 2
