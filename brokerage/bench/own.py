"""The product's own engine, as a coordinator's run for the whole queue calls it."""

from collections.abc import Sequence

from brokerage.bench.chance import Chance
from brokerage.bench.work import CANDIDATES_ASIDE, Bound, Planned, Work
from brokerage.matching.allocation import allocate
from brokerage.matching.candidates import find_candidates
from brokerage.matching.objectives import Objective, StrictOrder, Weighted
from brokerage.matching.plans import Level, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile

OWN = "own certificate"


def weighted(work: Work) -> Planned:
    """At the level named, with the objective that other solvers are given too."""
    return _planned(work, Weighted())


def strict(work: Work) -> Planned:
    """At the level named, in the product's strict order of aims."""
    return _planned(work, StrictOrder())


def _planned(work: Work, objective: Objective) -> Planned:
    needs, leaders = _in_order(work)
    with work.watch("solve"):
        level = Level(work.options["level"])
        plan = allocate(needs, leaders, level=level, objective=objective)
    with work.watch(CANDIDATES_ASIDE):
        find_candidates(needs, leaders)
    return Planned(plan, bounds_of(plan))


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
