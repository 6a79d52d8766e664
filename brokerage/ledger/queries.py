"""Reading the ledger."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.ledger.models import LedgerEntry


def history(session: Session, thing: str, thing_id: int | str) -> list[LedgerEntry]:
    """What was done to one thing, oldest first."""
    query = select(LedgerEntry).filter_by(thing=thing, thing_id=str(thing_id))
    return list(session.scalars(query.order_by(LedgerEntry.id)))


def head(session: Session) -> tuple[int, str] | None:
    """The last entry's id and digest: while they stay the same, nothing was done."""
    query = select(LedgerEntry.id, LedgerEntry.digest).order_by(LedgerEntry.id.desc()).limit(1)
    row = session.execute(query).first()
    return (row.id, row.digest) if row else None


def newest_about(session: Session, things: Collection[str], *, after: int) -> int | None:
    """The newest entry's id about one of these kinds of thing, of those after ``after``."""
    query = select(func.max(LedgerEntry.id)).where(LedgerEntry.id > after)
    return session.scalar(query.where(LedgerEntry.thing.in_(things)))
