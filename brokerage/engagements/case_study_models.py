"""Case studies: what a closed engagement can teach others, without names and by consent."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.models import Engagement
from brokerage.specialisms.models import Specialism


class CaseStudy(Versioned, Base):
    """The story of one engagement. ``revision`` counts the texts that consent was given to: a
    changed text is another, and is asked about anew."""

    __tablename__ = "case_study"
    __table_args__ = (Index(None, "partnership_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), unique=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    code: Mapped[str | None] = mapped_column(ForeignKey("specialism.code"))
    state: Mapped[CaseStudyState] = mapped_column(
        one_of(CaseStudyState, "case_study_state"), default=CaseStudyState.DRAFT
    )
    title: Mapped[str] = mapped_column(String(200))
    situation: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[str] = mapped_column(Text, default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    lasted: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(Instant)
    asked_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    engagement: Mapped[Engagement] = relationship()
    specialism: Mapped[Specialism | None] = relationship(lazy="joined")
    consents: Mapped[list["CaseStudyConsent"]] = relationship(order_by="CaseStudyConsent.id")


class CaseStudyConsent(Base):
    """What the supported head, or the leader, said to one text of a case study."""

    __tablename__ = "case_study_consent"
    __table_args__ = (UniqueConstraint("case_study_id", "revision", "whose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_study_id: Mapped[int] = mapped_column(ForeignKey("case_study.id"))
    revision: Mapped[int]
    whose: Mapped[Whose] = mapped_column(one_of(Whose, "whose"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    yes: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int | None]
