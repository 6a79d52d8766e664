"""When a message that could not be sent is tried again."""

from datetime import timedelta

from brokerage.messages.rules import FIRST_DELAY, LONGEST_DELAY, delay


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
