"""Who did what, when: append-only, and chained so that a change afterwards shows."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant


class LedgerEntry(Base):
    """One thing done. Holds ids and names of fields, never a person's name or anybody's text, so
    that erasing a person leaves the chain whole."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index(None, "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    via: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[str] = mapped_column(String(40))
    partnership_id: Mapped[int | None] = mapped_column(index=True)
    on_behalf_of: Mapped[int | None]
    fields: Mapped[list[str]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_digest(self) -> str:
        """What ``digest`` must be: SHA-256 over the entry and the digest before it."""
        parts = [
            self.previous,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_id,
            self.via,
            self.action,
            self.thing,
            self.thing_id,
            self.partnership_id,
            self.on_behalf_of,
            self.fields,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
