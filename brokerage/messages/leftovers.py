"""What is left lying in the outbox: held by a sender that died, or too old to be sent at all."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.database import writing
from brokerage.life import Part
from brokerage.messages.models import Message
from brokerage.messages.queries import is_due
from brokerage.messages.rules import LIFE, MOST_DEATHS, MessageState, delay

Fence = Callable[[Session], bool]

NO_LEASE_LASTS = timedelta(minutes=10)
SERVICE = {Part.SERVICE}


def awaiting(now: datetime) -> Select[Message]:
    """What waits to be sent now."""
    return select(Message).where(is_due(now))


def lapsed() -> Select[Message]:
    """What a sender held that is no more; a lease that would last much longer than any does was
    taken before the clock was set back."""
    now = clock.true_now()
    ended = or_(Message.leased_until <= now, Message.leased_until > now + NO_LEASE_LASTS)
    return select(Message).where(Message.state == MessageState.SENDING, ended)


def tidy(by: By, fence: Fence, came: Counter[str]) -> None:
    """Take back what a dead sender held, and give up what is too old."""
    with writing() as session:
        if not fence(session):
            return
        for message in session.scalars(lapsed().with_for_update(skip_locked=True)):
            if message.begun_at is None:
                came[_taken_back(by, message)] += 1
            else:
                move(message, "leave unsure")
                message.fault = "The sender stopped while handing it over."
                came["maybe sent"] += 1
        old = awaiting(by.now).where(Message.expires_at <= by.now)
        for message in session.scalars(old.with_for_update(skip_locked=True)):
            move(message, "give up")
            message.fault = message.fault or "It could not be sent in time, and is now too old."
            came["too old"] += 1


def _taken_back(by: By, message: Message) -> str:
    """A message whose sender died before handing it over: it goes behind the others, later each
    time, and in the end aside, since it may be what its senders die of."""
    message.deaths += 1
    message.leased_by = None
    if message.deaths >= MOST_DEATHS:
        move(message, "give up")
        message.set_aside_at = by.now
        message.fault = f"The service stopped {message.deaths} times while preparing it."
        return "set aside"
    move(message, "put back")
    again = timedelta() if message.deaths == 1 else delay(message.id, message.deaths - 1)
    message.not_before = by.now + again
    return "taken back"


def move(message: Message, event: str) -> None:
    message.state = LIFE.after(message.state, event, SERVICE)
    message.leased_until = None
