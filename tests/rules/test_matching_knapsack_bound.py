"""The bound by prices on needs: never below the best plan, and close to it."""

from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest

from brokerage.matching.bundles import IntArray, best_bundles, set_up
from brokerage.matching.knapsack_bound import (
    FINE,
    knapsack_bound,
    prices_left_by,
    search_need_prices,
    slots_at_most,
)

pytestmark = pytest.mark.slow  # thousands of made-up towns, each against every plan there is


class Made(NamedTuple):
    """A made-up market: pairs that may be made, and what leaders have."""

    need: IntArray
    leader: IntArray
    worth: IntArray
    size: IntArray
    half_days: IntArray
    slots: IntArray


def made(
    chance: np.random.Generator, needs: int, leaders: int, share: float, step: int = 1
) -> Made:
    may = chance.random((needs, leaders)) < share
    need, leader = np.nonzero(may)
    sizes = step * chance.integers(1, 6, needs)
    return Made(
        need=need.astype(np.int64),
        leader=leader.astype(np.int64),
        worth=chance.integers(0, 60, len(need)),
        size=sizes[need],
        half_days=step * chance.integers(0, 12, leaders),
        slots=chance.choice(np.array([0, 1, 2, 3, 50]), leaders),
    )


def best_worth(market: Made, needs: int) -> int:
    """The worth of the best plan, by trying them all."""
    options: list[list[tuple[int, int, int]]] = [[] for _ in range(needs)]
    columns = (market.need, market.leader, market.worth, market.size)
    for need, leader, worth, size in zip(*(one.tolist() for one in columns), strict=True):
        options[need].append((leader, worth, size))

    @cache
    def best(need: int, days: tuple[int, ...], slots: tuple[int, ...]) -> int:
        if need == needs:
            return 0
        found = best(need + 1, days, slots)
        for leader, worth, size in options[need]:
            if slots[leader] and days[leader] >= size:
                fewer = tuple(d - size * (j == leader) for j, d in enumerate(days))
                left = tuple(s - (j == leader) for j, s in enumerate(slots))
                found = max(found, worth + best(need + 1, fewer, left))
        return found

    return best(0, tuple(market.half_days.tolist()), tuple(market.slots.tolist()))


def earned_by_hand(market: Made, profit: IntArray) -> int:
    """What leaders earn by their best bundles, by trying every set of needs."""
    total = 0
    for leader, (days, slots) in enumerate(zip(market.half_days, market.slots, strict=True)):
        own = np.flatnonzero(market.leader == leader).tolist()
        total += max(
            (
                int(profit[list(some)].sum())
                for count in range(min(int(slots), len(own)) + 1)
                for some in combinations(own, count)
                if market.size[list(some)].sum() <= days
            ),
            default=0,
        )
    return total


def test_every_leader_gets_their_best_bundle() -> None:
    chance = np.random.Generator(np.random.PCG64(5))
    tables = 0
    for case in range(1500):
        market = made(chance, int(chance.integers(1, 9)), 3, 0.8, step=1 + case % 3)
        profit = chance.integers(-20, 60, len(market.need))
        stalls = set_up(market.leader, market.size, market.half_days, market.slots)
        total, taken = best_bundles(stalls, profit)
        assert total == earned_by_hand(market, profit)
        assert total == profit[taken].sum()
        assert len(set(taken.tolist())) == len(taken)
        for leader in range(3):
            own = taken[market.leader[taken] == leader]
            assert market.size[own].sum() <= market.half_days[leader]
            assert len(own) <= market.slots[leader]
        tables += len(taken) < np.count_nonzero(profit > 0)
    assert tables > 500


def test_no_plan_passes_the_bound_wherever_prices_start() -> None:
    chance = np.random.Generator(np.random.PCG64(11))
    reached_it = 0
    for case in range(2500):
        needs, leaders = int(chance.integers(1, 7)), int(chance.integers(1, 4))
        market = made(chance, needs, leaders, 0.7)
        best = best_worth(market, needs)
        start = chance.integers(-5, 40, needs) * FINE
        steps, aim = int(chance.integers(0, 15)), int(chance.integers(0, best + 1))
        most, prices = search_need_prices(*market, start, aim, steps)
        assert most >= best
        assert prices.min(initial=0) >= 0
        if case % 10 == 0:
            assert knapsack_bound(*market, start, aim, steps) == most
            reached_it += knapsack_bound(*market, start, best, 60) == best
    assert reached_it > 150


def test_a_bound_that_nobody_can_pass_ends_the_search() -> None:
    market = made(np.random.Generator(np.random.PCG64(1)), 6, 3, 0.8)
    best = best_worth(market, 6)
    no_prices = np.zeros(6, dtype=np.int64)
    most = knapsack_bound(*market, no_prices, best, 500)
    assert most == knapsack_bound(*market, no_prices, best, 5000) == best


