"""The first 100 days of a headship, counted in calendar days or in school days. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from brokerage.school_calendar.rules import ONE_DAY, SchoolCalendar
from brokerage.school_calendar.terms import Dates

HUNDRED = 100


def hundred_calendar_days(starts_on: date) -> Dates:
    """The first and the last of the 100 calendar days; the day of starting is day 1."""
    return Dates(starts_on, starts_on + timedelta(days=HUNDRED - 1))


def hundred_school_days(calendar: SchoolCalendar, starts_on: date) -> Dates:
    """From the start to the 100th school day; day 1 is the first school day in post."""
    return Dates(starts_on, calendar.add_school_days(starts_on - ONE_DAY, HUNDRED))


def calendar_day_of_hundred(starts_on: date, today: date) -> int | None:
    """Day n of 100 by the calendar, 1 to 100; None before the start and after day 100."""
    return (today - starts_on).days + 1 if today in hundred_calendar_days(starts_on) else None


def school_day_of_hundred(calendar: SchoolCalendar, starts_on: date, today: date) -> int | None:
    """Day n of 100 in school days; None before the start and after day 100.

    On a day without school it is the number reached so far: 0 before the first school day in post.
    """
    if today not in hundred_school_days(calendar, starts_on):
        return None
    return calendar.school_days_between(starts_on - ONE_DAY, today)
