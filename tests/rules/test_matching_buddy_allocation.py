"""Buddies for all new heads at once: as many as can be, then as well as can be, and proved."""

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from brokerage.matching.b_matching import Offers, bound_at, match
from brokerage.matching.buddies import buddy_points, rank_buddies
from brokerage.matching.buddy_allocation import BuddyPlan, pair_buddies
from brokerage.matching.buddy_profiles import BuddyProfile, BuddySettings, NewHeadProfile
from brokerage.matching.buddy_rules import BUDDY_RULES, buddy_bars
from brokerage.matching.plans import PLACED_ELSEWHERE, PinsError
from brokerage.matching.profiles import Context, Openness, Phase, Place

SETTINGS = BuddySettings()
PHASES = (Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL)
SITUATIONS = ("first headship", "small school", "new town")

Town = tuple[list[NewHeadProfile], list[BuddyProfile]]


def a_place(chance: random.Random, width: int) -> Place | None:
    if chance.random() < 0.1:
        return None
    return Place(chance.randint(0, width), chance.randint(0, width))


def a_context(chance: random.Random) -> Context:
    return Context(
        size=chance.choice((None, 1, 2, 3, 5)),
        kind=chance.choice((None, "academy", "maintained")),
        faith=chance.choice((None, "none", "CE")),
    )


def some(chance: random.Random, words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in words if chance.random() < 0.4)


def a_new_head(chance: random.Random, person_id: str, width: int) -> NewHeadProfile:
    return NewHeadProfile(
        person_id=person_id,
        phase=chance.choice(PHASES[:2]),
        school=chance.choice((None, "1", "2", "3", "4")),
        trust=chance.choice((None, "oak", "elm")),
        place=a_place(chance, width),
        context=a_context(chance),
        situation=some(chance, SITUATIONS),
        managed_by=frozenset({"B1"} if chance.random() < 0.1 else ()),
        manages=frozenset({"B2"} if chance.random() < 0.1 else ()),
        not_buddies=frozenset({"B3", "nobody"} if chance.random() < 0.1 else ()),
        same_trust_wished=chance.random() < 0.2,
        remote_allowed=chance.random() < 0.2,
    )


def a_buddy(chance: random.Random, person_id: str, width: int) -> BuddyProfile:
    return BuddyProfile(
        person_id=person_id,
        phases=tuple(chance.sample(PHASES, chance.choice((1, 1, 2)))),
        school=chance.choice((None, "1", "5", "6", "7")),
        trust=chance.choice((None, "oak", "ash")),
        place=a_place(chance, width),
        context=a_context(chance),
        been_there=some(chance, (*SITUATIONS, "new build")),
        buddying=chance.choice((0, 0, 0, 1, 2)),
        at_once=chance.choice((1, 1, 2)),
        openness=chance.choice((Openness.ACCEPTING,) * 6 + tuple(Openness)),
        max_metres=chance.choice((None, 5_000, 12_000)),
    )


def a_town(chance: random.Random, most_new: int, most: int, width: int = 15_000) -> Town:
    new = [a_new_head(chance, f"A{n}", width) for n in range(chance.randint(0, most_new))]
    buddies = [a_buddy(chance, f"B{n}", width) for n in range(chance.randint(0, most))]
    if new and buddies and chance.random() < 0.2:
        buddies[0] = replace(buddies[0], person_id=new[0].person_id)
    return new, buddies


def best_by_trying_all(new_heads: list[NewHeadProfile], buddies: list[BuddyProfile]) -> list[int]:
    """(how many paired, points) of the best of all ways, one new head after the other."""

    @cache
    def best(at: int, free: tuple[int, ...]) -> tuple[int, int]:
        if at == len(new_heads):
            return (0, 0)
        found = best(at + 1, free)
        for place, buddy in enumerate(buddies):
            if free[place] > 0 and not buddy_bars(new_heads[at], buddy, SETTINGS):
                left = tuple(count - (k == place) for k, count in enumerate(free))
                paired, points = best(at + 1, left)
                own = sum(point.points for point in buddy_points(new_heads[at], buddy))
                found = max(found, (paired + 1, points + own))
        return found

    return list(best(0, tuple(buddy.at_once - buddy.buddying for buddy in buddies)))


def worth(plan: BuddyPlan) -> list[int]:
    return [len(plan.pairs), sum(pair.score for pair in plan.pairs)]


def test_of_all_ways_to_pair_the_best_is_found_and_proved() -> None:
    chance = random.Random(404)
    contested = 0
    for _ in range(1200):
        new_heads, buddies = a_town(chance, 5, 5)
        plan = pair_buddies(new_heads, buddies)
        assert worth(plan) == best_by_trying_all(new_heads, buddies)
        assert list(plan.certificate.value) == list(plan.certificate.bound) == worth(plan)
        given = Counter(pair.buddy.person_id for pair in plan.pairs)
        assert all(given[one.person_id] <= max(one.at_once - one.buddying, 0) for one in buddies)
        contested += any(one.code == PLACED_ELSEWHERE for one in plan.unpaired)
    assert contested > 60


