"""When a message that could not be sent is tried again."""

from datetime import date, timedelta

from brokerage.messages.rules import (
    FIRST_DELAY,
    LONGEST_DELAY,
    burst_guard,
    delay,
    let_through,
)


def test_each_wait_is_longer_than_the_one_before_until_half_an_hour() -> None:
    for message_id in range(1, 200):
        waits = [delay(message_id, attempts) for attempts in range(1, 6)]
        assert waits == sorted(set(waits))
        assert FIRST_DELAY * 0.8 <= waits[0] <= FIRST_DELAY * 1.2
        assert delay(message_id, 1000) <= LONGEST_DELAY * 1.2


def test_messages_that_failed_together_are_not_all_tried_together() -> None:
    waits = [delay(message_id, 3) for message_id in range(1, 500)]
    assert len(set(waits)) > 200
    assert max(waits) - min(waits) > timedelta(minutes=1)


def test_one_messages_wait_is_the_same_whoever_asks() -> None:
    assert [delay(7, n) for n in range(1, 9)] == [delay(7, n) for n in range(1, 9)]


def test_the_burst_guard_is_ten_times_the_usual_and_never_under_200() -> None:
    assert burst_guard([0, 0, 0, 0]) == burst_guard([20, 20, 20, 20]) == 200
    assert burst_guard([30, 25, 40, 35]) == 350
    assert burst_guard([]) == burst_guard([500]) == 200


def test_one_burst_does_not_make_the_next_and_ten_times_bigger_one_usual() -> None:
    assert burst_guard([5_000, 30, 30, 30]) == 300
    assert burst_guard([60, 60, 0, 0]) == 600  # after two weeks of holidays


def test_a_raised_guard_holds_for_its_day_alone() -> None:
    today, tomorrow = date(2026, 11, 3), date(2026, 11, 4)
    assert let_through(200, 1_000, today, today) == 1_000
    assert let_through(200, 1_000, today, tomorrow) == 200
    assert let_through(200, None, None, today) == 200
    assert let_through(2_000, 1_000, today, today) == 2_000
