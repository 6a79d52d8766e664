"""The levels of work: how the steps of the search follow one another, and how much each may do.

Prices and a few greedy plans (`instant`); chains of ejections, short ones first, on the best of
them (`standard`); polish (`thorough`). Each level does all that the one below does and goes on
from its plan, and keeps whichever is worth more, so that more work never gives a worse plan. Work
is counted and never timed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from brokerage.matching.draft import Draft, ground_of
from brokerage.matching.ejection import better
from brokerage.matching.exact import exact
from brokerage.matching.greedy import add_in_order, by_value, fill, orders
from brokerage.matching.market import NOBODY, Market
from brokerage.matching.objectives import Worth
from brokerage.matching.plans import Level
from brokerage.matching.polish import polish
from brokerage.matching.prices import Prices, find_prices
from brokerage.matching.rooms import IntArray

Progress = Callable[[str, int, int], None]
"""Told (stage, how much of it is done, of how much)."""


@dataclass(frozen=True, slots=True)
class Work:
    """`price_steps`: how often prices are moved. `rounds`: of ejection, at most. `depth`: the most
    ejections one after another. `polish_rounds`: of polish, for every time it starts anew."""

    price_steps: int
    rounds: int
    depth: int
    polish_rounds: tuple[int, ...]


WORK = {
    Level.INSTANT: Work(price_steps=200, rounds=0, depth=0, polish_rounds=()),
    Level.STANDARD: Work(price_steps=200, rounds=80, depth=4, polish_rounds=()),
    Level.THOROUGH: Work(price_steps=200, rounds=80, depth=4, polish_rounds=(1000, 600, 600)),
}


FEWEST = 100
"""Rounds of polish each time even where there is next to nothing to look through."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best draft, the prices on the way to it, and the rounds of search that were worked, and
    whether it is proven that no plan is better."""

    draft: Draft
    prices: Prices
    work: int
    proven: bool = False


def quiet(stage: str, done: int, of: int) -> None:
    """Tells nobody."""


def search(market: Market, of_load: Worth, level: Level, progress: Progress = quiet) -> Found:
    """The best plan of this market that the level's work finds."""
    work, ground = WORK[level], ground_of(market)
    plain = fill(ground, by_value(market))
    progress("prices", 0, 1)
    prices = find_prices(market, market.value, _value(market, plain), work.price_steps)
    progress("first plans", 0, 1)
    drafts = [plain, *(fill(ground, order) for order in orders(market, prices))]
    best = max(drafts, key=lambda draft: draft.row(of_load))
    rounds = 0
    if work.rounds:
        bettered = best.copy()
        rounds = better(bettered, work.rounds, work.depth, progress)
        best = max(best, bettered, key=lambda draft: draft.row(of_load))
    proven = False
    if work.polish_rounds:
        times = [_scaled(many, market) for many in work.polish_rounds]
        best, rounds = polish(best, of_load, times, work.depth, progress), rounds + sum(times)
        best, proven = exact(best)
    return Found(best, prices, rounds, proven)


def _scaled(rounds: int, market: Market) -> int:
    """Fewer rounds where there is little to look through."""
    return min(rounds, FEWEST + len(market.need) // 4)


def warm(market: Market, pairs: IntArray, level: Level, progress: Progress = quiet) -> Found:
    """The same, from a plan that stood before: `pairs` are those of it that still may be made."""
    work, draft = WORK[level], Draft(ground_of(market))
    prices = find_prices(market, market.value, 0, work.price_steps)
    add_in_order(draft, pairs)
    add_in_order(draft, by_value(market))
    return Found(draft, prices, better(draft, work.rounds, min(work.depth, 2), progress))


def _value(market: Market, draft: Draft) -> int:
    pairs = np.array(draft.pair_of, dtype=np.int64)
    return int(market.value[pairs[pairs != NOBODY]].sum())
