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
from brokerage.matching.search import Found

BoundKind = Literal["quick", "tight"]


def certificate(
    market: Market,
    objective: Objective,
    worth: Worth,
    pinned: Worth,
    found: Found,
    steps: int,
    kind: BoundKind = "quick",
) -> Certificate:
    """Value and bound of each certified aim of a plan that is worth `worth`; what its `pinned`
    pairs are worth is part of both."""
    bounds = []
    for aim in range(objective.certified):
        of_aim = np.ascontiguousarray(market.rows[:, aim])
        reached = worth[aim] - pinned[aim]
        bounds.append(pinned[aim] + _bound(market, of_aim, reached, found.prices, steps))
    if found.proven:
        bounds[0] = worth[0]
    return Certificate(objective.aims[: objective.certified], worth[: len(bounds)], tuple(bounds))


def _bound(market: Market, worth: IntArray, reached: int, prices: Prices, steps: int) -> int:
    """What no plan can pass whose pairs have this worth; `prices` are those for the points."""
    if not (worth == market.value).all():
        prices = find_prices(market, worth, reached, steps)
    return prices.bound
