"""HiGHS's LP bounds on how many urgent needs, and how many high ones, any plan could place.

Urgent ones as though nobody else were there; high ones twice: as though they were alone, and as
the strict order asks, once as many urgent ones are placed as the first bound says.
"""

import math
from dataclasses import replace

import highspy
import numpy as np

from brokerage.bench.edges import Edges, edges_of
from brokerage.bench.peers.highs_model import highs
from brokerage.bench.work import Bound, Figures, Work
from brokerage.matching.profiles import Urgency


def run(work: Work) -> Figures:
    with work.watch("candidates"):
        edges = edges_of(work.instance)
    urgency_of = {need.need_id: need.urgency for need in work.instance.needs}
    urgent, high = (
        np.array([urgency_of[one] is urgency for one in edges.need_ids])[edges.need]
        for urgency in (Urgency.URGENT, Urgency.HIGH)
    )
    first = _most(edges, urgent, work)
    alone = _most(edges, high, work)
    after = None if first is None else _most(edges, high, work, urgent, first)
    found = {"urgent placed": first, "high placed, alone": alone, "high placed": after}
    bounds = {aim: Bound(most, "HiGHS LP") for aim, most in found.items() if most is not None}
    return Figures({aim: bound.value for aim, bound in bounds.items()}, bounds=bounds)


def _most(
    edges: Edges, counted: "np.ndarray", work: Work, first: "np.ndarray | None" = None, at: int = 0
) -> int | None:
    """How many of those counted could be placed, parts of them counted, while `at` of the first
    are; None where that is not solved in time."""
    kept = counted if first is None else counted | first
    need, leader = edges.need[kept], edges.leader[kept]
    alone = replace(edges, need=need, leader=leader, value=counted[kept].astype(np.int64))
    with work.watch("build"):
        solver = highs(alone, whole=False, limit=work.limit / 3)
        if first is not None:
            columns = np.flatnonzero(first[kept]).astype(np.int32)
            solver.addRow(
                float(at), highspy.kHighsInf, len(columns), columns, np.ones(len(columns))
            )
    with work.watch("solve"):
        solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    placed: float = solver.getObjectiveValue()
    return math.floor(placed + 1e-6)
