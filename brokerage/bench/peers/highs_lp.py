"""HiGHS through highspy, where parts of pairs may be taken: a bound, and exact for unit sizes."""

import math

import highspy
import numpy as np

from brokerage.bench.edges import Edges
from brokerage.bench.peers.highs_model import highs
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Skipped, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        solver = highs(edges, whole=False, limit=work.limit)
    with work.watch("solve"):
        solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise Skipped("stopped at its limit")
    values = np.array(solver.getSolution().col_value)
    split = int(((values > 1e-6) & (values < 1 - 1e-6)).sum())
    taken = np.flatnonzero(values > 0.5)
    pairs = list(zip(edges.need[taken].tolist(), edges.leader[taken].tolist(), strict=True))
    most = Bound(math.floor(solver.getObjectiveValue() + 1e-6), "HiGHS LP")
    return Raw(pairs, most, f"{split} pairs taken in part" if split else "")
