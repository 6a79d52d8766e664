"""How large and how tight an instance is, counted in a process of its own."""

import numpy as np

from brokerage.bench.edges import edges_of
from brokerage.bench.instances import counts
from brokerage.bench.work import Figures, Work


def count(work: Work) -> Figures:
    with work.watch("candidates"):
        edges = edges_of(work.instance)
    degrees = np.bincount(edges.need, minlength=len(edges.need_ids)).tolist()
    return Figures(counts(work.instance, degrees))
