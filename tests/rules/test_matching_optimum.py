"""Against trying every plan there is: the best plan is found, and nothing is promised beyond it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from brokerage.matching.allocation import allocate
from brokerage.matching.candidates import find_candidates
from brokerage.matching.checker import check_plan
from brokerage.matching.objectives import Objective, StrictOrder, Weighted, Worth, load
from brokerage.matching.plans import Level
from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Place,
    Urgency,
    half_days_in,
    occupies,
)
from tests.rules.matching_towns import leader, need

pytestmark = pytest.mark.slow  # thousands of made-up towns, each against every plan there is

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]
OBJECTIVES: tuple[Objective, ...] = (Weighted(), StrictOrder(), Weighted(balance=1))
TERMS = tuple(HalfTerm)


def hamlet(chance: Random, *, dated: bool, capped: bool) -> Town:
    """A few needs and fewer leaders, with days, engagements and homes all scarce."""
    left = {school: chance.randint(2, 12) for school in "AB"}

    def one_need(number: int) -> NeedProfile:
        return need(
            need_id=f"N{number}",
            half_days=chance.randint(1, 6),
            urgency=chance.choice(tuple(Urgency)),
            place=Place(chance.randint(0, 40_000), 0),
            half_terms=frozenset(chance.sample(TERMS, chance.randint(0, 2) if dated else 0)),
        )

    def one_leader(number: int) -> LeaderProfile:
        home = chance.choice("AB") if capped else None
        says = home is not None and chance.random() < 0.8
        return leader(
            leader_id=f"L{number}",
            half_days_left=chance.randint(2, 12),
            engagements_free=chance.choice((None, 1, 2, 3)),
            max_metres=chance.choice((8_000, 25_000, 60_000)),
            place=Place(chance.randint(0, 40_000), 0),
            half_days_by=_some(chance, 5) if dated else {},
            engagements_by=_some(chance, 2) if dated else {},
            home_school=home,
            home_school_half_days=left[home] if home and says else None,
        )

    return (
        tuple(one_need(number) for number in range(chance.randint(1, 5))),
        tuple(one_leader(number) for number in range(chance.randint(1, 3))),
    )


def _some(chance: Random, most: int) -> dict[HalfTerm, int]:
    return {one: chance.randint(0, most) for one in chance.sample(TERMS, chance.randint(0, 2))}


def hamlets(many: int) -> Iterator[tuple[Town, Objective]]:
    for seed in range(many):
        town = hamlet(Random(seed), dated=seed % 2 == 1, capped=seed % 3 == 0)
        yield town, OBJECTIVES[seed // 6 % 3]


def best_of_all(town: Town, objective: Objective) -> Worth:
    """The worth of the best plan there is, by trying every one."""
    needs, leaders = town
    candidates = find_candidates(needs, leaders)
    choices = [[(-1, 0), *candidates.of(place)] for place in range(len(needs))]
    return max(
        _worth(town, plan, objective)
        for plan in product(*choices)
        if _possible(town, [given for given, _ in plan])
    )


def _possible(town: Town, given: list[int]) -> bool:
    needs, leaders = town
    of_home: Counter[str] = Counter()
    for place, one in enumerate(leaders):
        theirs = [asked for asked, who in zip(needs, given, strict=True) if who == place]
        if _too_much(one, theirs):
            return False
        of_home[one.home_school or ""] += sum(asked.half_days for asked in theirs)
    return all(
        one.home_school_half_days is None
        or of_home[one.home_school or ""] <= one.home_school_half_days
        for one in leaders
    )


def _too_much(one: LeaderProfile, theirs: list[NeedProfile]) -> bool:
    at_once = {term: sum(occupies(asked, term) for asked in theirs) for term in TERMS}
    dealt = {term: sum(half_days_in(asked, term) for asked in theirs) for term in TERMS}
    free = len(theirs) if one.engagements_free is None else one.engagements_free
    return (
        sum(asked.half_days for asked in theirs) > one.half_days_left
        or max(at_once.values()) > free
        or any(at_once[term] > most for term, most in one.engagements_by.items())
        or any(dealt[term] > most for term, most in one.half_days_by.items())
    )


def _worth(town: Town, plan: tuple[tuple[int, int], ...], objective: Objective) -> Worth:
    needs, leaders = town
    row = [0] * len(objective.aims)
    used = [0] * len(leaders)
    for asked, (given, scored) in zip(needs, plan, strict=True):
        if given >= 0:
            pair = objective.of_pair(asked.urgency, scored, False)
            row = [a + b for a, b in zip(row, pair, strict=True)]
            used[given] += asked.half_days
    loads = sum(load(u, one.half_days_left) for u, one in zip(used, leaders, strict=True))
    return tuple(part + loads * unit for part, unit in zip(row, objective.of_load, strict=True))


def check_levels(town: Town, objective: Objective) -> None:
    best, worths = best_of_all(town, objective), []
    for level in Level:
        plan = allocate(*town, level=level, objective=objective)
        assert check_plan(plan, *town) == ()
        for aim, most in enumerate(plan.certificate.bound):
            assert plan.certificate.value[aim] <= most
        assert best[: objective.certified] <= plan.certificate.bound
        worths.append(plan.worth)
    assert worths == sorted(worths)
    assert worths[-1] == best


def test_thorough_finds_the_best_plan_and_more_work_is_never_worse() -> None:
    for town, objective in hamlets(150):
        check_levels(town, objective)


@pytest.mark.slow
def test_the_same_in_hundreds_of_hamlets() -> None:
    for town, objective in hamlets(500):
        check_levels(town, objective)


def test_each_kind_of_room_keeps_a_plan_smaller_somewhere() -> None:
    """Otherwise the tests above would pass without dates or homes ever mattering."""
    bound = Counter[str]()
    for town, objective in hamlets(60):
        needs, leaders = town
        best = best_of_all(town, objective)
        for kind, change in FREED.items():
            freed = tuple(leader_with(one, **change) for one in leaders)
            bound[kind] += best_of_all((needs, freed), objective) > best
    assert set(bound) == set(FREED)
    assert min(bound.values()) > 0


FREED = {
    "days": {"half_days_left": 99},
    "engagements": {"engagements_free": None},
    "half-days of a half-term": {"half_days_by": {}},
    "engagements of a half-term": {"engagements_by": {}},
    "home school": {"home_school_half_days": None},
}


def leader_with(one: LeaderProfile, **changes: Any) -> LeaderProfile:
    return replace(one, **changes)


def test_shuffled_hamlets_get_the_same_plan_at_every_level() -> None:
    chance = Random(11)
    for town, objective in hamlets(24):
        needs, leaders = list(town[0]), list(town[1])
        plans = [allocate(*town, level=level, objective=objective) for level in Level]
        chance.shuffle(needs)
        chance.shuffle(leaders)
        assert plans == [
            allocate(needs, leaders, level=level, objective=objective) for level in Level
        ]
