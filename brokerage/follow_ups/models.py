"""What was asked of whom. What is due is never stored: it is worked out from the things."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant


class FollowUp(Base):
    """One thing the service asked one person (or put on the coordinator's desk), once: the unique
    key is the claim, so that no two processes ask the same."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "kind", "round", "recipient_id"),
        Index(None, "settled_at", "recipient_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    round: Mapped[int] = mapped_column(default=1)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    for_desk: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class Hush(Base):
    """All asking of a school stands still until the end of ``until`` (inspection, crisis)."""

    __tablename__ = "hush"

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"), index=True)
    until: Mapped[date]
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
