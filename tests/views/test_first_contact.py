"""The first word between leader and school, as both say it: one press each, and asked once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.engagements import contact_services, services
from brokerage.engagements.models import Concern, Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.errors import NotFound
from brokerage.follow_ups import services as follow_ups
from brokerage.follow_ups.models import FollowUp
from brokerage.ledger.models import LedgerEntry
from brokerage.people.models import Person
from tests.builders import NOW
from tests.phone_builders import CALLED, Support, a_support
from tests.services.test_pairings import messages_to
from tests.views.conftest import Desk, DeskOf
from tests.views.test_visit_dates import link_of

SPOKE = date(2026, 11, 5)
YES, NO = "Yes, we have spoken", "No, nobody has rung me"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    support = a_support(session)
    support.town.leader.person.name = "Lena Leader"
    session.commit()
    clock.move_to(CALLED)
    return support


def days_pass(first: date, last: date) -> None:
    day = first
    while day <= last:
        follow_ups.tick(By(SERVICE, datetime(day.year, day.month, day.day, 10, tzinfo=UTC)))
        day += timedelta(days=1)


def asked(session: Session, person: Person, kind: str) -> int:
    return messages_to(session, person).count(kind)


def the_engagement(session: Session) -> Engagement:
    session.expire_all()
    return session.scalars(select(Engagement)).one()


def by_mail(session: Session, support: Support, desk_of: DeskOf) -> Desk:
    """The school's page, by the link of the mail that asks."""
    days_pass(date(2026, 11, 4), date(2026, 11, 16))
    desk = desk_of(None)
    desk.open(link_of(session, support, "school_contact_asked"))
    return desk


@pytest.mark.parametrize("leader_says", [True, False])
def test_the_school_is_asked_once_when_the_days_of_the_promise_are_over(
    session: Session, support: Support, leader_says: bool
) -> None:
    head, leader = support.town.head, support.town.leader.person
    assert support.engagement.contact_by == date(2026, 11, 10)
    if leader_says:
        services.note_first_contact(support.leader(CALLED), support.engagement.id, SPOKE)
    days_pass(date(2026, 11, 4), date(2026, 11, 9))
    assert asked(session, head, "school_contact_asked") == 0
    days_pass(date(2026, 11, 10), date(2026, 12, 18))
    assert asked(session, head, "school_contact_asked") == (0 if leader_says else 1)
    assert asked(session, head, "weekly_digest") == (1 if leader_says else 0)
    assert (asked(session, leader, "first_contact_asked") == 0) is leader_says
    desk = select(FollowUp).filter_by(kind="first_contact_school", recipient_id=head.id)
    assert len(session.scalars(desk).all()) == 1


def test_a_school_that_has_said_so_or_has_been_visited_is_not_asked(
    session: Session, support: Support
) -> None:
    services.note_first_contact(support.head(CALLED), support.engagement.id, SPOKE)
    assert the_engagement(session).school_spoke is True
    days_pass(date(2026, 11, 10), date(2026, 11, 27))
    assert asked(session, support.town.head, "school_contact_asked") == 0


