"""Bank holidays of England and Wales, without a network."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from brokerage.school_calendar.terms import easter_sunday

YEARS_FORESEEN = 20  # how far the usual rule is carried on after the published list ends


@cache
def published() -> frozenset[date]:
    """Every bank holiday GOV.UK has published, from the copy inside `govuk-bank-holidays`."""
    # The cached copy only: without this flag the package calls GOV.UK.
    holidays = BankHolidays(use_cached_holidays=True)
    return frozenset(
        holiday["date"] for holiday in holidays.get_holidays(division=holidays.ENGLAND_AND_WALES)
    )


@cache
def published_until() -> date:
    """The last day for which `published` is whole: GOV.UK publishes complete years."""
    return date(max(published()).year, 12, 31)


def usual(year: int) -> frozenset[date]:
    """The eight bank holidays of `year` by the standing rule, substitute days included.

    Source: Banking and Financial Dealings Act 1971, schedule 1, and the substitute days that
    royal proclamation gives every time. One-off days (a coronation) cannot be foreseen.
    """
    easter = easter_sunday(year)
    may = date(year, 5, 1)
    first_of_may = may + timedelta(days=-may.weekday() % 7)
    return frozenset(
        {
            _moved_off_weekend(date(year, 1, 1)),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            first_of_may,
            _last_monday(date(year, 5, 31)),
            _last_monday(date(year, 8, 31)),
        }
    ) | _christmas(year)


@cache
def england_and_wales() -> frozenset[date]:
    """What a calendar needs: the published days, then `YEARS_FORESEEN` years by the usual rule."""
    last = published_until().year
    foreseen = (usual(year) for year in range(last + 1, last + 1 + YEARS_FORESEEN))
    return published().union(*foreseen)


def _moved_off_weekend(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def _last_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _christmas(year: int) -> frozenset[date]:
    """Christmas Day and Boxing Day; each on a weekend moves to the next weekday not yet taken."""
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    moved = {5: (27, 28), 6: (27, 26), 4: (25, 28)}.get(christmas.weekday())
    if moved is None:
        return frozenset({christmas, boxing})
    return frozenset(date(year, 12, day) for day in moved)
