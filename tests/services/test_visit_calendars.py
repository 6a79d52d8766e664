"""Visits in people's own calendars: what goes with mails, who gets one, and what a feed shows."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.clock import london_date
from brokerage.database import db
from brokerage.engagements import calendar_services, diary, services, visit_services
from brokerage.engagements.calendar_queries import (
    feed_of,
    feed_of_token,
    token,
    visits_in_calendar,
)
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.errors import NotFound
from brokerage.messages.models import Message
from brokerage.people.models import Person
from brokerage.people.queries import actor_for
from tests.builders import NOW, TODAY, a_head, in_post
from tests.calendars import Seen, seen
from tests.phone_builders import CALLED, Support, a_support
from tests.services.test_pairings import messages_to
from tests.smtp import sink

__all__ = ["sink"]

PLANNED, LATER, STILL_LATER = date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 16)


@pytest.fixture
def support(session: Session) -> Support:
    support = a_support(session)
    support.town.school.name = "St Mary’s, Moor; Side"
    support.town.leader.person.name = "Lena Léa Okoro-Featherstonehaugh"
    session.commit()
    return support


def mailed(session: Session, person: Person, kind: str) -> list[list[Seen]]:
    """What came with each mail of this kind to the person."""
    session.expire_all()
    query = select(Message).filter_by(to_person_id=person.id, kind=kind).order_by(Message.id)
    return [seen(found.calendar) if found.calendar else [] for found in session.scalars(query)]


def feed(session: Session, person: Person, day: date = TODAY) -> list[Seen]:
    """The person's feed, as a calendar reads it."""
    session.expire_all()
    actor = actor_for(session, person.id, day)
    return seen(diary.text(visits_in_calendar(session, actor, day)))


