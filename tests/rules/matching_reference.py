"""A slow, plain reference for what is wrong with a plan, and small made-up towns to try it on."""

import math
import random
from collections import Counter
from collections.abc import Mapping

from brokerage.matching.plans import Certificate, Level, Pair, Plan, Unplaced
from brokerage.matching.profiles import (
    Claim,
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Openness,
    Phase,
    Place,
    SameTrust,
    Term,
    Urgency,
)
from brokerage.matching.scoring import Point

Needs = list[NeedProfile]
Leaders = list[LeaderProfile]
Pins = dict[str, str]
AIMS = ("urgent placed", "high placed", "all placed", "quality")
FLOOR = 200


def a_need(chance: random.Random, need_id: str) -> NeedProfile:
    return NeedProfile(
        need_id=need_id,
        specialism=chance.choice(("maths", "phonics")),
        phase=chance.choice((Phase.PRIMARY, Phase.SECONDARY)),
        half_days=chance.randint(1, 7),
        urgency=chance.choice(list(Urgency)),
        terms=frozenset(chance.sample(list(Term), chance.choice((0, 0, 1, 2)))),
        place=chance.choice((None, Place(chance.randint(0, 40_000), 0))),
        school=chance.choice((None, "1", "2", "3")),
        trust=chance.choice((None, None, "oak")),
        school_closed=chance.random() < 0.03,
        designation="NLE",
        designation_required=chance.random() < 0.1,
        not_leaders=frozenset({"L0"} if chance.random() < 0.1 else ()),
        conflicts={"L1": "family"} if chance.random() < 0.1 else {},
        remote_allowed=chance.random() < 0.3,
        phone_enough=chance.random() < 0.5,
        same_trust=chance.choice(list(SameTrust)),
        half_terms=frozenset(chance.sample(list(HalfTerm), chance.choice((0, 0, 1, 2, 4)))),
    )


def some_limits(chance: random.Random, most: int) -> dict[HalfTerm, int]:
    named = chance.sample(list(HalfTerm), chance.choice((0, 0, 1, 3)))
    return {one: chance.randint(0, most) for one in named}


def a_leader(
    chance: random.Random, leader_id: str, left_at: Mapping[str | None, int | None]
) -> LeaderProfile:
    school = chance.choice(list(left_at))
    return LeaderProfile(
        leader_id=leader_id,
        specialisms={one: Claim() for one in chance.sample(("maths", "phonics"), 2)[:2]},
        phases=tuple(chance.sample((Phase.PRIMARY, Phase.SECONDARY), chance.choice((1, 2)))),
        half_days_left=chance.randint(0, 16),
        engagements_free=chance.choice((None, 0, 1, 2, 3)),
        max_metres=chance.choice((None, 25_000)),
        place=chance.choice((None, Place(0, 0))),
        terms=frozenset(chance.sample(list(Term), chance.choice((0, 1, 2)))),
        home_school=school,
        home_school_closed=chance.random() < 0.03,
        trust=chance.choice((None, "oak", "elm")),
        designations=frozenset({"NLE"} if chance.random() < 0.7 else ()),
        openness=chance.choice((Openness.ACCEPTING,) * 8 + tuple(Openness)),
        half_days_by=some_limits(chance, 6),
        engagements_by=some_limits(chance, 2),
        home_school_half_days=left_at[school],
    )


def a_town(chance: random.Random) -> tuple[Needs, Leaders]:
    left_at: dict[str | None, int | None] = {
        school: chance.choice((None, chance.randint(0, 14))) for school in (None, "1", "4")
    }
    needs = [a_need(chance, f"N{n}") for n in range(chance.randint(1, 7))]
    leaders = [a_leader(chance, f"L{n}", left_at) for n in range(chance.randint(1, 4))]
    return needs, leaders


