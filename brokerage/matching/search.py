"""The levels of work: how the steps of the search follow one another, and how much each may do.

Prices and a few greedy plans (`instant`); chains of ejections, short ones first, on the best of
them, and a little polish for the smallest markets (`standard`); all there is looked through where
that can be done, else much polish (`thorough`). Each level does all that the one below does, goes
on from its plan and keeps whichever is worth more, so that more work never gives a worse plan.
Work is counted and never timed.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.matching.draft import Draft, ground_of
from brokerage.matching.ejection import better
from brokerage.matching.exact import exact
from brokerage.matching.greedy import by_value, fill, orders
from brokerage.matching.market import NOBODY, Market
from brokerage.matching.objectives import Worth
from brokerage.matching.plans import Level
from brokerage.matching.polish import polish
from brokerage.matching.prices import Prices, find_prices
from brokerage.matching.progress import Progress, quiet
from brokerage.matching.rooms import IntArray

PRICE_STEPS = 200
"""How often prices are moved."""
NEAREST = 8
"""Pairs of each need among which chains are looked for first."""
ROUNDS = 100
"""Of chains, at most; each time they are looked for."""
DEPTH, DEPTH_AMONG_ALL = 5, 2
"""Ejections one after another in a chain, among the nearest pairs and among all."""
POLISH_PAIRS = {Level.STANDARD: 80_000, Level.THOROUGH: 36_000_000}
"""Of polish, as many rounds as look at so many pairs altogether; ..."""
MOST_POLISH = 3_000
"""...but no more than this, ..."""
LEAST_POLISH = 100
"""...nor than this and one for each pair; and none where it would be fewer."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best draft, the prices on the way to it, the rounds of search that were worked, and
    whether it is proven that no plan is better."""

    draft: Draft
    prices: Prices
    work: int
    proven: bool = False


def search(market: Market, of_load: Worth, level: Level, progress: Progress = quiet) -> Found:
    """The best plan of this market that the level's work finds."""
    found = _first_plans(market, of_load, progress)
    if level is Level.INSTANT:
        return found
    near = nearest(market, found.prices)
    found = _chains(found, near, of_load, progress)
    found = polished(found, near, of_load, POLISH_PAIRS[Level.STANDARD], progress)
    if level is Level.STANDARD:
        return found
    best, proven = exact(found.draft)
    found = Found(best, found.prices, found.work, proven)
    if proven:
        return found
    return polished(found, near, of_load, POLISH_PAIRS[Level.THOROUGH], progress)


def _first_plans(market: Market, of_load: Worth, progress: Progress) -> Found:
    ground = ground_of(market)
    plain = fill(ground, by_value(market))
    progress("prices", 0, 1)
    prices = find_prices(market, market.value, _value(market, plain), PRICE_STEPS)
    progress("first plans", 0, 1)
    drafts = [plain, *(fill(ground, order) for order in orders(market, prices))]
    return Found(max(drafts, key=lambda draft: draft.row(of_load)), prices, 0)


def _chains(found: Found, near: IntArray, of_load: Worth, progress: Progress) -> Found:
    """Bettered by chains among the nearest pairs, then by short ones among all."""
    draft, every = found.draft.copy(), np.arange(len(found.draft.ground.worth))
    work = better(draft, near, ROUNDS, DEPTH, progress)
    work += better(draft, every, ROUNDS, DEPTH_AMONG_ALL, progress)
    best = max(found.draft, draft, key=lambda one: one.row(of_load))
    return Found(best, found.prices, work)


def polished(found: Found, near: IntArray, of_load: Worth, pairs: int, progress: Progress) -> Found:
    """Polished, where for so many pairs looked at in all there is time for rounds enough."""
    rounds = min(pairs // max(len(near), 1), MOST_POLISH, LEAST_POLISH + len(near))
    if rounds < LEAST_POLISH:
        return found
    draft = polish(found.draft, near, of_load, rounds, progress)
    return Found(draft, found.prices, found.work + rounds)


def nearest(market: Market, prices: Prices) -> IntArray:
    """The pairs that keep most after the price, so many of each need, ascending: nearly all that a
    good plan makes are among them, and chains through these alone are found much sooner."""
    kept = prices.kept(market, market.value)
    order = np.lexsort((-kept, market.need))
    place = np.arange(len(order)) - market.starts[market.need[order]]
    return np.sort(order[place < NEAREST])


def _value(market: Market, draft: Draft) -> int:
    pairs = np.array(draft.pair_of, dtype=np.int64)
    return int(market.value[pairs[pairs != NOBODY]].sum())
