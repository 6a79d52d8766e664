"""What `brokerage check` asks of the outbox."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import MessageState

LONG_GONE = timedelta(minutes=10)


def broken(session: Session) -> Iterator[str]:
    """A sentence for each message whose state and marks do not go together."""
    ids = select(Message.id).order_by(Message.id)
    sending = Message.state == MessageState.SENDING
    for number in session.scalars(
        ids.where(or_(Message.leased_by.is_(None), Message.leased_until.is_(None)), sending)
    ):
        yield f"Message {number} is being sent by nobody."
    for number in session.scalars(
        ids.where(sending, Message.leased_until < clock.true_now() - LONG_GONE)
    ):
        yield f"Message {number} was left by its sender: is the scheduler running?"
    for number in session.scalars(
        ids.where((Message.state == MessageState.SENT) != Message.sent_at.is_not(None))
    ):
        yield f"Message {number} is not both sent and timed."
    aside = Message.set_aside_at.is_not(None)
    for number in session.scalars(ids.where(aside, Message.state != MessageState.FAILED)):
        yield f"Message {number} is set aside and yet goes out."
    unsure = Message.state.in_((MessageState.FAILED, MessageState.MAYBE_SENT))
    for number in session.scalars(ids.where(Message.seen_to_at.is_not(None), ~unsure)):
        yield f"Message {number} is seen to and yet goes out."
    stopped = Sending.stop.is_not(None)
    explained = and_(Sending.stopped_at.is_not(None), Sending.why.is_not(None))
    if session.scalar(select(Sending.id).where(or_(stopped, explained), stopped != explained)):
        yield "Sending is stopped, and nobody knows when or why."
