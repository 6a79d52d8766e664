"""OR-Tools' min-cost flow: a unit for each need through leaders with room for so many of them.

The best flow is more than any plan with days can be worth, and so a bound.
"""

import numpy as np
from ortools.graph.python import min_cost_flow

from brokerage.bench.edges import Edges
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    needs, leaders, count = len(edges.need_ids), len(edges.leader_ids), len(edges.value)
    with work.watch("build"):
        source, sink = needs + leaders, needs + leaders + 1
        every_need, every_leader = np.arange(needs), needs + np.arange(leaders)
        flow = min_cost_flow.SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([edges.need, np.full(needs, source), every_leader, [source]]),
            np.concatenate([needs + edges.leader, every_need, np.full(leaders, sink), [sink]]),
            np.concatenate([np.ones(count + needs, dtype=np.int64), edges.slots, [needs]]),
            np.concatenate([-edges.value, np.zeros(needs + leaders + 1, dtype=np.int64)]),
        )
        flow.set_nodes_supplies(np.array([source, sink]), np.array([needs, -needs]))
    with work.watch("solve"):
        flow.solve()
    taken = np.flatnonzero(flow.flows(arcs[:count]) > 0)
    pairs = list(zip(edges.need[taken].tolist(), edges.leader[taken].tolist(), strict=True))
    return Raw(pairs, Bound(-flow.optimal_cost(), "flow on engagements"))
