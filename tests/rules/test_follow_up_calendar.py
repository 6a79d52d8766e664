"""Every kind of follow-up from every day, day by day, against a naive count of school days.

The short form begins on a few days of one year in one pattern of terms; the long one (make
calendar) on every day of five years in three. What fails says its pattern, kind, day and seed.
"""

import os
import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest

from brokerage.follow_ups.ladder import due, next_look
from brokerage.follow_ups.rules import RULES, Asking, Round
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.school_calendar.terms import Dates, Term, default_terms

LONG = os.environ.get("CALENDAR") == "long"
SEED = int(os.environ.get("CALENDAR_SEED", "0"))
YEARS = range(2025, 2030) if LONG else range(2026, 2027)
A_FEW = 25
"""So many days of the year are begun on in the short form."""
PROMISES = (3, 5, 10)
"""How many school days the promises of a partnership may have."""
ONE_DAY = timedelta(1)


def usual(year: int) -> list[Term]:
    return list(default_terms(year))


def two_weeks_in_october(year: int) -> list[Term]:
    """A fortnight in autumn, a spring break that does not follow Easter."""
    return [
        Term("autumn", date(year, 9, 3), date(year, 12, 20), _off(year, 10, 18, 31)),
        Term("spring", date(year + 1, 1, 6), date(year + 1, 3, 31), _off(year + 1, 2, 10, 14)),
        Term("summer", date(year + 1, 4, 16), date(year + 1, 7, 24), _off(year + 1, 5, 26, 30)),
    ]


def back_in_august(year: int) -> list[Term]:
    return [
        Term("autumn", date(year, 8, 26), date(year, 12, 17), _off(year, 10, 13, 17)),
        Term("spring", date(year + 1, 1, 4), date(year + 1, 3, 27), _off(year + 1, 2, 17, 21)),
        Term("summer", date(year + 1, 4, 13), date(year + 1, 7, 10), _off(year + 1, 5, 25, 31)),
    ]


def _off(year: int, month: int, first: int, last: int) -> Dates:
    return Dates(date(year, month, first), date(year, month, last))


PATTERNS = {"usual": usual, "two weeks in October": two_weeks_in_october, "August": back_in_august}
ALL_YEARS = range(2023, 2033)


def inset_days(name: str) -> frozenset[date]:
    """Where terms are not the usual ones: the first day of each, and one in June."""
    if name == "usual":
        return frozenset()
    terms = [term.first for year in ALL_YEARS for term in PATTERNS[name](year)]
    return frozenset([*terms, *(date(year, 6, 15) for year in ALL_YEARS)])


@cache
def calendar_of(name: str) -> SchoolCalendar:
    """The product's own calendar of the pattern; of the usual one, as it is where none was set."""
    terms = () if name == "usual" else tuple(t for y in ALL_YEARS for t in PATTERNS[name](y))
    return SchoolCalendar(england_and_wales(), terms, inset_days(name))


@dataclass(frozen=True)
class Naive:
    """All school days of a pattern, in a list; and the days of weekly digests among them."""

    days: list[date]
    digests: list[date]

    def after(self, day: date, count: int) -> date:
        """The school day that comes as the so-manieth after ``day``."""
        return self.days[bisect_right(self.days, day) + count - 1]

    def before(self, day: date, count: int) -> date:
        return self.days[bisect_left(self.days, day) - count]

    def from_on(self, day: date) -> date:
        return self.days[bisect_left(self.days, day)]


@cache
def naive_of(name: str) -> Naive:
    days = []
    day = date(2023, 9, 1)
    holidays, inset = england_and_wales(), inset_days(name)
    terms = [term for year in ALL_YEARS for term in PATTERNS[name](year)]
    while day < date(2032, 7, 1):
        at_school = any(
            term.first <= day <= term.last
            and not (term.half_term and term.half_term.first <= day <= term.half_term.last)
            for term in terms
        )
        if at_school and day.weekday() < 5 and day not in holidays and day not in inset:
            days.append(day)
        day += ONE_DAY
    weeks = defaultdict(list)
    for day in days:
        weeks[day.isocalendar()[:2]].append(day)
    return Naive(days, sorted(min(week) for week in weeks.values()))


