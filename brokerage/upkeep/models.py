"""Which process does what only one may do, and what was looked at when."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant


class Lease(Base):
    """What one process at a time holds, by name. ``token`` counts up with each new holder, so that
    one which slept through its lease can be told that it is no longer it."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(120))
    token: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime] = mapped_column(Instant)
    ticked_at: Mapped[datetime | None] = mapped_column(Instant)


class Looked(Base):
    """What is looked at once a day, by name: on which day it last was, in London, by the clock that
    may be moved; and up to which entry of the ledger, where a new one is a reason to look again."""

    __tablename__ = "looked"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    looked_on: Mapped[date]
    up_to: Mapped[int]
