"""Balances, when leaders are asked about their days, and what a month comes to."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.engagements.days_file import amount, latest_months, month_named
from brokerage.leaders.asked_rules import QuestionKind, goes_on, to_ask
from brokerage.leaders.balances import COLUMNS, Balance, balance_after, running
from brokerage.leaders.rules import Movement
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar

M = Movement
CALENDAR = SchoolCalendar(england_and_wales())
moved = st.lists(st.tuples(st.sampled_from(list(Movement)), st.integers(-40, 40)))


def test_a_balance_is_what_its_movements_come_to() -> None:
    moves = [(M.PLEDGED, 20), (M.HELD, 8), (M.FREED, 2), (M.AGREED, 6), (M.USED, 3), (M.USED, -1)]
    assert balance_after(moves) == Balance(pledged=20, held=0, agreed=4, used=2)
    assert balance_after([*moves, (M.UNUSED, 4)]).left == 18


@given(moved)
def test_the_balance_after_the_last_movement_is_the_balance(moves: list[tuple[M, int]]) -> None:
    assert ([Balance(), *running(moves)])[-1] == balance_after(moves)


@given(moved, moved)
def test_movements_add_up_in_any_order(a: list[tuple[M, int]], b: list[tuple[M, int]]) -> None:
    for column in COLUMNS:
        total = getattr(balance_after(a), column) + getattr(balance_after(b), column)
        assert getattr(balance_after([*b, *a]), column) == total


@pytest.mark.parametrize(
    ("today", "asks"),
    [
        (date(2026, 5, 29), False),  # half-term
        (date(2026, 6, 1), True),
        (date(2026, 7, 31), True),
        (date(2026, 8, 1), False),
        (date(2025, 6, 1), False),  # a Sunday
        (date(2025, 6, 2), True),
    ],
)
def test_next_years_days_are_asked_for_from_the_first_school_day_of_june(
    today: date, asks: bool
) -> None:
    found = [one for one in to_ask(CALENDAR, today) if one.kind is QuestionKind.ROUND]
    assert bool(found) is asks
    if asks:
        assert (found[0].year, found[0].since.month) == (today.year, 6)
        assert CALENDAR.is_school_day(found[0].since)


def test_what_is_left_is_asked_about_once_a_term_from_its_first_full_week() -> None:
    days = [date(2026, 9, 1), *(date(2026, 9 + n // 30, 1 + n % 30) for n in range(1, 60))]
    found = {
        (one.year, one.season, one.since)
        for day in days
        for one in to_ask(CALENDAR, day)
        if one.kind is QuestionKind.STILL
    }
    ((year, season, since),) = found
    assert (year, season) == (2026, "autumn")
    assert since.weekday() == 0
    assert all(CALENDAR.is_school_day(since.replace(day=since.day + n)) for n in range(5))
    assert goes_on(QuestionKind.STILL, since, date(2026, 12, 1), CALENDAR)
    assert not goes_on(QuestionKind.STILL, since, date(2027, 1, 20), CALENDAR)


def test_a_week_with_an_inset_day_is_not_a_full_one() -> None:
    (plain,) = to_ask(CALENDAR, date(2026, 10, 1))
    shut = SchoolCalendar(england_and_wales(), inset_days=frozenset({plain.since}))
    (later,) = to_ask(shut, date(2026, 10, 1))
    assert (later.since - plain.since).days == 7


def test_a_month_is_named_by_year_and_number_and_by_nothing_else() -> None:
    december = month_named("2026-12")
    assert december is not None
    assert (december.first, december.last) == (date(2026, 12, 1), date(2026, 12, 31))
    for wrong in ("2026-13", "2026-00", "26-12", "x", "", "2026-12\n", "²026-12"):
        assert month_named(wrong) is None, wrong
    assert [m.code for m in latest_months(date(2027, 1, 5))][:2] == ["2027-01", "2026-12"]


def test_half_a_day_costs_half_its_rate_to_the_penny() -> None:
    assert amount(1, 35_000) == Decimal("175.00")
    assert amount(1, 35_001) == Decimal("175.01")
    assert amount(3, None) == 0