def a_pair(need: NeedProfile, leader: LeaderProfile, score: int = 500) -> Pair:
    points = (Point("one", score // 2, 500), Point("two", score - score // 2, 500))
    return Pair(need.need_id, leader.leader_id, score, points, 1, 1, pinned=False)


def a_plan(pairs: list[Pair], needs: Needs) -> Plan:
    """A plan that is right about its own worth."""
    urgency = {need.need_id: need.urgency for need in needs}
    counts = Counter(urgency.get(pair.need_id) for pair in pairs)
    quality = sum(pair.score for pair in pairs)
    worth = (counts[Urgency.URGENT], counts[Urgency.HIGH], len(pairs), quality)
    placed = {pair.need_id for pair in pairs}
    return Plan(
        pairs=tuple(pairs),
        unplaced=tuple(
            Unplaced(one.need_id, "days", 0, 0) for one in needs if one.need_id not in placed
        ),
        certificate=Certificate(AIMS, worth, tuple(most + 1 for most in worth)),
        level=Level.STANDARD,
        objective="strict order",
        aims=AIMS,
        worth=worth,
        changes=0,
        work=0,
    )


# The reference: each rule as it is said, one after the other, however slow.


def wrong_with_pair(need: NeedProfile, leader: LeaderProfile) -> set[str]:
    found = set()
    if need.specialism not in leader.specialisms:
        found.add("specialism")
    if need.phase not in leader.phases:
        found.add("phase")
    if need.designation_required and need.designation not in leader.designations:
        found.add("designation")
    if need.school is not None and need.school == leader.home_school:
        found.add("own_school")
    same_trust = need.trust is not None and need.trust == leader.trust
    if same_trust and need.same_trust == SameTrust.BARRED:
        found.add("same_trust")
    return found | wrong_between_people(need, leader) | wrong_in_time_or_place(need, leader)


def wrong_between_people(need: NeedProfile, leader: LeaderProfile) -> set[str]:
    found = set()
    if leader.leader_id in need.not_leaders:
        found.add("barred")
    if leader.leader_id in need.conflicts:
        found.add("conflict")
    if need.school_closed or leader.home_school_closed:
        found.add("school_closed")
    if leader.openness == Openness.CLOSED:
        found.add("not_accepting")
    if leader.openness == Openness.PHONE_ONLY and not need.phone_enough:
        found.add("phone_only")
    return found


def wrong_in_time_or_place(need: NeedProfile, leader: LeaderProfile) -> set[str]:
    found = set()
    if need.terms and leader.terms and not any(term in leader.terms for term in need.terms):
        found.add("terms")
    if need.place and leader.place and leader.max_metres is not None and not need.remote_allowed:
        away = math.dist(
            (need.place.easting, need.place.northing), (leader.place.easting, leader.place.northing)
        )
        if round(away) > leader.max_metres:
            found.add("distance")
    return found


def dealt(need: NeedProfile, half_term: HalfTerm) -> int:
    """Half-days of the need in a half-term: dealt round its own, from the earliest on."""
    own = [one for one in HalfTerm if one in need.half_terms]
    return sum(1 for turn in range(need.half_days) if own and own[turn % len(own)] == half_term)


def is_there(need: NeedProfile, half_term: HalfTerm) -> bool:
    return len(need.half_terms) == 0 or half_term in need.half_terms


def wrong_with_leader(leader: LeaderProfile, given: list[tuple[NeedProfile, bool]]) -> set[str]:
    """`given`: needs, and whether each is settled."""
    found = set()
    if sum(need.half_days for need, _ in given) > leader.half_days_left:
        found.add("days")
    for one in HalfTerm:
        there = [(need, settled) for need, settled in given if is_there(need, one)]
        new = [need for need, settled in there if not settled]
        if leader.engagements_free is not None and len(there) > leader.engagements_free:
            found.add("engagements")
        if one in leader.engagements_by and len(there) > leader.engagements_by[one] and new:
            found.add("half_term")
        if one in leader.half_days_by:
            days = sum(dealt(need, one) for need, _ in there)
            if days > leader.half_days_by[one] and any(dealt(need, one) for need in new):
                found.add("half_term")
    return found


def wrong_with_home_schools(
    leaders: Leaders, given: list[tuple[NeedProfile, LeaderProfile, bool]]
) -> set[str]:
    for leader in leaders:
        colleagues = [leader]
        if leader.home_school is not None:
            colleagues = [one for one in leaders if one.home_school == leader.home_school]
        theirs = [(need, settled) for need, by, settled in given if by in colleagues]
        half_days = sum(need.half_days for need, _ in theirs)
        left = leader.home_school_half_days
        if left is not None and half_days > left and not all(settled for _, settled in theirs):
            return {"home_school"}
    return set()


def wrong_with(plan: Plan, needs: Needs, leaders: Leaders, pins: Pins) -> set[str]:
    """The codes of all that is wrong with the pairs of a plan whose ids are all known."""
    found: set[str] = set()
    given = []
    for pair in plan.pairs:
        (need,) = [one for one in needs if one.need_id == pair.need_id]
        (leader,) = [one for one in leaders if one.leader_id == pair.leader_id]
        settled = pins.get(need.need_id) == leader.leader_id
        given.append((need, leader, settled))
        if not settled:
            found |= wrong_with_pair(need, leader)
            if pair.score < FLOOR:
                found.add("below_floor")
    for leader in leaders:
        found |= wrong_with_leader(
            leader, [(n, settled) for n, by, settled in given if by is leader]
        )
    found |= wrong_with_home_schools(leaders, given)
    for need_id, leader_id in pins.items():
        if [p.leader_id for p in plan.pairs if p.need_id == need_id] != [leader_id]:
            found.add("pin_moved")
    return found
