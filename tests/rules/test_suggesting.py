"""What a partnership may set about who is suggested."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.errors import RuleBroken
from brokerage.matching.scoring import CRITERIA, DEFAULT_WEIGHTS
from brokerage.partnerships import rules
from brokerage.partnerships.suggesting_forms import CRITERIA_IN_WORDS

AS_THEY_COME = rules.weights_as_they_come()


def test_every_criterion_of_matching_can_be_set_and_says_what_it_does() -> None:
    assert list(CRITERIA_IN_WORDS) == list(CRITERIA)
    assert all(label and sentence for label, sentence in CRITERIA_IN_WORDS.values())


def test_the_points_as_they_come_are_within_the_bounds() -> None:
    assert rules.check_weights(AS_THEY_COME) == AS_THEY_COME
    assert rules.weights_of(None) == rules.weights_of(AS_THEY_COME) == DEFAULT_WEIGHTS


@given(st.lists(st.integers(0, 500), min_size=len(CRITERIA), max_size=len(CRITERIA)))
def test_points_are_taken_exactly_where_they_add_up_to_a_thousand(points: list[int]) -> None:
    typed = dict(zip(CRITERIA, points, strict=True))
    if sum(points) == 1000:
        assert rules.weights_of(rules.check_weights(typed)).specialism == points[0]
        return
    with pytest.raises(RuleBroken, match=f"add up to {sum(points)}, and must be 1000"):
        rules.check_weights(typed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"specialism": 320}, "add up to 1020, and must be 1000: take 20 away"),
        ({"specialism": 250}, "add up to 950, and must be 1000: give 50 more"),
        ({"specialism": 501, "distance": 0}, "Enter points from 0 to 500"),
        ({"load": -1, "distance": 231}, "Enter points from 0 to 500"),
        ({"load": None}, "Enter points from 0 to 500"),
    ],
)
def test_other_points_are_refused_with_what_to_do(change: dict[str, int | None], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        rules.check_weights(AS_THEY_COME | change)


def test_points_set_for_other_criteria_than_there_are_now_count_no_more() -> None:
    assert rules.weights_of({"luck": 1000}) == DEFAULT_WEIGHTS


def test_a_cap_is_empty_or_at_least_half_a_day() -> None:
    assert (rules.check_cap(None), rules.check_cap(1), rules.check_cap(1000)) == (None, 1, 1000)
    for wrong in (0, -2, 1001):
        with pytest.raises(RuleBroken, match="or leave it empty for no limit"):
            rules.check_cap(wrong)


def test_rivals_may_be_none_and_never_a_whole_county() -> None:
    assert (rules.check_rival_metres(0), rules.check_rival_metres(20_000)) == (0, 20_000)
    for wrong in (None, -1, 20_001):
        with pytest.raises(RuleBroken, match="from 0 to 20 km"):
            rules.check_rival_metres(wrong)
