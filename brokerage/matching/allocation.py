"""A plan for the whole queue: every need at most one leader, within everybody's days.

The steps, each a module of its own: sparse candidates by the hard rules and the score
(`candidates`); a first plan by greed (`greedy`); moves that better it (`improvement`); what any
plan could reach at most (`bounds`). What the plan is to aim for is handed in (`objectives`);
pairings that are settled are pinned: what they take is taken off first and they are never moved.

The same needs and leaders give the same plan, whatever order they come in, on any machine: ties
go by id, and the levels differ in the work they may do and never in the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from brokerage.matching.bounds import Market, bound
from brokerage.matching.candidates import Candidates, IntArray, find_candidates
from brokerage.matching.draft import NOBODY, Draft, Problem
from brokerage.matching.eligibility import emptied_by, funnel
from brokerage.matching.greedy import greedy_plans
from brokerage.matching.improvement import Budget, improve
from brokerage.matching.objectives import LOAD_FULL, Objective, Packing, StrictOrder, Worth, load
from brokerage.matching.pins import Pins, check_pins
from brokerage.matching.plans import (
    BELOW_FLOOR,
    PLACED_ELSEWHERE,
    Certificate,
    Level,
    Pair,
    Plan,
    Unplaced,
)
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, points, score, total

WORK = {Level.INSTANT: 0, Level.STANDARD: 1_000_000, Level.THOROUGH: 12_000_000}
"""Options that may be looked at while bettering one plan: about a second for each million."""
STARTS = {Level.INSTANT: 0, Level.STANDARD: 1, Level.THOROUGH: 3}
"""How many of the first plans are bettered, the best of them first."""
PRICE_STEPS = {Level.INSTANT: 30, Level.STANDARD: 120, Level.THOROUGH: 300}
"""How often prices are moved in search of a lower bound, for each aim."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """What is to be planned: the candidates, and all that was handed in beside them."""

    candidates: Candidates
    objective: Objective
    pins: Pins
    before: Mapping[str, str]
    floor: int
    weights: Weights

    def worth(self, need: int, leader: int, points_scored: int) -> Worth:
        profile, given = self.candidates.needs[need], self.candidates.leaders[leader].leader_id
        kept = self.before.get(profile.need_id) == given
        return self.objective.of_pair(profile.urgency, points_scored, kept)

    def open_pairs(self) -> list[tuple[int, int, Worth]]:
        """(need, leader, worth) of every pair that may be made: not pinned, not below the floor."""
        return [
            (need, leader, self.worth(need, leader, scored))
            for need in range(len(self.candidates.needs))
            if need not in self.pins.leader_of
            for leader, scored in self.candidates.of(need)
            if scored >= self.floor
        ]


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
) -> Plan:
    """Give leaders to needs.

    `pinned` and `before` map need ids to leader ids: settled pairings, which stand, and those
    suggested so far, which the objective may prefer to keep. A leader's half-days left and
    engagements free are as they were before the pinned pairings took theirs. Nobody is given
    below `floor` points. Raises ValueError for two needs or leaders of one id, and its subclass
    PinsError where the pinned pairings cannot all stand; each with a sentence.
    """
    candidates = find_candidates(needs, leaders, weights)
    pins = check_pins(candidates.needs, candidates.leaders, pinned or {})
    aim = objective or StrictOrder()
    queue = _Queue(candidates, aim, pins, before or {}, floor, weights)
    open_pairs = queue.open_pairs()
    draft, work = _best_draft(_problem(queue, open_pairs), level)
    leader_of = {**_given(draft), **pins.leader_of}
    worth = _worth_of_plan(queue, leader_of)
    return Plan(
        pairs=tuple(_pair(queue, need, leader_of[need]) for need in sorted(leader_of)),
        unplaced=tuple(
            _unplaced(queue, need) for need in range(len(candidates.needs)) if need not in leader_of
        ),
        certificate=_certificate(queue, open_pairs, worth, PRICE_STEPS[level]),
        level=level,
        objective=aim.name,
        aims=aim.aims,
        worth=worth,
        changes=_changes(queue, leader_of),
        work=work,
    )


def _best_draft(problem: Problem, level: Level) -> tuple[Draft, int]:
    """The best plan found, and the work it took. Each level does all that the one below does."""
    drafts, work = greedy_plans(problem), 0
    for draft in drafts[: STARTS[level]]:
        budget = Budget(WORK[level])
        improve(draft, budget)
        work += budget.spent
    return max(drafts, key=lambda draft: draft.value), work


def _given(draft: Draft) -> dict[int, int]:
    return {need: leader for need, leader in enumerate(draft.leader_of) if leader != NOBODY}


def _packing(queue: _Queue, open_pairs: list[tuple[int, int, Worth]]) -> Packing:
    """Room in each place for every need's largest part and every leader's fullest load, twice."""
    needs = len(queue.candidates.needs)
    loads = LOAD_FULL * sum(leader.half_days_left for leader in queue.candidates.leaders)
    places = range(len(queue.objective.aims))
    largest = [max((abs(worth[k]) for _, _, worth in open_pairs), default=0) for k in places]
    of_load = queue.objective.of_load
    return Packing([2 * (needs * largest[k] + loads * abs(of_load[k])) + 1 for k in places])


def _problem(queue: _Queue, open_pairs: list[tuple[int, int, Worth]]) -> Problem:
    needs, leaders = queue.candidates.needs, queue.candidates.leaders
    pack = _packing(queue, open_pairs)
    options: list[list[tuple[int, int]]] = [[] for _ in needs]
    for need, leader, worth in open_pairs:
        options[need].append((pack(worth), leader))
    return Problem(
        sizes=tuple(need.half_days for need in needs),
        options=tuple(tuple(sorted(run, key=lambda o: (-o[0], o[1]))) for run in options),
        half_days=tuple(leader.half_days_left for leader in leaders),
        pinned_used=queue.pins.half_days,
        slots=tuple(_slots(queue, index) for index in range(len(leaders))),
        load_worth=pack(queue.objective.of_load),
    )


def _slots(queue: _Queue, leader: int) -> int:
    """Engagements free beside the pinned ones; as many as there are needs where any will do."""
    free = queue.candidates.leaders[leader].engagements_free
    return len(queue.candidates.needs) if free is None else free - queue.pins.engagements[leader]


def _worth_of_plan(queue: _Queue, leader_of: Mapping[int, int]) -> Worth:
    """The worth of the whole plan, pinned pairings and all, added up afresh."""
    used = [0] * len(queue.candidates.leaders)
    row = [0] * len(queue.objective.aims)
    for need, leader in leader_of.items():
        used[leader] += queue.candidates.needs[need].half_days
        for place, part in enumerate(_pair_worth(queue, need, leader)):
            row[place] += part
    loads = sum(
        load(of_leader, profile.half_days_left)
        for of_leader, profile in zip(used, queue.candidates.leaders, strict=True)
    )
    return tuple(
        part + loads * unit for part, unit in zip(row, queue.objective.of_load, strict=True)
    )


def _pair_worth(queue: _Queue, need: int, leader: int) -> Worth:
    profile, given = queue.candidates.needs[need], queue.candidates.leaders[leader]
    return queue.worth(need, leader, score(profile, given, queue.weights))


def _certificate(
    queue: _Queue, open_pairs: list[tuple[int, int, Worth]], worth: Worth, steps: int
) -> Certificate:
    """Value and bound of each certified aim; what pinned pairings are worth is added to both."""
    needs, certified = queue.candidates.needs, queue.objective.certified
    columns = np.array([(need, leader) for need, leader, _ in open_pairs], dtype=np.int64)
    columns = columns.reshape(-1, 2)
    sizes = np.array([need.half_days for need in needs], dtype=np.int64)
    half_days = np.array([one.half_days_left for one in queue.candidates.leaders], dtype=np.int64)
    slots = [_slots(queue, index) for index in range(len(half_days))]
    market = Market(
        need=columns[:, 0],
        leader=columns[:, 1],
        size=sizes[columns[:, 0]],
        half_days=half_days - np.array(queue.pins.half_days, dtype=np.int64),
        slots=np.array(slots, dtype=np.int64),
    )
    pinned = [_pair_worth(queue, need, given) for need, given in queue.pins.leader_of.items()]
    bounds = []
    for place in range(certified):
        part: IntArray = np.array([row[place] for _, _, row in open_pairs], dtype=np.int64)
        fixed = sum(row[place] for row in pinned)
        bounds.append(fixed + bound(market, part, worth[place] - fixed, steps))
    return Certificate(queue.objective.aims[:certified], worth[:certified], tuple(bounds))


def _changes(queue: _Queue, leader_of: Mapping[int, int]) -> int:
    """Needs that had a leader before and now have another, or none."""
    now = {
        queue.candidates.needs[need].need_id: queue.candidates.leaders[leader].leader_id
        for need, leader in leader_of.items()
    }
    asked = {need.need_id for need in queue.candidates.needs}
    return sum(now.get(need) != given for need, given in queue.before.items() if need in asked)


def _pair(queue: _Queue, need: int, leader: int) -> Pair:
    profile, given = queue.candidates.needs[need], queue.candidates.leaders[leader]
    ranking = [index for index, _ in queue.candidates.of(need)]
    points_given = points(profile, given, queue.weights)
    return Pair(
        need_id=profile.need_id,
        leader_id=given.leader_id,
        score=total(points_given),
        points=points_given,
        rank=ranking.index(leader) + 1 if leader in ranking else 0,
        eligible=len(ranking),
        pinned=need in queue.pins.leader_of,
    )


def _unplaced(queue: _Queue, need: int) -> Unplaced:
    profile, ranking = queue.candidates.needs[need], queue.candidates.of(need)
    if not ranking:
        emptied = emptied_by(funnel(profile, queue.candidates.leaders))
        return Unplaced(profile.need_id, emptied.code if emptied else "", 0, 0)
    gap = max(queue.floor - ranking[0][1], 0)
    return Unplaced(profile.need_id, BELOW_FLOOR if gap else PLACED_ELSEWHERE, len(ranking), gap)
