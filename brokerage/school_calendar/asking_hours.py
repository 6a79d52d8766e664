"""When the service asks somebody something of its own accord: from nine in the morning, London, on
a school day of theirs. Pure. What a person does at a desk writes at once."""

from datetime import date, datetime

from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar, in_london, nine_oclock

FIRST_HOUR = 9
"""Nobody is asked before nine in the morning, London."""
SATURDAY = 5


def anybody_may_be_asked(now: datetime) -> bool:
    """Whether there may be somebody to ask now: no school's calendar need be looked at before."""
    local = in_london(now)
    return local.hour >= FIRST_HOUR and not no_school_anywhere(local.date())


def no_school_anywhere(day: date) -> bool:
    """Whether it is a weekend or a bank holiday."""
    return day.weekday() >= SATURDAY or day in england_and_wales()


def may_be_asked(calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether somebody whose school days are the ``calendar``'s may be asked now."""
    return next_asking(calendar, now) <= now


def next_asking(calendar: SchoolCalendar, now: datetime) -> datetime:
    """The first instant from ``now`` on at which they may be asked: now, or the next nine o'clock
    of a school day."""
    today = in_london(now).date()
    if calendar.is_school_day(today):
        return max(nine_oclock(today), now)
    return nine_oclock(calendar.next_school_day(today))
