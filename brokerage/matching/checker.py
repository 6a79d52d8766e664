"""An independent check of a plan against the rules, before anything of it is stored or shown.

Written from the rules themselves and sharing no code with the engine, the scoring or the rule
table, so that a mistake there is found here. Ids, pairs, rules and pins are checked again from
the profiles, as are the days and engagements of leaders and home schools (`overbooking`); of the
points that they add up and stay within their weights; of the certificate that it is for this
plan's worth, that no value is above its bound, and of a plan otherwise without fault that needs
placed and quality are what its pairs come to.

Cost: one look at each pair and each leader.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from brokerage.matching.overbooking import overbooked
from brokerage.matching.plans import Pair, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Openness, SameTrust, Urgency


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing wrong with a plan: a code, and a sentence naming need, leader and numbers."""

    code: str
    says: str


def check_plan(
    plan: Plan,
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    *,
    pinned: Mapping[str, str] | None = None,
    floor: int = 0,
) -> tuple[Broken, ...]:
    """Everything that is wrong with the plan; empty for a plan that may be used."""
    need_of = {need.need_id: need for need in needs}
    leader_of = {leader.leader_id: leader for leader in leaders}
    pins = dict(pinned or {})
    found = [
        *_unknown(plan, need_of, leader_of),
        *_not_once(plan, need_of),
        *_pins_moved(plan, pins),
        *_certificate(plan),
    ]
    known = [
        (pair, need_of[pair.need_id], leader_of[pair.leader_id])
        for pair in plan.pairs
        if pair.need_id in need_of and pair.leader_id in leader_of
    ]
    given = []
    for pair, need, leader in known:
        settled = pins.get(pair.need_id) == pair.leader_id
        given.append((need, leader, settled))
        found += _points(pair)
        if not settled:
            found += _against_rules(need, leader)
            found += _below_floor(pair, floor)
    found += [Broken(code, says) for code, says in overbooked(given, leader_of)]
    return tuple(found or _worth(plan, [(pair, need) for pair, need, _ in known]))


def _unknown(
    plan: Plan, needs: Mapping[str, NeedProfile], leaders: Mapping[str, LeaderProfile]
) -> list[Broken]:
    found = [
        Broken("unknown_need", f"Need {pair.need_id} was never asked for.")
        for pair in plan.pairs
        if pair.need_id not in needs
    ]
    return found + [
        Broken("unknown_leader", f"Leader {pair.leader_id} is not on the register.")
        for pair in plan.pairs
        if pair.leader_id not in leaders
    ]


def _not_once(plan: Plan, needs: Mapping[str, NeedProfile]) -> list[Broken]:
    said = Counter(pair.need_id for pair in plan.pairs)
    said.update(one.need_id for one in plan.unplaced)
    found = [
        Broken("need_twice", f"Need {need_id} is answered {count} times.")
        for need_id, count in sorted(said.items())
        if count > 1
    ]
    return found + [
        Broken("need_forgotten", f"Need {need_id} is not answered.")
        for need_id in sorted(needs)
        if need_id not in said
    ]


def _pins_moved(plan: Plan, pins: Mapping[str, str]) -> list[Broken]:
    given = {pair.need_id: pair.leader_id for pair in plan.pairs}
    return [
        Broken("pin_moved", f"Need {need_id} is settled with {leader_id} and was changed.")
        for need_id, leader_id in sorted(pins.items())
        if given.get(need_id) != leader_id
    ]


def _certificate(plan: Plan) -> list[Broken]:
    claimed = plan.certificate
    found = []
    if claimed.value != plan.worth[: len(claimed.value)]:
        found.append(Broken("certificate", "The certificate is not for the worth of this plan."))
    for aim, value, most in zip(claimed.aims, claimed.value, claimed.bound, strict=True):
        if value > most:
            found.append(Broken("certificate", f"The value of {aim}, {value}, is above {most}."))
    return found


def _worth(plan: Plan, placed: Sequence[tuple[Pair, NeedProfile]]) -> list[Broken]:
    """Add up afresh those aims that are plain counts; only a plan without other faults is worth
    adding up."""
    urgencies = Counter(need.urgency for _, need in placed)
    counted = {
        "urgent placed": urgencies[Urgency.URGENT],
        "high placed": urgencies[Urgency.HIGH],
        "all placed": len(placed),
        "quality": sum(pair.score for pair, _ in placed),
    }
    return [
        Broken("certificate", f"The plan claims {aim} {claimed}, it is {counted[aim]}.")
        for aim, claimed in zip(plan.aims, plan.worth, strict=True)
        if aim in counted and claimed != counted[aim]
    ]


def _points(pair: Pair) -> list[Broken]:
    added = sum(point.points for point in pair.points)
    if added == pair.score and all(0 <= point.points <= point.out_of for point in pair.points):
        return []
    return [Broken("points", f"The points of {pair.need_id} add up to {added}, not {pair.score}.")]


def _below_floor(pair: Pair, floor: int) -> list[Broken]:
    if pair.score >= floor:
        return []
    return [Broken("below_floor", f"{pair.need_id} scores {pair.score}, the floor is {floor}.")]


def _against_rules(need: NeedProfile, leader: LeaderProfile) -> list[Broken]:
    """The rules about one need and one leader; days and engagements run out over many pairs."""
    broken = {
        "specialism": need.specialism not in set(leader.specialisms),
        "phase": all(phase is not need.phase for phase in leader.phases),
        "designation": need.designation_required and need.designation not in leader.designations,
        "own_school": bool(need.school) and need.school == leader.home_school,
        "same_trust": (
            bool(need.trust) and need.trust == leader.trust and need.same_trust is SameTrust.BARRED
        ),
        "barred": leader.leader_id in need.not_leaders,
        "conflict": leader.leader_id in need.conflicts,
        "school_closed": need.school_closed or leader.home_school_closed,
        "not_accepting": leader.openness is Openness.CLOSED,
        "phone_only": leader.openness is Openness.PHONE_ONLY and not need.phone_enough,
        "terms": _no_term_in_common(need, leader),
        "distance": _too_far(need, leader),
    }
    return [
        Broken(code, f"{leader.leader_id} may not be given to {need.need_id}: {code}.")
        for code, is_broken in broken.items()
        if is_broken
    ]


def _no_term_in_common(need: NeedProfile, leader: LeaderProfile) -> bool:
    if len(need.terms) == 0 or len(leader.terms) == 0:
        return False
    return need.terms.isdisjoint(leader.terms)


def _too_far(need: NeedProfile, leader: LeaderProfile) -> bool:
    if need.remote_allowed or need.place is None or leader.place is None:
        return False
    east = need.place.easting - leader.place.easting
    north = need.place.northing - leader.place.northing
    return leader.max_metres is not None and round(hypot(east, north)) > leader.max_metres
