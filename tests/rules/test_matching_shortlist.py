"""A ranked list for one need, and why everybody else is not on it."""

import random

from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.explanation import gap_to_floor, near_misses
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Place
from brokerage.matching.shortlist import make_shortlist
from tests.rules.matching_towns import LEADER, NEED, leader, need, towns

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]


@given(towns(most_needs=1), st.randoms(use_true_random=False))
def test_everybody_is_ranked_or_has_a_reason_in_whatever_order_they_come(
    town: Town, shuffler: random.Random
) -> None:
    needs, leaders = town
    for asked in needs:
        shortlist = make_shortlist(asked, leaders)
        listed = [one.leader.leader_id for one in shortlist.ranked]
        out = [one.leader.leader_id for one in shortlist.left_out]
        assert sorted(listed + out) == sorted(one.leader_id for one in leaders)
        assert [one.rank for one in shortlist.ranked] == list(range(1, len(listed) + 1))
        scores = [(-one.score, one.leader.leader_id) for one in shortlist.ranked]
        assert scores == sorted(scores)
        shuffled = list(leaders)
        shuffler.shuffle(shuffled)
        assert make_shortlist(asked, shuffled) == shortlist


def test_equal_scores_go_by_id() -> None:
    twins = [leader(leader_id="L9"), leader(leader_id="L2"), leader(leader_id="L10")]
    shortlist = make_shortlist(NEED, twins)
    assert [one.leader.leader_id for one in shortlist.ranked] == ["L10", "L2", "L9"]


def test_below_the_floor_nobody_is_proposed_and_the_gap_is_said() -> None:
    best = make_shortlist(NEED, [LEADER]).ranked[0].score
    at_floor = make_shortlist(NEED, [LEADER], floor=best)
    assert [one.leader.leader_id for one in at_floor.proposable] == ["L1"]
    assert (at_floor.gap_to_floor, gap_to_floor(at_floor)) == (0, "")
    above = make_shortlist(NEED, [LEADER], floor=best + 15)
    assert above.proposable == ()
    assert above.gap_to_floor == 15
    assert gap_to_floor(above) == (
        f"Nobody suitable yet: the best scores {best}, 15 below the floor of {best + 15}."
    )


def test_nobody_at_all_has_no_gap_but_an_emptying_rule() -> None:
    shortlist = make_shortlist(NEED, [leader(half_days_left=1)], floor=500)
    assert shortlist.gap_to_floor == 0
    assert shortlist.emptied_by is not None
    assert shortlist.emptied_by.code == "days"


def test_who_is_left_out_by_one_rule_alone_is_a_near_miss_unless_it_is_private() -> None:
    asked = need(not_leaders=frozenset({"L4"}))
    leaders = [
        leader(leader_id="L1"),
        leader(leader_id="L2", place=Place(52_000, 0)),
        leader(leader_id="L3", place=Place(52_000, 0), half_days_left=1),
        leader(leader_id="L4"),
    ]
    missed = near_misses(make_shortlist(asked, leaders))
    assert [one.leader.leader_id for one in missed] == ["L2"]
