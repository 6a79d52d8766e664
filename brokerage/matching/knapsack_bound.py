"""How much any plan could possibly reach, closer than by the prices of leaders: prices on needs.

Suppose that every need charged a price for being taken, and that leaders then picked whatever
earns them most, each within their own half-days and engagements and without regard to each other.
What the needs are paid, plus what all leaders earn after paying, is at least the worth of any real
plan, whatever the prices: a plan is one way of picking, in which no need is paid twice (Lagrangian
relaxation of "at most one leader for each need"; for this problem Fisher, Jaikumar and Van
Wassenhove 1986). Each leader's picking is a small knapsack and solved exactly (`bundles`), which
the prices of leaders cannot do, so that this bound is the closer one, and closer than that of
linear programming.

The prices to start from are those that the leaders' prices leave each need: what it could keep of
its worth at the leader that suits it best. There this bound is already as good as theirs (duality
of linear programming). Then prices move a fixed number of times: up for needs that two leaders
want, down for needs that none does (subgradient steps, each leaning on those before; Camerini,
Fratta and Maffioli 1975).

Prices are whole numbers of 1/1024 of a point and everything is added up in whole numbers, so the
bound is exact. Days in a half-term and caps of home schools are left out: that takes constraints
away, which can only raise the bound, so it holds with them too. (Handing in no more half-days for
a leader than the home school has left brings some of it back.) Where needs name half-terms,
engagements at once are no limit on how many a leader takes over the year; `slots_at_most` says
what limit is left.

Cost: for each step one sort of the pairs that earn anything, and the knapsacks of those leaders
who cannot take all that would earn.
"""

from math import inf

import numpy as np
import numpy.typing as npt

from brokerage.matching.bundles import IntArray, best_bundles, set_up

FloatArray = npt.NDArray[np.float64]

FINE = 1024
"""Parts of a point in which prices are counted."""
PACE, PATIENCE, SHRINK = 0.3, 5, 0.7
"""The first step's share of the whole distance; the steps without a lower bound after which
smaller ones are taken; and how much smaller."""
MOMENTUM = 0.8
"""How much of the last pull on a price is kept in the next: needs that many leaders could take
swing to and fro without it. Chosen with the three above by trial on a tight region, where 300
steps come within 0.02 % of the bound of mixed integer programming."""


def knapsack_bound(
    need: IntArray,
    leader: IntArray,
    worth: IntArray,
    size: IntArray,
    half_days: IntArray,
    slots: IntArray,
    need_prices: IntArray,
    reached: int,
    steps: int,
) -> int:
    """No plan is worth more than this, in points.

    `need`, `leader`, `worth` (points, 0 or more) and `size` (half-days) are of each pair that may
    be made, in any order; `half_days` and `slots` (needs in all) of each leader. `need_prices`
    (1/1024 points, one for each need) are where prices start: see `prices_left_by`. `reached` is
    the worth of a plan that is known, where the search aims; it ends early where it cannot be
    passed.
    """
    return search_need_prices(
        need, leader, worth, size, half_days, slots, need_prices, reached, steps
    )[0]


def slots_at_most(use: IntArray, room: IntArray, need: IntArray, leader: IntArray) -> IntArray:
    """How many pairs each leader could have in all, where engagements are counted by half-term.

    `use` (needs, half-terms) is 1 where a need takes an engagement, `room` (leaders, half-terms)
    the engagements free; `need` and `leader` are of each pair that may be made. Two needs of one
    leader may come one after the other, so engagements at once limit the whole number only so
    far: no more than a half-term that all of them take has free, and no more than all half-terms
    have free together, by the least that any of them takes.
    """
    leaders, most = len(room), len(need) + 1
    free = np.minimum(room, most)
    all_take = np.ones((leaders, room.shape[1]), dtype=np.int64)
    np.minimum.at(all_take, leader, use[need])
    least = np.full(leaders, most)
    np.minimum.at(least, leader, use[need].sum(axis=1))
    together = np.where(least > 0, free.sum(axis=1) // np.maximum(least, 1), most)
    shared: IntArray = np.where(all_take > 0, free, most).min(axis=1, initial=most)
    return np.minimum(together, shared)


def prices_left_by(
    need: IntArray,
    leader: IntArray,
    worth: IntArray,
    size: IntArray,
    day_prices: IntArray,
    slot_prices: IntArray,
    needs: int,
) -> IntArray:
    """What each of so many `needs` keeps of its worth at its best leader, once that leader's
    prices for a half-day and for an engagement (both in 1/1024 points) are paid; 0 at least."""
    kept = worth * FINE - day_prices[leader] * size - slot_prices[leader]
    prices = np.zeros(needs, dtype=np.int64)
    np.maximum.at(prices, need, kept)
    return prices


def search_need_prices(
    need: IntArray,
    leader: IntArray,
    worth: IntArray,
    size: IntArray,
    half_days: IntArray,
    slots: IntArray,
    need_prices: IntArray,
    reached: int,
    steps: int,
) -> tuple[int, IntArray]:
    """The bound as in `knapsack_bound`, and the prices of needs that gave it (1/1024 points)."""
    stalls = set_up(leader, size, half_days, slots)
    prices = np.maximum(need_prices, 0)
    lowest, best_prices = _at_their_best(need, worth, len(prices))
    pull = np.zeros(len(prices))
    pace, stuck, seen = PACE, 0, inf
    for _ in range(steps):
        earned, taken = best_bundles(stalls, worth * FINE - prices[need])
        total = earned + int(prices.sum())
        if total < lowest:
            lowest, best_prices = total, prices
        if lowest // FINE <= reached:
            break
        stuck = 0 if total < seen else stuck + 1
        seen = min(seen, total)
        if stuck == PATIENCE:
            pace, stuck = pace * SHRINK, 0
        pull = MOMENTUM * pull + (np.bincount(need[taken], minlength=len(prices)) - 1)
        prices = _moved(prices, pull, pace * (total - reached * FINE))
    return lowest // FINE, best_prices


def _at_their_best(need: IntArray, worth: IntArray, needs: int) -> tuple[int, IntArray]:
    """The bound at prices so high that no leader earns anything: each need at its best leader, as
    though leaders had no end."""
    prices = np.zeros(needs, dtype=np.int64)
    np.maximum.at(prices, need, worth * FINE)
    return int(prices.sum()), prices


def _moved(prices: IntArray, pull: FloatArray, distance: float) -> IntArray:
    """Prices moved the way they are pulled, never below 0, and by no more than brings a sum that
    is `distance` too large down to where the search aims (Polyak 1969).

    The squares are added up in whole numbers: floats would add up to something else on another
    machine, and the bound would not be the same everywhere.
    """
    free = np.where((prices == 0) & (pull < 0), 0.0, pull)
    whole = np.rint(free * FINE).astype(np.int64)
    length = int((whole * whole).sum()) / FINE**2
    if not length:
        return prices
    change = np.rint(distance / length * free).astype(np.int64)
    moved: IntArray = np.maximum(prices + change, 0)
    return moved
