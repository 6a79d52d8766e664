"""What agreements are written on, and how they change: the partnership's sentences, the changes
that were proposed, and what those whom they touch answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.engagements.change_rules import Asked, ChangeKind, ChangeState
from brokerage.engagements.models import Engagement
from brokerage.people.models import Person


class AgreementTemplate(Versioned, Base):
    """The standing sentences of one partnership's agreements, by the codes of their sections. One
    that has none of its own has the service's."""

    __tablename__ = "agreement_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), unique=True)
    texts: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[int | None]


class Change(Versioned, Base):
    """Something that is to be otherwise in an engagement: ``new`` in place of ``before``.

    ``asked_as`` is what whoever proposes it is to the engagement: they have said yes by proposing.
    Those it touches are to answer by the end of ``due_on``.
    ``stuck`` says why it could not be carried out though everybody had said yes;
    ``agreement_number`` is the version that came of it.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index(
            "uq_change_engagement_id_open",
            "engagement_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(None, "engagement_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(one_of(ChangeKind, "change_kind"))
    state: Mapped[ChangeState] = mapped_column(
        one_of(ChangeState, "change_state"), default=ChangeState.PROPOSED
    )
    new: Mapped[Any] = mapped_column(JSON)
    before: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300))
    asked_as: Mapped[Asked] = mapped_column(one_of(Asked, "asked_as"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    stuck: Mapped[str] = mapped_column(String(300), default="")
    agreement_number: Mapped[int | None]
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    engagement: Mapped[Engagement] = relationship()
    answers: Mapped[list["ChangeAnswer"]] = relationship(order_by="ChangeAnswer.id")


class ChangeAnswer(Base):
    """What one of those whom a change touches answered. ``recorded_by`` is somebody else where it
    came by telephone; until ``undone_at`` the person can undo such an answer by link."""

    __tablename__ = "change_answer"
    __table_args__ = (
        Index(
            "uq_change_answer_change_id_asked",
            "change_id",
            "asked",
            unique=True,
            sqlite_where=text("undone_at is null"),
            postgresql_where=text("undone_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"), index=True)
    asked: Mapped[Asked] = mapped_column(one_of(Asked, "asked"))
    yes: Mapped[bool]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    via: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(300), default="")
    undone_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship()
