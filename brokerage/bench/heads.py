"""Made-up new heads and serving heads of a nation, to measure the pairing of buddies with."""

from brokerage.bench.chance import Chance
from brokerage.bench.towns import TOWNS, make_schools
from brokerage.matching.buddy_profiles import BuddyProfile, NewHeadProfile

NEW_HEADS, SERVING_HEADS = 2_000, 5_441
AT_ONCE_SHARES = {1: 0.8, 2: 0.2}
TRAVEL_SHARES = {20_000: 0.3, 30_000: 0.5, 40_000: 0.2}
SITUATIONS = ("first headship", "acting", "small school", "inspection due", "new to the phase")
IN_SITUATION, BEEN_THERE = 0.3, 0.4


def make_heads(
    new_heads: int, serving: int, seed: int
) -> tuple[tuple[NewHeadProfile, ...], tuple[BuddyProfile, ...]]:
    """New heads and the serving heads who could be beside them; no school has two of them."""
    chance = Chance(seed, new_heads, serving)
    nation = TOWNS["england"]
    schools = chance.shuffled(make_schools(nation, chance))
    situations = [chance.whether(IN_SITUATION, new_heads) for _ in SITUATIONS]
    lived = [chance.whether(BEEN_THERE, serving) for _ in SITUATIONS]
    new = tuple(
        NewHeadProfile(
            person_id=f"H{index:05d}",
            phase=school.phase,
            school=school.urn,
            trust=school.trust,
            place=school.place,
            context=school.context,
            situation=_which(situations, index),
        )
        for index, school in enumerate(schools[:new_heads])
    )
    at_once = chance.pick(AT_ONCE_SHARES, serving)
    travel = chance.pick(TRAVEL_SHARES, serving)
    buddies = tuple(
        BuddyProfile(
            person_id=f"B{index:05d}",
            phases=(school.phase,),
            school=school.urn,
            trust=school.trust,
            place=school.place,
            context=school.context,
            been_there=_which(lived, index),
            at_once=at_once[index],
            max_metres=travel[index],
        )
        for index, school in enumerate(schools[new_heads : new_heads + serving])
    )
    return new, buddies


def _which(drawn: list[list[bool]], index: int) -> frozenset[str]:
    return frozenset(word for word, column in zip(SITUATIONS, drawn, strict=True) if column[index])
