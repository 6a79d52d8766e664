"""The mode `follow-up`: what a tick costs by what is due, and by what there is.

Each size has a database of its own. A tick is run with nothing due, then with so many things due at
once; queries, seconds and memory are counted. With nothing due, the number of queries must be the
same whatever the number of engagements.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.bench import memory, support_town
from brokerage.bench.asking import counted
from brokerage.database import Base, db
from brokerage.follow_ups import services
from brokerage.follow_ups.models import FollowUp
from brokerage.messages.models import Message

NOW = datetime(2026, 11, 4, 10, tzinfo=UTC)  # a Wednesday in term
PLANNED_WITHIN = 60.0
"""So many seconds a tick may take over 10,000 due steps."""
OFTEN = 20
"""A tick with nothing due is so short that it is timed so often."""


@dataclass(frozen=True)
class Cost:
    """What one tick cost."""

    seconds: float
    queries: int
    memory_mb: float
    climbed: int


@dataclass(frozen=True)
class Measured:
    """What ticks cost with so many engagements under way."""

    engagements: int
    idle: Cost
    busy: Cost
    told: int


def measure(folder: Path, engagements: int, due: int) -> Measured:
    """Fill a database, and tick."""
    folder.mkdir()
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'brokerage.db'}"
    db.init_app(app)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        support_town.fill(db.engine, engagements, min(due, engagements), NOW)
        # The day before, nothing is due yet.
        idle = _cost(db.engine, lambda: services.tick(By(SERVICE, NOW.replace(day=3))), OFTEN)
        busy = _cost(db.engine, lambda: services.tick(By(SERVICE, NOW), lasts=float("inf")))
        with Session(db.engine) as session:
            told = session.scalar(select(func.count()).select_from(Message)) or 0
            asked = session.scalar(select(func.count()).select_from(FollowUp)) or 0
        if not busy.climbed == told == asked == min(due, engagements):
            raise RuntimeError(f"{busy.climbed} climbed, {asked} asked, {told} written")
        db.session.remove()
        db.engine.dispose()
    return Measured(engagements, idle, busy, told)


def lines(found: Sequence[Measured]) -> Iterator[str]:
    """The figures, and how they grow from the smallest size."""
    first = found[0]
    for one in found:
        idle, busy = one.idle, one.busy
        yield (
            f"{one.engagements:>8,} engagements, nothing due: {idle.queries} queries,"
            f" {idle.seconds * 1000:.1f} ms"
            f" ({idle.seconds / first.idle.seconds:.1f} times the smallest)"
        )
        each = busy.seconds / max(busy.climbed, 1)
        yield (
            f"{one.engagements:>8,} engagements, {busy.climbed:,} due: {busy.seconds:.1f} s"
            f" ({busy.climbed / busy.seconds:.0f} a second,"
            f" {each / (first.busy.seconds / max(first.busy.climbed, 1)):.2f} times the smallest"
            f" for each), {busy.queries / max(busy.climbed, 1):.1f} queries each,"
            f" {busy.memory_mb:.0f} MB more at the most"
        )


def faults(found: Sequence[Measured]) -> Iterator[str]:
    """A sentence for each promise that is not kept."""
    if len({one.idle.queries for one in found}) > 1:
        yield "With nothing due, queries grow with the engagements."
    for one in found:
        if one.busy.seconds > PLANNED_WITHIN * max(one.busy.climbed, 10_000) / 10_000:
            yield f"{one.busy.climbed:,} due steps took {one.busy.seconds:.0f} s."


def _cost(engine: Engine, tick: Callable[[], int], times: int = 1) -> Cost:
    held = memory.held_kib()
    memory.forget_peak()
    with counted(engine) as queries:
        started = time.perf_counter()
        climbed = sum(tick() for _ in range(times))
        seconds = time.perf_counter() - started
    more = (memory.peak_kib() - held) / 1024
    return Cost(seconds / times, len(queries) // times, more, climbed)
