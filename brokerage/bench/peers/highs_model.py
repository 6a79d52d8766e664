"""The problem as HiGHS takes it: a column for each pair; rows of needs, days, engagements."""

import highspy
import numpy as np

from brokerage.bench.edges import Edges


def highs(edges: Edges, *, whole: bool, limit: float, gap: float = 0.0) -> "highspy.Highs":
    """A solver that holds the problem; `whole`: a pair is taken or not, else any part of it."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", float(limit))
    solver.setOptionValue("mip_rel_gap", float(gap))
    solver.passModel(_model(edges, whole))
    return solver


def _model(edges: Edges, whole: bool) -> "highspy.HighsLp":
    count, needs, leaders = len(edges.value), len(edges.need_ids), len(edges.leader_ids)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, needs + 2 * leaders
    model.col_cost_ = edges.value.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    most = np.concatenate([np.ones(needs), edges.capacity, edges.slots]).astype(np.float64)
    model.row_lower_, model.row_upper_ = np.full(len(most), -highspy.kHighsInf), most
    model.sense_ = highspy.ObjSense.kMaximize
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * count
    rows = np.stack([edges.need, needs + edges.leader, needs + leaders + edges.leader], axis=1)
    parts = np.ones((count, 3))
    parts[:, 1] = edges.half_days[edges.need]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(count + 1) * 3
    model.a_matrix_.index_, model.a_matrix_.value_ = rows.ravel(), parts.ravel()
    return model
