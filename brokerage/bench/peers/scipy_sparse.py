"""scipy's sparse LAPJVsp on copied engagements: a perfect matching, so each need may have nobody.

The best it finds is more than any plan with days can be worth, and so a bound.
"""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from brokerage.bench.edges import Edges
from brokerage.bench.peers.copies import copied
from brokerage.bench.solving import solved
from brokerage.bench.work import Bound, Raw, Solved, Work


def run(work: Work) -> Solved:
    return solved(work, solve)


def solve(edges: Edges, work: Work) -> Raw:
    with work.watch("build"):
        copies, needs = copied(edges), len(edges.need_ids)
        nobody = int(edges.value.max(initial=0)) + 1
        rows = np.concatenate([copies.row, np.arange(needs)])
        columns = np.concatenate([copies.column, len(copies.leader) + np.arange(needs)])
        costs = np.concatenate([nobody - copies.value, np.full(needs, nobody)])
        shape = (needs, len(copies.leader) + needs)
        graph = csr_matrix((costs.astype(np.float64), (rows, columns)), shape=shape)
    with work.watch("solve"):
        given, column = min_weight_full_bipartite_matching(graph)
    real = column < len(copies.leader)
    pairs = list(zip(given[real].tolist(), copies.leader[column[real]].tolist(), strict=True))
    value = edges.value_of()
    return Raw(pairs, Bound(sum(value[pair] for pair in pairs), "flow on engagements"))
