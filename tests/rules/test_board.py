"""What counts on the board as answered in time."""

from brokerage.desks.rules import in_time


def test_what_lapsed_takes_nothing_from_what_was_answered_in_time() -> None:
    assert in_time({1, 2, 3, 4}, late={5, 6, 7}, ever_late={5, 6, 7}) == (4, 7)


def test_what_was_answered_late_was_owed_once_and_not_in_time() -> None:
    assert in_time({1, 2}, late={2}, ever_late={2}) == (1, 2)


def test_what_was_late_before_the_year_began_and_answered_in_it_was_not_in_time() -> None:
    assert in_time({1, 2}, late=set(), ever_late={2, 3}) == (1, 2)


def test_nothing_owed_is_nothing_kept() -> None:
    assert in_time(set(), late=set(), ever_late=set()) == (0, 0)