def expected(asking: Asking, naive: Naive) -> dict[Round, date]:
    """Each rung's right day, reckoned from the list of school days alone."""
    rule, right = asking.rule, {}
    begun = asking.since
    if rule.asks:
        whole_in_digest = Round.ASK in rule.digest
        days = naive.digests if whole_in_digest else naive.days
        right[Round.ASK] = begun = days[bisect_left(days, begun)]
    ends = asking.due_on or naive.after(begun, rule.days or 0)
    last_so = naive.before(ends, rule.remind_before)
    in_digests = [day for day in naive.digests if begun < day <= ends]
    if Round.REMIND in rule.digest and in_digests:
        early = [day for day in in_digests if day <= last_so]
        remind = early[-1] if early else in_digests[0]
    else:
        remind = max(last_so, naive.after(begun, 1))
    if remind <= ends:
        right[Round.REMIND] = remind
    if rule.remind_again is not None:
        from_then = naive.after(remind, 2)
        last_so = naive.before(ends, rule.remind_again) if rule.remind_again else ends
        again: date | None
        if Round.REMIND_AGAIN in rule.digest:
            fit = [day for day in in_digests if day >= from_then]
            early = [day for day in fit if day <= last_so]
            again = early[-1] if early else next(iter(fit), None)
        else:
            again = last_so if last_so >= from_then else None
        if again is not None:
            right[Round.REMIND_AGAIN] = again
    right[Round.DESK] = naive.after(ends, 1)
    if rule.lapses:
        first, last = bisect_right(naive.days, begun), bisect_right(naive.days, ends)
        right[Round.LAPSE] = naive.after(right[Round.DESK], max(last - first, 1))
    return right


def driven(asking: Asking, until: date, calendar: SchoolCalendar) -> list[tuple[Round, date]]:
    """What happens to an asking that nobody answers: looked at on each and every day, twice, as if
    the hour of nine came twice; and, beside that, on the days alone that the hint names."""
    done: dict[Round, date] = {}
    log, hint = [], asking.since
    day = asking.since
    while day <= until:
        for _ in range(2):
            now = replace(asking, asked_on=done.get(Round.ASK))
            rung = due(now, done, day, calendar)
            if rung is not None:
                assert hint is not None, f"nobody would have looked on {day}"
                assert hint <= day, f"looked again on {hint} only, and due on {day}"
                log.append((rung.round, day))
                done[rung.round] = day
        if hint is not None and hint <= day:
            now = replace(asking, asked_on=done.get(Round.ASK))
            hint = next_look(now, done, day, calendar)
        day += ONE_DAY
    return log


def days_to_begin_on() -> list[date]:
    days = [
        date(year, 9, 1) + timedelta(number)
        for year in YEARS
        for number in range((date(year + 1, 9, 1) - date(year, 9, 1)).days)
    ]
    return days if LONG else sorted(random.Random(SEED).sample(days, A_FEW))


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(RULES))
@pytest.mark.parametrize("name", PATTERNS if LONG else ["two weeks in October"])
def test_each_rung_is_climbed_once_on_its_right_school_day(name: str, kind: str) -> None:
    calendar, naive = calendar_of(name), naive_of(name)
    for since in days_to_begin_on():
        lengths = PROMISES if RULES[kind].days is None else (None,)
        for length in lengths:
            due_on = naive.after(since, length) if length else None
            # Others ask, or promise, on school days; what the service asks first begins anywhere.
            begun = since if RULES[kind].asks else naive.from_on(since)
            asking = Asking(kind, "thing", 1, begun, 7, due_on)
            right = expected(asking, naive)
            where = f"{name}, {kind}, {begun}, promise {length}, seed {SEED}"
            log = driven(asking, max(right.values()) + timedelta(30), calendar)
            assert log == sorted(right.items()), where
            assert all(day in naive.days for _, day in log), where


@pytest.mark.parametrize("name", PATTERNS)
def test_the_product_and_the_naive_list_know_the_same_school_days(name: str) -> None:
    calendar, naive = calendar_of(name), set(naive_of(name).days)
    for number in range((date(2031, 9, 1) - date(2024, 9, 1)).days):
        day = date(2024, 9, 1) + timedelta(number)
        assert calendar.is_school_day(day) == (day in naive), day