def test_every_new_head_is_told_as_when_looked_at_alone() -> None:
    chance = random.Random(77)
    emptied: Counter[str] = Counter()
    for _ in range(400):
        new_heads, buddies = a_town(chance, 6, 12)
        plan = pair_buddies(new_heads, buddies)
        assert len(plan.pairs) + len(plan.unpaired) == len(new_heads)
        for pair in plan.pairs:
            alone = rank_buddies(pair.new_head, buddies).ranked
            assert pair.eligible == len(alone)
            same = alone[pair.rank - 1]
            assert (same.buddy, same.score) == (pair.buddy, pair.score)
            assert (same.points, same.reasons) == (pair.points, pair.reasons)
        for one in plan.unpaired:
            alone = rank_buddies(one.new_head, buddies).ranked
            assert one.eligible == len(alone)
            assert (one.code == PLACED_ELSEWHERE) == bool(alone)
            if one.code not in (PLACED_ELSEWHERE, "phase"):
                assert emptied_by(one.new_head, buddies) == one.code
            emptied[one.code] += 1
    assert set(emptied) >= {PLACED_ELSEWHERE, "phase", "rival", "capacity", "distance"}


def emptied_by(new: NewHeadProfile, buddies: list[BuddyProfile]) -> str:
    """The rule, phase first and then in their order, after which nobody is left."""
    left = [{bar.code for bar in buddy_bars(new, one, SETTINGS)} for one in buddies]
    for code in ("phase", *BUDDY_RULES):
        left = [codes for codes in left if code not in codes]
        if not left:
            return code
    return ""


def test_the_order_they_come_in_changes_nothing() -> None:
    chance = random.Random(5)
    for _ in range(100):
        new_heads, buddies = a_town(chance, 8, 8, width=4_000)
        plan = pair_buddies(new_heads, buddies)
        chance.shuffle(new_heads)
        chance.shuffle(buddies)
        assert pair_buddies(new_heads, buddies) == plan


NEW = NewHeadProfile("A1", Phase.PRIMARY, place=Place(0, 0))
BUDDY = BuddyProfile("B1", (Phase.PRIMARY,), place=Place(9_000, 0))


def test_a_new_head_gives_way_where_another_has_nobody_else() -> None:
    """A1 would do best with B1, but A2 can have only B1: so both are helped."""
    other = replace(NEW, person_id="A2", place=Place(40_000, 0))
    near = replace(BUDDY, person_id="B1")
    far = replace(BUDDY, person_id="B2", place=Place(0, 20_000), max_metres=20_000)
    plan = pair_buddies([NEW, other], [near, far])
    assert {(p.new_head.person_id, p.buddy.person_id, p.rank) for p in plan.pairs} == {
        ("A1", "B2", 2),
        ("A2", "B1", 1),
    }


def test_settled_pairings_stand_and_take_their_place() -> None:
    barred = replace(BUDDY, place=Place(100, 0), at_once=2)
    other = replace(NEW, person_id="A2", place=Place(9_000, 9_000))
    third = replace(NEW, person_id="A3", place=Place(20_000, 0))
    plan = pair_buddies([NEW, other, third], [barred], pinned={"A1": "B1"})
    settled, new = plan.pairs
    assert (settled.new_head.person_id, settled.pinned, settled.rank) == ("A1", True, 0)
    assert (new.new_head.person_id, new.pinned, new.rank) == ("A2", False, 1)
    assert [(one.new_head.person_id, one.code) for one in plan.unpaired] == [
        ("A3", PLACED_ELSEWHERE)
    ]
    assert list(plan.certificate.value) == list(plan.certificate.bound) == worth(plan)


def test_settled_pairings_that_cannot_stand_are_refused_with_a_sentence() -> None:
    other = replace(NEW, person_id="A2")
    with pytest.raises(PinsError, match="A9 is not among the new heads"):
        pair_buddies([NEW], [BUDDY], pinned={"A9": "B1"})
    with pytest.raises(PinsError, match="B9 is not among the buddies"):
        pair_buddies([NEW], [BUDDY], pinned={"A1": "B9"})
    with pytest.raises(PinsError, match="2 new heads are pinned to B1, who has 0 already"):
        pair_buddies([NEW, other], [BUDDY], pinned={"A1": "B1", "A2": "B1"})
    with pytest.raises(ValueError, match="Two heads have the id A1"):
        pair_buddies([NEW, NEW], [BUDDY])


def test_nobody_to_pair_is_an_answer_too() -> None:
    assert pair_buddies([], [BUDDY]).certificate.bound == (0, 0)
    (alone,) = pair_buddies([NEW], []).unpaired
    assert (alone.code, alone.eligible) == ("phase", 0)


def test_another_distance_between_rivals_is_another_plan() -> None:
    near = replace(BUDDY, place=Place(1_600, 0))
    assert pair_buddies([NEW], [near]).pairs
    (alone,) = pair_buddies([NEW], [near], settings=BuddySettings(rival_metres=2_000)).unpaired
    assert alone.code == "rival"


def some_offers(chance: np.random.Generator, takers: int, givers: int) -> Offers:
    may = chance.random((takers, givers)) < 0.1
    taker, giver = np.nonzero(may)
    starts = np.searchsorted(taker, np.arange(takers + 1))
    places = chance.integers(0, 3, givers)
    return Offers(starts, giver, chance.integers(1, 1000, len(giver)), places)


def test_value_and_bound_are_one_number_and_other_prices_prove_no_more() -> None:
    chance = np.random.Generator(np.random.PCG64(9))
    for _ in range(30):
        offers = some_offers(chance, 120, 80)
        matched = match(offers)
        assert matched.value == matched.bound
        for _ in range(20):
            prices = chance.integers(0, 900, 80)
            assert bound_at(offers, prices) >= matched.value
