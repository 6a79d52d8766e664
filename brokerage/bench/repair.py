"""One repair for every method that does not know days: drop what is overbooked, then refill.

Of each overbooked leader the pairs of lowest value are dropped until days and engagements hold;
then the pairs of highest value that still fit are taken, from all eligible ones. What a method
gave before that is told beside it, as raw.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from brokerage.bench.edges import Edges, IndexPair


def overbooked(edges: Edges, pairs: Sequence[IndexPair]) -> int:
    """How many leaders are given more days or engagements than they have."""
    days, count = _given(edges, pairs)
    return int(((days > edges.capacity) | (count > edges.slots)).sum())


def _given(edges: Edges, pairs: Sequence[IndexPair]) -> tuple[np.ndarray, np.ndarray]:
    leaders = np.array([leader for _, leader in pairs], dtype=np.int64)
    taken = edges.half_days[np.array([need for need, _ in pairs], dtype=np.int64)]
    days, count = np.zeros_like(edges.capacity), np.zeros_like(edges.slots)
    np.add.at(days, leaders, taken)
    np.add.at(count, leaders, 1)
    return days, count


def repair(edges: Edges, pairs: Sequence[IndexPair]) -> list[IndexPair]:
    """The pairs that may stand, and greedily as many more as fit."""
    value_of = edges.value_of()
    by_leader: dict[int, list[IndexPair]] = defaultdict(list)
    for pair in pairs:
        if pair in value_of:
            by_leader[pair[1]].append(pair)
    kept: dict[int, int] = {}
    for leader, given in by_leader.items():
        dearest_last = sorted(given, key=lambda pair: (value_of[pair], pair), reverse=True)
        while _too_much(edges, leader, dearest_last):
            dearest_last.pop()
        kept.update(dearest_last)
    return refill(edges, kept)


def _too_much(edges: Edges, leader: int, given: Sequence[IndexPair]) -> bool:
    days = sum(int(edges.half_days[need]) for need, _ in given)
    return days > int(edges.capacity[leader]) or len(given) > int(edges.slots[leader])


def refill(edges: Edges, kept: dict[int, int]) -> list[IndexPair]:
    """Take the worthiest pairs that still fit; with nothing kept, the greedy plan by value."""
    days, count = _given(edges, list(kept.items()))
    days_left, slots_left = (edges.capacity - days).tolist(), (edges.slots - count).tolist()
    half_days, leader_of = edges.half_days.tolist(), dict(kept)
    order = np.lexsort((edges.leader, edges.need, -edges.value))
    worthiest = zip(edges.need[order].tolist(), edges.leader[order].tolist(), strict=True)
    for need, leader in worthiest:
        fits = slots_left[leader] > 0 and half_days[need] <= days_left[leader]
        if fits and need not in leader_of:
            leader_of[need] = leader
            days_left[leader] -= half_days[need]
            slots_left[leader] -= 1
    return sorted(leader_of.items())
