"""Where the made-up new heads are, and when each of them starts."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from brokerage.demo.days import Days
from brokerage.demo.town import Town
from brokerage.school_calendar.rules import ONE_DAY

IN_TOUCH = "Copperhill Avenue Community Primary School"
PRIVATE = "Highmoor School"
WITHOUT_BUDDY = "Birkthwaite Primary School"
FINISHED = "Coble Street Primary School"
TO_CHECK = "Copperhill Primary School"
BEING_ASKED = "Northsands Sandpiper Primary School"


@dataclass(frozen=True)
class Starts:
    """When each of them starts, laid out from today."""

    days: Days
    dates: dict[str, date] = field(init=False)

    def __post_init__(self) -> None:
        days = self.days
        next_term = days.calendar.add_school_days(days.today + timedelta(days=30), 0)
        while days.calendar.is_school_day(next_term - 3 * ONE_DAY) or next_term.day > 14:
            next_term = days.calendar.next_school_day(next_term)
        dates = {
            IN_TOUCH: days.calendar.add_school_days(days.today - timedelta(days=32), -1),
            PRIVATE: next_term,
            WITHOUT_BUDDY: days.ago(3),
            FINISHED: days.calendar.add_school_days(date(days.begins.year + 1, 1, 2), 1),
            TO_CHECK: next_term,
            BEING_ASKED: next_term,
        }
        object.__setattr__(self, "dates", dates)

    def leaving(self, town: Town) -> dict[int, date]:
        """The last day of those who led these schools before, where that is known by now."""
        known = (IN_TOUCH, WITHOUT_BUDDY, FINISHED, BEING_ASKED)
        return {town.called(name).urn: self.dates[name] - ONE_DAY for name in known}

    def schools(self, town: Town) -> set[int]:
        return {town.called(name).urn for name in self.dates}
