"""What `brokerage check` asks of the ledger."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.ledger.models import LedgerEntry
from brokerage.ledger.steps import GENESIS


def broken(session: Session) -> Iterator[str]:
    """A sentence for the first place where the chain does not hold."""
    previous = GENESIS
    entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    for entry in entries.yield_per(1000):
        if entry.previous != previous or entry.digest != entry.computed_digest():
            yield f"Ledger entry {entry.id} does not follow from the one before it."
            return
        previous = entry.digest
