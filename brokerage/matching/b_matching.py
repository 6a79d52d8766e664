"""The best pairing where each taker gets one and each giver has a few places: solved exactly.

This is the assignment problem with places (a b-matching in a two-sided graph). Takers come one by
one. Whoever comes asks for what is best for them; if that giver is full, somebody who is there may
move on to another, who moves another on, until a free place is found or somebody is left with
nobody because that costs least. The cheapest such chain is a shortest path (Jonker and Volgenant
1987), looked for with Dijkstra's algorithm: prices on givers and takers keep every step from
being cheaper than nothing (Edmonds and Karp 1972).

The prices are the proof as well. Whatever prices givers have, no pairing is worth more than all
places at their price, and what each taker keeps at the best giver after paying it (duality of
linear programming). At the prices found here both are the same number, so the pairing is optimal.

Everything is whole numbers. Takers come in their order and ties go to the earlier giver, so the
answer is always the same. Cost: for each taker one shortest path, whose steps look at all givers
of one taker at once in numpy; most paths are one step long.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

NOBODY = -1
FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class Offers:
    """Who could have whom: taker `t` could have each giver in `giver[starts[t]:starts[t + 1]]`,
    which would be worth what stands at the same place in `worth` (more than 0). `places` is how
    many takers each giver can have."""

    starts: IntArray
    giver: IntArray
    worth: IntArray
    places: IntArray

    def row(self, taker: int) -> slice:
        return slice(int(self.starts[taker]), int(self.starts[taker + 1]))


@dataclass(frozen=True, slots=True)
class Matched:
    """The giver of each taker (or NOBODY), what that is worth in all, and what none can pass."""

    giver_of: tuple[int, ...]
    value: int
    bound: int


def match(offers: Offers) -> Matched:
    """The pairing of the greatest total worth."""
    search = _Search(offers)
    for taker in range(len(offers.starts) - 1):
        search.place(taker)
    return Matched(tuple(search.giver_of), search.value(), bound_at(offers, search.price))


def bound_at(offers: Offers, price: IntArray) -> int:
    """No pairing is worth more than this, whatever the prices of a place (0 or more)."""
    kept = np.zeros(len(offers.starts) - 1, dtype=np.int64)
    taker = np.repeat(np.arange(len(kept)), np.diff(offers.starts))
    np.maximum.at(kept, taker, offers.worth - price[offers.giver])
    return int(kept.sum() + price @ offers.places)


class _Search:
    """Who has whom so far. `price` of a giver is 0 while a place is free; `keeps` is what a taker
    keeps: worth less price of whom they have, and no giver would leave them more."""

    def __init__(self, offers: Offers) -> None:
        takers, givers = len(offers.starts) - 1, len(offers.places)
        self.offers = offers
        self.free = offers.places.tolist()
        self.price = np.zeros(givers, dtype=np.int64)
        self.keeps = [0] * takers
        self.giver_of = [NOBODY] * takers
        self.takers_of: list[list[int]] = [[] for _ in range(givers)]
        self._distance = np.full(givers, FAR, dtype=np.int64)

    def value(self) -> int:
        total = 0
        for taker, giver in enumerate(self.giver_of):
            if giver != NOBODY:
                row = self.offers.row(taker)
                total += int(self.offers.worth[row][self.offers.giver[row] == giver][0])
        return total

    def place(self, taker: int) -> None:
        """Bring one more taker in, at the least cost to all."""
        row = self.offers.row(taker)
        left = self.offers.worth[row] - self.price[self.offers.giver[row]]
        self.keeps[taker] = max(int(left.max(initial=0)), 0)
        if self.keeps[taker]:
            self._make_room(taker)

    def _make_room(self, root: int) -> None:
        chain = _Chain(self._distance)
        self._look(root, 0, chain)
        while chain.heap and chain.heap[0][0] < chain.end:
            distance, giver = heappop(chain.heap)
            if distance > self._distance[giver]:
                continue
            chain.passed.append((giver, distance))
            for taker in self.takers_of[giver]:
                self._look(taker, distance, chain)
        for giver, distance in chain.passed:
            self.price[giver] += chain.end - distance
        for taker, distance in chain.looked:
            self.keeps[taker] -= chain.end - distance
        self._distance[list(chain.asked_by)] = FAR
        self._move_along(chain)

    def _look(self, taker: int, distance: int, chain: "_Chain") -> None:
        """Whom else could this taker have, and at what cost, given what the chain costs so far?"""
        chain.looked.append((taker, distance))
        if distance + self.keeps[taker] < chain.end:
            chain.end, chain.last_giver, chain.left_out = (
                distance + self.keeps[taker],
                NOBODY,
                taker,
            )
        row = self.offers.row(taker)
        givers = self.offers.giver[row]
        cost = self.price[givers] - self.offers.worth[row] + (distance + self.keeps[taker])
        nearer = np.flatnonzero(cost < np.minimum(self._distance[givers], chain.end))
        for giver, at in zip(givers[nearer].tolist(), cost[nearer].tolist(), strict=True):
            if at >= chain.end:
                continue
            self._distance[giver] = at
            chain.asked_by[giver] = taker
            if self.free[giver]:
                chain.end, chain.last_giver, chain.left_out = at, giver, NOBODY
            else:
                heappush(chain.heap, (at, giver))

    def _move_along(self, chain: "_Chain") -> None:
        """Everybody on the chain moves on by one, from its end back to where it began."""
        giver = chain.last_giver
        if giver != NOBODY:
            self.free[giver] -= 1
        else:
            giver = self._leave(chain.left_out)
        while giver != NOBODY:
            taker = chain.asked_by[giver]
            left = self._leave(taker)
            self.giver_of[taker] = giver
            self.takers_of[giver].append(taker)
            giver = left

    def _leave(self, taker: int) -> int:
        """The taker gives their place up; the giver it was with, or NOBODY."""
        giver = self.giver_of[taker]
        if giver != NOBODY:
            self.takers_of[giver].remove(taker)
            self.giver_of[taker] = NOBODY
        return giver


class _Chain:
    """One search for the cheapest chain: `looked` and `passed` are takers and full givers with
    their cost so far; it ends, at the cost `end`, with a free place or somebody left out."""

    def __init__(self, distance: IntArray) -> None:
        self.heap: list[tuple[int, int]] = []
        self.looked: list[tuple[int, int]] = []
        self.passed: list[tuple[int, int]] = []
        self.asked_by: dict[int, int] = {}
        self.end, self.last_giver, self.left_out = FAR, NOBODY, NOBODY
