"""When a promise ends: school days, day 0 and deadlines as a school would count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import (
    SchoolCalendar,
    both_open,
    midnight_after,
    next_day_both_open,
    nine_oclock,
)
from brokerage.school_calendar.terms import Dates, Term, default_terms

LONDON = ZoneInfo("Europe/London")
YEAR_2025 = (
    Term(
        "autumn",
        date(2025, 9, 1),
        date(2025, 12, 19),
        Dates(date(2025, 10, 27), date(2025, 10, 31)),
    ),
    Term(
        "spring", date(2026, 1, 5), date(2026, 3, 27), Dates(date(2026, 2, 16), date(2026, 2, 20))
    ),
    Term(
        "summer", date(2026, 4, 13), date(2026, 7, 20), Dates(date(2026, 5, 25), date(2026, 5, 29))
    ),
)
SCHOOL = SchoolCalendar(
    england_and_wales(),
    YEAR_2025,
    inset_days=frozenset({date(2025, 9, 1)}),
    no_go_days=frozenset({date(2026, 5, 11)}),
)


def london(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("school_days", "last_day"),
    [(0, date(2025, 10, 16)), (3, date(2025, 10, 21)), (8, date(2025, 11, 4))],
)
def test_asked_on_a_thursday_before_half_term(school_days: int, last_day: date) -> None:
    assert SCHOOL.deadline(london(2025, 10, 16, 10), school_days) == last_day


def test_two_halves_of_a_term_count_like_one_term_with_a_half_term() -> None:
    halves = (
        Term("autumn", date(2025, 9, 1), date(2025, 10, 24)),
        Term("autumn", date(2025, 11, 3), date(2025, 12, 19)),
    )
    calendar = SchoolCalendar(england_and_wales(), halves)
    assert calendar.deadline(london(2025, 10, 16, 10), 8) == date(2025, 11, 4)
    assert not calendar.is_school_day(date(2025, 10, 29))


@pytest.mark.parametrize(
    ("day", "why_not"),
    [
        (date(2025, 10, 18), "a Saturday"),
        (date(2025, 10, 19), "a Sunday"),
        (date(2025, 10, 29), "in half-term"),
        (date(2025, 9, 1), "an INSET day"),
        (date(2025, 12, 22), "in the Christmas holidays"),
        (date(2026, 5, 4), "the early May bank holiday"),
        (date(2026, 8, 12), "in the summer holidays"),
    ],
)
def test_no_school_day(day: date, why_not: str) -> None:
    assert not SCHOOL.is_school_day(day), why_not


@pytest.mark.parametrize("day", [date(2025, 9, 2), date(2025, 10, 24), date(2025, 12, 19)])
def test_first_and_last_days_of_term_are_school_days(day: date) -> None:
    assert SCHOOL.is_school_day(day)


@pytest.mark.parametrize(
    ("asked_at", "day_zero"),
    [
        (london(2025, 10, 16, 0, 0), date(2025, 10, 16)),
        (london(2025, 10, 16, 16, 0), date(2025, 10, 16)),
        (london(2025, 10, 16, 16, 0, 1), date(2025, 10, 17)),
        (london(2025, 10, 17, 18, 0), date(2025, 10, 20)),  # Friday evening
        (london(2025, 10, 24, 17, 0), date(2025, 11, 3)),  # the evening half-term begins
        (london(2025, 10, 29, 9, 0), date(2025, 11, 3)),  # in half-term
        (datetime(2025, 7, 3, 15, 30, tzinfo=UTC), date(2025, 7, 4)),  # 16:30 in London
        (datetime(2025, 11, 5, 15, 30, tzinfo=UTC), date(2025, 11, 5)),  # 15:30 in London
        (datetime(2025, 7, 2, 23, 30, tzinfo=UTC), date(2025, 7, 3)),  # already Thursday here
    ],
)
def test_day_zero_is_the_school_day_on_which_we_ask(asked_at: datetime, day_zero: date) -> None:
    assert SCHOOL.day_zero(asked_at) == day_zero


def test_a_deadline_ends_at_the_london_midnight_after_its_last_day() -> None:
    asked_at = london(2025, 10, 16, 10)
    # British Summer Time until 26 October, Greenwich after it.
    first, second = (midnight_after(SCHOOL.deadline(asked_at, count)) for count in (3, 8))
    assert first == datetime(2025, 10, 21, 23, 0, tzinfo=UTC)
    assert second == datetime(2025, 11, 5, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 28), 9),
        (date(2026, 3, 29), 8),  # clocks go forward
        (date(2026, 10, 24), 8),
        (date(2026, 10, 25), 9),  # clocks go back
    ],
)
def test_nine_oclock_is_nine_in_london_across_the_clock_changes(day: date, utc_hour: int) -> None:
    assert nine_oclock(day) == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)


def test_the_days_of_the_clock_changes_have_23_and_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    one = timedelta(days=1)
    assert midnight_after(spring) - midnight_after(spring - one) == timedelta(hours=23)
    assert midnight_after(autumn) - midnight_after(autumn - one) == timedelta(hours=25)


def test_counting_back_gives_the_school_days_before() -> None:
    assert SCHOOL.add_school_days(date(2025, 11, 3), -1) == date(2025, 10, 24)
    assert SCHOOL.school_days_between(date(2025, 11, 3), date(2025, 10, 23)) == -2
    assert SCHOOL.school_days_between(date(2025, 10, 23), date(2025, 11, 3)) == 2


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        SCHOOL.day_zero(datetime(2025, 10, 16, 10))


def test_a_deadline_before_the_asking_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        SCHOOL.deadline(london(2025, 10, 16, 10), -1)


def test_visitors_stay_away_on_no_go_days_but_promises_run_through_them() -> None:
    tests_begin = date(2026, 5, 11)
    assert SCHOOL.is_school_day(tests_begin)
    assert not SCHOOL.is_open_to_visitors(tests_begin)
    assert SCHOOL.deadline(london(2026, 5, 8, 10), 1) == tests_begin


def test_a_visit_needs_both_schools_open() -> None:
    october = Dates(date(2025, 10, 20), date(2025, 10, 24))  # the neighbour is off a week earlier
    neighbour = SchoolCalendar(
        england_and_wales(), (Term("autumn", date(2025, 9, 1), date(2025, 12, 19), october),)
    )
    assert both_open(SCHOOL, neighbour, date(2025, 10, 17))
    assert not both_open(SCHOOL, neighbour, date(2025, 10, 21))
    assert not both_open(SCHOOL, neighbour, date(2025, 10, 28))
    assert next_day_both_open(SCHOOL, neighbour, date(2025, 10, 17)) == date(2025, 11, 3)


def test_two_schools_that_are_never_open_together_get_no_date() -> None:
    day = date(2025, 9, 1)
    shut = frozenset(day + timedelta(days=n) for n in range(500))
    closed = SchoolCalendar(england_and_wales(), YEAR_2025, inset_days=shut)
    assert next_day_both_open(SCHOOL, closed, day) is None


def test_beyond_the_last_known_term_the_usual_pattern_answers() -> None:
    # Asked on the last day of term: the summer holidays are jumped over, not counted.
    assert SCHOOL.deadline(london(2026, 7, 20, 10), 1) == date(2026, 9, 1)


def test_a_school_that_has_set_no_terms_follows_the_usual_pattern() -> None:
    unset = SchoolCalendar(england_and_wales())
    assert unset.deadline(london(2025, 10, 16, 10), 8) == date(2025, 11, 4)


def test_one_term_set_leaves_the_others_to_the_usual_pattern() -> None:
    late_spring = Term("spring", date(2026, 1, 7), date(2026, 4, 2))
    calendar = SchoolCalendar(england_and_wales(), (late_spring,))
    assert not calendar.is_school_day(date(2026, 1, 6))
    assert calendar.is_school_day(date(2026, 4, 2))
    assert calendar.is_school_day(date(2025, 9, 1))


def test_the_term_of_a_day() -> None:
    assert SCHOOL.term_of(date(2025, 10, 29)) == YEAR_2025[0]
    assert SCHOOL.term_of(date(2025, 12, 25)) is None


def test_the_usual_terms_of_2025_26() -> None:
    assert default_terms(2025) == YEAR_2025


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        Dates(date(2025, 9, 2), date(2025, 9, 1))
    with pytest.raises(ValueError, match="half-term"):
        Term("autumn", date(2025, 9, 1), date(2025, 10, 1), YEAR_2025[0].half_term)
