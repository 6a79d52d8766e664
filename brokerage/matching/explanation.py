"""Why this person, and why not that one: reasons in human words.

A headteacher's card says what speaks for somebody, without scores and without a word about anyone
left out. A coordinator sees every criterion with its points, which add up exactly to the score,
the first hard rule in the way of each other person with its numbers, and where nobody is left the
rule that emptied the list. Source: score breakdown of additive value functions; reason codes of
hard constraints. Cost: a few sentences for each pair asked about.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from brokerage.matching.eligibility import Bar, FunnelStep, all_bars, emptied_by, shares_trust
from brokerage.matching.plans import BELOW_FLOOR, Unplaced
from brokerage.matching.profiles import (
    Depth,
    LeaderProfile,
    NeedProfile,
    Phase,
    Relationship,
    SameTrust,
    Term,
    Weekday,
    metres_between,
)
from brokerage.matching.quantities import and_list, days_words, km_words
from brokerage.matching.scoring import Point, asks_for_experience, likeness
from brokerage.matching.shortlist import LeftOut, Shortlist

LIKE_YOURS = 750
"""From this likeness (of 1000) a school is called "like yours"."""
FRESH_YEARS = 1
"""Evidence of this school year or the last is called recent."""

PHASE_SCHOOL = {
    Phase.NURSERY: "a nursery school",
    Phase.PRIMARY: "a primary school",
    Phase.SECONDARY: "a secondary school",
    Phase.SIXTEEN_PLUS: "a 16 to 19 setting",
    Phase.SPECIAL: "a special school",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion for a coordinator: what is so, and the points it gave out of the most."""

    code: str
    says: str
    points: int
    out_of: int


def for_headteacher(need: NeedProfile, leader: LeaderProfile) -> tuple[str, ...]:
    """What speaks for this leader, most important first; only what is known and good."""
    said = (
        _leads(need, leader),
        _leads_also(need, leader),
        _from_you(need, leader),
        _worked_before(need, leader),
        _designated(need, leader),
        _free_when_asked(need, leader),
        _recent(need, leader),
        _trust_said(need, leader),
    )
    return tuple(sentence for sentence in said if sentence)


def _verb(depth: Depth) -> str:
    return "Leads" if depth is Depth.LEADS else "Supports"


def _is_like_yours(need: NeedProfile, leader: LeaderProfile) -> bool:
    return any(likeness(need.context, known) >= LIKE_YOURS for known in leader.been_in)


def _leads(need: NeedProfile, leader: LeaderProfile) -> str:
    claim = leader.specialisms.get(need.specialism)
    if claim is None:
        return ""
    does = f"{_verb(claim.depth)} {need.specialism_words}"
    where = PHASE_SCHOOL[leader.phases[0]]
    if leader.phases[0] is need.phase:
        return f"{does} in {where}{' like yours' if _is_like_yours(need, leader) else ''}"
    if need.phase in leader.phases:
        return f"{does} in {where} and works with the {need.phase} phase too"
    return does


def _leads_also(need: NeedProfile, leader: LeaderProfile) -> str:
    claim = leader.specialisms.get(need.also) if need.also else None
    return f"{_verb(claim.depth)} {need.also_words} too" if claim else ""


def _from_you(need: NeedProfile, leader: LeaderProfile) -> str:
    metres = metres_between(need, leader)
    return "" if metres is None else f"{km_words(metres)} from you"


def _worked_before(need: NeedProfile, leader: LeaderProfile) -> str:
    good = need.earlier.get(leader.leader_id) is Relationship.GOOD
    return "Has worked well with your school before" if good else ""


def _designated(need: NeedProfile, leader: LeaderProfile) -> str:
    wanted = need.designation
    return f"Is designated {wanted}, as you asked" if wanted in leader.designations else ""


def _free_when_asked(need: NeedProfile, leader: LeaderProfile) -> str:
    days = [f"{day}s" for day in Weekday if day in need.weekdays & leader.weekdays]
    terms = [str(term) for term in Term if term in need.terms & (leader.terms or need.terms)]
    when = [f"on {and_list(days)}"] if days else []
    if terms:
        when.append(f"in the {and_list(terms)} {'term' if len(terms) == 1 else 'terms'}")
    return f"Free {' '.join(when)}" if when else ""


def _recent(need: NeedProfile, leader: LeaderProfile) -> str:
    claim = leader.specialisms.get(need.specialism)
    age = claim.evidence_age if claim else None
    return "Did such work this year or last" if age is not None and age <= FRESH_YEARS else ""


def _trust_said(need: NeedProfile, leader: LeaderProfile) -> str:
    said = need.same_trust is SameTrust.SAID and shares_trust(need, leader)
    return "Works in the same trust as your school" if said else ""


