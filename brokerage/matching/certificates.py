"""How good a plan is and how much better any plan could be, one aim at a time.

The bound of an aim is what no plan could pass if it had that aim alone: by prices on leaders
(`prices`), and from there on by prices on needs, with what each leader's own days can hold at most
(`knapsack_bound`), a few steps of which bring most of what many do. Taking each aim by itself can
only raise a bound. Cost: for each aim a search for prices.
"""

from typing import Literal

import numpy as np

from brokerage.matching.knapsack_bound import knapsack_bound, prices_left_by, slots_at_most
from brokerage.matching.market import NOBODY, Market
from brokerage.matching.objectives import Objective, Worth
from brokerage.matching.plans import Certificate, Level
from brokerage.matching.prices import Prices, find_prices
from brokerage.matching.rooms import IntArray
from brokerage.matching.search import Found

BoundKind = Literal["quick", "tight"]

PRICE_STEPS = {Level.INSTANT: 30, Level.STANDARD: 120, Level.THOROUGH: 200}
"""How often prices of leaders are moved for each aim that they have not been found for yet."""
KNAPSACK_STEPS = {"quick": 10, "tight": 300}
"""How often prices of needs are moved."""


def certificate(
    market: Market,
    objective: Objective,
    worth: Worth,
    pinned: Worth,
    found: Found,
    level: Level,
    kind: BoundKind,
) -> Certificate:
    """Value and bound of each certified aim of a plan that is worth `worth`; what its `pinned`
    pairs are worth is part of both."""
    bounds = []
    for aim in range(objective.certified):
        of_aim, reached = np.ascontiguousarray(market.rows[:, aim]), worth[aim] - pinned[aim]
        prices = found.prices
        if not (of_aim == market.value).all():
            prices = find_prices(market, of_aim, reached, PRICE_STEPS[level])
        bounds.append(pinned[aim] + _closer(market, of_aim, reached, prices, KNAPSACK_STEPS[kind]))
    if found.proven:
        bounds[0] = worth[0]
    return Certificate(objective.aims[: objective.certified], worth[: len(bounds)], tuple(bounds))


def _closer(market: Market, worth: IntArray, reached: int, prices: Prices, steps: int) -> int:
    """The bound of these prices, or the closer one that prices of needs come to from there."""
    if prices.bound <= reached:
        return prices.bound
    size, charged = market.size[market.need], prices.of_leaders(market)
    left = prices_left_by(
        market.need,
        market.leader,
        worth,
        size,
        charged[:, 0],
        charged[:, market.engagements].sum(axis=1),
        len(market.size),
    )
    use, room = market.use[:, market.engagements], market.room[:, market.engagements]
    slots = slots_at_most(use, room, market.need, market.leader)
    half_days = market.room[:, 0].copy()
    capped = market.group != NOBODY
    given = market.group_room[market.group[capped]]
    half_days[capped] = np.minimum(half_days[capped], given)
    bound = knapsack_bound(
        market.need, market.leader, worth, size, half_days, slots, left, reached, steps
    )
    return min(prices.bound, bound)
