"""Whether a message may go out now, asked within the transaction that claims it.

Nothing goes out while sending is stopped; and where one more message than is let through in an hour
would go out, sending stops by itself until a person has looked. What went out is counted from the
messages' own rows, by the true clock: a clock that is moved lets nothing more through.
"""

import logging
from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy import and_, extract, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.ledger.steps import record
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import (
    HOUR,
    WEEKS,
    MessageState,
    Stop,
    burst_guard,
    let_through,
)

log = logging.getLogger("brokerage")

THE_ONE = 1


def locked_sending(session: Session) -> Sending:
    """The installation's one row about sending, locked until the transaction ends: two senders
    that count at once would both find room for the last message."""
    query = select(Sending).where(Sending.id == THE_ONE).with_for_update()
    query = query.execution_options(populate_existing=True)
    if (found := session.scalar(query)) is not None:
        return found
    with suppress(IntegrityError), session.begin_nested():  # another process made it just now
        session.execute(insert(Sending).values(id=THE_ONE, version=1))
    return session.scalars(query).one()


def is_stopped(session: Session) -> bool:
    """Whether nothing is to go out."""
    stop = select(Sending.stop).where(Sending.id == THE_ONE)
    return session.scalar(stop) is not None


def may_be_handed_over(session: Session) -> bool:
    """Whether what is claimed already may go: a pause holds it, while the burst guard, which stops
    further claims, had let it through."""
    stop = select(Sending.stop).where(Sending.id == THE_ONE)
    return session.scalar(stop) in (None, Stop.BURST)


def may_go(session: Session, by: By, sending: Sending, setting: int | None, now: datetime) -> bool:
    """Whether one more message may go out at the true instant ``now``; if that would be too many
    within the hour, sending stops. ``setting`` is the installation's own guard, if it has one."""
    gone = handed_over(session, now)
    most = limit(session, sending, setting, now)
    if gone < most:
        return True
    sending.stop, sending.stopped_at = Stop.BURST, by.now
    sending.stopped_by, sending.stopped_name = by.actor.person_id, "the service itself"
    sending.why = (
        f"{gone:,} messages have gone out within an hour. More than {most:,} are so unusual that "
        "a person is asked first."
    )
    record(session, by, "sending.stopped", sending, fields=["stop"])
    log.warning("sending=stopped guard=%s handed_over=%s", most, gone)
    return False


def limit(session: Session, sending: Sending, setting: int | None, now: datetime) -> int:
    """How many messages may go out within an hour, today."""
    today = london_date(now)
    guard = setting or _worked_out(session, sending, today, now)
    return let_through(guard, sending.raised_to, sending.raised_on, today)


def handed_over(session: Session, now: datetime) -> int:
    """How many messages went to the mail server within the last hour, or are about to.

    What seems to lie just ahead went out before the clock was set back a little: it counts too.
    """
    lately = Message.begun_at.between(now - HOUR, now + HOUR)
    in_hand = and_(Message.state == MessageState.SENDING, Message.begun_at.is_(None))
    counts = [
        select(func.count()).select_from(Message).where(which).scalar_subquery()
        for which in (lately, in_hand)
    ]
    return session.scalar(select(counts[0] + counts[1])) or 0


def _worked_out(session: Session, sending: Sending, today: date, now: datetime) -> int:
    """The burst guard, worked out once a day from what has gone out of late."""
    if sending.guard_on == today and sending.guard is not None:
        return sending.guard
    guard = burst_guard(busiest_hours(session, now))
    worked_out = update(Sending).where(Sending.id == THE_ONE).values(guard=guard, guard_on=today)
    session.execute(worked_out.execution_options(synchronize_session=False))
    return guard


def busiest_hours(session: Session, now: datetime) -> list[int]:
    """How many messages went out in the busiest hour of each of the last four weeks."""
    hour = [extract(part, Message.begun_at) for part in ("month", "day", "hour")]
    within = Message.begun_at.between(now - timedelta(weeks=WEEKS), now)
    query = select(func.count(), func.max(Message.begun_at)).where(within).group_by(*hour)
    busiest = [0] * WEEKS
    for count, at in session.execute(query):
        week = min((now - (at or now)) // timedelta(weeks=1), WEEKS - 1)
        busiest[week] = max(busiest[week], count)
    return busiest
