"""Methods that no benchmark should be taken in by: one hangs, one fails, one lies, one declines."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from brokerage.bench.edges import edges_of
from brokerage.bench.own import bounds_of
from brokerage.bench.work import Figures, Planned, Raw, Skipped, Solved, Work
from brokerage.matching.allocation import allocate
from brokerage.matching.plans import Level, Pair

HANGING = "import time; time.sleep(600)"


def hangs(work: Work) -> Figures:
    """Start a child, note its id and this one's, and never come back."""
    with subprocess.Popen([sys.executable, "-c", HANGING]) as child:
        Path(work.options["note"]).write_text(str(child.pid), encoding="utf-8")
        time.sleep(600)
    return Figures({})


def fails(work: Work) -> Figures:
    sys.stdout.write("this is kept out of the way")
    raise ArithmeticError("it does not add up")


def declines(work: Work) -> Figures:
    raise Skipped("too large for it")


def lies(work: Work) -> Planned:
    """Give every need that has none to the first leader, and say that all is well."""
    instance = work.instance
    plan = allocate(instance.needs, instance.leaders, level=Level.INSTANT)
    first = plan.pairs[0]
    extra = tuple(
        Pair(one.need_id, first.leader_id, first.score, first.points, 1, 1, pinned=False)
        for one in plan.unplaced
    )
    claimed = replace(plan, pairs=plan.pairs + extra, unplaced=())
    return Planned(claimed, bounds_of(plan))


def does_not_repair(work: Work) -> Solved:
    """Give everybody their best leader, and hand that back as though it had been repaired."""
    edges = edges_of(work.instance)
    best: dict[int, int] = {}
    for need, leader in zip(edges.need.tolist(), edges.leader.tolist(), strict=True):
        best.setdefault(need, leader)
    pairs = list(best.items())
    return Solved(edges, Raw(pairs), pairs)