def for_coordinator(
    need: NeedProfile, leader: LeaderProfile, given: Iterable[Point]
) -> tuple[Reason, ...]:
    """Every criterion with its points and what they are for; points add up to the score."""
    words = {
        "specialism": _leads(need, leader) or f"Does not offer {need.specialism_words}",
        "also": _also_words(need, leader),
        "distance": _distance_words(need, leader),
        "phase": f"Works in {and_list(leader.phases)}; home phase {leader.phases[0]}",
        "context": _context_words(need, leader),
        "evidence": _evidence_words(need, leader),
        "availability": _time_words(need, leader),
        "relationship": _relationship_words(need, leader),
        "load": _load_words(need, leader),
        "designation": _designation_words(need, leader),
        "first_time": _first_time_words(need, leader),
    }
    return tuple(Reason(one.code, words[one.code], one.points, one.out_of) for one in given)


def _also_words(need: NeedProfile, leader: LeaderProfile) -> str:
    if need.also is None:
        return "No second specialism was asked for"
    return _leads_also(need, leader) or f"Does not offer {need.also_words}"


def _distance_words(need: NeedProfile, leader: LeaderProfile) -> str:
    if need.remote_allowed:
        return "Distance does not count: help from afar will do"
    metres = metres_between(need, leader)
    return "Distance not known" if metres is None else f"{km_words(metres)} away"


def _context_words(need: NeedProfile, leader: LeaderProfile) -> str:
    best = max((likeness(need.context, known) for known in leader.been_in), default=None)
    if best is None:
        return "Not known which kinds of school they have been in"
    return f"Has been in a school that is {best // 10}% like this one"


def _evidence_words(need: NeedProfile, leader: LeaderProfile) -> str:
    claim = leader.specialisms.get(need.specialism)
    age = claim.evidence_age if claim else None
    fresh = "age of evidence not known" if age is None else f"evidence {age} school years old"
    record = leader.track_record
    return f"Track record {'not known' if record is None else f'{record / 1000:g}'}, {fresh}"


def _time_words(need: NeedProfile, leader: LeaderProfile) -> str:
    if not need.terms and not need.weekdays:
        return "Any time will do"
    said = [words for words in (_free_when_asked(need, leader),) if words]
    if need.weekdays and not leader.weekdays:
        said.append("Free weekdays not known")
    elif need.weekdays and not need.weekdays & leader.weekdays:
        said.append("Not free on the weekdays asked for")
    return "; ".join(said) or "Not free in the terms asked for"


def _relationship_words(need: NeedProfile, leader: LeaderProfile) -> str:
    earlier = need.earlier.get(leader.leader_id)
    if earlier is None:
        return "No earlier work with the school is known"
    good = earlier is Relationship.GOOD
    return f"Earlier work with the school went {'well' if good else 'badly'}"


def _load_words(need: NeedProfile, leader: LeaderProfile) -> str:
    left = max(leader.half_days_left - need.half_days, 0)
    return f"Would have {days_words(left) if left else 'no days'} left"


def _designation_words(need: NeedProfile, leader: LeaderProfile) -> str:
    if need.designation is None:
        return "No designation was asked for"
    return _designated(need, leader) or f"Is not designated {need.designation}"


def _first_time_words(need: NeedProfile, leader: LeaderProfile) -> str:
    if asks_for_experience(need):
        return "Nobody is put first here for not having had a turn"
    return "Has not had a first turn yet" if leader.never_deployed else "Has had a turn before"


def why_not(bar: Bar) -> str:
    """One sentence on why somebody is left out, for the coordinator."""
    return f"{bar.says[0].upper()}{bar.says[1:]}."


def why_nobody(steps: Iterable[FunnelStep]) -> str:
    """Where no one is eligible: how many were left before the rule that emptied the list."""
    known = tuple(steps)
    emptied = emptied_by(known)
    if emptied is None:
        return ""
    place = known.index(emptied)
    if place == 0:
        return f"None of the leaders on the register {emptied.stage}."
    left = known[place - 1].left
    return f"None of the leaders who pass all other rules up to then ({left}) {emptied.stage}."


def near_misses(shortlist: Shortlist) -> tuple[LeftOut, ...]:
    """Those left out by one rule alone: relaxing it would give this person. By rule, then id."""
    return tuple(
        one
        for one in shortlist.left_out
        if len(all_bars(shortlist.need, one.leader)) == 1 and not one.bar.private
    )


def gap_to_floor(shortlist: Shortlist) -> str:
    """Where all eligible are below the quality floor: who is nearest, and by how much."""
    if not shortlist.gap_to_floor:
        return ""
    best = shortlist.ranked[0]
    return (
        f"Nobody suitable yet: the best scores {best.score}, "
        f"{shortlist.gap_to_floor} below the floor of {shortlist.floor}."
    )


def why_unplaced(unplaced: Unplaced, steps: Iterable[FunnelStep]) -> str:
    """One sentence for a need that a plan leaves without a leader."""
    if not unplaced.eligible:
        return why_nobody(steps)
    able = "1 leader is" if unplaced.eligible == 1 else f"{unplaced.eligible} leaders are"
    if unplaced.code == BELOW_FLOOR:
        return f"{able} eligible, the best {unplaced.gap_to_floor} points below the floor."
    return f"{able} eligible, with their days or engagements given to other needs."
