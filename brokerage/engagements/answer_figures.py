"""How many of those who were asked have answered, and what works by area: counts and no names. A
non-answer is counted as one, and never as a success."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import Session

from brokerage.clock import london_date
from brokerage.engagements.models import Engagement, Review, Visit
from brokerage.engagements.review_rules import MEASURED, Answering, Course, answering
from brokerage.engagements.rules import LOOK_BACK_MONTHS, WENT_WELL, ReviewKind, months_after
from brokerage.leaders.rules import school_year
from brokerage.needs.models import Need
from brokerage.specialisms.models import Specialism

NO_AREA = "no area named"
TOGETHER = "All other areas together"
SMALLEST = 5
"""Of fewer answers nothing is shown by itself, so that nobody reads what one head said."""
WAS_ASKED = frozenset({Answering.ANSWERED, Answering.ASKED, Answering.NOT_ANSWERED})


@dataclass(frozen=True)
class Answers:
    """Of so many heads who were asked in one of the reviews, how many have answered."""

    kind: ReviewKind
    asked: int
    answered: int

    @property
    def not_answered(self) -> int:
        return self.asked - self.answered


@dataclass(frozen=True)
class Works:
    """Of one area: how many were asked at the end and six months on, how many of them answered, and
    how many of these spoke of a clear or a large difference."""

    area: str
    asked: int = 0
    answered: int = 0
    well: int = 0
    asked_later: int = 0
    answered_later: int = 0
    well_later: int = 0

    def __add__(self, other: "Works") -> "Works":
        names = [field.name for field in fields(self)][1:]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Works(self.area, **sums)


@dataclass(frozen=True)
class _Told:
    """One engagement: its course, its area, and the level of difference that each review named."""

    year: int
    area: str
    course: Course
    levels: dict[ReviewKind, int | None]


def answers_and_works(
    session: Session, partnership_id: int, year: int, today: date
) -> tuple[list[Answers], list[Works]]:
    """Who has answered, by review: half way and at the end, of the school year's support; of looks
    back, those whose time came in this school year. And what works, by area, of the support of this
    school year and the one before."""
    told = _told(session, partnership_id, year)
    works: dict[str, Works] = {}
    for one in told:
        works[one.area] = works.get(one.area, Works(one.area)) + _works(one, today)
    answers = [_answers(kind, told, year, today) for kind in MEASURED]
    return answers, fold(row for row in works.values() if row.asked)


def fold(rows: Iterable[Works]) -> list[Works]:
    """Areas with enough answers, the most answers first, and all others together; where these are
    still too few, the smallest that is shown joins them. Too few in all: nothing."""
    order = sorted(rows, key=lambda row: (-row.answered, row.area))
    shown = [row for row in order if _enough(row)]
    rest = [row for row in order if not _enough(row)]
    while rest and shown and not _enough(sum(rest, Works(TOGETHER))):
        rest.append(shown.pop())
    together = sum(rest, Works(TOGETHER))
    return [*shown, *([together] if rest and _enough(together) else [])]


def _enough(row: Works) -> bool:
    """Whether neither the end nor what came later shows what fewer than five said."""
    return row.answered >= SMALLEST and (not row.answered_later or row.answered_later >= SMALLEST)


def _answers(kind: ReviewKind, told: Iterable[_Told], year: int, today: date) -> Answers:
    stands = [answering(kind, one.course, today) for one in told if _counts(kind, one, year)]
    asked = sum(how in WAS_ASKED for how in stands)
    return Answers(kind, asked, stands.count(Answering.ANSWERED))


def _counts(kind: ReviewKind, one: _Told, year: int) -> bool:
    months = LOOK_BACK_MONTHS.get(kind)
    if months is None:
        return one.year == year
    over_on = one.course.over_on
    return over_on is not None and school_year(months_after(over_on, months)) == year


def _works(one: _Told, today: date) -> Works:
    end, later = ReviewKind.EVALUATION, ReviewKind.LOOK_BACK_6
    return Works(
        one.area,
        answering(end, one.course, today) in WAS_ASKED,
        end in one.levels,
        (one.levels.get(end) or 0) >= WENT_WELL,
        answering(later, one.course, today) in WAS_ASKED,
        later in one.levels,
        (one.levels.get(later) or 0) >= WENT_WELL,
    )


def _told(session: Session, partnership_id: int, year: int) -> list[_Told]:
    """The support of this school year and the one before, with all that happened in it."""
    reviewed = select(
        Review.engagement_id,
        Review.id,
        Review.kind,
        Review.difference.label("number"),
        Review.answered_at.label("at"),
    )
    logged = select(Visit.engagement_id, Visit.id, null(), Visit.half_days, Visit.logged_at)
    happened = union_all(reviewed, logged.where(Visit.logged_at.is_not(None))).subquery()
    query = (
        select(
            Engagement.id,
            Engagement.year,
            Engagement.state,
            Engagement.half_days,
            Engagement.over_at,
            Specialism.name.label("area"),
            happened.c.id.label("happened"),
            happened.c.kind,
            happened.c.number,
        )
        .join(Need, Need.id == Engagement.need_id)
        .outerjoin(Specialism, Specialism.code == Need.code)
        .outerjoin(happened, happened.c.engagement_id == Engagement.id)
        .where(Engagement.partnership_id == partnership_id, Engagement.year.in_((year - 1, year)))
        .order_by(Engagement.id, happened.c.at, happened.c.id)
    )
    rows = groupby(session.execute(query), key=lambda row: row.id)
    return [_one(list(of_one)) for _, of_one in rows]


def _one(rows: list[Any]) -> _Told:
    """One engagement, of a row for each of its reviews and logged visits (or one for none)."""
    of = rows[0]
    levels = {row.kind: row.number for row in rows if row.kind is not None}
    logged = [row.number for row in rows if row.happened is not None and row.kind is None]
    over_on = london_date(of.over_at) if of.over_at else None
    course = Course(of.state, of.half_days, logged, over_on, frozenset(levels))
    return _Told(of.year, of.area or NO_AREA, course, levels)
