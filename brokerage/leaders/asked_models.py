"""What leaders are asked about their days: in June for the next year, once a term for this one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, one_of
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.leaders.models import Leader
from brokerage.partnerships.models import Partnership


class DaysQuestion(Base):
    """One question to one leader about their days of the school year ``year``, in the name of one
    of their partnerships; asked from ``since`` on, through the follow-ups.

    ``season`` is the term in which it is asked: each is asked once. Any pledge for that year
    answers it; ``recorded_by`` is a coordinator who noted the answer for the leader.
    """

    __tablename__ = "days_question"
    __table_args__ = (UniqueConstraint("leader_id", "kind", "year", "season"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(one_of(QuestionKind, "question_kind"))
    year: Mapped[int]
    season: Mapped[str] = mapped_column(String(10))
    since: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    half_days: Mapped[int | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    leader: Mapped[Leader] = relationship(lazy="joined")
    partnership: Mapped[Partnership] = relationship()
