"""Methods that turn eligible pairs into a plan: their edges, their answer, the repair for all."""

from collections.abc import Callable

from brokerage.bench.edges import Edges, edges_of
from brokerage.bench.repair import repair
from brokerage.bench.work import Raw, Solved, Work

Solver = Callable[[Edges, Work], Raw]


def solved(work: Work, solver: Solver) -> Solved:
    """Find the pairs, let the solver choose among them, and repair what it chose."""
    with work.watch("candidates"):
        edges = edges_of(work.instance)
    raw = solver(edges, work)
    with work.watch("repair"):
        repaired = repair(edges, raw.pairs)
    return Solved(edges, raw, repaired)
