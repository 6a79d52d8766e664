"""HiGHS through highspy: the whole problem, days and engagements, to a given gap, one thread."""

import math

import highspy
import numpy as np

from brokerage.bench.edges import Edges
from brokerage.bench.peers.highs_model import highs
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        solver = highs(edges, whole=True, limit=work.limit, gap=work.options["gap"])
    with work.watch("solve"):
        solver.run()
    values = np.array(solver.getSolution().col_value)
    taken = np.flatnonzero(values > 0.5)
    pairs = list(zip(edges.need[taken].tolist(), edges.leader[taken].tolist(), strict=True))
    most = solver.getInfo().mip_dual_bound
    bound = Bound(math.floor(most + 1e-6), "HiGHS MIP") if math.isfinite(most) else None
    ended = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Raw(pairs, bound, "" if ended else "stopped at its limit")
