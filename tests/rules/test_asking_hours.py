"""Nobody is asked before nine, nor on a day that is not a school day of theirs."""

from datetime import datetime

import pytest

from brokerage.school_calendar.asking_hours import (
    anybody_may_be_asked,
    may_be_asked,
    next_asking,
)
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import LONDON, SchoolCalendar

CALENDAR = SchoolCalendar(england_and_wales())


def london(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (london(11, 5, 9), london(11, 5, 9)),  # a Thursday
        (london(11, 5, 17, 30), london(11, 5, 17, 30)),
        (london(11, 5, 0), london(11, 5, 9)),
        (london(11, 7, 0), london(11, 9, 9)),  # a Saturday
        (london(12, 23, 10), london(1, 4, 9, year=2027)),
        (london(6, 10, 8, 59), london(6, 10, 9)),  # by the clock of summer
    ],
)
def test_the_next_asking_is_at_nine_of_a_school_day_or_now(now: datetime, asked: datetime) -> None:
    assert next_asking(CALENDAR, now) == asked
    assert may_be_asked(CALENDAR, now) is (now == asked)
    assert may_be_asked(CALENDAR, asked)
    assert anybody_may_be_asked(asked)


def test_in_a_holiday_somebody_elses_school_may_be_open() -> None:
    assert anybody_may_be_asked(london(12, 23, 10))
    assert not anybody_may_be_asked(london(12, 25, 10))
    assert not anybody_may_be_asked(london(11, 7, 10))
    assert not anybody_may_be_asked(london(11, 5, 8))
