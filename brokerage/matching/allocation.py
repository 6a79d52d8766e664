"""A plan for the whole queue: every need at most one leader, within everybody's days.

The steps, each a module of its own: sparse candidates by the hard rules and the score
(`candidates`); the market they make beside what is pinned (`market`); the search (`search`:
prices, first plans, chains of ejections, polish); what any plan could reach at most
(`certificates`). What the plan is to aim for is handed in (`objectives`); pairings that are settled
are pinned: what they take is taken off first and they are never moved.

The same needs and leaders give the same plan, whatever order they come in, on any machine: ties
go by id, and the levels differ in the work they may do and never in the time.
"""

from collections.abc import Iterable, Mapping

from brokerage.matching.candidates import find_candidates
from brokerage.matching.certificates import BoundKind
from brokerage.matching.objectives import Objective, StrictOrder
from brokerage.matching.pins import check_pins
from brokerage.matching.plans import Level, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.progress import Progress, quiet
from brokerage.matching.queue import Queue
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights
from brokerage.matching.search import search


def allocate(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    *,
    level: Level = Level.STANDARD,
    objective: Objective | None = None,
    pinned: Mapping[str, str] | None = None,
    before: Mapping[str, str] | None = None,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
    bound: BoundKind = "quick",
    progress: Progress = quiet,
) -> Plan:
    """Give leaders to needs.

    `pinned` and `before` map need ids to leader ids: settled pairings, which stand, and those
    suggested so far, which the objective may prefer to keep. A leader's half-days left and
    engagements free are as they were before the pinned pairings took theirs. Nobody is given
    below `floor` points. `bound` "tight" asks for a better certificate, at some cost. `progress`
    is told (stage, done, of) on the way. Raises ValueError for two needs or leaders of one id, and
    its subclass PinsError where the pinned pairings cannot all stand; each with a sentence.
    """
    progress("candidates", 0, 1)
    candidates = find_candidates(needs, leaders, weights)
    pins = check_pins(candidates.needs, candidates.leaders, pinned or {})
    queue = Queue(candidates, objective or StrictOrder(), pins, before or {}, floor, weights)
    market = queue.market(queue.objective)
    found = search(market, queue.objective.of_load, level, progress)
    progress("certificate", 0, 1)
    return queue.plan(market, found, level, bound)
