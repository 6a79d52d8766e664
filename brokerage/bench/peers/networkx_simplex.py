"""networkx's network simplex, in plain Python: the same flow as that of OR-Tools."""

import networkx as nx

from brokerage.bench.edges import Edges
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    needs = len(edges.need_ids)
    every = list(zip(edges.need.tolist(), edges.leader.tolist(), edges.value.tolist(), strict=True))
    with work.watch("build"):
        graph = nx.DiGraph()
        graph.add_node("source", demand=-needs)
        graph.add_node("sink", demand=needs)
        graph.add_edge("source", "sink", capacity=needs, weight=0)
        for need in range(needs):
            graph.add_edge("source", ("need", need), capacity=1, weight=0)
        for leader, slots in enumerate(edges.slots.tolist()):
            graph.add_edge(("leader", leader), "sink", capacity=slots, weight=0)
        for need, leader, value in every:
            graph.add_edge(("need", need), ("leader", leader), capacity=1, weight=-value)
    with work.watch("solve"):
        cost, flows = nx.network_simplex(graph)
    pairs = [
        (need, leader)
        for need, leader, _ in every
        if flows["need", need].get(("leader", leader), 0) > 0
    ]
    return Raw(pairs, Bound(-cost, "flow on engagements"))
