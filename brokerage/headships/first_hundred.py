"""When things of a headship are due: its day of the hundred, its pulses, its buddy. Pure."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from brokerage.headships.rules import PULSE_DAYS
from brokerage.school_calendar.first_hundred import (
    HUNDRED,
    calendar_day_of_hundred,
    hundred_calendar_days,
    hundred_school_days,
    school_day_of_hundred,
)
from brokerage.school_calendar.rules import ONE_DAY, SchoolCalendar, in_london

SEPTEMBER_STARTS = (8, 9)  # some are back in late August
OVERNIGHT = timedelta(days=3)  # told on a Friday for the Monday


def day_of_hundred(
    calendar: SchoolCalendar, starts_on: date, today: date, *, in_school_days: bool
) -> int | None:
    """Day n of 100, as the partnership counts; None before the start and after day 100."""
    if in_school_days:
        return school_day_of_hundred(calendar, starts_on, today)
    return calendar_day_of_hundred(starts_on, today)


def date_of_day(
    calendar: SchoolCalendar, starts_on: date, day: int, *, in_school_days: bool
) -> date:
    """The date of day ``day`` (1 is the first day in post; 0 and less lie before it)."""
    if day < 1 or not in_school_days:
        return starts_on + timedelta(days=day - 1)
    return calendar.add_school_days(starts_on - ONE_DAY, day)


def last_day(calendar: SchoolCalendar, starts_on: date, *, in_school_days: bool) -> date:
    """The date of day 100."""
    if in_school_days:
        return hundred_school_days(calendar, starts_on).last
    return hundred_calendar_days(starts_on).last


def reached(calendar: SchoolCalendar, starts_on: date, today: date, *, in_school_days: bool) -> int:
    """How far a headship is, for what is due by now: 0 before it begins, 101 when it is over."""
    day = day_of_hundred(calendar, starts_on, today, in_school_days=in_school_days)
    if day is not None:
        return day
    return 0 if today < starts_on else HUNDRED + 1


def pulse_due(far: int, answered: Collection[int]) -> int | None:
    """The pulse to ask when ``far`` days are reached: the latest that has come, if it was not
    answered. One that was passed by is not asked for any more."""
    come = [day for day in PULSE_DAYS if day <= far]
    return come[-1] if come and come[-1] not in answered else None


def next_pulse_on(
    calendar: SchoolCalendar, starts_on: date, after: date, *, in_school_days: bool
) -> date | None:
    """The date of the first pulse that comes after ``after``; None when all have come."""
    dates = (
        date_of_day(calendar, starts_on, day, in_school_days=in_school_days) for day in PULSE_DAYS
    )
    return next((found for found in dates if found > after), None)


def buddy_by(
    calendar: SchoolCalendar, told_at: datetime, starts_on: date, notice_days: int
) -> date:
    """The day by which a buddy must be there.

    Overnight (a start within three days of the notice, or past): ``notice_days`` school days after
    it. A September head: the last school day of July, while that is no sooner than the same notice.
    Everybody else, and a September head of whom we hear too late for July: the last school day
    before the start, or, where none is left after the day of the notice, the day before it.
    """
    told_on = in_london(told_at).date()
    notice = calendar.deadline(told_at, notice_days)
    if starts_on - told_on <= OVERNIGHT:
        return notice
    if starts_on.month in SEPTEMBER_STARTS:
        end_of_july = calendar.add_school_days(date(starts_on.year, 8, 1), -1)
        if notice <= end_of_july:
            return end_of_july
    before = calendar.add_school_days(starts_on, -1)
    return before if before > told_on else starts_on - ONE_DAY


def answer_by(
    calendar: SchoolCalendar, asked_at: datetime, needed_by: date, usual_days: int
) -> date:
    """The last day for a buddy to answer: the usual number of school days, less where the buddy is
    needed sooner, but never less than one whole school day."""
    least = calendar.deadline(asked_at, 1)
    return min(calendar.deadline(asked_at, usual_days), max(needed_by, least))
