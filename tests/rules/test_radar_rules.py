"""When support is stuck, and why: plain values in, signs in the order of their weight out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from brokerage.engagements.radar_rules import (
    ADVICE,
    WEIGHTS,
    Course,
    SchoolDays,
    Sign,
    score,
    signs,
)
from brokerage.engagements.rules import EngagementState
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar

CALENDAR = SchoolCalendar(bank_holidays=england_and_wales())
AGREED = date(2026, 9, 14)
SPOKEN = date(2026, 9, 17)
CLOSE = date(2027, 7, 31)
AGREED_STATE, ACTIVE, PAUSED = (
    EngagementState.AGREED,
    EngagementState.ACTIVE,
    EngagementState.PAUSED,
)
UNDER_WAY = Course(
    state=ACTIVE,
    agreed_on=AGREED,
    ends_on=CLOSE,
    half_days=8,
    first_contact_on=SPOKEN,
    heard_on=SPOKEN,
)


def after(day: date, school_days: int) -> date:
    return CALENDAR.add_school_days(day, school_days)


def found(course: Course, today: date) -> dict[Sign, str]:
    count = SchoolDays(CALENDAR, date(2026, 1, 1), date(2028, 1, 1))
    return {one.sign: one.why for one in signs(course, today, count)}


def test_counting_once_for_all_agrees_with_the_calendar() -> None:
    count = SchoolDays(CALENDAR, date(2026, 9, 1), date(2027, 8, 31))
    for number in range(0, 300, 7):
        day = AGREED + timedelta(number)
        assert count.between(AGREED, day) == CALENDAR.school_days_between(AGREED, day)
    assert count.between(CLOSE, AGREED) == 0


def test_fifteen_school_days_of_silence_show_and_fourteen_do_not() -> None:
    assert found(UNDER_WAY, after(SPOKEN, 14)) == {}
    seen = found(UNDER_WAY, after(SPOKEN, 15))
    assert seen == {
        Sign.SILENCE: "No visit noted for 15 school days, and none planned; "
        "they spoke on 17 September."
    }


def test_silence_says_when_the_last_visit_was() -> None:
    visited = date(2027, 3, 3)
    course = replace(UNDER_WAY, heard_on=visited, visited_on=visited)
    assert found(course, after(visited, 15))[Sign.SILENCE].endswith("the last was on 3 March.")


def test_a_visit_to_come_breaks_the_silence_and_a_holiday_is_none() -> None:
    today = after(SPOKEN, 20)
    assert found(replace(UNDER_WAY, planned=(today,)), today) == {}
    term_ends = date(2026, 12, 10)
    quiet = replace(UNDER_WAY, heard_on=term_ends, visited_on=term_ends)
    assert found(quiet, date(2027, 1, 8)) == {}


def test_a_visit_not_noted_shows_once_its_five_school_days_are_over() -> None:
    planned = date(2026, 10, 1)
    course = replace(UNDER_WAY, planned=(planned, date(2027, 1, 12)))
    assert found(course, after(planned, 5)) == {}
    assert found(course, after(planned, 6)) == {
        Sign.MISSING_LOG: "The visit of 1 October is not noted, 6 school days later."
    }


@pytest.mark.parametrize(
    ("moves", "not_happened", "why"),
    [
        (1, 1, None),
        (2, 0, "The next visit was moved twice."),
        (4, 2, "The next visit was moved 4 times."),
        (0, 2, "2 visits running did not happen."),
    ],
)
def test_dates_that_slip_twice_show(moves: int, not_happened: int, why: str | None) -> None:
    to_come = date(2026, 10, 20)
    course = replace(UNDER_WAY, planned=(to_come,), moves=moves, not_happened=not_happened)
    assert found(course, date(2026, 10, 5)).get(Sign.SLIPPING) == why


def test_no_first_contact_shows_after_the_day_promised() -> None:
    promised = after(AGREED, 10)
    course = replace(
        UNDER_WAY, state=AGREED_STATE, first_contact_on=None, heard_on=None, contact_by=promised
    )
    assert found(course, promised) == {}
    assert found(course, after(promised, 1)) == {
        Sign.CONTACT: "Leader and school have not spoken; that was to be by 28 September."
    }


def test_no_first_contact_shows_after_a_week_where_no_day_was_promised() -> None:
    course = replace(UNDER_WAY, state=AGREED_STATE, first_contact_on=None, heard_on=None)
    assert found(course, AGREED + timedelta(7)) == {}
    assert found(course, AGREED + timedelta(8)) == {
        Sign.CONTACT: "Leader and school have not spoken; that was to be by 21 September."
    }
    late = found(course, after(AGREED, 15))
    assert list(late) == [Sign.CONTACT, Sign.NOT_BEGUN]


def test_a_visit_in_the_diary_is_asked_about_before_the_silence() -> None:
    planned = after(SPOKEN, 2)
    late = found(replace(UNDER_WAY, planned=(planned,)), after(SPOKEN, 20))
    assert list(late) == [Sign.MISSING_LOG]


@pytest.mark.parametrize(
    ("half_days", "left", "shows"), [(8, 40, False), (9, 40, True), (4, 20, False), (1, 3, True)]
)
def test_days_go_unused_where_too_few_school_days_are_left(
    half_days: int, left: int, shows: bool
) -> None:
    today = after(CLOSE, -left - 1)
    assert CALENDAR.school_days_between(today, CLOSE) == left
    course = replace(UNDER_WAY, half_days=half_days, heard_on=today)
    assert (Sign.UNUSED in found(course, today)) is shows
    every_day_planned = tuple(today for _ in range(half_days))
    assert found(replace(course, planned=every_day_planned), today) == {}


def test_days_still_open_after_the_day_it_was_to_end_show() -> None:
    course = replace(UNDER_WAY, ends_on=date(2026, 10, 1), heard_on=date(2026, 10, 1))
    why = found(course, date(2026, 10, 2))[Sign.UNUSED]
    assert why == "4 days still without a date, and it was to end by 1 October."


@pytest.mark.parametrize(
    ("ratings", "shows"),
    [
        (("green", "amber"), False),
        (("keep",), False),
        (("change",), False),
        (("amber", "green", "amber"), True),
        (("red",), True),
        (("change", "amber"), True),
        (("stop",), True),
    ],
)
def test_amber_twice_or_red_once_shows(ratings: tuple[str, ...], shows: bool) -> None:
    seen = found(replace(UNDER_WAY, ratings=ratings), SPOKEN)
    assert (Sign.AMBER in seen) is shows


def test_a_pause_shows_once_it_is_long_and_asks_nothing_else() -> None:
    since = date(2026, 10, 1)
    course = replace(UNDER_WAY, state=PAUSED, paused_on=since, planned=(since,), moves=3)
    assert found(course, after(since, 29)) == {}
    assert list(found(course, after(since, 30))) == [Sign.PAUSED]


def test_the_longer_it_lasts_the_more_it_counts_up_to_the_most() -> None:
    count = SchoolDays(CALENDAR, date(2026, 1, 1), date(2028, 1, 1))
    scores = [score(signs(UNDER_WAY, after(SPOKEN, days), count)) for days in (15, 16, 25, 90, 95)]
    assert scores == sorted(scores)
    assert scores[0] == WEIGHTS[Sign.SILENCE].at_once
    assert scores[3] == scores[4] == WEIGHTS[Sign.SILENCE].most


def test_every_sign_has_its_weight_and_its_advice() -> None:
    assert set(WEIGHTS) == set(ADVICE) == set(Sign)
