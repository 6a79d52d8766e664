"""The ways to loosen a hard rule: each with its unit, its least amount, and what it changes.

Rules that people can agree to loosen are loosened from the leaders' side (travel further, give
more days, take one more engagement), from the school's (fewer days, another term, help from afar)
or from the partnership's (the same trust, below the floor). What a way changes is a need or a
leader as it would then be, so that everything else is asked of the changed profiles as always.

Cost: a few comparisons; for fewer days, one look for each half-day less.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Phase,
    SameTrust,
    Term,
    half_days_in,
    metres_between,
    occupies,
)
from brokerage.matching.quantities import days_words, km_words


class Kind(StrEnum):
    """One way to loosen one rule; the unit of its amount in brackets."""

    OTHER_PHASE = "somebody of another phase (1)"
    BELOW_FLOOR = "below the floor (points)"
    NO_DESIGNATION = "without the designation (1)"
    SAME_TRUST = "from the same trust (1)"
    HOME_SCHOOL = "more from the home school (half-days)"
    ONE_MORE = "one more engagement (1)"
    HALF_TERM = "more in the half-terms asked for (half-days)"
    MORE_DAYS = "more days from the leader (half-days)"
    FEWER_DAYS = "fewer days (half-days)"
    TRAVEL = "travel further (metres)"
    OTHER_TERM = "another term (1)"
    BY_PHONE = "by telephone (1)"
    REMOTE = "from afar (1)"


EASIEST_LAST = tuple(Kind)
"""The stated order: where as many rules are loosened, what stands later here is asked for first."""

ANSWERS: dict[str, tuple[Kind, ...]] = {
    "specialism": (Kind.OTHER_PHASE,),
    "phase": (Kind.OTHER_PHASE,),
    "designation": (Kind.NO_DESIGNATION,),
    "same_trust": (Kind.SAME_TRUST,),
    "phone_only": (Kind.BY_PHONE,),
    "terms": (Kind.OTHER_TERM,),
    "distance": (Kind.TRAVEL, Kind.REMOTE),
    "days": (Kind.MORE_DAYS, Kind.FEWER_DAYS),
    "engagements": (Kind.ONE_MORE,),
    "half_term": (Kind.HALF_TERM, Kind.FEWER_DAYS),
    "home_school": (Kind.HOME_SCHOOL, Kind.FEWER_DAYS),
}
"""For each rule that may be loosened, by its code: the ways to."""

SpecialismIn = Callable[[Phase], str]
"""The code of the need's specialism in a phase."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rule loosened: how, by how much in the kind's unit, and to which phase or term."""

    kind: Kind
    amount: int
    to: str = ""


def least(
    kind: Kind,
    need: NeedProfile,
    leader: LeaderProfile,
    kinds: frozenset[Kind],
    specialism_in: SpecialismIn,
) -> Step | None:
    """The least of this kind that satisfies its rule; None where it cannot."""
    if kind is Kind.OTHER_PHASE:
        return _other_phase(need, leader, specialism_in)
    if kind is Kind.FEWER_DAYS:
        return _fewer_days(need, leader, kinds)
    if kind is Kind.OTHER_TERM:
        return Step(kind, 1, next(term for term in Term if term in leader.terms))
    amounts: dict[Kind, Callable[[], int]] = {
        Kind.TRAVEL: lambda: (metres_between(need, leader) or 0) - (leader.max_metres or 0),
        Kind.MORE_DAYS: lambda: need.half_days - leader.half_days_left,
        Kind.HOME_SCHOOL: lambda: need.half_days - (leader.home_school_half_days or 0),
        Kind.HALF_TERM: lambda: _short_in_half_terms(need, leader),
    }
    return Step(kind, max(amounts[kind](), 1) if kind in amounts else 1)


def _other_phase(
    need: NeedProfile, leader: LeaderProfile, specialism_in: SpecialismIn
) -> Step | None:
    for phase in leader.phases:
        if phase is not need.phase and specialism_in(phase) in leader.specialisms:
            return Step(Kind.OTHER_PHASE, 1, phase)
    return None


def _fewer_days(need: NeedProfile, leader: LeaderProfile, kinds: frozenset[Kind]) -> Step | None:
    """As many days as the leader has, and as the home school and the half-terms leave too where
    those are not loosened by themselves."""
    most = [need.half_days]
    if Kind.MORE_DAYS not in kinds:
        most.append(leader.half_days_left)
    if Kind.HOME_SCHOOL not in kinds and leader.home_school_half_days is not None:
        most.append(leader.home_school_half_days)
    for half_days in range(min(most), 0, -1):
        less = replace(need, half_days=half_days)
        if Kind.HALF_TERM in kinds or not _short_in_half_terms(less, leader):
            return Step(Kind.FEWER_DAYS, need.half_days - half_days)
    return None


def _short_in_half_terms(need: NeedProfile, leader: LeaderProfile) -> int:
    """Half-days wanting where most are, or 1 where an engagement is; 0 where nothing is."""
    short = 0
    for one in HalfTerm:
        asked = half_days_in(need, one)
        short = max(short, asked - leader.half_days_by.get(one, asked))
        if occupies(need, one) and leader.engagements_by.get(one, 1) < 1:
            short = max(short, 1)
    return short


def loosened_need(step: Step, need: NeedProfile, specialism_in: SpecialismIn) -> NeedProfile:
    if step.kind is Kind.OTHER_PHASE:
        phase = Phase(step.to)
        return replace(need, phase=phase, specialism=specialism_in(phase))
    if step.kind is Kind.FEWER_DAYS:
        return replace(need, half_days=need.half_days - step.amount)
    if step.kind is Kind.OTHER_TERM:
        return replace(need, terms=need.terms | {Term(step.to)})
    if step.kind is Kind.NO_DESIGNATION:
        return replace(need, designation_required=False)
    if step.kind is Kind.SAME_TRUST:
        return replace(need, same_trust=SameTrust.ALLOWED)
    if step.kind is Kind.BY_PHONE:
        return replace(need, phone_enough=True)
    return replace(need, remote_allowed=True) if step.kind is Kind.REMOTE else need


def loosened_leader(step: Step, leader: LeaderProfile) -> LeaderProfile:
    more = step.amount
    if step.kind is Kind.TRAVEL and leader.max_metres is not None:
        return replace(leader, max_metres=leader.max_metres + more)
    if step.kind is Kind.MORE_DAYS:
        return replace(leader, half_days_left=leader.half_days_left + more)
    if step.kind is Kind.ONE_MORE and leader.engagements_free is not None:
        return replace(leader, engagements_free=leader.engagements_free + more)
    if step.kind is Kind.HOME_SCHOOL and leader.home_school_half_days is not None:
        return replace(leader, home_school_half_days=leader.home_school_half_days + more)
    if step.kind is Kind.HALF_TERM:
        return replace(
            leader,
            half_days_by={one: has + more for one, has in leader.half_days_by.items()},
            engagements_by={one: max(has, 1) for one, has in leader.engagements_by.items()},
        )
    return leader


def in_words(step: Step, need: NeedProfile) -> str:
    """What is asked for, as a coordinator would say it."""
    half_days = days_words(step.amount)
    wanted = days_words(max(need.half_days - step.amount, 1))
    return {
        Kind.OTHER_PHASE: f"take somebody who works in {step.to}",
        Kind.BELOW_FLOOR: f"go {step.amount} points below the floor",
        Kind.NO_DESIGNATION: f"do without {need.designation or 'the designation'}",
        Kind.SAME_TRUST: "take somebody from the school’s own trust",
        Kind.HOME_SCHOOL: f"ask the home school for {half_days} more",
        Kind.ONE_MORE: "ask for one more engagement than they take on",
        Kind.HALF_TERM: f"ask for {half_days} more in the half-terms wanted",
        Kind.MORE_DAYS: f"ask the leader for {half_days} more",
        Kind.FEWER_DAYS: f"ask for {half_days} less ({wanted} in all)",
        Kind.TRAVEL: f"ask to travel {km_words(step.amount)} further",
        Kind.OTHER_TERM: f"let it be in {step.to} too",
        Kind.BY_PHONE: "let a telephone call do",
        Kind.REMOTE: "let help from afar do",
    }[step.kind]
