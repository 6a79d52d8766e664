"""The outbox's sender: each message is claimed, handed over and marked by itself.

A message is claimed with a lease, marked as begun just before its text goes to the mail server, and
marked sent at once. A sender that dies before "begun" loses nothing: the message waits again. One
that dies after it leaves "maybe sent", which a coordinator sees; it is never sent again unasked.
"""

import logging
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.database import changes_one, db, locked, writing
from brokerage.life import Part
from brokerage.messages.models import Message
from brokerage.messages.rules import LIFE, MessageState, delay
from brokerage.messages.smtp import Conversation, Delivery, Outcome, composed, plain_address

log = logging.getLogger("brokerage")

Fence = Callable[[Session], bool]

CLAIM_LASTS = timedelta(seconds=40)
BEGUN_LASTS = timedelta(seconds=90)
SETTLE_TRIES = 5
MOST = 500  # in one turn, so that the other ticks have theirs
KEPT = "Kept here to be read: no mail server is set."
SERVICE = {Part.SERVICE}


def unfenced(_session: Session) -> bool:
    """For a sender that needs nobody's leave."""
    return True


def new_holder() -> str:
    """A name for this sender that no other has."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True)
class Mailer:
    """How messages go out. ``fill`` makes a message's text from its body: markers become addresses.
    ``on_refused`` is told, within the transaction, of an address that is refused for good. With no
    ``smtp_url`` messages wait; where ``keep`` is set they stay to be read and count as sent."""

    smtp_url: str | None
    mail_from: str
    fill: Callable[[Message], str]
    on_refused: Callable[[Session, By, Message], None]
    keep: bool = False
    holder: str = field(default_factory=new_holder)


def send_waiting(
    by: By, mailer: Mailer, *, fence: Fence = unfenced, most: int = MOST
) -> Counter[str]:
    """Send what is due at ``by.now``; answers how many messages came to what.

    ``fence`` is asked within each claim, and again before each text is handed over.
    """
    came: Counter[str] = Counter()
    if not _anything_due(by.now):
        return came
    if mailer.smtp_url is None and mailer.keep:
        _keep_all(by, came)
        return came
    _tidy(by, fence, came)
    if mailer.smtp_url is None:
        log.warning("messages wait: SMTP_URL is not set")
        return came
    with Conversation(mailer.smtp_url, mailer.mail_from) as conversation:
        for _ in range(most):
            message = _claim(by, mailer.holder, fence)
            if message is None:
                break
            delivery = _hand_over(by, mailer, conversation, message, fence)
            came[_settle(by, mailer, message, delivery)] += 1
            if delivery.outcome in (Outcome.UNREACHED, Outcome.NOT_OURS):
                break
    return came


def _due(now: datetime) -> Select[Message]:
    return select(Message).where(Message.state == MessageState.WAITING, Message.not_before <= now)


def _lapsed() -> Select[Message]:
    return select(Message).where(
        Message.state == MessageState.SENDING, Message.leased_until <= clock.true_now()
    )


def _anything_due(now: datetime) -> bool:
    with Session(db.engine) as session:
        return any(session.scalar(q.limit(1)) is not None for q in (_due(now), _lapsed()))


def _tidy(by: By, fence: Fence, came: Counter[str]) -> None:
    """Take back what a dead sender held, and give up what is too old."""
    with writing() as session:
        if not fence(session):
            return
        for message in session.scalars(_lapsed().with_for_update(skip_locked=True)):
            if message.begun_at is None:
                _move(message, "put back")
                message.leased_by = None
                if message.attempts > 2:  # it may be what kills its senders
                    message.not_before = by.now + delay(message.id, message.attempts)
                came["taken back"] += 1
            else:
                _move(message, "leave unsure")
                message.fault = "The sender stopped while handing it over."
                came["maybe sent"] += 1
        old = _due(by.now).where(Message.expires_at <= by.now)
        for message in session.scalars(old.with_for_update(skip_locked=True)):
            _move(message, "give up")
            message.fault = message.fault or "It could not be sent in time, and is now too old."
            came["too old"] += 1


def _keep_all(by: By, came: Counter[str]) -> None:
    with writing() as session:
        for message in session.scalars(_due(by.now).with_for_update(skip_locked=True)):
            _move(message, "keep")
            message.sent_at, message.fault = by.now, KEPT
            came["kept"] += 1


def _claim(by: By, holder: str, fence: Fence) -> Message | None:
    """The next message that is due, now ours for a while."""
    with writing() as session:
        if not fence(session):
            return None
        query = _due(by.now).where(Message.expires_at > by.now)
        query = query.order_by(Message.not_before, Message.id).limit(1)
        message = session.scalar(query.with_for_update(skip_locked=True))
        if message is not None:
            _move(message, "claim")
            message.leased_by = holder
            message.leased_until = clock.true_now() + CLAIM_LASTS
            message.begun_at = None
            message.attempts += 1
        return message


def _hand_over(
    by: By, mailer: Mailer, conversation: Conversation, message: Message, fence: Fence
) -> Delivery:
    try:
        email = composed(message, mailer.fill(message), mailer.mail_from, by.now)
    except OperationalError:
        raise
    except Exception as fault:
        log.exception("message %s cannot be composed", message.id)
        return Delivery(Outcome.FAILED, f"It could not be composed ({type(fault).__name__}).")
    return conversation.deliver(
        email, plain_address(message.to_address), lambda: _begin(message, mailer.holder, fence)
    )


def _begin(message: Message, holder: str, fence: Fence) -> bool:
    """Mark that from here on it may arrive; False where it is no longer ours to send."""
    now = clock.true_now()
    still_ours = update(Message).where(
        Message.id == message.id,
        Message.state == MessageState.SENDING,
        Message.leased_by == holder,
        Message.leased_until > now,
    )
    with writing() as session:
        return fence(session) and changes_one(
            session, still_ours.values(begun_at=now, leased_until=now + BEGUN_LASTS)
        )


EVENTS = {
    Outcome.SENT: "send",
    Outcome.UNSURE: "leave unsure",
    Outcome.REFUSED: "give up",
    Outcome.FAILED: "give up",
}


def _settle(by: By, mailer: Mailer, message: Message, delivery: Delivery) -> str:
    """Write down what came of it, however long the database is kept from us: what is sent and not
    marked would have to be called unsure."""
    for left in reversed(range(SETTLE_TRIES)):
        try:
            return _mark(by, mailer, message, delivery)
        except OperationalError:
            if not left:
                raise
            time.sleep(1)
    raise AssertionError("unreachable")


def _mark(by: By, mailer: Mailer, message: Message, delivery: Delivery) -> str:
    """Mark the message, unless somebody else has it by now."""
    event = EVENTS.get(delivery.outcome, "put back")
    with writing() as session:
        (row,) = locked(session, Message, message.id)
        if row.leased_by != mailer.holder or not LIFE.may(row.state, event, SERVICE):
            return str(Outcome.NOT_OURS)
        _move(row, event)
        row.fault = delivery.fault
        if event == "send":
            row.sent_at = by.now
        if event == "put back":
            row.leased_by = row.begun_at = None
            if delivery.outcome is not Outcome.NOT_OURS:
                row.not_before = by.now + delay(row.id, row.attempts)
        if delivery.outcome is Outcome.REFUSED:
            mailer.on_refused(session, by, row)
    log.info("message=%s kind=%s outcome=%s", row.id, row.kind, delivery.outcome.replace(" ", "-"))
    return str(row.state) if event != "put back" else str(delivery.outcome)


def _move(message: Message, event: str) -> None:
    message.state = LIFE.after(message.state, event, SERVICE)
    message.leased_until = None
