"""A new plan that changes as little of the one before as it can.

When a leader withdraws, a day comes free or a need is added, a plan from scratch would move half
of a region for a few points; people have been told. So the search starts from what is left of the
plan before (a warm start), and every pairing kept is worth some points more than its score
(inertia), so that only what gains more than that by moving is moved. Settled pairings are pinned
and never move. Raise `inertia` to leave everything where it is and only place waiting needs.

Cost: no more than a plan from scratch; mostly a few rounds of short chains.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from brokerage.matching.candidates import find_candidates
from brokerage.matching.certificates import BoundKind
from brokerage.matching.draft import Draft, ground_of
from brokerage.matching.ejection import better
from brokerage.matching.greedy import add_in_order, by_value
from brokerage.matching.market import Market
from brokerage.matching.objectives import Objective, StrictOrder, Worth
from brokerage.matching.pins import check_pins
from brokerage.matching.plans import Level, Plan
from brokerage.matching.prices import find_prices
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Urgency
from brokerage.matching.progress import Progress, quiet
from brokerage.matching.queue import Queue
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights
from brokerage.matching.search import PRICE_STEPS, ROUNDS, Found, nearest, polished

INERTIA = 400
"""Points that a change has to gain for every pairing that it moves."""
DEPTH = 2
"""Ejections one after another in a chain: longer ones would change more."""
POLISH_PAIRS = 3_600_000
"""Of polish, as many rounds as look at so many pairs altogether."""


@dataclass(frozen=True, slots=True)
class Steady:
    """Any objective, with so many points more in quality for every pairing kept."""

    wanted: Objective
    inertia: int

    @property
    def name(self) -> str:
        return self.wanted.name

    @property
    def aims(self) -> tuple[str, ...]:
        return self.wanted.aims

    @property
    def certified(self) -> int:
        return self.wanted.certified

    @property
    def of_load(self) -> Worth:
        return self.wanted.of_load

    @property
    def in_points(self) -> Worth:
        return self.wanted.in_points

    def of_pair(self, urgency: Urgency, score: int, kept: bool) -> Worth:
        return self.wanted.of_pair(urgency, score + (self.inertia if kept else 0), kept)


def replan(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    before: Mapping[str, str],
    *,
    gone: Collection[str] = (),
    pinned: Mapping[str, str] | None = None,
    objective: Objective | None = None,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
    inertia: int = INERTIA,
    bound: BoundKind = "quick",
    progress: Progress = quiet,
) -> Plan:
    """Give leaders to needs, keeping to the plan `before` (need id to leader id) where it can.

    Leaders whose ids are in `gone` take no part, and pairings of the plan before that the rules or
    the room no longer allow are let go. The rest is as for `allocate`.
    """
    progress("candidates", 0, 1)
    left = (leader for leader in leaders if leader.leader_id not in set(gone))
    candidates = find_candidates(needs, left, weights)
    pins = check_pins(candidates.needs, candidates.leaders, pinned or {})
    wanted = objective or StrictOrder()
    queue = Queue(candidates, wanted, pins, before, floor, weights)
    market, steady = queue.market(wanted), queue.market(Steady(wanted, inertia))
    draft, every = _kept(steady, queue), np.arange(len(steady.need))
    work = better(draft, every, ROUNDS, DEPTH, progress)
    progress("prices", 0, 1)
    found = Found(draft, find_prices(market, market.value, 0, PRICE_STEPS), work)
    near = nearest(steady, found.prices)
    found = polished(found, near, wanted.of_load, POLISH_PAIRS, progress)
    return queue.plan(market, found, Level.STANDARD, bound)


def _kept(market: Market, queue: Queue) -> Draft:
    """What is left of the plan before, worthiest first where not all of it fits any more."""
    draft = Draft(ground_of(market))
    order = by_value(market)
    was = queue.leaders_before()
    add_in_order(draft, order[was[market.need[order]] == market.leader[order]])
    return draft
