"""Reading the outbox."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.web.paging import Page, paged

UNSETTLED = (
    MessageState.WAITING,
    MessageState.SENDING,
    MessageState.MAYBE_SENT,
    MessageState.FAILED,
)


def in_scope(actor: Actor) -> Select[Message]:
    """Messages of the partnerships that the actor coordinates, without their texts."""
    mine = Message.partnership_id.in_(actor.coordinates())
    return select(Message).options(defer(Message.body, raiseload=True)).where(mine)


def message_in_scope(session: Session, actor: Actor, message_id: int) -> Message:
    """One message that the coordinator may see; raises NotFound."""
    message = session.scalar(in_scope(actor).where(Message.id == message_id))
    if message is None:
        raise NotFound
    return message


def queue_page(
    session: Session, actor: Actor, number: int, state: MessageState | None = None
) -> Page[Message]:
    """A page of what is not sent yet, or not surely; of one ``state``, if given. Newest first."""
    query = in_scope(actor).where(Message.state.in_([state] if state else UNSETTLED))
    page = paged(session, query.order_by(Message.written_at.desc(), Message.id.desc()), number)
    return replace(page, rows=[row[0] for row in page.rows])


def queue_counts(session: Session, actor: Actor) -> dict[MessageState, int]:
    """How many messages of the coordinator's partnerships are in each state that is not settled."""
    query = select(Message.state, func.count()).where(
        Message.partnership_id.in_(actor.coordinates()), Message.state.in_(UNSETTLED)
    )
    counts = {row[0]: row[1] for row in session.execute(query.group_by(Message.state))}
    return {state: counts.get(state, 0) for state in UNSETTLED}


def mailbox_page(session: Session, number: int) -> Page[Message]:
    """For a demo: every message, the newest first."""
    query = select(Message).options(defer(Message.body, raiseload=True))
    page = paged(session, query.order_by(Message.written_at.desc(), Message.id.desc()), number)
    return replace(page, rows=[row[0] for row in page.rows])


def message(session: Session, message_id: int) -> Message:
    """A message by id; raises NotFound. Scope is the caller's business."""
    found = session.get(Message, message_id)
    if found is None:
        raise NotFound
    return found


def due(session: Session, now: datetime) -> int:
    """How many messages wait to be sent now, in the whole installation."""
    query = select(func.count()).select_from(Message)
    query = query.where(Message.state == MessageState.WAITING, Message.not_before <= now)
    return session.scalar(query) or 0
