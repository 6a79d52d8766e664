"""Bank holidays are known offline, and foreseen by the standing rule where not yet published."""

from datetime import date

import pytest

from brokerage.school_calendar import bank_holidays
from brokerage.school_calendar.terms import easter_sunday

# Years without a day moved or added by proclamation (jubilees, VE Day, funeral, coronation).
ORDINARY_YEARS = [2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2024, 2025, 2026, 2027, 2028]


@pytest.mark.parametrize("year", ORDINARY_YEARS)
def test_the_usual_rule_gives_the_published_days(year: int) -> None:
    assert bank_holidays.usual(year) == {d for d in bank_holidays.published() if d.year == year}


def test_one_off_days_are_in_the_published_list() -> None:
    assert date(2023, 5, 8) in bank_holidays.published()  # the coronation
    assert date(2022, 9, 19) in bank_holidays.published()  # the state funeral


def test_days_kept_in_scotland_alone_are_not_ours() -> None:
    assert date(2025, 1, 2) not in bank_holidays.england_and_wales()


def test_the_published_list_ends_with_a_year_and_is_carried_on() -> None:
    end = bank_holidays.published_until()
    assert (end.month, end.day) == (12, 31)
    assert max(bank_holidays.published()) <= end
    assert bank_holidays.usual(end.year + 1) <= bank_holidays.england_and_wales()


@pytest.mark.parametrize(
    ("year", "christmas_days"),
    [(2032, {27, 28}), (2033, {26, 27}), (2037, {25, 28}), (2036, {25, 26})],
)
def test_christmas_on_a_weekend_moves(year: int, christmas_days: set[int]) -> None:
    assert {day.day for day in bank_holidays.usual(year) if day.month == 12} == christmas_days


@pytest.mark.parametrize(
    "easter", [date(2008, 3, 23), date(2019, 4, 21), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter(easter: date) -> None:
    assert easter_sunday(easter.year) == easter
