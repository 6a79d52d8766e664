"""How good a plan is and how much better any plan could be, one aim at a time.

The bound of an aim is what no plan could pass if it had that aim alone, by prices (`prices`) or,
asked for a tight one, by what each leader's own days can hold at most (a knapsack for each leader).
Taking each aim by itself can only raise a bound. Cost: a search for prices for each aim.
"""

from typing import Literal

import numpy as np

from brokerage.matching.market import Market
from brokerage.matching.objectives import Objective, Worth
from brokerage.matching.plans import Certificate
from brokerage.matching.prices import Prices, find_prices
from brokerage.matching.rooms import IntArray

BoundKind = Literal["quick", "tight"]


def certificate(
    market: Market,
    objective: Objective,
    worth: Worth,
    pinned: Worth,
    prices: Prices,
    steps: int,
    kind: BoundKind = "quick",
) -> Certificate:
    """Value and bound of each certified aim of a plan that is worth `worth`; what its `pinned`
    pairs are worth is part of both. `prices` are those already found for the points."""
    bounds = []
    for aim in range(objective.certified):
        of_aim = np.ascontiguousarray(market.rows[:, aim])
        reached = worth[aim] - pinned[aim]
        found = prices if (of_aim == market.value).all() else None
        found = found or find_prices(market, of_aim, reached, steps)
        bounds.append(pinned[aim] + found.bound)
    return Certificate(objective.aims[: objective.certified], worth[: len(bounds)], tuple(bounds))
