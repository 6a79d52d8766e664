"""The days of the made-up history, laid out from today backwards, on school days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from brokerage.clock import LONDON, london_date
from brokerage.leaders.rules import school_year
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar

LONGEST = 90
"""School days that the longest story of a need takes, from its posting to its evaluation."""


@dataclass(frozen=True)
class Days:
    """What the history needs to know of the calendar. All of it happens before today."""

    now: datetime

    @cached_property
    def calendar(self) -> SchoolCalendar:
        return SchoolCalendar(england_and_wales())

    @property
    def today(self) -> date:
        return london_date(self.now)

    @cached_property
    def begins(self) -> date:
        """The first school day of last school year's September: there the history begins."""
        return self.calendar.add_school_days(date(school_year(self.today) - 1, 9, 1), 0)

    @cached_property
    def latest(self) -> date:
        """The last school day before today."""
        return self.calendar.add_school_days(self.today, -1)

    @cached_property
    def length(self) -> int:
        """School days from the beginning to the latest one."""
        return self.calendar.school_days_between(self.begins, self.latest)

    def ago(self, school_days: int) -> date:
        """So many school days before the latest one."""
        return self.after(self.latest, -school_days)

    def along(self, share: float) -> date:
        """A day so far along the part of the history from which a story still comes to its end."""
        return self.after(self.begins, round(share * (self.length - LONGEST)))

    def after(self, day: date, school_days: int) -> date:
        """So many school days after (or before) a day."""
        return self.calendar.add_school_days(day, school_days) if school_days else day


def at(chance: Random, day: date, first: int = 8, last: int = 16) -> datetime:
    """An instant between these hours of a day in London."""
    minutes = chance.randrange(first * 60, last * 60)
    here = datetime.combine(day, time(minutes // 60, minutes % 60), LONDON)
    return here.astimezone(UTC)


def one_minute_on(instant: datetime) -> datetime:
    return instant + timedelta(minutes=1)
