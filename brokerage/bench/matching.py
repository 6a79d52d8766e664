"""The mode `matching`: every method on every size, in turn, each in a fresh process."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from brokerage.bench.instances import Instance, keep
from brokerage.bench.isolation import DONE, Job, measure
from brokerage.bench.making import make_instance
from brokerage.bench.methods import Method, version_of
from brokerage.bench.record import NOT_INSTALLED, Record, Row

MODE = "matching"
SLOW_SECONDS = 30.0
"""A method that took longer than this is not repeated."""
COUNT_SECONDS = 1_800.0

Say = Callable[[str], None]
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured, and where it is told and kept."""

    record: Record
    folder: Path
    limit: float
    say: Say


def lay_out(run: Run, name: str) -> Path:
    """Make an instance, keep it for the fresh processes, and say how large and tight it is."""
    instance = make_instance(name, run.record.seed)
    path = keep(instance, run.folder)
    if isinstance(instance, Instance):
        counted = measure(Job("brokerage.bench.counting:count", path, COUNT_SECONDS))
        if counted["status"] != DONE:
            raise RuntimeError(f"The instance {name} cannot be counted: {counted['note']}")
        run.record.note_instance(name, counted["fingerprint"], counted["figures"])
        told = ", ".join(f"{what} {count:,}" for what, count in counted["figures"].items())
        run.say(f"{name}: {told}; SHA-256 {counted['fingerprint']}")
    return path


def in_turn(tried: Sequence[Kind], repeats: int) -> Iterator[tuple[int, Kind]]:
    """(repeat, which of them): all in turn, so many times, beginning with another one each time."""
    for repeat in range(repeats):
        begin = repeat % len(tried)
        for one in (*tried[begin:], *tried[:begin]):
            yield repeat, one


def measure_size(run: Run, name: str, methods: Sequence[Method], repeats: int) -> None:
    """All methods in turn, `repeats` times, beginning with another one each time."""
    path = lay_out(run, name)
    tried = [method for method in methods if not method.sizes or name in method.sizes]
    for repeat, method in in_turn(tried, repeats):
        _measure_one(run, name, path, method, repeat)


def _measure_one(run: Run, name: str, path: Path, method: Method, repeat: int) -> None:
    record = run.record
    if record.has(MODE, name, method.name, repeat, run.limit):
        return
    if repeat and _not_again(method, record.of(MODE, name, method.name)):
        return
    row: Row = {
        "mode": MODE,
        "size": name,
        "method": method.name,
        "repeat": repeat,
        "limit": run.limit,
    }
    if method.package and version_of(method.package) is None:
        record.add({**row, "status": NOT_INSTALLED, "note": f"{method.package} is not installed"})
        return
    run.say(f"  {name}: {method.name}, run {repeat + 1} ...")
    record.add({**row, **measure(Job(method.run, path, run.limit, method.options))})


def _not_again(method: Method, rows: Sequence[Row]) -> bool:
    """Slow ones, and those that gave nothing the first time, are run once."""
    first = next((row for row in rows if row["repeat"] == 0), None)
    if method.slow or first is None or first["status"] != DONE:
        return True
    return bool(first["seconds"]["total"] > SLOW_SECONDS)
