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

from sqlalchemy import func, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.database import changes_one, db, locked, writing
from brokerage.messages.guarding import (
    THE_ONE,
    is_stopped,
    locked_sending,
    may_be_handed_over,
    may_go,
)
from brokerage.messages.leftovers import SERVICE, Fence, awaiting, lapsed, move, tidy
from brokerage.messages.models import Message, Sending
from brokerage.messages.queries import due
from brokerage.messages.rules import LIFE, MessageState, delay
from brokerage.messages.smtp import Conversation, Delivery, Outcome, composed, plain_address

log = logging.getLogger("brokerage")

CLAIM_LASTS = timedelta(seconds=40)
BEGUN_LASTS = timedelta(seconds=90)
SETTLE_TRIES = 5
MOST, TURN_LASTS = 500, 60  # in one turn (of seconds), so that the other ticks have theirs
KEPT = "Kept here to be read: no mail server is set."


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
    ``smtp_url`` messages wait; where ``keep`` is set they stay to be read and count as sent.
    ``burst_guard`` is how many may go out within an hour, where that is not left to the service."""

    smtp_url: str | None
    mail_from: str
    fill: Callable[[Message], str]
    on_refused: Callable[[Session, By, Message], None]
    keep: bool = False
    burst_guard: int | None = None
    holder: str = field(default_factory=new_holder)


def send_waiting(
    by: By, mailer: Mailer, *, fence: Fence = unfenced, most: int = MOST
) -> Counter[str]:
    """Send what is due at ``by.now``; answers how many messages came to what.

    ``fence`` is asked within each claim, and again before each text is handed over.
    """
    came: Counter[str] = Counter()
    if not _anything_due(by.now):
        _note(fence)
        return came
    tidy(by, fence, came)
    if held := _held_back(by.now):
        came["held back"] = held
        _note(fence)
    elif mailer.smtp_url is not None:
        with Conversation(mailer.smtp_url, mailer.mail_from) as conversation:
            _send(by, mailer, conversation, fence, most, came)
    elif mailer.keep:
        _keep_all(by, came)
    else:
        log.warning("messages wait: SMTP_URL is not set")
        _note(fence)
    return came


def _send(
    by: By,
    mailer: Mailer,
    conversation: Conversation,
    fence: Fence,
    most: int,
    came: Counter[str],
) -> None:
    ends = time.monotonic() + TURN_LASTS
    reached, fault = False, None
    for _ in range(most):
        message = _claim(by, mailer, fence)
        if message is None:
            break
        delivery = _hand_over(by, mailer, conversation, message, fence)
        came[_settle(by, mailer, message, delivery)] += 1
        if delivery.outcome in REACHED:
            reached, fault = True, None
        elif delivery.outcome in MISSED:
            fault = delivery.fault
        if delivery.outcome in (Outcome.UNREACHED, Outcome.NOT_OURS) or time.monotonic() > ends:
            break
    _note(fence, reached=reached, fault=fault)


REACHED = frozenset({Outcome.SENT, Outcome.LATER, Outcome.REFUSED, Outcome.FAILED})
MISSED = frozenset({Outcome.UNREACHED, Outcome.UNSURE})


def _note(fence: Fence, *, reached: bool = False, fault: str | None = None) -> None:
    """Note that the outbox was looked at, and how it went with the mail server."""
    now = clock.true_now()
    values: dict[str, object] = {"looked_at": now}
    if reached:
        values |= {"reached_at": now, "missed_since": None}
    if fault is not None:
        since = now if reached else func.coalesce(Sending.missed_since, now)
        values |= {"missed_since": since, "missed_at": now, "server_fault": fault}
    with writing() as session:
        if fence(session):
            locked_sending(session)
            noted = update(Sending).where(Sending.id == THE_ONE).values(values)
            session.execute(noted.execution_options(synchronize_session=False))


def _held_back(now: datetime) -> int:
    """How many messages wait because sending is stopped."""
    with Session(db.engine) as session:
        return due(session, now) if is_stopped(session) else 0


def _anything_due(now: datetime) -> bool:
    with Session(db.engine) as session:
        return any(session.scalar(q.limit(1)) is not None for q in (awaiting(now), lapsed()))


def _keep_all(by: By, came: Counter[str]) -> None:
    with writing() as session:
        for message in session.scalars(awaiting(by.now).with_for_update(skip_locked=True)):
            move(message, "keep")
            message.sent_at, message.fault = by.now, KEPT
            came["kept"] += 1


def _claim(by: By, mailer: Mailer, fence: Fence) -> Message | None:
    """The next message that is due and may go out, now ours for a while."""
    with writing() as session:
        if not fence(session):
            return None
        sending = locked_sending(session)
        if sending.stop is not None:
            return None
        query = awaiting(by.now).where(Message.expires_at > by.now)
        query = query.order_by(Message.not_before, Message.id).limit(1)
        message = session.scalar(query.with_for_update(skip_locked=True))
        now = clock.true_now()
        if message is None or not may_go(session, by, sending, mailer.burst_guard, now):
            return None
        move(message, "claim")
        message.leased_by = mailer.holder
        message.leased_until = now + CLAIM_LASTS
        message.begun_at = None
        message.attempts += 1
        return message


def _hand_over(
    by: By, mailer: Mailer, conversation: Conversation, message: Message, fence: Fence
) -> Delivery:
    try:
        email = composed(message, mailer.fill(message), mailer.mail_from, by.now)
    except OperationalError:
        log.exception("message %s waits: the database cannot be had", message.id)
        return Delivery(Outcome.NOT_OURS)
    except Exception as fault:
        log.exception("message %s cannot be composed", message.id)
        return Delivery(Outcome.UNFIT, f"It could not be composed ({type(fault).__name__}).")
    return conversation.deliver(
        email, plain_address(message.to_address), lambda: _begin(message, mailer.holder, fence)
    )


def _begin(message: Message, holder: str, fence: Fence) -> bool:
    """Mark that from here on it may arrive; False where it is no longer ours to send, or nothing is
    to go out. A lease that ran out with a slow mail server is still ours unless it was taken."""
    now = clock.true_now()
    still_ours = update(Message).where(
        Message.id == message.id,
        Message.state == MessageState.SENDING,
        Message.leased_by == holder,
    )
    with writing() as session:
        if not fence(session) or not may_be_handed_over(session):
            return False
        begun = still_ours.values(begun_at=now, leased_until=now + BEGUN_LASTS)
        return changes_one(session, begun)


EVENTS = {
    Outcome.SENT: "send",
    Outcome.UNSURE: "leave unsure",
    Outcome.REFUSED: "give up",
    Outcome.FAILED: "give up",
    Outcome.UNFIT: "give up",
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
        move(row, event)
        row.fault = delivery.fault
        if event == "send":
            row.sent_at = by.now
        if event == "put back":
            row.leased_by = row.begun_at = None
            if delivery.outcome is not Outcome.NOT_OURS:
                row.not_before = by.now + delay(row.id, row.attempts)
        if delivery.outcome is Outcome.UNFIT:
            row.set_aside_at = by.now
        if delivery.outcome is Outcome.REFUSED:
            mailer.on_refused(session, by, row)
    log.info("message=%s kind=%s outcome=%s", row.id, row.kind, delivery.outcome.replace(" ", "-"))
    return str(row.state) if event != "put back" else str(delivery.outcome)
