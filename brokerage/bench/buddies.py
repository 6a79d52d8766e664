"""The mode `buddies`: 2,000 new heads and 5,441 serving heads, one buddy for each who can have one.

As many new heads paired as can be, and of all such plans the best by points. Every head takes one
unit of a buddy, so that other solvers can say exactly what is best: a flow, a Hungarian method
and a linear programme must all come to the same value, and ours is set against it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from brokerage.bench.edges import Edges
from brokerage.bench.instances import Heads, keep
from brokerage.bench.isolation import DONE, Job, measure
from brokerage.bench.making import BUDDIES, make_instance
from brokerage.bench.matching import Run, in_turn
from brokerage.bench.methods import version_of
from brokerage.bench.record import NOT_INSTALLED, Row
from brokerage.bench.report import Cells, table
from brokerage.bench.summary import summaries
from brokerage.bench.verifying import hash_of
from brokerage.bench.work import Figures, Work
from brokerage.matching.buddies import DEFAULT_SETTINGS, buddy_points
from brokerage.matching.buddy_allocation import pair_buddies
from brokerage.matching.buddy_profiles import BuddyProfile, NewHeadProfile
from brokerage.matching.buddy_rules import buddy_bars

MODE, OWN = "buddies", "own"
PAIRED = 1_000_000
"""What a pair is worth before its points: more than points could ever make up for."""
PEERS = {
    "greedy": ("brokerage.bench.simple", ""),
    "scipy-sparse": ("brokerage.bench.peers.scipy_sparse", "scipy"),
    "ortools-flow": ("brokerage.bench.peers.ortools_flow", "ortools"),
    "highs-lp": ("brokerage.bench.peers.highs_lp", "highspy"),
}


def own(work: Work) -> Figures:
    """The product's pairing of buddies."""
    heads: Heads = work.instance
    with work.watch("solve"):
        plan = pair_buddies(heads.new_heads, heads.buddies)
    pairs = [(pair.new_head.person_id, pair.buddy.person_id) for pair in plan.pairs]
    return _figures(heads, pairs)


def peer(work: Work) -> Figures:
    """Another solver, on the pairs that the product's rules allow."""
    with work.watch("import"):
        solver = import_module(work.options["module"])
    with work.watch("candidates"):
        edges = edges_of_heads(work.instance)
    raw = solver.solve(edges, work)
    return _figures(work.instance, edges.ids(raw.pairs))


def edges_of_heads(heads: Heads) -> Edges:
    """Every pair that passes the product's rules, worth a pair and its points."""
    found = [
        (new, one, PAIRED + sum(point.points for point in buddy_points(head, buddy)))
        for new, head, one, buddy in _near(heads)
        if not buddy_bars(head, buddy, DEFAULT_SETTINGS)
    ]
    columns = np.array(sorted(found, key=lambda edge: (edge[0], -edge[2], edge[1]))).T
    units = np.array([one.at_once - one.buddying for one in heads.buddies], dtype=np.int64)
    return Edges(
        need_ids=[head.person_id for head in heads.new_heads],
        leader_ids=[buddy.person_id for buddy in heads.buddies],
        need=columns[0],
        leader=columns[1],
        value=columns[2],
        half_days=np.ones(len(heads.new_heads), dtype=np.int64),
        capacity=units,
        slots=units,
    )


def _near(heads: Heads) -> Iterator[tuple[int, NewHeadProfile, int, BuddyProfile]]:
    """Whom phase and distance do not plainly bar; what is near is for the rules to say."""
    placed = [(new, head, head.place) for new, head in enumerate(heads.new_heads) if head.place]
    rows = [(one.place.easting, one.place.northing) for one in heads.buddies if one.place]
    east, north = np.array(rows).T
    limit = np.array([one.max_metres for one in heads.buddies])
    phase = np.array([one.phases[0] for one in heads.buddies])
    for new, head, place in placed:
        apart = np.hypot(east - place.easting, north - place.northing)
        for one in np.flatnonzero((apart <= limit + 1) & (phase == head.phase)).tolist():
            yield new, head, one, heads.buddies[one]


def _figures(heads: Heads, pairs: Sequence[tuple[str, str]]) -> Figures:
    """Pairs and points, added up from the ids; and what is wrong with them."""
    new_of = {head.person_id: head for head in heads.new_heads}
    buddy_of = {buddy.person_id: buddy for buddy in heads.buddies}
    given = Counter(buddy for _, buddy in pairs)
    crowded = sum(count > buddy_of[one].at_once for one, count in given.items())
    known = [(new_of[new], buddy_of[buddy]) for new, buddy in pairs]
    barred = sum(bool(buddy_bars(new, buddy, DEFAULT_SETTINGS)) for new, buddy in known)
    points = sum(point.points for new, buddy in known for point in buddy_points(new, buddy))
    figures: dict[str, Any] = {"pairs": len(pairs), "points": points}
    figures["value"] = len(pairs) * PAIRED + points
    wrong = {
        f"{crowded} buddies have more new heads than they take.": crowded,
        f"{barred} pairs break a rule.": barred,
        "A new head has two buddies.": len(pairs) - len({new for new, _ in pairs}),
    }
    broken = [sentence for sentence, count in wrong.items() if count]
    return Figures(figures, broken, hash_of(pairs))


def measure_buddies(run: Run, repeats: int) -> None:
    """Ours and the others in turn, beginning with another one each time."""
    heads = make_instance(BUDDIES, run.record.seed)
    path = keep(heads, run.folder)
    for repeat, method in in_turn([OWN, *PEERS], repeats):
        if run.record.has(MODE, BUDDIES, method, repeat, run.limit):
            continue
        run.say(f"  buddies: {method}, run {repeat + 1} ...")
        module, package = PEERS.get(method, ("", ""))
        row: Row = {"mode": MODE, "size": BUDDIES, "method": method, "repeat": repeat}
        row["limit"] = run.limit
        if package and version_of(package) is None:
            run.record.add({**row, "status": NOT_INSTALLED, "note": "not installed"})
            continue
        function = "own" if method == OWN else "peer"
        job = Job(f"{__name__}:{function}", path, run.limit, {"module": module})
        run.record.add({**row, **measure(job)})


def lines(run: Run) -> list[str]:
    drawn = summaries(run.record.of(MODE, BUDDIES))
    done = {name: one.last["figures"] for name, one in drawn.items() if one.status == DONE}
    best = max((figures["value"] for figures in done.values()), default=0)
    cells: list[Cells] = []
    for name, one in drawn.items():
        if name not in done or one.seconds is None:
            cells.append((name, "0", "", "", "", "", "", one.last.get("note", one.status)))
            continue
        figures, time = done[name], one.seconds
        timed = [f"{seconds:.3f}" for seconds in (time.median, time.least, time.most)]
        told = (f"{figures['pairs']:,}", f"{figures['points']:,}", f"{best - figures['value']:,}")
        cells.append((name, str(one.runs), *timed, *told))
    headings = ("method", "runs", "seconds", "least", "most", "pairs", "points", "below the best")
    return ["buddies: seconds with candidates, without the import", *table(headings, cells)]
