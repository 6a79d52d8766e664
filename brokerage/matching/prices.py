"""What a half-day and an engagement of each leader are worth, and what no plan can pass.

Suppose that leaders charged a price for each half-day and each engagement, and that every need
simply took the leader with the best worth after the price, as though all were free. The sum of
what the needs then keep, plus the price of everything the leaders have to sell, is more than any
real plan can be worth, whatever the prices (Lagrangian relaxation; Fisher 1981). Prices are moved
a fixed number of times, up where a leader is oversold and down where not (subgradient steps; Held
and Karp 1971), keeping some of the last direction, which stops them swinging (Camerini and others
1975). The lowest sum found is the bound, and its prices are about what one more half-day of that
leader would add to the plan (shadow prices).

Prices are whole numbers of 1/1024 of a point, so that the bound is exact arithmetic and not a
rounded float. Each kind of room has its price: every column, and the cap of every home school.

Cost: per step, a few passes over the pairs in numpy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brokerage.matching.market import NOBODY, Market
from brokerage.matching.rooms import IntArray

FloatArray = npt.NDArray[np.float64]

FINE = 1024
"""Parts of a point in which prices are counted."""
MEMORY = 0.95
"""How much of the last direction is kept in the next."""
PACE = 0.3
"""The first stride, as a part of the one that would close the gap if all went straight."""
PATIENCE = 6
"""Steps without a lower bound after which strides are shortened..."""
SHORTER = 0.7
"""...to this part of what they were."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The lowest bound found, in whole units of the worth, and the prices that gave it, in
    1/FINE: `column` (leaders, columns), `group` (home schools)."""

    bound: int
    column: IntArray
    group: IntArray

    def of_leaders(self, market: Market) -> IntArray:
        """(leaders, columns): a half-day's price includes what the home school charges."""
        return _with_group(self.column, self.group, market)

    def kept(self, market: Market, worth: IntArray) -> IntArray:
        """What each pair keeps of its worth after the price, in 1/FINE."""
        columns = self.of_leaders(market)
        kept = worth * FINE
        for c in range(columns.shape[1]):
            kept -= columns[market.leader, c] * market.use[market.need, c]
        return kept


def find_prices(market: Market, worth: IntArray, reached: int, steps: int) -> Prices:
    """No plan of this market is worth more than the `bound` found. `worth` is that of each pair
    (0 or more), `reached` what some plan is known to be worth: the steps aim there."""
    search = _Search(market, worth)
    at = np.zeros(search.places)
    best, lowest, pace, stuck = np.rint(at).astype(np.int64), search.all_free(), PACE, 0
    way = np.zeros(search.places)
    for _ in range(steps):
        price = np.rint(at).astype(np.int64)
        total, over = search.sell(price)
        stuck += 1
        if total < lowest:
            best, lowest, stuck = price, total, 0
        if lowest // FINE <= reached:
            break
        if stuck >= PATIENCE:
            stuck, pace = 0, pace * SHORTER
        over[(at <= 0) & (over < 0)] = 0
        way = MEMORY * way + over / search.unit
        length = float((way * way).sum())
        if length == 0.0:
            break
        at = np.maximum(at + pace * (total - reached * FINE) / length * way / search.unit, 0)
    return Prices(lowest // FINE, *search.split(best))


def _with_group(column: IntArray, group: IntArray, market: Market) -> IntArray:
    if not len(group):
        return column
    charged = column.copy()
    charged[:, 0] += np.where(market.group == NOBODY, 0, group[market.group])
    return charged


class _Search:
    """The pairs that are worth anything, laid out for selling them many times over.

    All prices stand in one array: those of leaders, row by row, then those of home schools.
    `room` is what there is of each, `unit` what a need takes of it on average, by which prices of
    days and of engagements are brought to one scale."""

    def __init__(self, market: Market, worth: IntArray) -> None:
        self.market = market
        paying = np.flatnonzero(worth > 0)
        self.need, self.leader = market.need[paying], market.leader[paying]
        self.worth = worth[paying] * FINE
        self.starts = np.flatnonzero(np.diff(self.need, prepend=-1))
        self.runs = np.diff(self.starts, append=len(paying))
        self.use = [np.ascontiguousarray(column[self.need]) for column in market.use.T]
        self.room = np.concatenate([market.room.ravel(), market.group_room])
        self.places = len(self.room)
        mean = [max(float(use.mean()), 0.01) if use.size else 1.0 for use in self.use]
        self.unit = np.concatenate(
            [np.tile(mean, len(market.room)), np.full(len(market.group_room), mean[0])]
        )

    def split(self, price: IntArray) -> tuple[IntArray, IntArray]:
        """(prices by leader and column, prices of home schools)."""
        end = self.market.room.size
        return price[:end].reshape(self.market.room.shape), price[end:]

    def all_free(self) -> int:
        """The sum of every need's best worth."""
        return int(np.maximum.reduceat(self.worth, self.starts).sum()) if self.worth.size else 0

    def sell(self, price: IntArray) -> tuple[int, FloatArray]:
        """(what needs keep plus what all room costs, how much of each was oversold)."""
        total = int(price @ self.room)
        over = -self.room.astype(np.float64)
        if not self.worth.size:
            return total, over
        kept = self.worth.copy()
        for use, of_leader in zip(
            self.use, _with_group(*self.split(price), self.market).T, strict=True
        ):
            kept -= np.ascontiguousarray(of_leader)[self.leader] * use
        best = np.maximum.reduceat(kept, self.starts)
        is_best = np.flatnonzero(kept == np.repeat(best, self.runs))
        first = np.flatnonzero(np.diff(self.need[is_best], prepend=-1))
        self._count(is_best[first][best > 0], over)
        return total + int(best[best > 0].sum()), over

    def _count(self, sold: IntArray, over: FloatArray) -> None:
        market, leader = self.market, self.leader[sold]
        count, columns = market.room.shape
        end = count * columns
        for c, use in enumerate(self.use):
            over[c:end:columns] += np.bincount(leader, weights=use[sold], minlength=count)
        group = market.group[leader]
        if len(market.group_room):
            bound = group != NOBODY
            over[end:] += np.bincount(
                group[bound], weights=self.use[0][sold][bound], minlength=len(market.group_room)
            )
