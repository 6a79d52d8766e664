"""How well a leader fits: points that add up, and what each criterion rewards."""

from dataclasses import replace

import pytest
from hypothesis import given

from brokerage.matching.profiles import (
    Claim,
    Context,
    Depth,
    LeaderProfile,
    NeedProfile,
    Phase,
    Place,
    Relationship,
    Term,
    Urgency,
    Weekday,
)
from brokerage.matching.scoring import CRITERIA, DEFAULT_WEIGHTS, Weights, points, score, total
from tests.rules.matching_towns import LEADER, NEED, leader, need, pairs

HERE = Context(size=2, kind="academy", faith="CE", disadvantage=5)
ELSEWHERE = Context(size=5, kind="maintained", faith="none", disadvantage=1)
TUESDAY = frozenset({Weekday.TUESDAY})
FRIDAY = frozenset({Weekday.FRIDAY})

# For each criterion: a need, and leaders from the worst to the best for it.
BETTER_AND_BETTER = {
    "specialism": (
        NEED,
        [leader(specialisms={"phonics": Claim(Depth.SUPPORTS)}), LEADER],
    ),
    "also": (
        need(also="maths"),
        [
            LEADER,
            leader(specialisms={"phonics": Claim(), "maths": Claim(Depth.SUPPORTS)}),
            leader(specialisms={"phonics": Claim(), "maths": Claim()}),
        ],
    ),
    "distance": (NEED, [leader(place=Place(km * 1000, 0)) for km in (39, 12, 3)]),
    "phase": (NEED, [leader(phases=(Phase.SPECIAL, Phase.PRIMARY)), LEADER]),
    "context": (
        need(context=HERE),
        [leader(been_in=(ELSEWHERE,)), LEADER, leader(been_in=(ELSEWHERE, HERE))],
    ),
    "evidence": (
        NEED,
        [
            leader(track_record=0, specialisms={"phonics": Claim(evidence_age=9)}),
            LEADER,
            leader(track_record=1000, specialisms={"phonics": Claim(evidence_age=0)}),
        ],
    ),
    "availability": (
        need(weekdays=TUESDAY, terms=frozenset({Term.AUTUMN, Term.SPRING})),
        [
            leader(weekdays=FRIDAY, terms=frozenset({Term.SPRING})),
            leader(terms=frozenset({Term.SPRING})),
            leader(weekdays=TUESDAY | FRIDAY),
        ],
    ),
    "relationship": (
        need(earlier={"L1": Relationship.POOR, "L3": Relationship.GOOD}),
        [LEADER, leader(leader_id="L2"), leader(leader_id="L3")],
    ),
    "load": (NEED, [leader(half_days_left=days) for days in (8, 12, 40)]),
    "designation": (need(designation="NLE"), [LEADER, leader(designations=frozenset({"NLE"}))]),
    "first_time": (NEED, [LEADER, leader(never_deployed=True)]),
}


@pytest.mark.parametrize("asked", [need(urgency=Urgency.URGENT), need(fragile=True)])
def test_nobody_tries_their_hand_first_on_an_urgent_need_or_a_fragile_school(
    asked: NeedProfile,
) -> None:
    assert score(asked, leader(never_deployed=True)) == score(asked, LEADER)


def points_for(code: str, asked: NeedProfile, offered: LeaderProfile) -> int:
    return {point.code: point.points for point in points(asked, offered)}[code]


@given(pairs)
def test_points_are_whole_within_their_weights_and_add_up_to_the_score(
    pair: tuple[NeedProfile, LeaderProfile],
) -> None:
    given_points = points(*pair)
    assert [point.code for point in given_points] == list(CRITERIA)
    assert all(0 <= point.points <= point.out_of for point in given_points)
    assert sum(point.points for point in given_points) == total(given_points) == score(*pair)
    assert 0 <= score(*pair) <= 1000


@pytest.mark.parametrize("code", list(CRITERIA))
def test_each_criterion_rewards_what_it_is_about_and_nothing_else(code: str) -> None:
    asked, leaders = BETTER_AND_BETTER[code]
    given_points = [points_for(code, asked, one) for one in leaders]
    assert given_points == sorted(set(given_points))


@pytest.mark.parametrize("code", ["context", "evidence", "availability", "relationship"])
def test_what_is_not_known_neither_helps_nor_hurts(code: str) -> None:
    asked, (worst, unknown, best) = BETTER_AND_BETTER[code]
    low, middle, high = (points_for(code, asked, one) for one in (worst, unknown, best))
    assert low < middle < high


@pytest.mark.parametrize("code", ["also", "designation", "availability"])
def test_what_is_not_asked_for_is_met_in_full(code: str) -> None:
    assert points_for(code, NEED, LEADER) == getattr(DEFAULT_WEIGHTS, code)


def test_an_unknown_place_counts_half_and_remote_help_counts_no_distance() -> None:
    most = DEFAULT_WEIGHTS.distance
    assert points_for("distance", need(place=None), LEADER) == most // 2
    afar = leader(place=Place(300_000, 0))
    assert points_for("distance", need(remote_allowed=True), afar) == most
    assert points_for("distance", NEED, afar) == 0


def test_a_perfect_leader_scores_a_thousand() -> None:
    asked = need(context=HERE, earlier={"L1": Relationship.GOOD})
    perfect = leader(
        place=Place(0, 0),
        half_days_left=60,
        track_record=1000,
        specialisms={"phonics": Claim(evidence_age=0)},
        been_in=(HERE,),
        never_deployed=True,
    )
    assert score(asked, perfect) == 1000


def test_a_partnership_may_set_its_own_weights() -> None:
    only_near = Weights(0, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0)
    near, far = leader(place=Place(0, 0)), leader(place=Place(30_000, 0))
    assert score(NEED, near, only_near) == 1000
    assert score(NEED, far, only_near) < 1000


@pytest.mark.parametrize("wrong", [{"load": 41}, {"load": -1, "designation": 81}])
def test_weights_that_do_not_add_up_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="add up to 1000"):
        replace(DEFAULT_WEIGHTS, **wrong)


def test_profiles_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="asks for no days"):
        need(half_days=0)
    with pytest.raises(ValueError, match="works in no phase"):
        leader(phases=())
    with pytest.raises(ValueError, match="less than nothing"):
        leader(half_days_left=-1)
    with pytest.raises(ValueError, match="less than nothing"):
        leader(engagements_free=-1)
