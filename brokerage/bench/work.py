"""What a method is given in its own process, what it gives back, and its stopwatch."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a fresh process imports nothing that it is to measure the import of
    from brokerage.bench.edges import Edges, IndexPair
    from brokerage.bench.instances import Instance
    from brokerage.matching.plans import Plan

STAGES = ("import", "candidates", "build", "solve", "repair")
"""What adds up to the total; whatever else the stopwatch is used for is told beside it."""
WITHIN = ", within"
"""Ends the name of a stage that is part of solving, and so of the total already."""


class Stopwatch:
    """Seconds per stage; stages of one name add up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - begun)

    def add(self, stage: str, seconds: float) -> None:
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds


@dataclass(frozen=True, slots=True)
class Work:
    """One measurement: the instance, the options of the method, and how long it may take."""

    instance: Any
    options: Mapping[str, Any]
    limit: float
    watch: Stopwatch


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan can be worth more than this, and who says so."""

    value: int
    source: str


@dataclass(frozen=True, slots=True)
class Raw:
    """What a solver gives: pairs of indexes into the edges, as it found them."""

    pairs: "Sequence[IndexPair]"
    bound: Bound | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Solved:
    """A solver's answer as it came, and after the repair that is the same for everyone."""

    edges: "Edges"
    raw: Raw
    repaired: "Sequence[IndexPair]"


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer of our own engine; `instance` is what it is for, where that is not the whole."""

    plan: "Plan"
    bounds: Mapping[str, Bound]
    pinned: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    instance: "Instance | None" = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured figures that are not a plan; `broken` says what was found wrong, `hash` is of the
    pairs where there are any, `bounds` are on any plan."""

    figures: Mapping[str, Any]
    broken: Sequence[str] = ()
    hash: str = ""
    bounds: Mapping[str, Bound] = field(default_factory=dict)


class Skipped(Exception):
    """The method does not try this instance; the message says why."""
