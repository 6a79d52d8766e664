"""What is done without a solver: first come, first served; and the worthiest pair first."""

from collections.abc import Sequence
from itertools import groupby

from brokerage.bench.edges import Edges, IndexPair
from brokerage.bench.repair import refill
from brokerage.bench.solving import solved
from brokerage.bench.work import Raw, Solved, Work


def first_come(work: Work) -> Solved:
    """Each need in the order it came takes the best leader who still has room: the inbox."""
    return solved(work, _first_come)


def greedy(work: Work) -> Solved:
    """The pair of highest value is taken first: a sorted spreadsheet."""
    return solved(work, solve)


def _first_come(edges: Edges, work: Work) -> Raw:
    with work.watch("solve"):
        return Raw(_in_turn(edges))


def _in_turn(edges: Edges) -> Sequence[IndexPair]:
    days, slots = edges.capacity.tolist(), edges.slots.tolist()
    half_days = edges.half_days.tolist()
    given = []
    every = zip(edges.need.tolist(), edges.leader.tolist(), strict=True)
    for need, options in groupby(every, key=lambda pair: pair[0]):
        for _, leader in options:
            if slots[leader] > 0 and half_days[need] <= days[leader]:
                days[leader] -= half_days[need]
                slots[leader] -= 1
                given.append((need, leader))
                break
    return given


def solve(edges: Edges, work: Work) -> Raw:
    """The worthiest pair first, until nothing fits."""
    with work.watch("solve"):
        return Raw(refill(edges, {}))
