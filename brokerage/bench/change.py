"""The mode `change`: some leaders withdraw; what becomes of the plan, in three ways.

A plan is made, some of its pairings are confirmed, and a share of all leaders withdraws. Then the
rest is planned from scratch; or everything that stands is pinned and only gaps are filled; or the
product plans again as it does after a withdrawal, changing as little as it can. A suggestion
counts as changed where its leader is still there and it is no longer theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from brokerage.bench.chance import Chance
from brokerage.bench.instances import Instance
from brokerage.bench.isolation import DONE, Job, measure
from brokerage.bench.matching import Run, in_turn, lay_out
from brokerage.bench.own import bounds_of
from brokerage.bench.record import Row
from brokerage.bench.report import Cells, table
from brokerage.bench.summary import summaries
from brokerage.bench.work import Planned, Work
from brokerage.matching.allocation import allocate
from brokerage.matching.objectives import Weighted
from brokerage.matching.plans import Plan
from brokerage.matching.replan import replan

MODE = "change"
SCRATCH, PINNED, REPLAN = "from scratch", "pinned", "replan"
WAYS = (SCRATCH, PINNED, REPLAN)
CONFIRMED = 0.10
"""The share of the first plan's pairings that is confirmed before anybody withdraws."""
AIM = Weighted()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is left of a plan: the instance without those who withdrew, the pairings (need id to
    leader id) that still could stand, and those of them that are confirmed and must."""

    instance: Instance
    standing: Mapping[str, str]
    confirmed: Mapping[str, str]
    withdrawn: int
    orphaned: int


def withdraw(instance: Instance, plan: Plan, share: float) -> Withdrawal:
    """Let a share of the leaders withdraw, drawn by the instance's seed."""
    chance = Chance(instance.seed, len(instance.leaders))
    ids = sorted(leader.leader_id for leader in instance.leaders)
    gone = set(chance.shuffled(ids)[: round(share * len(ids))])
    given = {pair.need_id: pair.leader_id for pair in plan.pairs}
    standing = {need: leader for need, leader in given.items() if leader not in gone}
    confirmed = chance.shuffled(sorted(standing))[: round(CONFIRMED * len(standing))]
    left = tuple(one for one in instance.leaders if one.leader_id not in gone)
    return Withdrawal(
        replace(instance, leaders=left),
        standing,
        {need: standing[need] for need in confirmed},
        len(gone),
        len(given) - len(standing),
    )


def changed(work: Work) -> Planned:
    """Plan, withdraw, and plan again in the way named."""
    whole: Instance = work.instance
    with work.watch("the plan before, aside"):
        before = allocate(whole.needs, whole.leaders, objective=AIM)
    after = withdraw(whole, before, work.options["share"])
    way = work.options["way"]
    with work.watch("solve"):
        plan = _planned(way, after)
    pinned = after.standing if way == PINNED else after.confirmed
    return Planned(
        plan,
        {"value": bounds_of(plan)["value"]},
        pinned=pinned,
        figures=_figures(plan, after),
        instance=after.instance,
    )


def _planned(way: str, after: Withdrawal) -> Plan:
    needs, leaders = after.instance.needs, after.instance.leaders
    if way == SCRATCH:
        return allocate(needs, leaders, objective=AIM, pinned=after.confirmed)
    if way == PINNED:
        return allocate(needs, leaders, objective=AIM, pinned=after.standing)
    return replan(needs, leaders, before=after.standing, objective=AIM, pinned=after.confirmed)


def _figures(plan: Plan, after: Withdrawal) -> dict[str, float]:
    now = {pair.need_id: pair.leader_id for pair in plan.pairs}
    moved = {need for need, leader in after.standing.items() if now.get(need) != leader}
    others = len(after.standing) - len(after.confirmed)
    return {
        "withdrawn": after.withdrawn,
        "orphaned": after.orphaned,
        "standing": len(after.standing),
        "changed": len(moved - set(after.confirmed)),
        "changed share": len(moved - set(after.confirmed)) / max(others, 1),
        "confirmed changed": len(moved & set(after.confirmed)),
    }


def measure_change(run: Run, size: str, share: float, repeats: int) -> None:
    path = lay_out(run, size)
    for repeat, way in in_turn(WAYS, repeats):
        if run.record.has(MODE, size, way, repeat, run.limit):
            continue
        run.say(f"  {size}: {way}, run {repeat + 1} ...")
        options = {"way": way, "share": share}
        row: Row = {"mode": MODE, "size": size, "method": way, "repeat": repeat}
        row["limit"] = run.limit
        job = Job("brokerage.bench.change:changed", path, run.limit, options)
        run.record.add({**row, **measure(job)})


HEADINGS: Cells = (
    "way",
    "runs",
    "seconds",
    "least",
    "most",
    "value",
    "% of scratch",
    "changed",
    "% changed",
    "confirmed changed",
    "pairs",
)


def lines(run: Run, size: str) -> list[str]:
    drawn = summaries(run.record.of(MODE, size))
    done = {name: one for name, one in drawn.items() if one.status == DONE and one.seconds}
    scratch = done[SCRATCH].value if SCRATCH in done else None
    rows: list[Cells] = []
    told = ""
    for name, one in done.items():
        figures = one.last["figures"]
        told = (
            f": {figures['withdrawn']:,} leaders withdraw, {figures['orphaned']:,} pairings are "
            f"orphaned, {figures['standing']:,} could stand"
        )
        rows.append((name, str(one.runs), *_times(one.seconds), *_cells(one.last, scratch)))
    return [f"{size}{told}; seconds without the import", *table(HEADINGS, rows)]


def _times(time: object) -> Sequence[str]:
    return [f"{getattr(time, name):.3f}" for name in ("median", "least", "most")]


def _cells(row: Row, scratch: int | None) -> Sequence[str]:
    figures = row["figures"]
    return (
        f"{row['value']:,}",
        f"{100 * row['value'] / scratch:.3f}" if scratch else "",
        f"{figures['changed']:,}",
        f"{100 * figures['changed share']:.2f}",
        str(figures["confirmed changed"]),
        f"{row['pairs']:,}",
    )
