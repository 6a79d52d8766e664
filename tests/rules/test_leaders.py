"""What a leader's record may say, and what follows from it on a day."""

from datetime import date, timedelta

import pytest

from brokerage.errors import RuleBroken
from brokerage.leaders.rules import (
    WEEKDAYS,
    Accepting,
    Award,
    ReviewState,
    StandingRelease,
    accepting_on,
    check_availability,
    check_award,
    check_details,
    check_evidence,
    check_pledge,
    check_standing,
    chosen,
    kept_words,
    review_state,
    school_year,
    school_year_name,
)

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_a_school_year_begins_on_the_first_of_september(day: date, year: int) -> None:
    assert school_year(day) == year


@pytest.mark.parametrize(
    ("year", "name"), [(2026, "2026/27"), (2099, "2099/00"), (2008, "2008/09")]
)
def test_a_school_year_is_named_as_people_write_it(year: int, name: str) -> None:
    assert school_year_name(year) == name


def test_who_is_closed_until_a_date_is_open_again_from_that_date_on() -> None:
    until = date(2027, 1, 4)
    before = accepting_on(Accepting.CLOSED, until, until - timedelta(1))
    assert before is Accepting.CLOSED
    assert accepting_on(Accepting.CLOSED, until, until) is Accepting.YES
    assert accepting_on(Accepting.CLOSED, until, until + timedelta(90)) is Accepting.YES


def test_closed_without_a_date_stays_closed_and_a_phone_call_only_stays_so() -> None:
    assert accepting_on(Accepting.CLOSED, None, date(2099, 1, 1)) is Accepting.CLOSED
    assert accepting_on(Accepting.CALL_ONLY, TODAY, TODAY) is Accepting.CALL_ONLY


def test_closed_until_today_is_refused_and_tomorrow_is_not() -> None:
    check_availability(Accepting.CLOSED, TODAY + timedelta(1), TODAY)
    check_availability(Accepting.CLOSED, None, TODAY)
    with pytest.raises(RuleBroken) as refused:
        check_availability(Accepting.CLOSED, TODAY, TODAY)
    assert refused.value.field == "closed_until"


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (None, ReviewState.LATER),
        (TODAY - timedelta(1), ReviewState.OVERDUE),
        (TODAY, ReviewState.SOON),
        (TODAY + timedelta(60), ReviewState.SOON),
        (TODAY + timedelta(61), ReviewState.LATER),
    ],
)
def test_a_review_is_due_soon_for_sixty_days_then_overdue(
    due: date | None, state: ReviewState
) -> None:
    assert review_state(due, TODAY) is state


def test_it_is_said_who_kept_a_record_and_when() -> None:
    march = date(2026, 3, 12)
    assert kept_words("Ada Brown", march, TODAY) == "kept by Ada Brown, 12 March"
    assert kept_words(None, march, TODAY) == "last changed on 12 March"
    assert kept_words("Ada Brown", date(2025, 3, 12), TODAY) == "kept by Ada Brown, 12 March 2025"


@pytest.mark.parametrize(
    ("max_km", "at_once", "about", "field"),
    [
        (0, 2, "", "max_km"),
        (501, 2, "", "max_km"),
        (None, 0, "", "engagements_at_once"),
        (None, 21, "", "engagements_at_once"),
        (None, 2, "x" * 2001, "about"),
    ],
)
def test_details_beyond_reason_are_refused_beside_their_field(
    max_km: int | None, at_once: int, about: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_details(max_km, at_once, about)
    assert refused.value.field == field


def test_details_at_their_bounds_are_taken() -> None:
    check_details(1, 1)
    check_details(500, 20, "x" * 2000)


def test_words_are_taken_as_offered_once_and_in_order() -> None:
    assert chosen([" friday", "MONDAY", "Friday"], WEEKDAYS, "weekdays") == ["Monday", "Friday"]
    assert chosen([], WEEKDAYS, "weekdays") == []
    with pytest.raises(RuleBroken) as refused:
        chosen(["Sunday"], WEEKDAYS, "weekdays")
    assert (refused.value.field, "Sunday" in refused.value.sentence) == ("weekdays", True)


@pytest.mark.parametrize(
    ("award", "field"),
    [
        (Award("S"), "kind"),
        (Award("x" * 41), "kind"),
        (Award("SLE", "x" * 121), "awarding_body"),
        (Award("SLE", awarded_on=TODAY + timedelta(1)), "awarded_on"),
        (Award("SLE", trained_on=TODAY + timedelta(1)), "trained_on"),
        (Award("SLE", awarded_on=TODAY, review_due=TODAY), "review_due"),
    ],
)
def test_a_designation_that_cannot_be_is_refused(award: Award, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_award(award, TODAY)
    assert refused.value.field == field


def test_a_local_designation_with_all_its_dates_is_taken() -> None:
    check_award(Award("Tees Leader", "Tees Hub", TODAY, date(2028, 9, 1), TODAY), TODAY)


def test_evidence_from_the_future_is_refused() -> None:
    check_evidence("Led the hub", TODAY, TODAY)
    with pytest.raises(RuleBroken):
        check_evidence("Led the hub", TODAY + timedelta(1), TODAY)
    with pytest.raises(RuleBroken):
        check_evidence("x" * 501, None, TODAY)


@pytest.mark.parametrize("half_days", [-1, 401])
def test_a_pledge_beyond_a_school_year_is_refused(half_days: int) -> None:
    with pytest.raises(RuleBroken):
        check_pledge(half_days)


@pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(401)])
def test_a_standing_release_is_given_for_a_year_ahead(until: date) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_standing(StandingRelease(2, (), (), until), TODAY)
    assert refused.value.field == "standing_until"
