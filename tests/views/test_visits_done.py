"""Visits still planned when the visits are done: called off, and who hears of it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements import services
from brokerage.messages.models import Message
from tests.phone_builders import CALLED, Support, a_support
from tests.services.pairing_town import messages_to
from tests.services.test_visit_calendars import mailed
from tests.views.conftest import DeskOf

PLANNED = date(2026, 11, 12)


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return a_support(session)


def test_visits_to_come_are_called_off_with_the_last_and_both_hear_of_it(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    support.log(support.leader(), 1)
    support.plan(date(2026, 11, 9))
    support.plan(PLANNED)
    clock.move_to(CALLED)
    desk = desk_of(support.town.coordinator)
    desk.open(f"/engagements/{support.engagement.reference}/done")
    assert "Monday 9 November 2026 is not noted yet: it will count as not happened" in desk.text
    assert "the visit planned for Thursday 12 November 2026" in desk.text
    desk.send("The visits are done")
    ((off,),) = mailed(session, support.town.leader.person, "visit_off")
    assert (off.day, off.status) == (PLANNED, "CANCELLED")
    text = session.scalars(select(Message.body).filter_by(kind="visit_off")).one()
    assert "The visits are done, so no other date is planned." in text
    asked = session.scalars(select(Message.body).filter_by(kind="evaluation_asked")).one()
    assert "Called off with that: the visit planned for Thursday 12 November 2026." in asked
    assert "visit_off" not in messages_to(session, support.town.head)


def test_a_leader_who_says_that_the_visits_are_done_has_no_mail_about_it(
    session: Session, support: Support
) -> None:
    support.log(support.leader(), 1)
    support.plan(PLANNED)
    services.complete(support.leader(CALLED), support.engagement.id)
    assert "visit_off" not in messages_to(session, support.town.leader.person)


def test_last_days_used_with_no_visit_to_come_call_nothing_off(
    session: Session, support: Support
) -> None:
    support.plan(date(2026, 11, 9))
    support.log(support.leader())
    support.log(support.by())
    assert "visit_off" not in messages_to(session, support.town.leader.person)
    asked = session.scalars(select(Message.body).filter_by(kind="evaluation_asked")).one()
    assert "Called off" not in asked


def test_a_next_visit_chosen_with_the_last_days_is_not_dropped_in_silence(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(support.leader(), 2)
    support.plan(CALLED.date())
    support.plan(PLANNED)
    clock.move_to(CALLED)
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/log")
    about = {"half_days": "2", "done": "The last of it"}
    desk.send("Note this visit", next_date=["2026-11-24", "", "", ""], **about)
    assert "The days are now used up, so no further visit is planned" in desk.text
    assert "Called off: the visit of 12 Nov 2026." in desk.text


def test_a_log_that_leaves_days_says_nothing_of_days_used_up(
    support: Support, desk_of: DeskOf
) -> None:
    clock.move_to(CALLED)
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/log")
    desk.send("Note this visit", when="today", half_days="1", done="Watched phonics")
    assert "The visit is noted" in desk.text
    assert "used up" not in desk.text
