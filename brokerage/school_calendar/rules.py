"""School days, and the deadlines counted in them. Pure: no clock, no database.

Instants are aware datetimes; those given back are in UTC. Dates are London dates.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from brokerage.school_calendar.terms import (
    SEASONS,
    Season,
    Term,
    default_terms,
    school_year_of,
)

LONDON = ZoneInfo("Europe/London")
CLOSE_OF_THE_SCHOOL_DAY = time(16, 0)  # asked later than this, day 0 is the next school day
ONE_DAY = timedelta(days=1)
SEARCHED_DAYS = 366  # how far ahead a date that suits two schools is looked for


@dataclass(frozen=True)
class SchoolCalendar:
    """The days of one school, or of a partnership for its schools that have set none.

    `terms` may be empty or leave some out: a term (school year and season) that is not given is
    taken from the default pattern, so that a date in the future always has an answer and August
    never fills with school days.

    `inset_days` (and days closed by snow or strike) are not school days: no session is held.
    `no_go_days` (tests, mock examinations, census) are school days, and promises run through
    them, but nobody may visit: a school cannot stretch a promise by closing its door.
    """

    bank_holidays: frozenset[date]
    terms: tuple[Term, ...] = ()
    inset_days: frozenset[date] = frozenset()
    no_go_days: frozenset[date] = frozenset()

    def term_of(self, day: date) -> Term | None:
        """The term that `day` lies in (half-term and weekends included), given or default."""
        for term in self._terms_of(school_year_of(day)):
            if term.first <= day <= term.last:
                return term
        return None

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in school on `day`."""
        days = self._school_days_of(school_year_of(day))
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def is_open_to_visitors(self, day: date) -> bool:
        """Whether it is a school day that the school has not marked as a no-go day."""
        return day not in self.no_go_days and self.is_school_day(day)

    def next_school_day(self, day: date) -> date:
        """The first school day after `day`."""
        return next(self._school_days(day, ONE_DAY))

    def add_school_days(self, day: date, count: int) -> date:
        """The `count`-th school day after `day`, or before it when `count` is negative.

        Nought gives `day` itself if it is a school day, else the next one.
        """
        if count == 0:
            return self.next_school_day(day - ONE_DAY)
        days = self._school_days(day, ONE_DAY if count > 0 else -ONE_DAY)
        for _ in range(abs(count) - 1):
            next(days)
        return next(days)

    def school_days_between(self, start: date, end: date) -> int:
        """How many school days lie after `start`, up to and including `end`.

        Negative when `end` is earlier; it undoes `add_school_days` for any count but nought.
        """
        if end < start:
            return -self.school_days_between(end - ONE_DAY, start - ONE_DAY)
        years = range(school_year_of(start), school_year_of(end) + 1)
        found = (self._school_days_of(year) for year in years)
        return sum(bisect_right(days, end) - bisect_right(days, start) for days in found)

    def day_zero(self, asked_at: datetime) -> date:
        """The school day on which we ask; the next one if after 16:00 London or on no school day.

        Sixteen o'clock itself still counts. Raises ValueError for a datetime without a zone.
        """
        asked = in_london(asked_at)
        if asked.time() <= CLOSE_OF_THE_SCHOOL_DAY and self.is_school_day(asked.date()):
            return asked.date()
        return self.next_school_day(asked.date())

    def deadline(self, asked_at: datetime, school_days: int) -> date:
        """The last day to answer: the n-th school day after day 0 of the school that is asked.

        Nought gives day 0. Raises ValueError for a negative number or a datetime without a zone.
        """
        if school_days < 0:
            raise ValueError("a deadline cannot lie before the day of asking")
        return self.add_school_days(self.day_zero(asked_at), school_days)

    @cached_property
    def _given(self) -> dict[tuple[int, Season], tuple[Term, ...]]:
        given: dict[tuple[int, Season], tuple[Term, ...]] = {}
        for term in self.terms:
            key = (term.school_year, term.season)
            given[key] = (*given.get(key, ()), term)
        return given

    @cached_property
    def _years(self) -> dict[int, list[date]]:
        return {}

    def _school_days_of(self, year: int) -> list[date]:
        """The school days of the school year that begins in `year`, in order: worked out once,
        since lists of promises count in them again and again."""
        if year not in self._years:
            days = {
                day
                for term in self._terms_of(year)
                for day in _days(term.first, term.last)
                if term.in_session(day) and school_year_of(day) == year and day.weekday() < 5
            }
            self._years[year] = sorted(days - self.bank_holidays - self.inset_days)
        return self._years[year]

    def _terms_of(self, year: int) -> tuple[Term, ...]:
        """The terms of the school year that begins in `year`, the defaults filling the gaps."""
        usual = dict(zip(SEASONS, default_terms(year), strict=True))
        return tuple(
            term for season in SEASONS for term in self._given.get((year, season), (usual[season],))
        )

    def _school_days(self, day: date, step: timedelta) -> Iterator[date]:
        while True:
            day += step
            if self.is_school_day(day):
                yield day


def both_open(one: SchoolCalendar, other: SchoolCalendar, day: date) -> bool:
    """Whether a visit from the one school to the other can be on `day`."""
    return one.is_open_to_visitors(day) and other.is_open_to_visitors(day)


def next_day_both_open(one: SchoolCalendar, other: SchoolCalendar, day: date) -> date | None:
    """The first date after `day` on which both are open; None if there is none in a year."""
    ahead = _days(day + ONE_DAY, day + timedelta(days=SEARCHED_DAYS))
    return next((found for found in ahead if both_open(one, other, found)), None)


def nine_oclock(day: date) -> datetime:
    """The UTC instant of 9:00 in London on `day`."""
    return datetime.combine(day, time(9, 0), LONDON).astimezone(UTC)


def midnight_after(day: date) -> datetime:
    """The UTC instant of the London midnight that ends `day`."""
    return datetime.combine(day + ONE_DAY, time(0, 0), LONDON).astimezone(UTC)


def in_london(instant: datetime) -> datetime:
    """The same instant by the London clock. Raises ValueError for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(LONDON)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))
