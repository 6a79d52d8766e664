"""HiGHS through highspy: the whole problem, days and engagements, to a given gap, one thread."""

import math

import highspy
import numpy as np

from brokerage.bench.edges import Edges
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, _solve)


def _solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", float(work.limit))
        solver.setOptionValue("mip_rel_gap", float(work.options["gap"]))
        solver.passModel(_model(edges))
    with work.watch("solve"):
        solver.run()
    values = np.array(solver.getSolution().col_value)
    taken = np.flatnonzero(values > 0.5)
    pairs = list(zip(edges.need[taken].tolist(), edges.leader[taken].tolist(), strict=True))
    most = solver.getInfo().mip_dual_bound
    bound = Bound(math.floor(most + 1e-6), "HiGHS MIP") if math.isfinite(most) else None
    ended = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Raw(pairs, bound, "" if ended else "stopped at its limit")


def _model(edges: Edges) -> "highspy.HighsLp":
    count, needs, leaders = len(edges.value), len(edges.needs), len(edges.leaders)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, needs + 2 * leaders
    model.col_cost_ = edges.value.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    most = np.concatenate([np.ones(needs), edges.capacity, edges.slots]).astype(np.float64)
    model.row_lower_, model.row_upper_ = np.full(len(most), -highspy.kHighsInf), most
    model.sense_ = highspy.ObjSense.kMaximize
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    rows = np.stack([edges.need, needs + edges.leader, needs + leaders + edges.leader], axis=1)
    parts = np.ones((count, 3))
    parts[:, 1] = edges.half_days[edges.need]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(count + 1) * 3
    model.a_matrix_.index_, model.a_matrix_.value_ = rows.ravel(), parts.ravel()
    return model
