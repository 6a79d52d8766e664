"""How much any plan at all could possibly reach: an honest upper bound, one aim at a time.

Suppose that leaders charged a price for each half-day and each engagement, and that every need
simply took the leader with the best worth after the price, as though all were free. The sum of
what the needs then keep, plus the price of everything the leaders have to sell, is more than any
real plan can be worth, whatever the prices (Lagrangian relaxation; Fisher 1981). Prices are moved
a fixed number of times against what is over- and undersold (subgradient steps), and the lowest
sum found is the bound. Prices are whole numbers of 1/1024 of a point, so that the bound is exact
arithmetic and not a rounded float. It takes each aim by itself, which can only raise it.

Cost: per step, one pass over the candidates in numpy.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.matching.candidates import IntArray

FINE = 1024
"""Parts of a point in which prices are counted."""
PATIENCE = 10
"""Steps without a lower bound after which smaller steps are taken."""


@dataclass(frozen=True, slots=True)
class Market:
    """The pairs that may be made and what leaders have: flat arrays as in `Candidates`.

    `need` and `leader` give each pair's two ends, pairs of one need side by side; `size` the
    half-days each pair takes; `half_days` and `slots` what each leader has.
    """

    need: IntArray
    leader: IntArray
    size: IntArray
    half_days: IntArray
    slots: IntArray


def bound(market: Market, worth: IntArray, reached: int, steps: int) -> int:
    """No plan of this market is worth more than this. `worth` is that of each pair (0 or more),
    `reached` what a plan is known to be worth (where the search for prices aims)."""
    if not worth.size:
        return 0
    starts = np.flatnonzero(np.diff(market.need, prepend=-1))
    prices = _Prices(len(market.half_days))
    lowest = int(np.maximum.reduceat(worth, starts).sum()) * FINE
    stuck, pace = 0, 1.0
    for _ in range(steps):
        top, sold_days, sold_slots = _sell(market, worth * FINE - prices.of(market), starts)
        total = top + prices.worth_of_all(market)
        stuck = 0 if total < lowest else stuck + 1
        lowest = min(lowest, total)
        if stuck >= PATIENCE:
            stuck, pace = 0, pace / 2
        if lowest // FINE <= reached:
            break
        over_days, over_slots = sold_days - market.half_days, sold_slots - market.slots
        prices.move(over_days, over_slots, pace * (total - reached * FINE))
    return lowest // FINE


def _sell(market: Market, kept: IntArray, starts: IntArray) -> tuple[int, IntArray, IntArray]:
    """Every need takes its best pair, if any keeps it above 0: (sum kept, days, slots taken)."""
    best = np.maximum.reduceat(kept, starts)
    runs = np.diff(starts, append=len(kept))
    is_best = np.flatnonzero(kept == np.repeat(best, runs))
    _, first = np.unique(market.need[is_best], return_index=True)
    taken = is_best[first][best > 0]
    leaders, count = market.leader[taken], len(market.half_days)
    days = np.bincount(leaders, weights=market.size[taken], minlength=count).astype(np.int64)
    slots = np.bincount(leaders, minlength=count).astype(np.int64)
    return int(best[best > 0].sum()), days, slots


class _Prices:
    """What each leader charges per half-day and per engagement, in 1/1024 of a point."""

    def __init__(self, leaders: int) -> None:
        self.day = np.zeros(leaders, dtype=np.int64)
        self.slot = np.zeros(leaders, dtype=np.int64)

    def of(self, market: Market) -> IntArray:
        """The price of each pair."""
        charged: IntArray = self.day[market.leader] * market.size + self.slot[market.leader]
        return charged

    def worth_of_all(self, market: Market) -> int:
        return int((self.day * market.half_days + self.slot * market.slots).sum())

    def move(self, over_days: IntArray, over_slots: IntArray, distance: float) -> None:
        """Dearer where oversold, cheaper where not, never below 0."""
        length = float((over_days**2).sum() + (over_slots**2).sum())
        if length == 0.0:
            return
        step = distance / length
        self.day = np.maximum(self.day + np.rint(step * over_days).astype(np.int64), 0)
        self.slot = np.maximum(self.slot + np.rint(step * over_slots).astype(np.int64), 0)
