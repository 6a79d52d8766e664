"""Who changed a thing last, and when: what somebody reads whose own change came second."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.ledger.models import LedgerEntry
from brokerage.people.models import Person

LOOKED_AT = 10
"""So many of the latest entries of a thing are looked at: not each of them changed a field."""


def last_change(session: Session, thing: tuple[str, str]) -> tuple[str, datetime] | None:
    """Who last changed a field of this thing (table and key, as the ledger has them), and when."""
    query = (
        select(LedgerEntry.fields, LedgerEntry.at, Person.name)
        .join(Person, Person.id == LedgerEntry.actor_id)
        .where(LedgerEntry.thing == thing[0], LedgerEntry.thing_id == thing[1])
        .order_by(LedgerEntry.id.desc())
        .limit(LOOKED_AT)
    )
    rows = session.execute(query).all()
    return next(((row.name, row.at) for row in rows if row.fields), None)
