"""Terms and closed days as they were set: a partnership's, and a school's own where it differs.

Each row belongs to one of the two. A season of a school year that a school has set replaces its
partnership's; days on which a school is shut, or wants no visits, add up.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, one_of
from brokerage.school_calendar.terms import Dates, DayKind, SeasonOf, Term

ONE_OWNER = "(partnership_id is null) <> (urn is null)"


class SchoolTerm(Base):
    """One term of one school year. A season in two halves with other weeks between them is two
    terms in other lists; here it is one, with what lies between as its half-term."""

    __tablename__ = "school_term"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="one_owner"),
        CheckConstraint("first < last", name="in_order"),
        UniqueConstraint("partnership_id", "year", "season"),
        UniqueConstraint("urn", "year", "season"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"))
    urn: Mapped[int | None] = mapped_column(ForeignKey("school.urn"))
    year: Mapped[int]
    season: Mapped[SeasonOf] = mapped_column(one_of(SeasonOf, "season"))
    first: Mapped[date]
    last: Mapped[date]
    half_term_first: Mapped[date | None]
    half_term_last: Mapped[date | None]

    @property
    def term(self) -> Term:
        """The same as a value, to reckon with."""
        return term_value(
            self.season, self.first, self.last, self.half_term_first, self.half_term_last
        )


class ClosedDays(Base):
    """Days, first to last, on which a school is shut or wants no visits."""

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="one_owner"),
        CheckConstraint("first <= last", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"), index=True)
    urn: Mapped[int | None] = mapped_column(ForeignKey("school.urn"), index=True)
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind, "day_kind"))
    first: Mapped[date]
    last: Mapped[date]
    note: Mapped[str] = mapped_column(String(120), default="")


def term_value(
    season: SeasonOf, first: date, last: date, off_first: date | None, off_last: date | None
) -> Term:
    """A term; raises ValueError where its dates are the wrong way round."""
    off = Dates(off_first, off_last) if off_first and off_last else None
    return Term(season.value, first, last, off)
