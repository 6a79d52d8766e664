"""What upkeep notes, within somebody's open transaction.

The instants of leases are true ones, which nothing moves; days are those of the clock.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brokerage.database import FormKey, changes_one
from brokerage.upkeep.models import Lease, Looked

LASTS = timedelta(seconds=30)
NO_LEASE_LASTS = timedelta(minutes=10)
"""One that seems to last longer was taken before the clock was set back."""
FORM_KEYS_LAST = timedelta(days=7)


def take(session: Session, name: str, holder: str, now: datetime) -> int | None:
    """The lease's new token, if the lease was free or had run out; None if somebody holds it."""
    _make(session, name, now)
    ended = or_(Lease.until <= now, Lease.until > now + NO_LEASE_LASTS)
    free = update(Lease).where(Lease.name == name, ended)
    if not changes_one(
        session, free.values(holder=holder, token=Lease.token + 1, until=now + LASTS)
    ):
        return None
    return session.scalar(select(Lease.token).where(Lease.name == name))


def keep(session: Session, name: str, token: int, now: datetime) -> bool:
    """Hold on to the lease for another while; False where somebody else took it."""
    ours = update(Lease).where(Lease.name == name, Lease.token == token)
    return changes_one(session, ours.values(until=now + LASTS))


def holds(session: Session, name: str, token: int, now: datetime) -> bool:
    """Whether the holder of ``token`` may still act: asked within each transaction that does."""
    query = select(Lease.token).where(Lease.name == name, Lease.token == token, Lease.until > now)
    return session.scalar(query.with_for_update(read=True)) is not None


def give_back(session: Session, name: str, token: int, now: datetime) -> None:
    """Let the next one have it at once."""
    ours = update(Lease).where(Lease.name == name, Lease.token == token)
    session.execute(ours.values(until=now, holder=None))


def note_tick(session: Session, name: str, now: datetime) -> None:
    """Every tick was run, ending ``now``."""
    _make(session, name, now)
    session.execute(update(Lease).where(Lease.name == name).values(ticked_at=now))


def note_looked(session: Session, name: str, today: date, up_to: int) -> None:
    """It was looked at so far: noted after the work, so that a crash repeats it."""
    session.merge(Looked(name=name, looked_on=today, up_to=up_to))


def forget_form_keys(session: Session, now: datetime) -> int:
    """Forget forms that were sent so long ago that nobody sends them again."""
    old = delete(FormKey).where(FormKey.at < now - FORM_KEYS_LAST)
    return cast("CursorResult[Any]", session.execute(old)).rowcount


def _make(session: Session, name: str, now: datetime) -> None:
    if session.scalar(select(Lease.name).where(Lease.name == name)) is None:
        with suppress(IntegrityError), session.begin_nested():  # another process made it just now
            session.execute(insert(Lease).values(name=name, token=0, until=now))
