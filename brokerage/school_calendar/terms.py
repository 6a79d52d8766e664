"""Terms: when schools are in session, and the usual pattern where nobody has set one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Literal
from zlib import crc32

Season = Literal["autumn", "spring", "summer"]
SEASONS: tuple[Season, ...] = ("autumn", "spring", "summer")


class SeasonOf(StrEnum):
    """The seasons, to be stored and chosen from."""

    AUTUMN, SPRING, SUMMER = SEASONS


class DayKind(StrEnum):
    """Why a day is out of the usual. On days without visits pupils are in school: promises run."""

    INSET = "INSET day"
    SHUT = "shut"
    NO_VISITS = "no visits"


FIRST_MONTH_OF_SCHOOL_YEAR = 8  # Leicestershire and some trusts are back in late August


@dataclass(frozen=True, slots=True, order=True)
class Dates:
    """Days from `first` to `last`, both included. Raises ValueError when `last` comes first."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} comes before {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a school, first and last day included, with its half-term days off.

    Two terms of one season may stand for the two halves; then each has no `half_term`.
    Raises ValueError when the dates are the wrong way round or the half-term lies outside.
    """

    season: Season
    first: date
    last: date
    half_term: Dates | None = None

    def __post_init__(self) -> None:
        whole = Dates(self.first, self.last)
        off = self.half_term
        if off is not None and not (off.first in whole and off.last in whole):
            raise ValueError(f"the half-term from {off.first} is not inside its term")

    @property
    def school_year(self) -> int:
        """The calendar year in which this term's school year began: 2025 for 2025-26."""
        return school_year_of(self.first)

    def in_session(self, day: date) -> bool:
        """Whether `day` lies in the term and not in its half-term; weekends are not looked at."""
        return self.first <= day <= self.last and (
            self.half_term is None or day not in self.half_term
        )


def own_before_shared(own: Iterable[Term], shared: Iterable[Term]) -> tuple[Term, ...]:
    """A school's own terms, and the shared ones of every season that it has not set itself."""
    own = tuple(own)
    set_by_school = {(term.school_year, term.season) for term in own}
    return own + tuple(
        term for term in shared if (term.school_year, term.season) not in set_by_school
    )


def school_year_of(day: date) -> int:
    """The calendar year in which the school year of `day` began; August opens the next one."""
    return day.year if day.month >= FIRST_MONTH_OF_SCHOOL_YEAR else day.year - 1


@lru_cache(maxsize=128)
def default_terms(year: int) -> tuple[Term, Term, Term]:
    """The usual terms of the school year that begins in `year`, for those who have set none.

    There is no national pattern: this one follows what most authorities publish, and gives for
    2025 exactly 1 Sep - 19 Dec (27-31 Oct off), 5 Jan - 27 Mar (16-20 Feb off) and
    13 Apr - 20 Jul (25-29 May off). Easter takes the week of Good Friday and the week after.
    """
    autumn_ends = _weekday_by(date(year, 12, 22), 4)
    spring_begins = autumn_ends + timedelta(days=17)
    easter = easter_sunday(year + 1)
    return (
        Term("autumn", _weekday_from(date(year, 9, 1)), autumn_ends, _week_by(date(year, 10, 28))),
        Term("spring", spring_begins, easter - timedelta(9), _week_by(date(year + 1, 2, 17))),
        Term(
            "summer",
            easter + timedelta(8),
            _weekday_until(date(year + 1, 7, 20)),
            _week_by(date(year + 1, 5, 31)),
        ),
    )


def easter_sunday(year: int) -> date:
    """Easter Sunday of the western churches in `year` (the anonymous Gregorian algorithm)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _weekday_by(day: date, weekday: int) -> date:
    """The last such weekday (Monday is 0) on or before `day`."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _week_by(day: date) -> Dates:
    """Monday to Friday of the week of the last Monday on or before `day`."""
    monday = _weekday_by(day, 0)
    return Dates(monday, monday + timedelta(days=4))


def _weekday_from(day: date) -> date:
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())


def _weekday_until(day: date) -> date:
    return day if day.weekday() < 5 else _weekday_by(day, 4)


def version_of(*dates: date | None) -> int:
    """A number that tells one set of a term's dates from another: which of them a page was made
    from."""
    return crc32(" ".join(day.isoformat() if day else "-" for day in dates).encode()) >> 1
