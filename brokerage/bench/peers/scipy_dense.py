"""scipy's dense linear_sum_assignment on copied engagements; left out where it would not fit."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from brokerage.bench.edges import Edges
from brokerage.bench.peers.copies import copied
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Skipped, Solved, Work

MOST_BYTES = 2_000_000_000


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        copies, needs = copied(edges), len(edges.need_ids)
        if (size := needs * len(copies.leader) * 8) > MOST_BYTES:
            raise Skipped(f"its matrix would take {size / 1e9:.1f} GB")
        values = np.zeros((needs, len(copies.leader)))
        values[copies.row, copies.column] = copies.value
    with work.watch("solve"):
        given, column = linear_sum_assignment(values, maximize=True)
    real = values[given, column] > 0
    pairs = list(zip(given[real].tolist(), copies.leader[column[real]].tolist(), strict=True))
    value = edges.value_of()
    return Raw(pairs, Bound(sum(value[pair] for pair in pairs), "flow on engagements"))
