"""The runs of one method on one size, drawn together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from brokerage.bench.isolation import DONE
from brokerage.bench.record import Row


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and most of what was measured several times."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`seconds` are without the import, which a service pays once. `last` is the last good row;
    where nothing ended well it is the last row there is."""

    method: str
    runs: int
    status: str
    seconds: Spread | None
    stages: dict[str, float]
    memory_mb: float | None
    last: Row
    hashes: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def value(self) -> int | None:
        found = self.last.get("value")
        return None if found is None else int(found)

    def bound(self, aim: str = "value") -> tuple[int, str] | None:
        """The bound that the method itself gives for an aim, and who says so."""
        found: dict[str, Any] | None = self.last.get("bounds", {}).get(aim)
        return None if found is None else (found["value"], found["source"])


def spread(numbers: Sequence[float]) -> Spread:
    return Spread(median(numbers), min(numbers), max(numbers))


def summaries(rows: Sequence[Row]) -> dict[str, Summary]:
    """One summary for each method, in the order in which methods first came."""
    by_method: dict[str, list[Row]] = {}
    for row in rows:
        by_method.setdefault(row["method"], []).append(row)
    return {method: _summary(method, found) for method, found in by_method.items()}


def _summary(method: str, rows: Sequence[Row]) -> Summary:
    done = [row for row in rows if row["status"] == DONE]
    last = (done or list(rows))[-1]
    times = [row["seconds"]["total"] - row["seconds"].get("import", 0.0) for row in done]
    stages = {
        stage: median(row["seconds"][stage] for row in done)
        for stage in (done[0]["seconds"] if done else ())
    }
    return Summary(
        method=method,
        runs=len(done),
        status=last["status"],
        seconds=spread(times) if times else None,
        stages=stages,
        memory_mb=max((row["memory_mb"] for row in done), default=None),
        last=last,
        hashes=tuple(sorted({row["hash"] for row in done if "hash" in row})),
        broken=tuple(fault for row in done for fault in row.get("broken", ())),
    )


def best_bound(found: dict[str, Summary], aim: str = "value") -> tuple[int, str] | None:
    """The lowest bound that any method gives: no plan at all can be worth more."""
    bounds = [bound for one in found.values() if (bound := one.bound(aim)) is not None]
    return min(bounds, default=None)
