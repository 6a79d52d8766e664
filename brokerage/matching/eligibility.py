"""Hard rules: who may be considered for a need at all, and the exact reason where not.

Each rule is a small named piece: a reason code, a test, and a sentence with the numbers ("travels
40 km, the school is 52 km away"). The rules stand in one stated order, from what a person can do,
over whom they may help, to where and when; the first that fails is the reason given. The funnel
counts how many leaders survive each rule in turn, so that an empty list names what emptied it.

Source: reason codes of hard constraints, as in workforce rostering. Cost: one pass of at most
16 cheap tests for each pair asked about.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Openness,
    SameTrust,
    half_days_in,
    metres_between,
    occupies,
)
from brokerage.matching.quantities import and_list, days_words, km_apart

Test = Callable[[NeedProfile, LeaderProfile], bool]
Sentence = Callable[[NeedProfile, LeaderProfile], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule. `private`: only the coordinator may read that it was the reason."""

    code: str
    stage: str
    holds: Test
    says: Sentence
    private: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Why one leader may not be given to one need: the rule's code and its sentence."""

    code: str
    says: str
    private: bool


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many leaders are left after this rule and all before it."""

    code: str
    stage: str
    left: int


def _has_specialism(need: NeedProfile, leader: LeaderProfile) -> bool:
    return need.specialism in leader.specialisms


def _says_specialism(need: NeedProfile, leader: LeaderProfile) -> str:
    return f"does not offer {need.specialism_words}"


def _works_in_phase(need: NeedProfile, leader: LeaderProfile) -> bool:
    return need.phase in leader.phases


def _says_phase(need: NeedProfile, leader: LeaderProfile) -> str:
    return f"works in {and_list(leader.phases)}, the need is in {need.phase}"


def _has_designation(need: NeedProfile, leader: LeaderProfile) -> bool:
    return not need.designation_required or need.designation in leader.designations


def _says_designation(need: NeedProfile, leader: LeaderProfile) -> str:
    held = and_list(sorted(leader.designations)) or "no designation"
    return f"holds {held}, the need requires {need.designation}"


def _from_another_school(need: NeedProfile, leader: LeaderProfile) -> bool:
    return need.school is None or need.school != leader.home_school


def _says_own_school(need: NeedProfile, leader: LeaderProfile) -> str:
    return f"works in the supported school itself ({need.school})"


def shares_trust(need: NeedProfile, leader: LeaderProfile) -> bool:
    """Whether leader and supported school are known to be in one trust."""
    return need.trust is not None and need.trust == leader.trust


def _trust_permits(need: NeedProfile, leader: LeaderProfile) -> bool:
    return need.same_trust is not SameTrust.BARRED or not shares_trust(need, leader)


def _says_trust(need: NeedProfile, leader: LeaderProfile) -> str:
    return "is in the same trust as the school"


def _not_barred(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.leader_id not in need.not_leaders


def _says_barred(need: NeedProfile, leader: LeaderProfile) -> str:
    return "the school asked not to be given this person"


def _no_conflict(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.leader_id not in need.conflicts


def _says_conflict(need: NeedProfile, leader: LeaderProfile) -> str:
    return f"a conflict of interest is declared ({need.conflicts[leader.leader_id]})"


def _schools_open(need: NeedProfile, leader: LeaderProfile) -> bool:
    return not need.school_closed and not leader.home_school_closed


def _says_closed(need: NeedProfile, leader: LeaderProfile) -> str:
    return "the supported school has closed" if need.school_closed else "the home school has closed"


def _accepts(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.openness is not Openness.CLOSED


def _says_not_accepting(need: NeedProfile, leader: LeaderProfile) -> str:
    return "is not taking on new work just now"


def _phone_suffices(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.openness is not Openness.PHONE_ONLY or need.phone_enough


def _says_phone_only(need: NeedProfile, leader: LeaderProfile) -> str:
    return "can take a phone call only, and the need is for visits"


def _terms_meet(need: NeedProfile, leader: LeaderProfile) -> bool:
    return not need.terms or not leader.terms or bool(need.terms & leader.terms)


def _says_terms(need: NeedProfile, leader: LeaderProfile) -> str:
    return (
        f"is free in {and_list(sorted(leader.terms))}, asked for in {and_list(sorted(need.terms))}"
    )


def _near_enough(need: NeedProfile, leader: LeaderProfile) -> bool:
    if need.remote_allowed or leader.max_metres is None:
        return True
    metres = metres_between(need, leader)
    return metres is None or metres <= leader.max_metres


def _says_distance(need: NeedProfile, leader: LeaderProfile) -> str:
    limit, away = km_apart(leader.max_metres or 0, metres_between(need, leader) or 0)
    return f"travels {limit}, the school is {away} away"


def _days_suffice(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.half_days_left >= need.half_days


def _says_days(need: NeedProfile, leader: LeaderProfile) -> str:
    left = days_words(leader.half_days_left) if leader.half_days_left else "no days"
    return f"has {left} left, the need asks for {days_words(need.half_days)}"


def _engagement_free(need: NeedProfile, leader: LeaderProfile) -> bool:
    return leader.engagements_free is None or leader.engagements_free > 0


def _says_engagements(need: NeedProfile, leader: LeaderProfile) -> str:
    return "already has as many engagements at once as they take on"


def _half_term_holds(need: NeedProfile, leader: LeaderProfile) -> bool:
    return _full_half_term(need, leader) is None


def _full_half_term(need: NeedProfile, leader: LeaderProfile) -> HalfTerm | None:
    """The first half-term of the need in which the leader has too little free."""
    for one in HalfTerm:
        if occupies(need, one) and leader.engagements_by.get(one, 1) < 1:
            return one
        asked = half_days_in(need, one)
        if leader.half_days_by.get(one, asked) < asked:
            return one
    return None


def _says_half_term(need: NeedProfile, leader: LeaderProfile) -> str:
    return f"has too little free in {_full_half_term(need, leader)}"


def _home_school_gives(need: NeedProfile, leader: LeaderProfile) -> bool:
    left = leader.home_school_half_days
    return left is None or left >= need.half_days


def _says_home_school(need: NeedProfile, leader: LeaderProfile) -> str:
    half_days = leader.home_school_half_days or 0
    left = days_words(half_days) if half_days else "no days"
    asked = days_words(need.half_days)
    return f"the home school has {left} left to give this year, the need asks for {asked}"


RULES: tuple[Rule, ...] = (
    Rule("specialism", "offer the specialism", _has_specialism, _says_specialism),
    Rule("phase", "work in the phase", _works_in_phase, _says_phase),
    Rule("designation", "hold the required designation", _has_designation, _says_designation),
    Rule("own_school", "come from another school", _from_another_school, _says_own_school),
    Rule("same_trust", "come from another trust", _trust_permits, _says_trust),
    Rule("barred", "are not refused by the school", _not_barred, _says_barred, private=True),
    Rule("conflict", "have no declared conflict", _no_conflict, _says_conflict, private=True),
    Rule("school_closed", "are between two open schools", _schools_open, _says_closed),
    Rule("not_accepting", "are taking on new work", _accepts, _says_not_accepting),
    Rule("phone_only", "can visit", _phone_suffices, _says_phone_only),
    Rule("terms", "are free in a term asked for", _terms_meet, _says_terms),
    Rule("distance", "travel that far", _near_enough, _says_distance),
    Rule("days", "have the days left", _days_suffice, _says_days),
    Rule("engagements", "can take on one more engagement", _engagement_free, _says_engagements),
    Rule("half_term", "are free in the half-terms asked for", _half_term_holds, _says_half_term),
    Rule(
        "home_school", "come from a school with days to give", _home_school_gives, _says_home_school
    ),
)
"""All hard rules, in the order in which they are tried."""

_CHEAP_FIRST: tuple[Test, ...] = tuple(rule.holds for rule in reversed(RULES))


def is_eligible(need: NeedProfile, leader: LeaderProfile) -> bool:
    """Whether the pair passes every hard rule."""
    return all(holds(need, leader) for holds in _CHEAP_FIRST)


def first_bar(need: NeedProfile, leader: LeaderProfile) -> Bar | None:
    """The first rule, in the stated order, that the pair fails; None for an eligible pair."""
    for rule in RULES:
        if not rule.holds(need, leader):
            return Bar(rule.code, rule.says(need, leader), rule.private)
    return None


def all_bars(need: NeedProfile, leader: LeaderProfile) -> tuple[Bar, ...]:
    """Every rule that the pair fails, in the stated order."""
    return tuple(
        Bar(rule.code, rule.says(need, leader), rule.private)
        for rule in RULES
        if not rule.holds(need, leader)
    )


def funnel(need: NeedProfile, leaders: Iterable[LeaderProfile]) -> tuple[FunnelStep, ...]:
    """How many leaders survive each rule in turn."""
    return funnel_of([first_bar(need, leader) for leader in leaders])


def funnel_of(first_bars: Sequence[Bar | None]) -> tuple[FunnelStep, ...]:
    """The funnel, from the first bar of each leader (None for the eligible)."""
    stopped = Counter(bar.code for bar in first_bars if bar is not None)
    left = len(first_bars)
    steps = []
    for rule in RULES:
        left -= stopped[rule.code]
        steps.append(FunnelStep(rule.code, rule.stage, left))
    return tuple(steps)


def emptied_by(steps: Iterable[FunnelStep]) -> FunnelStep | None:
    """The rule that left nobody; None where somebody survived them all."""
    return next((step for step in steps if step.left == 0), None)
