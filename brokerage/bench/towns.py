"""Made-up needs and leaders to measure with: a town, a region, a nation, a nation under stress.

Schools are scattered round the centres of areas of very unequal size (Pareto), half of them in
local trusts; needs and leaders are spread over them. Popular specialisms are both asked for and
offered more often. What makes a matching hard is how much of the days on offer is asked for, and
that is what the sizes differ in: a fifth of them in `england`, seven eighths in `region`, nearly
all in `stress`. The figures are those of a study of this problem; a seed gives the same town on
every machine with the same numpy, which its fingerprint proves.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.bench.chance import Chance
from brokerage.matching.profiles import (
    Claim,
    Context,
    Depth,
    LeaderProfile,
    NeedProfile,
    Phase,
    Place,
    Term,
    Urgency,
)

SEED = 20260101

PHASE_SHARES = {
    Phase.PRIMARY: 0.58,
    Phase.SECONDARY: 0.22,
    Phase.SPECIAL: 0.08,
    Phase.NURSERY: 0.06,
    Phase.SIXTEEN_PLUS: 0.06,
}
URGENCY_SHARES = {Urgency.URGENT: 0.15, Urgency.HIGH: 0.35, Urgency.NORMAL: 0.50}
SPECIALISMS_EACH = (2, 6)
NEED_DAYS = (2, 10)
CAPACITY_DAYS, CAPACITY_SPREAD, CAPACITY_LIMITS = 15.0, 4.0, (4, 30)
ENGAGEMENT_SHARES = {1: 0.25, 2: 0.35, 3: 0.25, 4: 0.15}
TRAVEL_SHARES = {25_000: 0.30, 40_000: 0.40, 60_000: 0.20, 100_000: 0.10}
FREE_IN_TERM = 0.7
SECOND_PHASE = 0.30
SECOND_SPECIALISM = 0.50
ASKS_DESIGNATION = 0.25
DESIGNATIONS = {"SLE": 0.60, "LLE": 0.15, "NLE": 0.15}
IN_TRUST = 0.5
SCHOOLS_IN_TRUST = 6
LEADS = 0.7
AREA_SIZES = 1.3
"""The exponent of the Pareto law of how many schools an area has; the more, the wider it is."""
NEVER_DEPLOYED = 0.15

KINDS = ("academy", "maintained")
FAITHS = ("none", "none", "none", "CE", "RC")


@dataclass(frozen=True, slots=True)
class Town:
    """One size: how many of each, in how many areas on a square of this side, how scattered."""

    name: str
    needs: int
    leaders: int
    schools: int
    areas: int
    side_metres: int
    scatter_metres: int
    specialisms: int = 60


TOWNS = {
    town.name: town
    for town in (
        Town("town", 60, 40, 70, 1, 10_000, 5_000, specialisms=12),
        Town("m500", 500, 500, 600, 8, 70_000, 8_000),
        Town("region", 1_500, 700, 1_100, 12, 73_000, 8_000),
        Town("england", 5_000, 10_000, 22_000, 152, 345_000, 10_000),
        Town("stress", 24_000, 10_000, 22_000, 152, 345_000, 10_000),
    )
}


@dataclass(frozen=True, slots=True)
class School:
    """What needs and leaders take from a school."""

    urn: str
    phase: Phase
    place: Place
    trust: str | None
    context: Context


def make_town(town: Town, seed: int) -> tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]:
    """The needs and leaders of this size; the same for the same seed."""
    chance = Chance(seed, town.needs, town.leaders)
    schools = make_schools(town, chance)
    return _needs(town, schools, chance), _leaders(town, schools, chance)


def make_schools(town: Town, chance: Chance) -> list[School]:
    """Schools scattered round the centres of areas, half of them in trusts of their area."""
    areas, count = town.areas, town.schools
    centres = chance.between(0, town.side_metres, (areas, 2))
    sizes = [(1 - (rank + 0.5) / areas) ** (-1 / AREA_SIZES) for rank in range(areas)]
    area_of = chance.weighted(sizes, count)
    widths = np.sqrt(np.array(sizes) / np.median(sizes)) * town.scatter_metres
    scattered = centres[area_of] + widths[area_of][:, None] * chance.scatter((count, 2))
    phases = chance.pick(PHASE_SHARES, count)
    in_trust = chance.whether(IN_TRUST, count)
    contexts = _contexts(count, chance)
    members = [0] * areas
    schools = []
    for index, area in enumerate(area_of):
        members[area] += in_trust[index]
        trust = f"T{area:03d}-{members[area] // SCHOOLS_IN_TRUST:03d}" if in_trust[index] else None
        easting, northing = (round(metres) for metres in scattered[index].tolist())
        place = Place(easting, northing)
        schools.append(School(f"{100_000 + index}", phases[index], place, trust, contexts[index]))
    return schools


def _contexts(count: int, chance: Chance) -> list[Context]:
    sizes, bands = chance.whole((1, 5), count), chance.whole((1, 5), count)
    kinds, faiths = chance.one_of(KINDS, count), chance.one_of(FAITHS, count)
    return [Context(*parts) for parts in zip(sizes, kinds, faiths, bands, strict=True)]


def _needs(town: Town, schools: list[School], chance: Chance) -> tuple[NeedProfile, ...]:
    count = town.needs
    wanted = chance.specialisms(town.specialisms, count)
    also, asks = chance.whether(SECOND_SPECIALISM, count), chance.whether(ASKS_DESIGNATION, count)
    days, urgencies = chance.whole(NEED_DAYS, count), chance.pick(URGENCY_SHARES, count)
    terms, kinds = chance.one_of(tuple(Term), count), chance.pick(DESIGNATIONS, count)
    needs = []
    for index, school in enumerate(chance.one_of(schools, count)):
        first, second = wanted[index][:2]
        need = NeedProfile(
            need_id=f"N{index:05d}",
            specialism=f"S{first:02d}",
            phase=school.phase,
            half_days=2 * days[index],
            urgency=urgencies[index],
            also=f"S{second:02d}" if also[index] else None,
            terms=frozenset({terms[index]}),
            place=school.place,
            school=school.urn,
            trust=school.trust,
            designation=kinds[index] if asks[index] else None,
            context=school.context,
        )
        needs.append(need)
    return tuple(needs)


def _leaders(town: Town, schools: list[School], chance: Chance) -> tuple[LeaderProfile, ...]:
    count = town.leaders
    offered = chance.specialisms(town.specialisms, count)
    how_many = chance.whole(SPECIALISMS_EACH, count)
    days = chance.normal_whole(CAPACITY_DAYS, CAPACITY_SPREAD, CAPACITY_LIMITS, count)
    at_once, travel = chance.pick(ENGAGEMENT_SHARES, count), chance.pick(TRAVEL_SHARES, count)
    phases = _second_phases(count, chance)
    free = [chance.whether(FREE_IN_TERM, count) for _ in Term]
    one_term = chance.one_of(tuple(Term), count)
    held = {kind: chance.whether(share, count) for kind, share in DESIGNATIONS.items()}
    records, fresh = chance.whole((0, 1000), count), chance.whether(NEVER_DEPLOYED, count)
    leaders = []
    for index, home in enumerate(chance.one_of(schools, count)):
        terms = {term for term, whether in zip(Term, free, strict=True) if whether[index]}
        leader = LeaderProfile(
            leader_id=f"L{index:05d}",
            specialisms=_claims(offered[index][: how_many[index]], chance),
            phases=tuple(dict.fromkeys((home.phase, *phases[index]))),
            half_days_left=2 * days[index],
            engagements_free=at_once[index],
            max_metres=travel[index],
            place=home.place,
            terms=frozenset(terms or {one_term[index]}),
            home_school=home.urn,
            trust=home.trust,
            designations=frozenset(kind for kind, whether in held.items() if whether[index]),
            track_record=None if fresh[index] else records[index],
            been_in=(home.context,),
            never_deployed=fresh[index],
        )
        leaders.append(leader)
    return tuple(leaders)


def _second_phases(count: int, chance: Chance) -> list[tuple[Phase, ...]]:
    others, has_one = chance.pick(PHASE_SHARES, count), chance.whether(SECOND_PHASE, count)
    return [(phase,) if has else () for phase, has in zip(others, has_one, strict=True)]


def _claims(codes: list[int], chance: Chance) -> dict[str, Claim]:
    leads, ages = chance.whether(LEADS, len(codes)), chance.whole((0, 6), len(codes))
    return {
        f"S{code:02d}": Claim(Depth.LEADS if leading else Depth.SUPPORTS, age)
        for code, leading, age in zip(codes, leads, ages, strict=True)
    }
