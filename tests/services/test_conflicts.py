"""Declared conflicts: a hard rule for matching, known to coordinators of the partnership alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import services as engagements
from brokerage.engagements.already_agreed import record_already_agreed
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import conflict_services, conflicts
from brokerage.leaders.models import Conflict
from brokerage.leaders.rules import ConflictKind
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.pairings import services, shortlists
from brokerage.pairings.models import Pairing
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_school,
    acting,
    in_post,
)
from tests.services.pairing_town import (
    Town,
    a_leader,
    a_town,
    agreed_before,
    all_say_yes,
    propose,
)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def note(session: Session, town: Town, **other: Any) -> int:
    """The town's coordinator notes that leader and supported school are family."""
    given: dict[str, Any] = {
        "leader_id": town.leader.id,
        "urn": town.school.urn,
        "kind": ConflictKind.FAMILY,
        "words": "Her brother leads it",
    }
    by = acting(session, other.pop("who", town.coordinator), other.pop("now", NOW))
    where = other.pop("partnership_id", town.partnership.id)
    return conflict_services.note_conflict(by, where, **(given | other))


def left_out(session: Session, town: Town, day: date = TODAY) -> list[str]:
    session.expire_all()
    found = shortlists.for_need(session, town.need, day, 1)
    session.commit()
    return [out.why for out in found.left_out.rows]


def test_who_has_a_conflict_is_left_out_and_why_is_for_coordinators(
    session: Session, town: Town
) -> None:
    note(session, town)
    assert left_out(session, town) == ["A conflict of interest is declared (family)."]
    (out,) = shortlists.for_need(session, town.need, TODAY, 1).left_out.rows
    assert out.private
    session.commit()
    services.plan_queue(acting(session, town.coordinator), town.partnership.id)
    assert session.scalars(select(Pairing)).all() == []


def test_several_between_the_same_two_are_all_said(session: Session, town: Town) -> None:
    note(session, town)
    note(session, town, kind=ConflictKind.MANAGER)
    assert left_out(session, town) == [
        "A conflict of interest is declared (family and a line manager)."
    ]


def test_it_stands_between_these_two_alone(session: Session, town: Town) -> None:
    a_leader(session, town.partnership, town.home)
    note(session, town, urn=a_school(session).urn)
    assert left_out(session, town) == []


def test_its_last_day_is_the_last_on_which_it_counts(session: Session, town: Town) -> None:
    note(session, town, until=TODAY + timedelta(3))
    assert left_out(session, town, TODAY + timedelta(3))
    assert not left_out(session, town, TODAY + timedelta(4))
    by = acting(session, town.coordinator)
    for day, count in ((3, 1), (4, 0)):
        there = conflicts.of_leader(session, by.actor, town.leader.id, TODAY + timedelta(day))
        assert len(there) == count


def test_ended_it_counts_no_more_and_ending_twice_changes_nothing(
    session: Session, town: Town
) -> None:
    conflict_id = note(session, town)
    by = acting(session, town.coordinator)
    for _ in range(2):
        conflict_services.end_conflict(by, conflict_id)
    assert left_out(session, town) == []
    query = select(LedgerEntry).where(LedgerEntry.thing == "conflict").order_by(LedgerEntry.id)
    entries = session.scalars(query).all()
    assert [(e.action, e.fields, e.thing_id) for e in entries] == [
        ("conflict.noted", ["kind", "until", "words"], str(conflict_id)),
        ("conflict.ended", ["ended_at"], str(conflict_id)),
    ]


