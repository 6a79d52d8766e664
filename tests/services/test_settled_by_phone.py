"""What was settled by telephone is not asked again: each kind of follow-up, as its own story.

By the time the coordinator writes it down, a reminder has gone out, or waits for the weekly digest.
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.desks import coordinator
from brokerage.follow_ups import services as follow_ups
from brokerage.follow_ups.models import DigestItem, FollowUp
from brokerage.follow_ups.on_desk import OPEN
from brokerage.follow_ups.rules import RULES, Round
from brokerage.messages.models import Message
from tests.builders import acting
from tests.follow_up_stories import SHOWN_ANYWAY, STORIES

pytestmark = pytest.mark.slow

SAID = {
    "release": "The releaser has not answered",
    "choose": "The school has not chosen",
    "accept": "The leader has not answered",
    "question": "Your question is open",
    "call": "A new need",
    "name": "A new need",
    "visit_log": "The visit of 10 Nov 2026 is not logged",
    "pause_over": "A pause is over",
    "change_releaser": "A change is not answered",
    "change_head": "A change is not answered",
    "change_leader": "A change is not answered",
    "change_coordinator": "You are asked for a change",
    "days_next_year": "Days for next year",
    "days_still": "Not said: if the days left are right",
}
"""What the desk says of a kind that it shows anyway, and of one that it names by its day."""


def rungs(session: Session, kind: str) -> list[Round]:
    query = select(FollowUp.round).filter_by(kind=kind).order_by(FollowUp.id)
    return [Round(number) for number in session.scalars(query)]


@pytest.mark.parametrize("kind", sorted(RULES))
def test_what_was_settled_by_telephone_is_not_asked_again(session: Session, kind: str) -> None:
    rule, asked = RULES[kind], STORIES[kind](session)
    now = asked.begun.replace(hour=10)
    while not {*rungs(session, kind)} & (rule.digest or {Round.REMIND}):
        follow_ups.look_at(By(SERVICE, now), asked.name, asked.thing_id)
        now += timedelta(1)
        assert now < asked.begun + timedelta(40), "nobody was asked or reminded"
    before = rungs(session, kind)
    now += timedelta(hours=-23)
    waiting = session.scalar(select(func.count()).select_from(DigestItem))
    assert waiting if rule.digest else not waiting
    asked.settle(acting(session, asked.coordinator, now))
    for days in range(60):
        follow_ups.tick(By(SERVICE, now.replace(hour=12) + timedelta(days)))
    assert rungs(session, kind) == before
    person_id = session.scalar(select(FollowUp.recipient_id).filter_by(kind=kind))
    theirs = select(Message.body).filter_by(kind="weekly_digest", to_person_id=person_id)
    digests = session.scalars(theirs).all()
    assert all(rule.says not in body for body in digests)
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 0


@pytest.mark.parametrize("kind", sorted({*OPEN, *SHOWN_ANYWAY}))
def test_what_nobody_answers_stands_on_the_desk_until_it_is_settled(
    session: Session, kind: str
) -> None:
    asked = STORIES[kind](session)
    now, says = asked.begun.replace(hour=10), SAID.get(kind, RULES[kind].on_desk)

    def on_desk(today: date) -> list[str]:
        session.expire_all()
        actor = acting(session, asked.coordinator, now).actor
        lines = coordinator.lines(session, actor, today)
        session.rollback()
        return [line.what for line in lines]

    while Round.DESK not in rungs(session, kind):
        assert kind in SHOWN_ANYWAY or says not in on_desk(now.date())
        follow_ups.look_at(By(SERVICE, now), asked.name, asked.thing_id)
        now += timedelta(1)
        assert now < asked.begun + timedelta(60), "it never came to the desk"
    assert on_desk(now.date()).count(says) == 1
    asked.settle(acting(session, asked.coordinator, now))
    assert says not in on_desk(now.date())


@pytest.mark.parametrize("kind", sorted(kind for kind in RULES if RULES[kind].silence_is_yes))
def test_where_silence_is_a_yes_it_is_asked_once_and_no_more(session: Session, kind: str) -> None:
    asked = STORIES[kind](session)
    for days in range(60):
        now = asked.begun.replace(hour=10) + timedelta(days)
        follow_ups.look_at(By(SERVICE, now), asked.name, asked.thing_id)
    assert rungs(session, kind) == [Round.ASK]
