"""For a need with nobody: the least that must give way for somebody to be had.

Every rule that people can agree to loosen has one or two ways to (`loosening`). For each leader
every rule in the way is loosened just as far as it asks, in each way there is; the smallest is the
one that loosens fewest rules, then what is easiest to ask for (`EASIEST_LAST`), then the least of
each in its own unit. A rule loosened is loosened for everybody, so it may give several people.

Never loosened: what the school or a conflict of interest says against a person, schools that have
closed, the leader's own school, and that a leader takes nothing on just now.

Source: minimal relaxations of over-constrained problems (irreducible infeasible subsets; Chinneck
2008; preferred relaxations, Junker 2004). Cost: one pass over the leaders of the specialism, at
most 2 ways for each rule, then one more pass for each answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from brokerage.matching.eligibility import all_bars, is_eligible
from brokerage.matching.loosening import (
    ANSWERS,
    EASIEST_LAST,
    Kind,
    SpecialismIn,
    Step,
    least,
    loosened_leader,
    loosened_need,
)
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Phase
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, score

MOST = 3
"""Rules loosened at the most: past that it is another need."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What gives way, the hardest to ask for first, and whom that gives (ids, best first).

    `nearest` is the leader for whom the steps are just enough.
    """

    steps: tuple[Step, ...]
    nearest: str
    leader_ids: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, tuple[bool, ...], tuple[int, ...]]:
        """How much this is, to be compared: rules loosened, kinds, amounts."""
        amounts = {step.kind: step.amount for step in self.steps}
        return (
            len(self.steps),
            tuple(kind in amounts for kind in EASIEST_LAST),
            tuple(amounts.get(kind, 0) for kind in EASIEST_LAST),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    need: NeedProfile
    leaders: Sequence[LeaderProfile]
    floor: int
    weights: Weights
    specialism_in: SpecialismIn


def smallest_relaxations(
    need: NeedProfile,
    leaders: Iterable[LeaderProfile],
    *,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
    specialism_in: SpecialismIn | None = None,
) -> tuple[Relaxation, ...]:
    """The smallest relaxation that gives somebody, first, and after it every other that loosens as
    few rules in other ways, each at its least; empty where nothing that may be loosened helps, or
    nothing need be loosened.

    `specialism_in` tells what the need's specialism is called in another phase, where specialisms
    count in their phase only.
    """
    called = specialism_in or (lambda phase: need.specialism)
    names = {need.specialism, *(called(phase) for phase in Phase)}
    able = (one for one in leaders if not names.isdisjoint(one.specialisms))
    ordered = sorted(able, key=lambda one: one.leader_id)
    asked = _Asked(need, ordered, floor, weights, called)
    best: dict[tuple[tuple[Kind, str], ...], Relaxation] = {}
    fewest = MOST
    for leader in ordered:
        for found in _for_leader(asked, leader):
            fewest = min(fewest, len(found.steps))
            key = tuple((step.kind, step.to) for step in found.steps)
            if key not in best or found.size < best[key].size:
                best[key] = found
    smallest = sorted(
        (one for one in best.values() if 0 < len(one.steps) == fewest),
        key=lambda one: (one.size, [step.to for step in one.steps]),
    )
    return tuple(replace(one, leader_ids=_given_by(asked, one)) for one in smallest)


def applied(
    relaxation: Relaxation,
    need: NeedProfile,
    leaders: Iterable[LeaderProfile],
    *,
    specialism_in: SpecialismIn | None = None,
) -> tuple[NeedProfile, tuple[LeaderProfile, ...]]:
    """Need and leaders as they would be with the rules so loosened, for everybody alike. The floor
    is no part of a profile: a step below it changes nothing here (`floor_under`)."""
    called = specialism_in or (lambda phase: need.specialism)
    changed = tuple(leaders)
    for step in relaxation.steps:
        need = loosened_need(step, need, called)
        changed = tuple(loosened_leader(step, one) for one in changed)
    return need, changed


def floor_under(relaxation: Relaxation, floor: int) -> int:
    """The floor that the relaxation leaves."""
    return floor - sum(step.amount for step in relaxation.steps if step.kind is Kind.BELOW_FLOOR)


def _for_leader(asked: _Asked, leader: LeaderProfile) -> list[Relaxation]:
    """Every way to have this one leader, each rule loosened just as far as it asks."""
    codes = [bar.code for bar in all_bars(asked.need, leader)]
    if any(code not in ANSWERS for code in codes):
        return []
    ways = {frozenset(chosen) for chosen in product(*(ANSWERS[code] for code in codes))}
    found = []
    for kinds in sorted(ways, key=lambda kinds: sorted(kinds)):
        if len(kinds) <= MOST:
            relaxed = _just_enough(asked, leader, kinds)
            if relaxed is not None and len(relaxed.steps) <= MOST:
                found.append(relaxed)
    return found


def _just_enough(asked: _Asked, leader: LeaderProfile, kinds: frozenset[Kind]) -> Relaxation | None:
    """These kinds at their least for this leader, and below the floor where they still are."""
    need, steps, one = asked.need, [], leader
    for kind in sorted(kinds, key=_order_applied):
        step = least(kind, need, one, kinds, asked.specialism_in)
        if step is None:
            return None
        steps.append(step)
        need = loosened_need(step, need, asked.specialism_in)
        one = loosened_leader(step, one)
    if not is_eligible(need, one):
        return None
    short = asked.floor - score(need, one, asked.weights)
    if short > 0:
        steps.append(Step(Kind.BELOW_FLOOR, short))
    steps.sort(key=lambda step: EASIEST_LAST.index(step.kind))
    return Relaxation(tuple(steps), leader.leader_id)


def _order_applied(kind: Kind) -> tuple[bool, int]:
    """Fewer days first, since other amounts depend on how many are asked for."""
    return kind is not Kind.FEWER_DAYS, EASIEST_LAST.index(kind)


def _given_by(asked: _Asked, relaxation: Relaxation) -> tuple[str, ...]:
    """Whom the relaxation gives, applied to everybody: best first, ties by id."""
    need, leaders = applied(
        relaxation, asked.need, asked.leaders, specialism_in=asked.specialism_in
    )
    floor = floor_under(relaxation, asked.floor)
    able = [
        (-score(need, one, asked.weights), one.leader_id)
        for one in leaders
        if is_eligible(need, one)
    ]
    return tuple(leader_id for minus, leader_id in sorted(able) if -minus >= floor)
