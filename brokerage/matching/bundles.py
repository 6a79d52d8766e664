"""The best bundle of needs for each leader by themselves: a small knapsack, for all at once.

At given profits each leader picks needs so that the profits add up to the most, within their
half-days and their engagements (a knapsack with a cardinality limit). Two prunings keep it small.
Of needs of one size only the best few can be in a best bundle: as many as would fit if there were
no other size. And a leader whose remaining needs all fit takes them all. Only the others go
through dynamic programming (Bellman 1957): `best[c, r]`, the most that c engagements and r
half-days can earn, is raised one need at a time, and walking the decisions backwards tells which
needs were taken. Needs of one size and rank are put before all leaders in one numpy operation,
the leaders side by side in blocks that stay in the processor's cache.

Half-days are divided by their common measure first, so that whole days make half the table.

Cost: for each block of leaders, sizes x ranks x engagements x half-days additions per leader.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

BLOCK = 1 << 15
"""Cells of the table that are worked on at once: leaders x engagements x half-days."""
NO_LIMIT = 0
"""Engagements of a leader whose half-days run out before their engagements do."""


@dataclass(frozen=True, slots=True)
class Stalls:
    """What leaders may pick from: the pairs that fit at all, by leader and then by size.

    `pair` is each one's place in the arrays handed in. A `shelf` is the pairs of one leader and
    one size; `quota` is how many of each shelf could fit at most. `room` (in units of the common
    measure), `slots` and `limit` (`slots`, or NO_LIMIT) are those of each leader; `turn` puts
    leaders of one limit side by side, those with little room first.
    """

    pair: IntArray
    leader: IntArray
    size: IntArray
    shelf: IntArray
    quota: IntArray
    room: IntArray
    slots: IntArray
    limit: IntArray
    turn: IntArray


def set_up(leader: IntArray, size: IntArray, half_days: IntArray, slots: IntArray) -> Stalls:
    """The stalls of a market: `leader` and `size` (half-days) of each pair, `half_days` and
    `slots` of each leader."""
    fits = np.flatnonzero((size <= half_days[leader]) & (slots[leader] > 0))
    measure = max(int(np.gcd.reduce(size[fits])), 1)
    pair = fits[np.lexsort((size[fits], leader[fits]))]
    of, units = leader[pair], size[pair] // measure
    room = np.maximum(half_days, 0) // measure
    is_new = (np.diff(of, prepend=-1) != 0) | (np.diff(units, prepend=-1) != 0)
    shelf: IntArray = np.cumsum(is_new, dtype=np.int64) - 1
    quota: IntArray = np.minimum(slots[of], room[of] // units)[is_new]
    smallest = np.full(len(room), np.iinfo(np.int64).max)
    np.minimum.at(smallest, of, units)
    limit = np.where(slots >= room // smallest, NO_LIMIT, slots)
    turn = np.empty(len(room), dtype=np.int64)
    turn[np.lexsort((room, limit))] = np.arange(len(room))
    return Stalls(pair, of, units, shelf, quota, room, slots, limit, turn)


def best_bundles(stalls: Stalls, profit: IntArray) -> tuple[int, IntArray]:
    """The most that all leaders together can earn, each for themselves, and which pairs (places
    in the arrays handed to `set_up`) do so. `profit` is that of each of those pairs."""
    offered = profit[stalls.pair]
    order, rank = _worth_looking_at(stalls, offered)
    of, size, leaders = stalls.leader[order], stalls.size[order], len(stalls.room)
    count = np.bincount(of, minlength=leaders)
    asked = np.bincount(of, weights=size, minlength=leaders).astype(np.int64)
    hard = ((count > stalls.slots) | (asked > stalls.room))[of]
    easy = order[~hard]
    total, chosen = int(offered[easy].sum()), [easy]
    for block in _blocks(stalls, of[hard]):
        pairs, ranks = order[hard][block], rank[hard][block]
        earned, taken = _solve(stalls, pairs, ranks, offered[pairs])
        total += earned
        chosen.append(pairs[taken])
    return total, stalls.pair[np.concatenate(chosen)]


def _worth_looking_at(stalls: Stalls, offered: IntArray) -> tuple[IntArray, IntArray]:
    """The best few on each shelf that earn anything, and the rank of each there, from 0. One
    number puts them by shelf and then by profit: sorting by it is ten times as fast as by two."""
    earning = np.flatnonzero(offered > 0)
    most = int(offered.max(initial=0)) + 1
    if (len(stalls.quota) + 1) * most > np.iinfo(np.int64).max:
        raise OverflowError("Profits as large as these cannot be put in order.")
    order = earning[np.argsort(stalls.shelf[earning] * most - offered[earning], kind="stable")]
    shelf, here = stalls.shelf[order], np.arange(len(order))
    first = np.maximum.accumulate(np.where(np.diff(shelf, prepend=-1) != 0, here, 0))
    rank = here - first
    kept = rank < stalls.quota[shelf]
    return order[kept], rank[kept]


def _blocks(stalls: Stalls, of: IntArray) -> list[IntArray]:
    """Places in `of` (the leader of each pair) put into blocks: leaders of one limit, no more of
    them than make a table of about BLOCK cells."""
    if not of.size:
        return []
    leaders = np.unique(of)
    leaders = leaders[np.argsort(stalls.turn[leaders])]
    limit = stalls.limit[leaders]
    filled = np.cumsum((limit + 1) * (stalls.room[leaders] + 1)) // BLOCK
    is_new = (np.diff(limit, prepend=-1) != 0) | (np.diff(filled, prepend=-1) != 0)
    block_of = np.empty(len(stalls.room), dtype=np.int64)
    block_of[leaders] = np.cumsum(is_new) - 1
    by_block = np.argsort(block_of[of], kind="stable")
    cuts = np.flatnonzero(np.diff(block_of[of[by_block]])) + 1
    return np.split(by_block, cuts)


def _solve(
    stalls: Stalls, pairs: IntArray, ranks: IntArray, profit: IntArray
) -> tuple[int, IntArray]:
    """Dynamic programming for one block: what its leaders earn, and which of `pairs` they take."""
    leaders, column = np.unique(stalls.leader[pairs], return_inverse=True)
    size = stalls.size[pairs]
    rounds, row = np.unique(size * (int(ranks.max()) + 1) + ranks, return_inverse=True)
    sizes = np.zeros(len(rounds), dtype=np.int64)
    sizes[row] = size
    earns = np.zeros((len(rounds), len(leaders)), dtype=np.int64)
    earns[row, column] = profit
    limit, room = int(stalls.limit[leaders[0]]), stalls.room[leaders]
    best = np.zeros((limit + 1, int(room.max()) + 1, len(leaders)), dtype=np.int64)
    before, after = (best[:-1], best[1:]) if limit else (best, best)
    decided = []
    for units, earned in zip(sizes.tolist(), earns, strict=True):
        with_it = before[:, :-units] + earned
        without = after[:, units:]
        decided.append(with_it > without)
        np.maximum(with_it, without, out=without)
    everyone = np.arange(len(leaders))
    taken = _walk_back(decided, sizes.tolist(), limit, room)
    return int(best[limit, room, everyone].sum()), np.flatnonzero(taken[row, column])


def _walk_back(decided: list[BoolArray], sizes: list[int], limit: int, room: IntArray) -> BoolArray:
    """Which round each leader took a need in, from the last decision to the first."""
    everyone, room = np.arange(len(room)), room.copy()
    slots = np.full(len(room), max(limit - 1, 0))
    taken = np.zeros((len(sizes), len(room)), dtype=np.bool_)
    for turn in range(len(sizes) - 1, -1, -1):
        units = sizes[turn]
        could = (room >= units) & (slots >= 0)
        taken[turn] = could & decided[turn][slots, np.maximum(room - units, 0), everyone]
        room -= units * taken[turn]
        if limit:
            slots -= taken[turn]
    return taken
