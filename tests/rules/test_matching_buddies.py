"""A buddy for a new head: who may be one, who is likest, and why others are not."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.buddies import (
    BUDDY_CRITERIA,
    buddy_points,
    buddy_reasons,
    rank_buddies,
)
from brokerage.matching.buddy_profiles import BuddyProfile, BuddySettings, NewHeadProfile
from brokerage.matching.buddy_rules import BUDDY_RULES, PRIVATE_RULES, buddy_bars
from brokerage.matching.profiles import Context, Openness, Phase, Place
from tests.rules.matching_towns import PHASES, contexts, places, schools, trusts

SETTINGS = BuddySettings()
NEW = NewHeadProfile("P1", Phase.PRIMARY, place=Place(0, 0))
BUDDY = BuddyProfile("P2", (Phase.PRIMARY,), place=Place(9_000, 0))


def new(**changes: Any) -> NewHeadProfile:
    return replace(NEW, **changes)


def buddy(**changes: Any) -> BuddyProfile:
    return replace(BUDDY, **changes)


BARRED = {
    "self": (new(person_id="P2"), BUDDY, "is the new head"),
    "own_school": (new(school="100001"), buddy(school="100001"), "in the same school"),
    "phase": (NEW, buddy(phases=(Phase.SPECIAL,)), "leads in special, the new head in primary"),
    "same_trust": (new(trust="oak"), buddy(trust="oak"), "is in the same trust"),
    "line_manager": (new(managed_by=frozenset({"P2"})), BUDDY, "the new head's line manager"),
    "not_wished": (new(not_buddies=frozenset({"P2"})), BUDDY, "is not wished"),
    "rival": (
        NEW,
        buddy(place=Place(1_200, 0)),
        "a rival for pupils: 1.2 km away, rivals are nearer than 1.5 km",
    ),
    "not_accepting": (NEW, buddy(openness=Openness.CLOSED), "is not taking on a new head now"),
    "distance": (NEW, buddy(max_metres=5_000), "travels 5 km, the school is 9 km away"),
    "capacity": (NEW, buddy(buddying=1), "has 1 new head already, and takes 1 at a time"),
}


@pytest.mark.parametrize("code", list(BUDDY_RULES))
def test_each_rule_bars_alone_and_says_so(code: str) -> None:
    asked, offered, words = BARRED[code]
    (bar,) = buddy_bars(asked, offered, SETTINGS)
    assert bar.code == code
    assert words in bar.says
    assert bar.private == (code in PRIVATE_RULES)


def test_nobody_is_the_buddy_of_whom_they_manage_or_are_managed_by() -> None:
    (bar,) = buddy_bars(new(manages=frozenset({"P2"})), BUDDY, SETTINGS)
    assert bar.says == "is managed by the new head"


@pytest.mark.parametrize(
    ("asked", "offered", "settings"),
    [
        (NEW, BUDDY, SETTINGS),
        (new(trust="oak", same_trust_wished=True), buddy(trust="oak"), SETTINGS),
        (NEW, buddy(place=Place(1_200, 0)), BuddySettings(rival_metres=1_000)),
        (NEW, buddy(place=Place(1_500, 0)), SETTINGS),
        (NEW, buddy(buddying=1, at_once=2), SETTINGS),
        (new(remote_allowed=True), buddy(max_metres=5_000), SETTINGS),
        (NEW, buddy(max_metres=5_000, openness=Openness.PHONE_ONLY), SETTINGS),
        (new(place=None), buddy(max_metres=1), SETTINGS),
    ],
    ids=lambda one: "",
)
def test_what_is_wished_set_or_not_known_bars_nobody(
    asked: NewHeadProfile, offered: BuddyProfile, settings: BuddySettings
) -> None:
    assert buddy_bars(asked, offered, settings) == ()


OURS = Context(size=2, kind="academy", faith="CE")
BETTER = {
    "phase": (NEW, [buddy(phases=(Phase.SECONDARY, Phase.PRIMARY)), BUDDY]),
    "distance": (NEW, [buddy(place=Place(50_000, 0)), buddy(place=None), BUDDY]),
    "been_there": (
        new(situation=frozenset({"first headship", "small school"})),
        [
            BUDDY,
            buddy(been_there=frozenset({"small school"})),
            buddy(been_there=frozenset({"small school", "first headship", "new build"})),
        ],
    ),
    "size": (
        new(context=OURS),
        [buddy(context=Context(size=5)), BUDDY, buddy(context=OURS)],
    ),
    "kind": (
        new(context=OURS),
        [buddy(context=Context(kind="maintained")), BUDDY, buddy(context=OURS)],
    ),
    "faith": (
        new(context=OURS),
        [buddy(context=Context(faith="none")), BUDDY, buddy(context=OURS)],
    ),
    "load": (NEW, [buddy(buddying=2, at_once=3), buddy(buddying=1, at_once=3), BUDDY]),
}


@pytest.mark.parametrize("code", list(BUDDY_CRITERIA))
def test_each_criterion_rewards_what_it_is_about(code: str) -> None:
    asked, offered = BETTER[code]
    given_points = [
        next(point.points for point in buddy_points(asked, one) if point.code == code)
        for one in offered
    ]
    assert given_points == sorted(set(given_points))


def test_reasons_are_in_human_words() -> None:
    asked = new(context=OURS, situation=frozenset({"first headship"}), trust="oak")
    offered = buddy(context=OURS, been_there=frozenset({"first headship"}), trust="oak")
    assert buddy_reasons(asked, offered) == (
        "Heads a primary school, like you",
        "Has been there: first headship",
        "9 km from you",
        "A school about the size of yours",
        "The same type of school",
        "Also a CE school",
        "In the same trust as you, as you wished",
    )
    assert buddy_reasons(new(place=None), BUDDY) == ("Heads a primary school, like you",)
    no_faith = Context(faith="none")
    assert "Also a none school" not in buddy_reasons(new(context=no_faith), buddy(context=no_faith))


heads = st.lists(
    st.builds(
        BuddyProfile,
        person_id=st.sampled_from([f"P{n}" for n in range(30)]),
        phases=st.lists(st.sampled_from(PHASES), min_size=1, unique=True).map(tuple),
        school=schools,
        trust=trusts,
        place=places,
        context=contexts,
        buddying=st.integers(0, 2),
        at_once=st.integers(1, 2),
    ),
    max_size=8,
    unique_by=lambda one: one.person_id,
)
new_heads = st.builds(
    NewHeadProfile,
    person_id=st.just("P99"),
    phase=st.sampled_from(PHASES),
    school=schools,
    trust=trusts,
    place=places,
    context=contexts,
    same_trust_wished=st.booleans(),
)


@given(new_heads, heads, st.randoms(use_true_random=False))
def test_every_head_is_ranked_by_points_that_add_up_or_has_a_reason(
    asked: NewHeadProfile, buddies: list[BuddyProfile], shuffler: random.Random
) -> None:
    answer = rank_buddies(asked, buddies)
    assert len(answer.ranked) + len(answer.left_out) == len(buddies)
    for one in answer.ranked:
        assert one.score == sum(point.points for point in one.points)
        assert 0 <= one.score <= 1000
        assert buddy_bars(asked, one.buddy, SETTINGS) == ()
    assert all(bars for _, bars in answer.left_out)
    order = [(-one.score, one.buddy.person_id) for one in answer.ranked]
    assert order == sorted(order)
    shuffler.shuffle(buddies)
    assert rank_buddies(asked, buddies) == answer


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 1000"):
        BuddySettings(load=81)
    with pytest.raises(ValueError, match="not below 0"):
        BuddySettings(rival_metres=-1)
    with pytest.raises(ValueError, match="works in no phase"):
        buddy(phases=())