def test_it_starts_no_higher_than_the_prices_of_leaders_had_come() -> None:
    chance = np.random.Generator(np.random.PCG64(3))
    for _ in range(500):
        market = made(chance, 12, 5, 0.6)
        of_day, of_slot = chance.integers(0, 9 * FINE, 5), chance.integers(0, 20 * FINE, 5)
        start = prices_left_by(
            market.need, market.leader, market.worth, market.size, of_day, of_slot, 12
        )
        by_leaders = int(start.sum() + of_day @ market.half_days + of_slot @ market.slots)
        most, _ = search_need_prices(*market, start, 0, 1)
        assert most <= by_leaders // FINE


def tight_town(chance: np.random.Generator) -> Made:
    """Days and engagements run out, and everybody could go nearly anywhere."""
    needs, leaders = 160, 60
    need, leader = np.nonzero(chance.random((needs, leaders)) < 0.2)
    sizes = 2 * chance.integers(2, 11, needs)
    of_need = chance.choice(np.array([4000, 2500, 1500]), needs)
    return Made(
        need=need.astype(np.int64),
        leader=leader.astype(np.int64),
        worth=of_need[need] + chance.integers(0, 1000, len(need)),
        size=sizes[need],
        half_days=2 * chance.integers(8, 20, leaders),
        slots=chance.integers(1, 5, leaders),
    )


def planned_by_greed(market: Made) -> int:
    days, slots, placed, total = market.half_days.copy(), market.slots.copy(), set(), 0
    for pair in np.argsort(-market.worth, kind="stable").tolist():
        need, leader = int(market.need[pair]), int(market.leader[pair])
        if need not in placed and slots[leader] and days[leader] >= market.size[pair]:
            days[leader] -= market.size[pair]
            slots[leader] -= 1
            placed.add(need)
            total += int(market.worth[pair])
    return total


def by_prices_of_leaders(market: Made, reached: int) -> float:
    """The bound that prices of leaders come to: each need takes what is best after them."""
    of_day, of_slot, lowest = np.zeros(60), np.zeros(60), float("inf")
    for step in range(400):
        kept = market.worth - of_day[market.leader] * market.size - of_slot[market.leader]
        over_days, over_slots, total = -market.half_days, -market.slots, 0.0
        for need in range(160):
            own = np.flatnonzero(market.need == need)
            if own.size and kept[own].max() > 0:
                pair = own[kept[own].argmax()]
                over_days[market.leader[pair]] += market.size[pair]
                over_slots[market.leader[pair]] += 1
                total += kept[pair]
        total += float(of_day @ market.half_days + of_slot @ market.slots)
        lowest = min(lowest, total)
        pace = 0.985**step * (total - reached) / (over_days @ over_days + over_slots @ over_slots)
        of_day = np.maximum(of_day + pace * over_days, 0)
        of_slot = np.maximum(of_slot + pace * over_slots, 0)
    return lowest


@pytest.mark.parametrize("seed", range(3))
def test_where_days_are_tight_it_is_closer_than_the_prices_of_leaders(seed: int) -> None:
    market = tight_town(np.random.Generator(np.random.PCG64(seed)))
    reached = planned_by_greed(market)
    by_leaders = by_prices_of_leaders(market, reached)
    for start in (np.zeros(160, dtype=np.int64), np.full(160, 9999 * FINE)):
        by_needs = knapsack_bound(*market, start, reached, 400)
        assert reached <= by_needs < by_leaders


def test_engagements_by_half_term_limit_the_whole_number_no_more_than_they_must() -> None:
    chance = np.random.Generator(np.random.PCG64(2))
    reached = 0
    for _ in range(600):
        use = chance.integers(0, 2, (5, 3))
        use[chance.random(5) < 0.4] = 1
        room = chance.integers(0, 4, (1, 3))
        own = np.flatnonzero(chance.random(5) < 0.8)
        most = max(
            count
            for count in range(len(own) + 1)
            for some in combinations(own.tolist(), count)
            if (use[list(some)].sum(axis=0) <= room[0]).all()
        )
        (slots,) = slots_at_most(use, room, own, np.zeros(len(own), dtype=np.int64)).tolist()
        assert slots >= most
        reached += min(slots, len(own)) == most
    assert reached > 250


def test_nothing_to_pick_from_is_worth_nothing() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert knapsack_bound(*[nobody] * 6, nobody, 0, 10) == 0
    one = np.array([0])
    poor = Made(one, one, np.array([700]), np.array([8]), np.array([7]), np.array([2]))
    assert knapsack_bound(*poor, np.array([0]), 0, 10) == 0
    busy = poor._replace(half_days=np.array([20]), slots=np.array([0]))
    assert knapsack_bound(*busy, np.array([0]), 0, 10) == 0
    able = poor._replace(half_days=np.array([20]))
    assert knapsack_bound(*able, np.array([0]), 0, 10) == 700


def test_profits_too_large_to_be_sorted_by_are_refused() -> None:
    one = np.array([0])
    stalls = set_up(one, np.array([2]), np.array([9]), np.array([1]))
    with pytest.raises(OverflowError, match="cannot be put in order"):
        best_bundles(stalls, np.array([2**62]))
