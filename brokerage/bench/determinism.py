"""The mode `determinism`: one plan, whatever the run, the hash seed, the order, or the load.

Every level is run several times over, with other seeds of Python's hashes, with needs and leaders
handed over in other orders, and beside a process that keeps a core busy. All must give one hash.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from brokerage.bench.isolation import DONE, Job, measure
from brokerage.bench.matching import Run, lay_out
from brokerage.bench.methods import Method
from brokerage.bench.record import Row
from brokerage.bench.report import table

MODE = "determinism"
_BUSY = "while True: pass"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Under what a level is run."""

    words: str
    hash_seed: str = "0"
    shuffle: int = 0
    loaded: bool = False


CIRCUMSTANCES = (
    *(Circumstance(f"run {number}") for number in range(1, 6)),
    *(Circumstance(f"hash seed {seed}", hash_seed=str(seed)) for seed in (1, 42, 4_000_000)),
    *(Circumstance(f"order {shuffle}", shuffle=shuffle) for shuffle in (1, 2, 3)),
    Circumstance("a loaded core", loaded=True),
)


@contextmanager
def _busy(loaded: bool) -> Iterator[None]:
    """A process beside that never rests, as long as this lasts."""
    if not loaded:
        yield
        return
    command = [sys.executable, "-c", _BUSY]
    with subprocess.Popen(command) as process:  # noqa: S603  our own interpreter, a constant
        try:
            yield
        finally:
            process.kill()


def measure_level(run: Run, size: str, methods: Sequence[Method]) -> None:
    """All methods under all circumstances."""
    path = lay_out(run, size)
    for method in methods:
        for repeat, under in enumerate(CIRCUMSTANCES):
            if run.record.has(MODE, size, method.name, repeat, run.limit):
                continue
            run.say(f"  {size}: {method.name}, {under.words} ...")
            options = {**method.options, "shuffle": under.shuffle}
            with _busy(under.loaded):
                job = Job(method.run, path, run.limit, options, hash_seed=under.hash_seed)
                measured = measure(job)
            row: Row = {"mode": MODE, "size": size, "method": method.name, "repeat": repeat}
            run.record.add({**row, "limit": run.limit, **measured})


def lines(run: Run, size: str) -> list[str]:
    rows = run.record.of(MODE, size)
    cells = []
    for method in dict.fromkeys(row["method"] for row in rows):
        done = [row for row in rows if row["method"] == method and row["status"] == DONE]
        hashes = sorted({row["hash"] for row in done})
        told = hashes[0] if len(hashes) == 1 else ", ".join(one[:10] for one in hashes)
        cells.append((method, str(len(done)), str(len(hashes)), told))
    return [size, *table(("level", "runs", "hashes", "hash of the pairs"), cells)]
