"""When somebody is asked, reminded, and left to the coordinator: on school days, once each."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokerage.follow_ups import ladder
from brokerage.follow_ups.ladder import next_look
from brokerage.follow_ups.on_desk import OPEN
from brokerage.follow_ups.putting_off import KINDS
from brokerage.follow_ups.rules import RULES, Asking, Round
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar
from tests.follow_up_stories import SHOWN_ANYWAY

CALENDAR = SchoolCalendar(england_and_wales())
TUESDAY = date(2026, 11, 3)


def due(asking: Asking, done: dict[Round, date], today: date) -> Round | None:
    rung = ladder.due(asking, done, today, CALENDAR)
    return rung.round if rung else None


def release(since: date = TUESDAY, due_on: date = date(2026, 11, 6)) -> Asking:
    return Asking("release", "pairing", 1, since, 7, due_on)


def climbed(asking: Asking, until: date) -> list[tuple[date, Round]]:
    """What happens to an asking that nobody answers, day by day."""
    done: dict[Round, date] = {}
    log = []
    day = asking.since
    while day <= until:
        asked = replace(asking, asked_on=done.get(Round.ASK))
        found = due(asked, done, day)
        if found is not None:
            done[found] = day
            log.append((day, found))
        day += timedelta(1)
    return log


def test_a_release_is_reminded_of_once_then_on_the_desk_then_lapses() -> None:
    assert climbed(release(), date(2026, 12, 18)) == [
        (date(2026, 11, 5), Round.REMIND),
        (date(2026, 11, 9), Round.DESK),
        (date(2026, 11, 12), Round.LAPSE),
    ]


def test_a_log_is_asked_for_the_day_after_the_visit_and_reminded_of_once() -> None:
    asking = Asking("visit_log", "visit", 1, date(2026, 11, 13), 7)
    assert climbed(asking, date(2026, 12, 18)) == [
        (date(2026, 11, 13), Round.ASK),
        (date(2026, 11, 16), Round.REMIND),
        (date(2026, 11, 23), Round.DESK),
    ]


def test_nobody_is_nagged_on_23_december() -> None:
    for kind in RULES:
        due_on = date(2026, 12, 22) if RULES[kind].days is None else None
        asking = Asking(kind, "thing", 1, date(2026, 12, 14), 7, due_on)
        days = [day for day, _ in climbed(asking, date(2027, 2, 1))]
        assert days, kind
        assert all(not date(2026, 12, 19) <= day <= date(2027, 1, 3) for day in days), kind


def test_after_days_off_one_thing_is_done_and_not_all_that_was_missed() -> None:
    assert due(release(), {}, date(2026, 11, 16)) is Round.DESK
    asked = Asking("visit_log", "visit", 1, date(2026, 11, 5), 7)
    assert due(asked, {}, date(2026, 11, 19)) is Round.ASK


def test_what_was_asked_late_has_its_whole_promise_from_then() -> None:
    asked_on = date(2026, 12, 1)
    asking = Asking("visit_log", "visit", 1, date(2026, 11, 20), 7, asked_on=asked_on)
    assert due(asking, {Round.ASK: asked_on}, date(2026, 12, 2)) is None
    assert due(asking, {Round.ASK: asked_on}, date(2026, 12, 7)) is Round.REMIND


def test_a_second_reminder_comes_on_the_last_day_and_two_days_after_the_first() -> None:
    asking = Asking("choose", "pairing", 1, TUESDAY, 7, date(2026, 11, 10))
    assert climbed(asking, date(2026, 12, 18)) == [
        (date(2026, 11, 6), Round.REMIND),
        (date(2026, 11, 10), Round.REMIND_AGAIN),
        (date(2026, 11, 11), Round.DESK),
        (date(2026, 11, 18), Round.LAPSE),
    ]


def test_what_is_not_urgent_is_reminded_of_in_the_digests_before_it_comes_to_the_desk() -> None:
    asking = Asking("evaluation", "engagement", 1, TUESDAY, 7)
    assert climbed(asking, date(2026, 12, 18)) == [
        (date(2026, 11, 9), Round.REMIND),
        (date(2026, 11, 16), Round.REMIND_AGAIN),
        (date(2026, 11, 18), Round.DESK),
    ]


def test_the_day_of_the_digest_is_the_first_school_day_of_a_week() -> None:
    days = [TUESDAY, date(2026, 10, 24), date(2027, 5, 1), date(2027, 5, 28), date(2026, 12, 19)]
    assert [ladder.digest_from(day, CALENDAR) for day in days] == [
        date(2026, 11, 9),
        date(2026, 11, 2),  # after half-term
        date(2027, 5, 4),  # a bank holiday on Monday
        date(2027, 6, 7),
        date(2027, 1, 4),
    ]


def test_what_is_urgent_does_not_wait_for_the_digest() -> None:
    asking = Asking("name", "need", 1, TUESDAY, 7, date(2026, 11, 10), urgent=True)
    rung = ladder.due(asking, {}, date(2026, 11, 9), CALENDAR)
    assert rung is not None
    assert (rung.round, rung.digest) == (Round.REMIND, False)
    rung = ladder.due(replace(asking, urgent=False), {}, date(2026, 11, 9), CALENDAR)
    assert rung is not None
    assert rung.digest


def test_a_promise_too_short_for_a_digest_is_reminded_of_by_itself() -> None:
    asking = Asking("call", "need", 1, TUESDAY, 7, date(2026, 11, 6))
    rung = ladder.due(asking, {}, date(2026, 11, 5), CALENDAR)
    assert rung is not None
    assert (rung.round, rung.digest) == (Round.REMIND, False)


def test_three_days_off_and_only_the_latest_step_is_taken() -> None:
    asking = Asking("choose", "pairing", 1, TUESDAY, 7, date(2026, 11, 10))
    assert due(asking, {}, date(2026, 11, 10)) is Round.REMIND_AGAIN
    done = {Round.REMIND_AGAIN: date(2026, 11, 10)}
    assert due(asking, done, date(2026, 11, 11)) is Round.DESK


def test_nothing_older_than_a_fortnight_is_sent_and_holidays_do_not_count() -> None:
    asking = Asking("first_contact", "engagement", 1, TUESDAY, 7)
    assert due(asking, {}, date(2026, 11, 17)) is Round.ASK
    assert due(asking, {}, date(2026, 11, 18)) is Round.DESK
    assert due(asking, {Round.DESK: date(2026, 11, 18)}, date(2026, 11, 19)) is None
    before_summer = replace(asking, since=date(2027, 7, 20))
    assert due(before_summer, {}, date(2027, 9, 6)) is Round.ASK


def test_what_has_nobody_to_be_sent_to_comes_to_the_coordinator() -> None:
    assert due(replace(release(), recipient_id=None), {}, date(2026, 11, 5)) is Round.DESK


def test_what_was_put_off_begins_anew_and_nothing_comes_before() -> None:
    until = date(2026, 11, 10)
    asking = ladder.put_off(release(), until, CALENDAR)
    assert climbed(asking, date(2026, 12, 18)) == [
        (until, Round.ASK),
        (date(2026, 11, 11), Round.REMIND),
        (date(2026, 11, 13), Round.DESK),
        (date(2026, 11, 17), Round.LAPSE),
    ]
    assert ladder.next_look(asking, {}, TUESDAY, CALENDAR) == until


def test_nothing_is_put_off_far_beyond_its_promise() -> None:
    assert ladder.days_to_put_off(release(), TUESDAY, CALENDAR) == [
        date(2026, 11, 4),
        date(2026, 11, 6),
        date(2026, 11, 10),
    ]  # not ten school days: the promise ends after three


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(sorted(RULES)),
    since=st.dates(date(2025, 9, 1), date(2029, 7, 1)),
    length=st.integers(1, 15),
)
def test_each_rung_is_climbed_once_at_most_in_order_on_school_days(
    kind: str, since: date, length: int
) -> None:
    due_on = CALENDAR.add_school_days(since, length) if RULES[kind].days is None else None
    log = climbed(Asking(kind, "thing", 1, since, 7, due_on), since + timedelta(150))
    rounds = [round for _, round in log]
    assert rounds == sorted(set(rounds))
    assert all(CALENDAR.is_school_day(day) for day, _ in log)
    assert len({day for day, _ in log}) == len(log)


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(sorted(RULES)),
    since=st.dates(date(2025, 9, 1), date(2029, 7, 1)),
    length=st.integers(1, 15),
)
def test_looking_only_when_the_hint_says_so_misses_nothing(
    kind: str, since: date, length: int
) -> None:
    due_on = CALENDAR.add_school_days(since, length) if RULES[kind].days is None else None
    asking = Asking(kind, "thing", 1, since, 7, due_on)
    until = since + timedelta(150)
    log, done, hint = [], {}, since
    while hint is not None and hint <= until:
        day = hint
        found = due(replace(asking, asked_on=done.get(Round.ASK)), done, day)
        if found is not None:
            done[found] = day
            log.append((day, found))
        hint = next_look(replace(asking, asked_on=done.get(Round.ASK)), done, day, CALENDAR)
        assert hint is None or hint > day
    assert log == climbed(asking, until)


def test_every_kind_comes_to_the_desk_in_the_end() -> None:
    silent = {kind for kind, rule in RULES.items() if rule.silence_is_yes}
    assert silent == {"first_contact_school"}
    assert sorted([*OPEN, *SHOWN_ANYWAY, *silent]) == sorted(RULES)


def test_whatever_can_wait_is_put_off_from_the_link_that_asks_it() -> None:
    by_link = [kind for kinds in KINDS.values() for kind in kinds]
    assert sorted(by_link) == sorted(kind for kind, rule in RULES.items() if rule.can_wait)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_kind_says_in_words_what_it_asks(kind: str) -> None:
    rule = RULES[kind]
    assert all((rule.says, rule.begins, rule.on_desk or rule.silence_is_yes, rule.why))
    assert RULES[kind].days is not None or not RULES[kind].asks
