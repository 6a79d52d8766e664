"""Reading the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, defer

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import LONGEST_WAIT, SET_ASIDE, MessageState
from brokerage.web.paging import Page, paged_things

SILENCE = timedelta(minutes=5)
UNSETTLED = (
    MessageState.WAITING,
    MessageState.SENDING,
    MessageState.MAYBE_SENT,
    MessageState.FAILED,
)


def of_the_actor(actor: Actor) -> ColumnElement[bool]:
    """Messages of the partnerships that the actor coordinates; all of them for the operator."""
    if actor.via == "command line":
        return true()
    return Message.partnership_id.in_(actor.coordinates())


WITHOUT_TEXT = defer(Message.body, raiseload=True)


def in_scope(actor: Actor) -> Select[Message]:
    """Messages of the partnerships that the actor coordinates, without their texts."""
    mine = Message.partnership_id.in_(actor.coordinates())
    return select(Message).options(WITHOUT_TEXT).where(mine)


def message_in_scope(session: Session, actor: Actor, message_id: int) -> Message:
    """One message that the coordinator may see; raises NotFound."""
    message = session.scalar(in_scope(actor).where(Message.id == message_id))
    if message is None:
        raise NotFound
    return message


def queue_page(
    session: Session, actor: Actor, number: int, state: MessageState | None = None
) -> Page[Message]:
    """A page of what is not sent yet, or not surely, and not seen to; of one ``state``, if given.
    Newest first."""
    query = in_scope(actor).where(Message.state.in_([state] if state else UNSETTLED))
    query = query.where(Message.seen_to_at.is_(None))
    query = query.order_by(Message.written_at.desc(), Message.id.desc())
    return paged_things(session, query, number, loading=[WITHOUT_TEXT])


def queue_counts(session: Session, actor: Actor) -> dict[MessageState, int]:
    """How many messages of the coordinator's partnerships, not seen to, are in each state that is
    not settled."""
    query = select(Message.state, func.count()).where(
        Message.partnership_id.in_(actor.coordinates()),
        Message.state.in_(UNSETTLED),
        Message.seen_to_at.is_(None),
    )
    counts = {row[0]: row[1] for row in session.execute(query.group_by(Message.state))}
    return {state: counts.get(state, 0) for state in UNSETTLED}


def mailbox_page(session: Session, number: int) -> Page[Message]:
    """For a demo: every message, the newest first."""
    query = select(Message).order_by(Message.written_at.desc(), Message.id.desc())
    return paged_things(session, query, number, loading=[WITHOUT_TEXT])


def message(session: Session, message_id: int) -> Message:
    """A message by id; raises NotFound. Scope is the caller's business."""
    found = session.get(Message, message_id)
    if found is None:
        raise NotFound
    return found


def is_due(now: datetime) -> ColumnElement[bool]:
    """A message that waits to be sent now.

    Where the clock was set back, what was to go at once goes at once although it was written in
    what now is the future, and so does what was to be tried again; what was planned for a day
    waits for that day.
    """
    planned = or_(Message.not_before > Message.written_at, Message.written_at <= now)
    put_off = and_(Message.attempts > 0, Message.not_before > now + LONGEST_WAIT)
    come = or_(Message.not_before <= now, ~planned, put_off)
    return and_(Message.state == MessageState.WAITING, come)


def did_not_get_through() -> ColumnElement[bool]:
    """A message that failed, or may not have arrived, and not because a person set it aside: what
    the service itself laid aside, since it could not be made into an e-mail or its senders died of
    it, did not get through either. Whatever somebody has seen to is none."""
    on_purpose = and_(
        Message.set_aside_at.is_not(None),
        func.coalesce(Message.fault, "").startswith(SET_ASIDE, autoescape=True),
    )
    failed = and_(Message.state == MessageState.FAILED, ~on_purpose)
    unsure = or_(Message.state == MessageState.MAYBE_SENT, failed)
    return and_(unsure, Message.seen_to_at.is_(None))


def due(session: Session, now: datetime) -> int:
    """How many messages wait to be sent now, in the whole installation."""
    return session.scalar(select(func.count()).select_from(Message).where(is_due(now))) or 0


def sending(session: Session) -> Sending | None:
    """How it stands with sending; None where nothing was ever sent."""
    return session.scalar(select(Sending))


def silent_since(row: Sending | None, true_now: datetime) -> datetime | None:
    """Since when nobody has looked at the outbox, although a scheduler does so every few seconds;
    None where all is well, or none ever ran."""
    looked_at = row.looked_at if row else None
    return looked_at if looked_at and true_now - looked_at > SILENCE else None


@dataclass(frozen=True)
class QueueState:
    """How it stands with sending, in the whole installation: numbers, and no messages.

    ``sending`` is None where nothing was ever sent. ``oldest`` is since when the oldest message
    that is due has waited; ``next_try`` when the next one is tried, where none is due now.
    """

    sending: Sending | None
    due: int
    later: int
    in_hand: int
    failed: int
    unsure: int
    set_aside: int
    oldest: datetime | None
    next_try: datetime | None


def queue_state(session: Session, now: datetime) -> QueueState:
    """How it stands with sending at ``now``: two queries, however much there is."""
    waiting, aside = Message.state == MessageState.WAITING, Message.set_aside_at.is_not(None)
    wait_now = is_due(now)
    wait_on = and_(waiting, ~wait_now)
    failed = Message.state == MessageState.FAILED
    row = session.execute(
        select(
            _number(wait_now),
            _number(wait_on),
            _number(Message.state == MessageState.SENDING),
            _number(and_(failed, ~aside)),
            _number(Message.state == MessageState.MAYBE_SENT),
            _number(and_(failed, aside)),
            func.min(case((wait_now, Message.written_at))),
            func.min(case((wait_on, Message.not_before))),
        ).where(Message.state.in_(UNSETTLED))
    ).one()
    return QueueState(sending(session), *row)


def _number(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((which, 1)))


@dataclass(frozen=True)
class Waiting:
    """How many messages of one kind wait, and the newest one's subject, to know them by."""

    kind: str
    count: int
    subject: str


def waiting_by_kind(session: Session, actor: Actor) -> list[Waiting]:
    """What waits in the actor's partnerships (for the operator, in all), the most first."""
    query = (
        select(Message.kind, func.count(), func.max(Message.id))
        .where(Message.state == MessageState.WAITING, of_the_actor(actor))
        .group_by(Message.kind)
    )
    rows = session.execute(query.order_by(func.count().desc(), Message.kind)).all()
    newest = select(Message.id, Message.subject).where(Message.id.in_([row[2] for row in rows]))
    subjects = {row.id: row.subject for row in session.execute(newest)}
    return [Waiting(row[0], row[1], subjects.get(row[2], "")) for row in rows]
