"""`brokerage bench`: how good and how fast matching is, beside what else there is.

What a mode measures is imported when it is asked for: the command line starts without it.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from brokerage.bench import determinism, topk
from brokerage.bench.figures import figures_of
from brokerage.bench.goals import judge, read_goals
from brokerage.bench.matching import Run, measure_size
from brokerage.bench.methods import SIMPLE, TIGHT, own_methods, peers_named
from brokerage.bench.record import CannotCompare, Record
from brokerage.bench.report import machine, machine_line, matching_lines, wrong
from brokerage.bench.towns import SEED, TOWNS
from brokerage.matching.plans import Level

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


class Listed(click.ParamType[tuple[str, ...]]):
    """Names with commas between, each one of a few."""

    name = "list"

    def __init__(self, known: Sequence[str]) -> None:
        self.known = tuple(known)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        names = tuple(name.strip() for name in str(value).split(",") if name.strip())
        for name in names:
            if name not in self.known:
                self.fail(f"{name} is not one of {', '.join(self.known)}.", param, ctx)
        return names


def measuring(command: Command) -> Command:
    """The options that every mode has."""
    for option in (
        click.option("--repeats", type=click.IntRange(1, 100), default=5, help="Runs of each."),
        click.option("--limit", type=click.FloatRange(1), default=120.0, help="Seconds for a run."),
        click.option("--seed", type=int, default=SEED, help="Of the made-up data."),
        click.option("--json", "json_file", type=FILE, help="Keep what is measured, as it comes."),
        click.option("--resume", is_flag=True, help="Skip what the JSON file already has."),
        click.option("--goals", type=FILE, help="Goals to be met; see brokerage/bench/goals.json."),
    ):
        command = option(command)
    return command


@click.group()
def bench() -> None:
    """Measure matching: its plans, its speed, and what else there is, in fresh processes."""


@bench.command("matching")
@click.option("--sizes", type=Listed(tuple(TOWNS)), default="town,region,england,stress")
@click.option("--levels", type=Listed(tuple(Level)), default="instant,standard,thorough")
@click.option("--peers", default="auto", help="auto, none, or names with commas between.")
@click.option("--bound", type=click.Choice(["own", "tight"]), default="own")
@measuring
def measure_matching(
    sizes: tuple[str, ...],
    levels: tuple[str, ...],
    peers: str,
    bound: str,
    repeats: int,
    **common: Any,
) -> None:
    """Plans for the whole queue, at every level, beside other solvers with the same repair."""
    try:
        others = peers_named(peers)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    own = own_methods(tuple(Level(level) for level in levels))
    own = (*own, TIGHT) if bound == "tight" else own
    methods = (*SIMPLE, *own, *others)

    def measured(run: Run) -> None:
        for size in sizes:
            measure_size(run, size, methods, repeats)
            click.echo("\n".join(matching_lines(run.record, size, methods)))

    _run(measured, [method.name for method in own], **common)


@bench.command("topk")
@click.option("--sizes", type=Listed(tuple(TOWNS)), default="region,england")
@click.option("--k", "cuts", default="5,10,20,50,100,all", help="How many leaders of each need.")
@measuring
def measure_topk(sizes: tuple[str, ...], cuts: str, repeats: int, **common: Any) -> None:
    """What is lost when only the best few leaders of each need are looked at."""
    wanted = [one.strip() for one in cuts.split(",") if one.strip()]
    if any(one != topk.ALL and not (one.isdecimal() and int(one)) for one in wanted):
        raise click.UsageError("--k takes whole numbers and the word all, with commas between.")

    def measured(run: Run) -> None:
        for size in sizes:
            topk.measure_cuts(run, size, wanted)
            click.echo("\n".join(topk.lines(run, size)))

    _run(measured, [*wanted, topk.ALL], **common)


@bench.command("determinism")
@click.option("--sizes", type=Listed(tuple(TOWNS)), default="town,region")
@click.option("--levels", type=Listed(tuple(Level)), default="instant,standard,thorough")
@measuring
def measure_determinism(
    sizes: tuple[str, ...], levels: tuple[str, ...], repeats: int, **common: Any
) -> None:
    """One plan, whatever the run, the hash seed, the order of the input, or the load."""
    own = own_methods(tuple(Level(level) for level in levels))

    def measured(run: Run) -> None:
        for size in sizes:
            determinism.measure_level(run, size, own)
            click.echo("\n".join(determinism.lines(run, size)))

    _run(measured, [method.name for method in own], **common)


@bench.command("shortlist")
@click.option("--leaders", type=click.IntRange(100, 100_000), default=10_000)
@click.option("--needs", type=click.IntRange(10, 10_000), default=500)
@click.option("--page", "whole_page", is_flag=True, help="Ask a server for the whole page, too.")
@measuring
def measure_shortlist(
    leaders: int, needs: int, whole_page: bool, repeats: int, **common: Any
) -> None:
    """The best ten leaders for one need: in plain Python, SQLite, numpy, and by the product."""

    from brokerage.bench import page, shortlist

    def measured(run: Run) -> None:
        shortlist.measure_shortlists(run, leaders, needs, repeats)
        click.echo("\n".join(shortlist.lines(run)))
        if whole_page:
            page.measure_page(run, leaders)
            click.echo("\n".join(page.lines(run)))

    _run(measured, ["kernel", page.METHOD], **common)


@bench.command("buddies")
@measuring
def measure_buddies(repeats: int, **common: Any) -> None:
    """2,000 new heads and 5,441 serving heads, beside exact solvers."""

    from brokerage.bench import buddies

    def measured(run: Run) -> None:
        buddies.measure_buddies(run, repeats)
        click.echo("\n".join(buddies.lines(run)))

    _run(measured, [buddies.OWN], **common)


@bench.command("change")
@click.option("--sizes", type=Listed(tuple(TOWNS)), default="town,region,england")
@click.option("--withdraw", "share", type=click.FloatRange(0, 1), default=0.02)
@measuring
def measure_change(sizes: tuple[str, ...], share: float, repeats: int, **common: Any) -> None:
    """Leaders withdraw: what changes in the plan, and what that costs."""
    from brokerage.bench import change

    def measured(run: Run) -> None:
        for size in sizes:
            change.measure_change(run, size, share, repeats)
            click.echo("\n".join(change.lines(run, size)))

    _run(measured, change.WAYS, **common)


@bench.command("follow-up")
@click.option("--engagements", default="1000,10000,100000", help="How many are under way.")
@click.option("--due", type=click.IntRange(1, 100_000), default=10_000, help="Due at once.")
def measure_follow_ups(engagements: str, due: int) -> None:
    """A tick of the follow-ups: with nothing due, and with much; by how many engagements there are.

    Ends with 1 where a promise is not kept."""
    from brokerage.bench import following_up

    sizes = [one.strip() for one in engagements.split(",")]
    if not all(one.isdecimal() and int(one) for one in sizes):
        raise click.UsageError("--engagements takes whole numbers with commas between.")
    click.echo(machine_line(machine()))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = [following_up.measure(Path(folder) / one, int(one), due) for one in sizes]
    tell(following_up.lines(found), following_up.faults(found))


def tell(lines: Iterable[str], faults: Iterable[str]) -> NoReturn:
    """Tell what was measured, and end: with 1 where a promise is not kept."""
    click.echo("\n".join(lines))
    missed = list(faults)
    for said in missed:
        click.echo(f"Wrong: {said}", err=True)
    sys.exit(1 if missed else 0)


def _run(
    measured: Callable[[Run], None],
    own: Sequence[str],
    *,
    limit: float,
    seed: int,
    json_file: Path | None,
    resume: bool,
    goals: Path | None,
) -> None:
    """Measure, tell, and end with 1 where something of our own is wrong or a goal is missed."""
    try:
        aims = read_goals(goals) if goals is not None else []
        record = Record(json_file, seed, resume)
        record.machine = machine()
        click.echo(machine_line(record.machine))
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            measured(Run(record, Path(folder), limit, _aside))
    except (CannotCompare, ValueError, RuntimeError) as fault:
        raise click.ClickException(str(fault)) from fault
    faults = wrong(record, own)
    judged = judge(aims, figures_of(record))
    for one in judged:
        click.echo(one.line())
    for said in faults:
        click.echo(f"Wrong: {said}", err=True)
    sys.exit(1 if faults or any(one.fails for one in judged) else 0)


def _aside(line: str) -> None:
    """What is under way, beside the report."""
    click.echo(line, err=line.startswith(" "))
