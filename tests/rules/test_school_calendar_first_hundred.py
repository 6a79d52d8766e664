"""Which day of the first 100 it is for a new head."""

from datetime import date, timedelta

import pytest

from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.first_hundred import (
    calendar_day_of_hundred,
    hundred_calendar_days,
    hundred_school_days,
    school_day_of_hundred,
)
from brokerage.school_calendar.rules import SchoolCalendar

CALENDAR = SchoolCalendar(england_and_wales())
NEW_YEAR = date(2026, 1, 1)  # in post from a bank holiday; school begins on Monday 5 January


@pytest.mark.parametrize(
    ("today", "n"),
    [
        (date(2025, 12, 31), None),
        (NEW_YEAR, 1),
        (date(2026, 1, 31), 31),
        (date(2026, 4, 10), 100),
        (date(2026, 4, 11), None),
    ],
)
def test_day_n_of_100_by_the_calendar(today: date, n: int | None) -> None:
    assert calendar_day_of_hundred(NEW_YEAR, today) == n


@pytest.mark.parametrize(
    ("today", "n"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 2), 0),  # in post, and no school yet
        (date(2026, 1, 5), 1),
        (date(2026, 1, 10), 5),  # Saturday
        (date(2026, 1, 12), 6),
    ],
)
def test_day_n_of_100_in_school_days(today: date, n: int | None) -> None:
    assert school_day_of_hundred(CALENDAR, NEW_YEAR, today) == n


def test_the_hundredth_day_is_the_last_one() -> None:
    last = hundred_school_days(CALENDAR, NEW_YEAR).last
    assert school_day_of_hundred(CALENDAR, NEW_YEAR, last) == 100
    assert school_day_of_hundred(CALENDAR, NEW_YEAR, last + timedelta(days=1)) is None
    assert hundred_calendar_days(NEW_YEAR).last == date(2026, 4, 10) < last
