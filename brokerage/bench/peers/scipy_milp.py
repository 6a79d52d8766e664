"""scipy's milp (the HiGHS that comes with it): the whole problem, days and engagements."""

import math

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from brokerage.bench.edges import Edges
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    count, needs, leaders = len(edges.value), len(edges.need_ids), len(edges.leader_ids)
    with work.watch("build"):
        column, one = np.arange(count), np.ones(count)
        rows = np.concatenate([edges.need, needs + edges.leader, needs + leaders + edges.leader])
        parts = np.concatenate([one, edges.half_days[edges.need].astype(np.float64), one])
        shape = (needs + 2 * leaders, count)
        matrix = csr_matrix((parts, (rows, np.tile(column, 3))), shape=shape)
        most = np.concatenate([np.ones(needs), edges.capacity, edges.slots])
    with work.watch("solve"):
        found = milp(
            c=-edges.value.astype(np.float64),
            constraints=LinearConstraint(matrix, ub=most),
            integrality=np.ones(count),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": work.options["gap"], "time_limit": work.limit},
        )
    taken = np.flatnonzero(found.x > 0.5) if found.x is not None else np.array([], dtype=int)
    pairs = list(zip(edges.need[taken].tolist(), edges.leader[taken].tolist(), strict=True))
    dual = found.mip_dual_bound
    bound = None if dual is None else Bound(math.floor(-dual + 1e-6), "scipy milp")
    return Raw(pairs, bound, "" if found.status == 0 else "stopped at its limit")
