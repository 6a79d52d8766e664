"""The demand side: what schools ask for."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.leaders.models import Conflict
from brokerage.needs.rules import CloseReason, NeedState, Urgency
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import Phase, School
from brokerage.specialisms.models import Specialism


class Need(Versioned, Base):
    """What one school asks for: one specialism. Days are half-days.

    ``queue_by`` and ``queue_since`` are its place in the queue and stay when it comes back. Its
    present promise (``call_by``, ``name_by``) runs from ``promised_at``; ``paused_days`` are the
    school days since for which its clock has stood still while the school was asked something.
    ``fragile``, a school in difficulty, is the coordinators' word and seen by them alone.
    """

    __tablename__ = "need"
    __table_args__ = (
        Index("ix_need_queue", "partnership_id", "state", "urgency", "queue_by", "queue_since"),
        Index(None, "urn", "state"),
        CheckConstraint("half_days is null or half_days between 1 and 120", name="half_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"))
    state: Mapped[NeedState] = mapped_column(
        one_of(NeedState, "need_state"), default=NeedState.DRAFT
    )
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency, "urgency"), default=Urgency.NORMAL)

    worry: Mapped[str] = mapped_column(Text)
    whom: Mapped[str] = mapped_column(Text, default="")
    by_when: Mapped[date | None]
    ring_when: Mapped[str] = mapped_column(String(200), default="")

    code: Mapped[str | None] = mapped_column(ForeignKey("specialism.code"))
    also_code: Mapped[str | None] = mapped_column(ForeignKey("specialism.code"))
    phase: Mapped[Phase | None] = mapped_column(one_of(Phase, "phase"))
    half_days: Mapped[int | None]
    terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    weekdays: Mapped[list[str]] = mapped_column(JSON, default=list)
    designation: Mapped[str | None] = mapped_column(String(40))
    designation_required: Mapped[bool] = mapped_column(default=False)
    remote: Mapped[bool] = mapped_column(default=False)
    phone_enough: Mapped[bool] = mapped_column(default=False)
    fragile: Mapped[bool] = mapped_column(default=False)
    outcomes: Mapped[str] = mapped_column(Text, default="")
    baseline: Mapped[str] = mapped_column(Text, default="")
    site_contact: Mapped[str] = mapped_column(String(200), default="")
    who_pays: Mapped[str] = mapped_column(String(200), default="")

    posted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    posted_at: Mapped[datetime] = mapped_column(Instant)
    posted_for: Mapped[str | None] = mapped_column(String(40))
    head_agreed_on: Mapped[date | None]
    head_agreed_how: Mapped[str] = mapped_column(String(200), default="")
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    queue_since: Mapped[datetime | None] = mapped_column(Instant)
    queue_by: Mapped[date | None]
    promised_at: Mapped[datetime | None] = mapped_column(Instant)
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    call_by: Mapped[date | None]
    name_by: Mapped[date | None]
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    question: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    paused_days: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    waiting_for: Mapped[str | None] = mapped_column(String(300))
    over_at: Mapped[datetime | None] = mapped_column(Instant)
    over_reason: Mapped[CloseReason | None] = mapped_column(one_of(CloseReason, "close_reason"))
    over_note: Mapped[str] = mapped_column(String(300), default="")
    redirected_to: Mapped[str | None] = mapped_column(String(300))
    scoping_of: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    split_from: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    school: Mapped[School] = relationship(lazy="joined")
    partnership: Mapped[Partnership] = relationship()
    poster: Mapped[Person] = relationship(foreign_keys=[posted_by])
    coordinator: Mapped[Person | None] = relationship(foreign_keys=[coordinator_id])
    specialism: Mapped[Specialism | None] = relationship(foreign_keys=[code], lazy="joined")
    notes: Mapped[list["NeedNote"]] = relationship(order_by="NeedNote.id")
    bars: Mapped[list["NeedBar"]] = relationship(cascade="all, delete-orphan")
    conflicts: Mapped[list[Conflict]] = relationship(
        primaryjoin=lambda: and_(
            foreign(Conflict.urn) == Need.urn,
            foreign(Conflict.partnership_id) == Need.partnership_id,
            Conflict.ended_at.is_(None),
        ),
        order_by=Conflict.id,
        viewonly=True,
    )
    """What stands between its school and leaders: for coordinators alone."""


class NeedNote(Base):
    """A coordinator's note, for coordinators alone; corrected by another, never changed."""

    __tablename__ = "need_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(Text)

    author: Mapped[Person] = relationship()


class NeedBar(Base):
    """“Please not this leader”: seen by the coordinator alone."""

    __tablename__ = "need_bar"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