def test_another_day_than_the_one_that_is_noted_is_refused(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/spoken")
    page = desk.page
    desk.send("We have spoken", on=["3", "11", "2026"])
    desk.page = page
    for said in (
        "This was already sent and noted. What stands here now is not noted.",
        "It is noted already that you spoke on Tuesday 3 November 2026. That day stays.",
    ):
        desk.send("We have spoken", status=409, on=["2", "11", "2026"])
        assert said in desk.text
    assert the_engagement(session).first_contact_on == date(2026, 11, 3)


def test_a_school_that_has_been_visited_is_not_asked(session: Session, support: Support) -> None:
    support.log(support.leader(CALLED), 1)
    days_pass(date(2026, 11, 10), date(2026, 11, 27))
    assert asked(session, support.town.head, "school_contact_asked") == 0


def test_yes_by_link_begins_it_and_stops_the_leaders_question(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = by_mail(session, support, desk_of)
    assert the_engagement(session).school_spoke is None
    desk.send(YES)
    assert "It is noted that you have spoken" in desk.text
    found = the_engagement(session)
    assert (found.school_spoke, found.state) == (True, EngagementState.ACTIVE)
    assert found.first_contact_on == CALLED.date()
    before = asked(session, support.town.leader.person, "first_contact_asked")
    days_pass(date(2026, 11, 17), date(2026, 12, 4))
    assert asked(session, support.town.leader.person, "first_contact_asked") == before
    desk.open(link_of(session, support, "school_contact_asked"), status=409)


def test_nobody_has_rung_comes_to_the_coordinator_and_a_yes_can_follow(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = by_mail(session, support, desk_of)
    desk.send(NO)
    assert "nobody has rung, and sees to it" in desk.text
    assert messages_to(session, support.town.coordinator)[-1] == "contact_missing"
    assert session.scalars(select(Concern)).all() == []
    desk.open(link_of(session, support, "school_contact_asked"))
    desk.send(YES)
    assert the_engagement(session).school_spoke is True


def test_where_the_two_disagree_the_coordinator_has_it_on_the_desk(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    services.note_first_contact(support.leader(CALLED), support.engagement.id, SPOKE)
    desk = desk_of(support.town.head)
    desk.open("/desk")
    assert "Have you spoken?" in desk.text
    desk.open(f"/engagements/{support.engagement.reference}")
    assert "Have you and Lena Leader spoken?" in desk.text
    assert "Lena Leader says so, on Thursday 5 November 2026" in desk.text
    desk.send("Nobody has rung me")
    assert messages_to(session, support.town.coordinator)[-1] == "contact_disputed"
    said = (
        "It is noted that they spoke on Thursday 5 November 2026; "
        "the school says that nobody has rung."
    )
    assert session.scalars(select(Concern)).one().words == said
    desk = desk_of(support.town.coordinator)
    desk.open(f"/engagements/{support.engagement.reference}")
    assert said in desk.text
    desk.send("They have, says the head")
    assert messages_to(session, support.town.head)[-1] == "school_contact_noted"
    entry = session.scalars(select(LedgerEntry).filter_by(action="engagement.school_spoke")).one()
    assert entry.on_behalf_of == support.town.head.id
    assert "What does the head say" not in desk.text


def test_a_no_to_what_was_noted_for_the_school_is_told_once_and_lays_it_on_nobody(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    number, noted = support.engagement.id, support.by(support.town.coordinator, CALLED)
    contact_services.school_says(noted, number, spoken=True)
    copy = link_of(session, support, "school_contact_noted")
    late, desk = desk_of(None), desk_of(None)
    for one in (late, desk):
        one.open(copy)
        assert f"It is noted that you spoke on {CALLED:%A %-d %B %Y}" in one.text
        assert YES not in one.text
    desk.send(NO)
    late.send(NO)
    told = messages_to(session, support.town.coordinator)
    assert told.count("contact_disputed") == 1
    concern = session.scalars(select(Concern)).one()
    assert "leader" not in concern.words.lower()
    desk.open(copy)
    assert NO not in desk.text
    desk.send(YES)
    assert the_engagement(session).school_spoke is True


def test_nobody_else_answers_for_the_school(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}")
    assert "Nobody has rung" not in desk.text
    for person in (support.town.leader.person, support.town.releaser):
        with pytest.raises(NotFound):
            contact_services.school_says(support.by(person), support.engagement.id, spoken=True)
    assert the_engagement(session).school_spoke is None


@pytest.mark.parametrize(("days", "by"), [(2, date(2026, 11, 5)), (10, date(2026, 11, 17))])
def test_each_partnership_sets_how_soon_they_speak(
    app: Flask, session: Session, days: int, by: date
) -> None:
    support = a_support(session, first_contact_days=days)
    assert support.engagement.contact_by == by
    assert NOW.date() < by
