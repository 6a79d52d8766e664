"""The register of schools and trusts, in the shape of the national register (GIAS)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, one_of


class SchoolStatus(StrEnum):
    OPEN = "open"
    CLOSING = "open, but proposed to close"
    PROPOSED = "proposed to open"
    CLOSED = "closed"


class Phase(StrEnum):
    NURSERY = "nursery"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SIXTEEN_PLUS = "16plus"
    ALL_THROUGH = "all-through"
    SPECIAL = "special"
    OTHER = "other"


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class Trust(Base):
    """A trust, by its UID in the national register."""

    __tablename__ = "trust"

    uid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(80))
    open: Mapped[bool] = mapped_column(default=True)


class School(Base):
    """A school; its URN is its key. Eastings and northings are in metres, on the national grid.

    Closed schools stay, for what was done in them, but take no new work.
    """

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("urn between 1 and 9999999", name="urn"),
        Index(None, "la_code", "status"),
    )

    urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(150))
    la_code: Mapped[str] = mapped_column(String(3))
    la_name: Mapped[str] = mapped_column(String(80))
    establishment_number: Mapped[str | None] = mapped_column(String(4))
    type_code: Mapped[str | None] = mapped_column(String(3))
    type_name: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[SchoolStatus] = mapped_column(one_of(SchoolStatus, "school_status"))
    phase: Mapped[Phase] = mapped_column(one_of(Phase, "phase"))
    low_age: Mapped[int | None]
    high_age: Mapped[int | None]
    pupils: Mapped[int | None]
    capacity: Mapped[int | None]
    percent_fsm: Mapped[float | None]
    gender: Mapped[str | None] = mapped_column(String(20))
    religious_character: Mapped[str | None] = mapped_column(String(80))
    trust_uid: Mapped[int | None] = mapped_column(ForeignKey("trust.uid"), index=True)
    open_date: Mapped[date | None]
    close_date: Mapped[date | None]
    street: Mapped[str | None] = mapped_column(String(150))
    locality: Mapped[str | None] = mapped_column(String(150))
    town: Mapped[str | None] = mapped_column(String(100))
    county: Mapped[str | None] = mapped_column(String(100))
    postcode: Mapped[str | None] = mapped_column(String(10))
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    website: Mapped[str | None] = mapped_column(String(300))
    telephone: Mapped[str | None] = mapped_column(String(30))
    head_name: Mapped[str | None] = mapped_column(String(150))
    head_title: Mapped[str | None] = mapped_column(String(100))
    search_text: Mapped[str] = mapped_column(String(400))
    changed_at: Mapped[datetime] = mapped_column(Instant)

    trust: Mapped[Trust | None] = relationship(lazy="joined")

    @property
    def takes_work(self) -> bool:
        """Whether new work may begin here."""
        return self.status is not SchoolStatus.CLOSED


class SchoolLink(Base):
    """Which school followed which: ``linked_urn`` is ``urn``'s successor, predecessor, ..."""

    __tablename__ = "school_link"

    urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    linked_urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    on: Mapped[date | None]


class SchoolImport(Base):
    """One import of the register: asked for on a page or the command line, and its report."""

    __tablename__ = "school_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ImportState] = mapped_column(one_of(ImportState, "import_state"))
    dry_run: Mapped[bool]
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    file_name: Mapped[str] = mapped_column(String(200))
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    report: Mapped[Any] = mapped_column(JSON, nullable=True)
