"""The product's own engine, as a coordinator's run for the whole queue calls it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from brokerage.bench.chance import Chance
from brokerage.bench.work import WITHIN, Bound, Planned, Stopwatch, Work
from brokerage.matching.allocation import allocate
from brokerage.matching.objectives import Objective, StrictOrder, Weighted
from brokerage.matching.plans import Level, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.progress import Progress

OWN = "own certificate"


def weighted(work: Work) -> Planned:
    """At the level named, with the objective that other solvers are given too."""
    return _planned(work, Weighted())


def strict(work: Work) -> Planned:
    """At the level named, in the product's strict order of aims."""
    return _planned(work, StrictOrder())


def _planned(work: Work, objective: Objective) -> Planned:
    needs, leaders = _in_order(work)
    with work.watch("solve"), stages(work.watch) as progress:
        level = Level(work.options["level"])
        plan = allocate(
            needs,
            leaders,
            level=level,
            objective=objective,
            bound=work.options.get("bound", "quick"),
            progress=progress,
        )
    return Planned(plan, bounds_of(plan))


@contextmanager
def stages(watch: Stopwatch) -> Iterator[Progress]:
    """Progress that notes how long each stage within the engine took: "candidates, within"."""
    begun: list[tuple[str, float]] = []

    def progress(stage: str, done: int, of: int) -> None:
        if not begun or begun[-1][0] != stage:
            begun.append((stage, time.perf_counter()))

    yield progress
    ends = [*(at for _, at in begun[1:]), time.perf_counter()]
    for (stage, at), end in zip(begun, ends, strict=True):
        watch.add(f"{stage}{WITHIN}", end - at)


def _in_order(work: Work) -> tuple[Sequence[NeedProfile], Sequence[LeaderProfile]]:
    """Needs and leaders as they came, or shuffled where the options ask for that."""
    needs, leaders = work.instance.needs, work.instance.leaders
    seed = work.options.get("shuffle", 0)
    if not seed:
        return needs, leaders
    chance = Chance(seed)
    return chance.shuffled(needs), chance.shuffled(leaders)


def bounds_of(plan: Plan) -> dict[str, Bound]:
    """The bound of each certified aim."""
    certificate = plan.certificate
    return {
        aim: Bound(most, OWN) for aim, most in zip(certificate.aims, certificate.bound, strict=True)
    }
