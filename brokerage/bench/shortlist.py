"""The mode `shortlist`: one need among 10,000 leaders, the best ten, in six ways.

A scan in plain Python; the same within the bucket of (specialism, phase); SQLite with an index over
typed columns (without types it would not use the index), and Python's points on what it finds; all
leaders in numpy; the product's own index; and as the floor to set it against, no more than
gathering one column over the bucket and adding it up. All but the floor must give the same list.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

from brokerage.bench.instances import Instance, keep
from brokerage.bench.isolation import Job, measure
from brokerage.bench.making import make_shortlist_instance
from brokerage.bench.matching import Run
from brokerage.bench.rankers import ANSWERS, RANKERS, Best
from brokerage.bench.record import Row
from brokerage.bench.report import table
from brokerage.bench.work import Figures, Work
from brokerage.matching.profiles import NeedProfile

MODE, RUN = "shortlist", "brokerage.bench.shortlist:rank"
FLOOR, KERNEL, SCAN = "gather floor", "numpy bucket", "python scan"
SCANNED = 100
"""Needs that the slow scans are asked for."""


def rank(work: Work) -> Figures:
    """Every way, one after another, in this one process: milliseconds for one need."""
    instance: Instance = work.instance
    figures: dict[str, float] = {}
    answers: dict[str, list[Best]] = {}
    for name, make in RANKERS.items():
        with work.watch(f"making {name}"):
            ranker = make(instance.leaders)
        asked = instance.needs[:SCANNED] if name.endswith("scan") else instance.needs
        answers[name], took = _timed(ranker, asked)
        figures[f"{name}, median ms"] = median(took)
        figures[f"{name}, p95 ms"] = took[int(0.95 * (len(took) - 1))]
    kernel = figures[f"{KERNEL}, median ms"]
    figures["scan over kernel"] = figures[f"{SCAN}, median ms"] / kernel
    figures["kernel over floor"] = kernel / figures[f"{FLOOR}, median ms"]
    return Figures(figures, _differing(answers))


def _timed(
    ranker: Callable[[NeedProfile], Best], needs: Sequence[NeedProfile]
) -> tuple[list[Best], list[float]]:
    """The answers, and the milliseconds that each took, the quickest first."""
    answers, took = [], []
    for need in needs:
        begun = time.perf_counter()
        best = ranker(need)
        took.append((time.perf_counter() - begun) * 1000)
        answers.append(best)
    return answers, sorted(took)


def _differing(answers: dict[str, list[Best]]) -> list[str]:
    """Which ways do not give what the plain scan gives, or where that was not asked, the bucket."""
    first = answers["python bucket"]
    return [
        f"{name} gives other lists than python bucket."
        for name in ANSWERS
        if answers[name] != first[: len(answers[name])]
    ]


def measure_shortlists(run: Run, leaders: int, needs: int, repeats: int) -> None:
    instance = make_shortlist_instance(leaders, needs, run.record.seed)
    path = keep(instance, run.folder)
    for repeat in range(repeats):
        if run.record.has(MODE, instance.name, "kernel", repeat, run.limit):
            continue
        run.say(f"  shortlist, run {repeat + 1} ...")
        row: Row = {"mode": MODE, "size": instance.name, "method": "kernel", "repeat": repeat}
        run.record.add({**row, "limit": run.limit, **measure(Job(RUN, path, run.limit))})


def lines(run: Run) -> list[str]:
    """Medians over the runs of each way's median and p95, and their ratio to the floor."""
    done = [row["figures"] for row in run.record.rows if row["mode"] == MODE and "figures" in row]
    done = [figures for figures in done if f"{FLOOR}, median ms" in figures]
    if not done:
        return ["no shortlist was measured"]
    cells = []
    for name in RANKERS:
        middle, slow = (
            median(figures[f"{name}, {what} ms"] for figures in done) for what in ("median", "p95")
        )
        floor = median(figures[f"{FLOOR}, median ms"] for figures in done)
        cells.append((name, f"{middle:.4f}", f"{slow:.4f}", f"{middle / floor:.1f}"))
    ratio = median(figures["scan over kernel"] for figures in done)
    heading = f"one need, the best ten, {len(done)} runs; python scan over numpy bucket {ratio:.0f}"
    return [heading, *table(("way", "median ms", "p95 ms", "x floor"), cells)]
