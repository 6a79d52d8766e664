"""The mode `topk`: what is lost when only the best few leaders of each need are looked at.

The bound on the pairs kept is set against that on all of them: the LP's where highspy is there, the
flow's (OR-Tools) else or where the LP is too large. The greedy plan's loss stands beside it.
"""

from collections.abc import Sequence
from importlib import import_module

from brokerage.bench.edges import best_per_need, edges_of
from brokerage.bench.isolation import DONE, Job, measure
from brokerage.bench.matching import Run, lay_out
from brokerage.bench.methods import version_of
from brokerage.bench.record import Row
from brokerage.bench.repair import refill
from brokerage.bench.report import table
from brokerage.bench.work import Figures, Work

MODE = "topk"
ALL = "all"
LP_NEEDS = 10_000
"""With more needs than this the LP takes minutes, and the flow's bound is taken."""
SOLVERS = {"highspy": "highs_lp", "ortools": "ortools_flow"}


def cut(work: Work) -> Figures:
    """Measure one cut: how many pairs are left, their bound, and the greedy plan."""
    with work.watch("candidates"):
        edges = edges_of(work.instance)
    kept = edges if work.options["k"] == ALL else best_per_need(edges, int(work.options["k"]))
    value_of = kept.value_of()
    figures = {
        "pairs": len(kept.need),
        "greedy": sum(value_of[pair] for pair in refill(kept, {})),
    }
    if solver := work.options["solver"]:
        raw = import_module(f"brokerage.bench.peers.{solver}").solve(kept, work)
        figures["bound"] = raw.bound.value
    return Figures(figures)


def measure_cuts(run: Run, size: str, cuts: Sequence[str]) -> None:
    """Every cut, and no cut, each in a fresh process."""
    path = lay_out(run, size)
    solver = _solver(run.record.instances[size]["counts"]["needs"])
    for k in dict.fromkeys((*cuts, ALL)):
        if run.record.has(MODE, size, k, 0, run.limit):
            continue
        options = {"k": k, "solver": solver}
        measured = measure(Job("brokerage.bench.topk:cut", path, run.limit, options))
        row: Row = {"mode": MODE, "size": size, "method": k, "repeat": 0, "limit": run.limit}
        run.record.add({**row, **measured})


def _solver(needs: int) -> str:
    wanted = ("highspy", "ortools") if needs <= LP_NEEDS else ("ortools",)
    return next((SOLVERS[name] for name in wanted if version_of(name)), "")


def lines(run: Run, size: str) -> list[str]:
    """The table: loss against all pairs, in percent."""
    rows = {row["method"]: row for row in run.record.of(MODE, size)}
    whole = rows[ALL].get("figures", {})
    cells = [
        (name, *_cells(row["figures"], whole)) if row["status"] == DONE else (name, "", "", "", "")
        for name, row in rows.items()
    ]
    return [size, *table(("best", "pairs", "bound", "bound lost %", "greedy lost %"), cells)]


def _cells(figures: Row, whole: Row) -> tuple[str, str, str, str]:
    return (
        f"{figures['pairs']:,}",
        f"{figures['bound']:,}" if "bound" in figures else "",
        _lost(figures, whole, "bound"),
        _lost(figures, whole, "greedy"),
    )


def _lost(figures: Row, whole: Row, what: str) -> str:
    if what not in figures or what not in whole:
        return ""
    return f"{100 * (1 - figures[what] / whole[what]):.4f}"