def test_a_visit_moved_twice_is_the_same_one_on_its_new_day(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    for on in (LATER, STILL_LATER):
        visit_services.move(support.leader(CALLED), visit_id, on)
    moved = mailed(session, support.town.head, "visit_moved")
    assert [(one.uid, one.day, one.until, one.sequence) for (one,) in moved] == [
        (f"visit-{visit_id}@localhost", LATER, LATER + timedelta(days=1), 1),
        (f"visit-{visit_id}@localhost", STILL_LATER, STILL_LATER + timedelta(days=1), 2),
    ]
    assert feed(session, support.town.head) == moved[-1]
    ((first,),) = mailed(session, support.town.head, "visit_planned")
    assert (first.uid, first.day, first.sequence) == (moved[0][0].uid, PLANNED, 0)
    assert first.changed_at == NOW
    assert moved[-1][0].changed_at == CALLED
    assert session.get_one(Visit, visit_id).moves == 2


def test_what_a_coordinator_notes_by_telephone_goes_with_its_copy_and_an_undoing_counts_on(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    visit_services.did_not_happen(support.by(), visit_id, LATER)
    ((off, new),) = mailed(session, support.town.leader.person, "noted_for_you")
    assert (off.status, new.day) == ("CANCELLED", LATER)
    assert "visit_off" not in messages_to(session, support.town.leader.person)
    support.undo()
    (again,) = feed(session, support.town.leader.person)
    assert (again.uid, again.status, again.day) == (off.uid, "CONFIRMED", PLANNED)
    assert again.sequence > off.sequence
    for person in (support.town.leader.person, support.town.head):
        ((first, new_off),) = mailed(session, person, "undone_since")
        assert (first.uid, first.status, first.day) == (off.uid, "CONFIRMED", PLANNED)
        assert (new_off.uid, new_off.status) == (new.uid, "CANCELLED")
        assert messages_to(session, person)[-1] == "undone_since"


def test_visits_called_off_by_the_last_log_stand_again_in_both_calendars_once_it_is_undone(
    session: Session, support: Support
) -> None:
    first, second = support.plan(PLANNED), support.plan(LATER)
    support.log(support.leader(CALLED), visit_id=first)
    support.log(support.by(), happened_on=date(2026, 11, 9))
    session.expire_all()
    assert support.engagement.state is EngagementState.COMPLETED
    support.undo()
    for person in (support.town.leader.person, support.town.head):
        ((again,),) = mailed(session, person, "undone_since")
        off = mailed(session, person, "visit_off")[-1:] or mailed(
            session, person, "evaluation_asked"
        )
        ((called_off,),) = off
        assert (again.uid, again.status, again.day) == (called_off.uid, "CONFIRMED", LATER)
        assert again.sequence > called_off.sequence
        body = session.scalars(
            select(Message.body).filter_by(to_person_id=person.id, kind="undone_since")
        ).one()
        assert "Planned again: the visit of Friday 13 November 2026." in body
    assert session.get_one(Visit, second).state is VisitState.PLANNED


@pytest.mark.parametrize("half_days", [0, 1])
def test_a_visit_settled_as_none_goes_from_both_calendars(
    session: Session, support: Support, half_days: int
) -> None:
    visit_id, on = support.plan(CALLED.date()), CALLED.date()
    support.log(support.leader(CALLED), 2, visit_id=visit_id, happened_on=on)
    ((before,), off) = feed(session, support.town.head), half_days == 0
    visit_services.dispute(support.head(CALLED), visit_id, words="Nobody came")
    visit_services.resolve(support.by(), visit_id, half_days=half_days)
    for person in (support.town.leader.person, support.town.head):
        (settled,) = feed(session, person)
        assert settled.status == ("CANCELLED" if off else "CONFIRMED")
        assert settled.uid == before.uid
        assert settled.sequence > before.sequence
        (shown,) = mailed(session, person, "visit_settled")
        assert shown == ([settled] if off else [])
    for body in session.scalars(select(Message.body).filter_by(kind="visit_settled")):
        assert ("brings your calendar up to date" in body) is off


def test_what_is_called_off_with_the_support_is_cancelled_in_both_calendars(
    session: Session, support: Support
) -> None:
    support.plan(PLANNED)
    services.end_early(support.by(), support.engagement.id, reason="Moved", need_goes_on=True)
    for person in (support.town.leader.person, support.town.head):
        (((off),),) = mailed(session, person, "engagement_ended")
        assert off.status == "CANCELLED"
        assert feed(session, person) == [off]
    releaser = select(Message.calendar).filter_by(
        to_person_id=support.town.releaser.id, kind="engagement_ended"
    )
    assert session.scalars(releaser).all() == [None]


def test_no_visit_of_other_people_stands_in_a_feed(session: Session, support: Support) -> None:
    support.plan(PLANNED)
    town = support.town
    for other in (town.coordinator, town.releaser, a_head(session, town.home)):
        assert feed(session, other) == []
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    assert feed(session, deputy) == []


def test_a_feed_dies_with_its_person_post(both: Flask, session: Session, support: Support) -> None:
    support.plan(PLANNED)
    town, day = support.town, NOW.date()
    calendar_services.make_address(support.head())
    calendar_services.make_address(support.leader())
    tokens = {person.id: _token(session, person) for person in (town.head, town.leader.person)}
    for person in (town.head, town.leader.person):
        assert len(feed(session, person)) == 1
        post = next(post for post in person.posts if post.held_on(day))
        post.to_on = day - timedelta(days=1)
        session.commit()
        with pytest.raises(NotFound):
            feed_of_token(session, tokens[person.id], day)
    elsewhere = a_head(session, town.home, person=town.head)
    found, actor = feed_of_token(session, tokens[town.head.id], day)
    assert found.person_id == elsewhere.id
    assert visits_in_calendar(session, actor, day) == []


def test_a_new_address_ends_the_one_before_and_none_lies_in_the_database(
    session: Session, support: Support
) -> None:
    tokens = []
    for _ in range(2):
        calendar_services.make_address(support.head())
        tokens.append(_token(session, support.town.head))
    day = london_date(NOW)
    with pytest.raises(NotFound):
        feed_of_token(session, tokens[0], day)
    assert feed_of_token(session, tokens[1], day)[1].person_id == support.town.head.id
    assert list(broken(session)) == []
    for forged in ("1-", tokens[1][:-1], tokens[1] + "0", tokens[1].replace("-", "-x", 1), "x-y"):
        with pytest.raises(NotFound):
            feed_of_token(session, forged, day)
    calendar_services.stop(support.head())
    with pytest.raises(NotFound):
        feed_of_token(session, tokens[1], day)
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql("select * from calendar_feed").all()
    assert not [row for row in kept if any(signed.split("-")[1] in str(row) for signed in tokens)]


def _token(session: Session, person: Person) -> str:
    session.expire_all()
    found = feed_of(session, person.id)
    assert found is not None
    return token(found)
