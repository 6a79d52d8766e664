"""Writing the ledger, within somebody's open transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import Base, WriteSession
from brokerage.ledger.models import LedgerEntry

GENESIS = "0" * 64
_LOCK = 7_204_913  # any number: the name of the ledger's advisory lock on PostgreSQL


def record(
    session: Session,
    by: By,
    action: str,
    thing: Base,
    *,
    partnership_id: int | None = None,
    on_behalf_of: int | None = None,
    fields: Iterable[str] = (),
) -> None:
    """Note that ``by`` did ``action`` to the row ``thing``; written as the transaction commits.

    ``on_behalf_of`` is the person whose answer was recorded for them (by telephone, say).
    """
    entry = LedgerEntry(
        at=by.now,
        actor_id=by.actor.person_id,
        via=by.actor.via,
        action=action,
        thing=thing.__tablename__,
        partnership_id=partnership_id,
        on_behalf_of=on_behalf_of,
        fields=sorted(fields),
    )
    session.info.setdefault("ledger", []).append((entry, thing))


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Part of a use case, in a savepoint: leaving by an exception takes back what was changed in
    it, and what was noted of it."""
    before = list(session.info.get("ledger", []))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info["ledger"] = before
        raise


@event.listens_for(WriteSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    # Last of all, so that the chain's lock is held as shortly as can be, and never before others.
    noted: list[tuple[LedgerEntry, Any]] = session.info.pop("ledger", [])
    if not noted:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    head = select(LedgerEntry.digest).order_by(LedgerEntry.id.desc()).limit(1)
    previous = session.scalar(head) or GENESIS
    for entry, thing in noted:
        entry.thing_id = "/".join(str(part) for part in inspect(thing).identity)
        entry.previous = previous
        entry.digest = previous = entry.computed_digest()
        session.add(entry)
        session.flush()
