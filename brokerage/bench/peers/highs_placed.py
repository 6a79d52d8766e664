"""HiGHS's LP bounds on how many urgent needs, and how many high ones, any plan could place."""

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
    bounds = {}
    for urgency in (Urgency.URGENT, Urgency.HIGH):
        asked = np.array([urgency_of[one] is urgency for one in edges.need_ids])
        if (most := _most(edges, asked[edges.need], work)) is not None:
            bounds[f"{urgency} placed"] = Bound(most, "HiGHS LP")
    return Figures({aim: bound.value for aim, bound in bounds.items()}, bounds=bounds)


def _most(edges: Edges, kept: "np.ndarray", work: Work) -> int | None:
    """How many could be placed if nobody else were, parts of them counted; None if not solved."""
    need, leader = edges.need[kept], edges.leader[kept]
    alone = replace(edges, need=need, leader=leader, value=np.ones(len(need), dtype=np.int64))
    with work.watch("build"):
        solver = highs(alone, whole=False, limit=work.limit / 2)
    with work.watch("solve"):
        solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    placed: float = solver.getObjectiveValue()
    return math.floor(placed + 1e-6)