def test_noted_again_it_takes_the_new_last_day_and_is_still_one(
    session: Session, town: Town
) -> None:
    first = note(session, town, until=TODAY)
    assert note(session, town, until=None, words="") == first
    kept = session.scalars(select(Conflict)).one()
    assert (kept.until, kept.words, kept.version) == (None, "", 2)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": ConflictKind.OTHER, "words": " "}, "Say in a few words"),
        ({"words": "x" * 201}, "at most 200 letters"),
        ({"until": TODAY - timedelta(1)}, "cannot be in the past"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    session: Session, town: Town, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(RuleBroken, match=says):
        note(session, town, **given)


def test_only_what_is_of_the_partnership_can_be_noted_there(session: Session, town: Town) -> None:
    elsewhere = a_school(session, la_code="902")
    with pytest.raises(NotFound):
        note(session, town, urn=elsewhere.urn)
    with pytest.raises(RuleBroken, match="They work at this school"):
        note(session, town, urn=town.home.urn)
    second = a_partnership(session, authorities=("903",))
    in_post(session, PostKind.COORDINATOR, partnership=second, person=town.coordinator)
    with pytest.raises(RuleBroken, match="not on the partnership’s register"):
        note(session, town, partnership_id=second.id)


def test_neither_leader_nor_head_nor_officer_nor_stranger_notes_ends_or_sees_it(
    session: Session, town: Town
) -> None:
    conflict_id = note(session, town)
    other = a_partnership(session, authorities=("901",))  # the same schools, another partnership
    people = [
        town.leader.person,
        town.head,
        town.releaser,
        in_post(session, PostKind.OFFICER, partnership=town.partnership),
        a_coordinator(session, other),
    ]
    for person in people:
        by = acting(session, person)
        with pytest.raises(NotFound):
            note(session, town, who=person)
        with pytest.raises(NotFound):
            conflict_services.end_conflict(by, conflict_id)
        assert conflicts.of_leader(session, by.actor, town.leader.id, TODAY) == []
        assert conflicts.of_school(session, by.actor, town.school.urn, TODAY) == []
        session.commit()


def test_a_coordinator_whom_it_concerns_does_not_see_it_either(
    session: Session, town: Town
) -> None:
    note(session, town)
    in_post(
        session,
        PostKind.COORDINATOR,
        partnership=town.partnership,
        person=town.leader.person,
    )
    head = in_post(session, PostKind.COORDINATOR, partnership=town.partnership, person=town.head)
    for person in (town.leader.person, head):
        by = acting(session, person)
        assert conflicts.of_leader(session, by.actor, town.leader.id, TODAY) == []
        assert conflicts.of_school(session, by.actor, town.school.urn, TODAY) == []
        session.commit()
        with pytest.raises(NotFound):
            note(session, town, who=person)


def test_nothing_of_it_is_in_any_message_card_agreement_or_ledger_entry(
    session: Session, town: Town
) -> None:
    note(session, town, words="Secretwords")
    pairing = propose(session, town, by_hand="Both know, and wish it")
    all_say_yes(session, town, pairing)
    engagements.confirm(acting(session, town.coordinator), pairing.reference)
    session.expire_all()
    written = [f"{m.subject} {m.body}" for m in session.scalars(select(Message))]
    written += [repr((e.fields, e.action, e.thing)) for e in session.scalars(select(LedgerEntry))]
    written += [*pairing.reasons["school"], repr(pairing.reasons)]
    assert len(written) > 10
    for text in written:
        assert "Secretwords" not in text
        assert "family" not in text
    assert "conflict" not in " ".join(pairing.reasons["school"])


def test_declared_while_people_are_asked_it_stops_the_confirmation(
    session: Session, town: Town
) -> None:
    pairing = propose(session, town)
    all_say_yes(session, town, pairing)
    conflict_id = note(session, town)
    by = acting(session, town.coordinator)
    with pytest.raises(RuleBroken, match="A conflict of interest is declared between the two"):
        engagements.confirm(by, pairing.reference)
    in_post(
        session,
        PostKind.COORDINATOR,
        partnership=town.partnership,
        person=town.leader.person,
    )
    with pytest.raises(RuleBroken, match="Another coordinator must see to this one"):
        engagements.confirm(acting(session, town.leader.person), pairing.reference)
    conflict_services.end_conflict(by, conflict_id)
    assert engagements.confirm(by, pairing.reference)


def test_a_head_of_another_school_is_no_bar(session: Session, town: Town) -> None:
    a_head(session, a_school(session), person=town.coordinator)
    note(session, town)
    by = acting(session, town.coordinator)
    assert len(conflicts.of_school(session, by.actor, town.school.urn, TODAY)) == 1
    session.commit()


def test_nothing_is_recorded_as_agreed_already_against_it(session: Session, town: Town) -> None:
    agreed = agreed_before(town)
    conflict_id = note(session, town)
    by = acting(session, town.coordinator)
    with pytest.raises(RuleBroken, match="A conflict of interest is declared between the two"):
        record_already_agreed(by, town.partnership.id, agreed)
    conflict_services.end_conflict(by, conflict_id)
    assert record_already_agreed(by, town.partnership.id, agreed)
