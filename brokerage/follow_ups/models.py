"""What was asked of whom. What is due is never stored: it is worked out from the things."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant


class FollowUp(Base):
    """One rung of the ladder climbed: somebody was asked or reminded, or it came onto the
    coordinator's desk. The unique key is the claim, so that no two processes do the same.

    ``since`` tells one asking from the next about the same thing (asked again after an undo).
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "kind", "since", "round", "recipient_id"),
        Index(None, "subject", "subject_id"),
        Index(None, "partnership_id", "round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    since: Mapped[date]
    round: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)


class DigestItem(Base):
    """A rung of which its person reads in the weekly digest that comes next; gone once it is in
    one, or settled. ``thing`` and ``thing_id`` say what was looked at (see ``subjects``)."""

    __tablename__ = "digest_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), unique=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    calendar_urn: Mapped[int | None] = mapped_column(ForeignKey("school.urn"))


class PutOff(Base):
    """Somebody would rather be asked again from ``until`` on: the ladder of that asking (which
    began on ``since``) begins anew then. Twice at most."""

    __tablename__ = "put_off"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "kind", "since", "number"),
        CheckConstraint("number between 1 and 2", name="twice_at_most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    since: Mapped[date]
    number: Mapped[int]
    until: Mapped[date]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)


class Hush(Base):
    """All asking of a school stands still until the end of ``until`` (inspection, crisis)."""

    __tablename__ = "hush"

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"), index=True)
    until: Mapped[date]
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
