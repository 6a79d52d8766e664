"""How well an eligible leader fits a need: whole points per criterion that add up to the score.

An additive value function (multi-attribute utility, Keeney and Raiffa 1976): each criterion gives
a share from 0 to 1000 of its own weight, rounded down to whole points; the score is the plain sum,
0 to 1000. Integers throughout, so equal is equal. What a need does not ask for is met in full
(share 1000); what is not known counts half way (500), neither helping nor hurting.

Sources. Coordinators' published criteria are specialism, phase, context, location, experience,
working style and earlier relationships (East Sussex teaching school network's brokering guide).
The order of the weights follows the study data of this project: what is covered 400, distance
next, then phase and record; a Manchester mentoring scheme adds likeness of context but "any good
mentor can work in any context", hence its small weight. All of it is a partnership's to change.

Cost: about eleven small sums for each pair.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from brokerage.matching.profiles import (
    Claim,
    Context,
    Depth,
    LeaderProfile,
    NeedProfile,
    Relationship,
    Urgency,
    metres_between,
)

FULL = 1000
HALF = 500
NONE = 0

NEAR_METRES = 2_000
"""At this distance or less nothing is taken off: round the corner is round the corner."""
FAR_METRES = 60_000
"""At this distance or more nothing is given: an hour and a quarter each way."""
OTHER_PHASE_SHARE = 500
"""For a phase which the leader works in but which is not the home school's."""
SUPPORTS_SHARE = 500
"""For a specialism which the leader supports and does not lead on."""
STALE_YEARS = 5
"""Evidence this many school years old counts for nothing; in between, evenly less."""
RECORD_PART = 600
"""Of the evidence, the part (in 1000) that is the track record; the rest is how fresh it is."""
ROOMY_HALF_DAYS = 20
"""A leader with ten days or more left after the need is given all the points for load."""
BANDS_APART = {0: FULL, 1: HALF}
"""Likeness of two bands of size or disadvantage by how far apart they are; further: nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points each criterion can give; together exactly 1000."""

    specialism: int = 300
    also: int = 100
    distance: int = 200
    phase: int = 80
    context: int = 80
    evidence: int = 80
    availability: int = 40
    relationship: int = 40
    load: int = 30
    designation: int = 30
    first_time: int = 20

    def __post_init__(self) -> None:
        given = [getattr(self, code) for code in CRITERIA]
        if min(given) < 0 or sum(given) != FULL:
            raise ValueError("Weights are whole points, none below 0, and add up to 1000.")


@dataclass(frozen=True, slots=True)
class Point:
    """What one criterion gave, out of the most it can give."""

    code: str
    points: int
    out_of: int


def depth_share(claim: Claim | None) -> int:
    """What a claim to a specialism is worth, by how deep it goes."""
    if claim is None:
        return NONE
    return FULL if claim.depth is Depth.LEADS else SUPPORTS_SHARE


def fresh_share(claim: Claim | None) -> int:
    """How fresh the evidence of a claim is."""
    if claim is None or claim.evidence_age is None:
        return HALF
    return FULL * max(STALE_YEARS - claim.evidence_age, 0) // STALE_YEARS


def _specialism(need: NeedProfile, leader: LeaderProfile) -> int:
    return depth_share(leader.specialisms.get(need.specialism))


def _also(need: NeedProfile, leader: LeaderProfile) -> int:
    return FULL if need.also is None else depth_share(leader.specialisms.get(need.also))


def share_at(metres: int) -> int:
    """What is left at this distance."""
    beyond = min(max(metres - NEAR_METRES, 0), FAR_METRES - NEAR_METRES)
    return FULL - FULL * beyond // (FAR_METRES - NEAR_METRES)


def _distance(need: NeedProfile, leader: LeaderProfile) -> int:
    if need.remote_allowed:
        return FULL
    metres = metres_between(need, leader)
    return HALF if metres is None else share_at(metres)


def _phase(need: NeedProfile, leader: LeaderProfile) -> int:
    if need.phase == leader.phases[0]:
        return FULL
    return OTHER_PHASE_SHARE if need.phase in leader.phases else NONE


def same_share(one: str | None, other: str | None) -> int:
    """How alike in what cannot be more or less."""
    if one is None or other is None:
        return HALF
    return FULL if one == other else NONE


def bands_share(one: int | None, other: int | None) -> int:
    """How alike in what is counted in bands."""
    if one is None or other is None:
        return HALF
    return BANDS_APART.get(abs(one - other), NONE)


def likeness(one: Context, other: Context) -> int:
    """How alike two kinds of school are, 0 to 1000; 500 where nothing is known."""
    return (
        bands_share(one.size, other.size)
        + same_share(one.kind, other.kind)
        + same_share(one.faith, other.faith)
        + bands_share(one.disadvantage, other.disadvantage)
    ) // 4


def _context(need: NeedProfile, leader: LeaderProfile) -> int:
    return max((likeness(need.context, known) for known in leader.been_in), default=HALF)


def _evidence(need: NeedProfile, leader: LeaderProfile) -> int:
    record = HALF if leader.track_record is None else leader.track_record
    fresh = fresh_share(leader.specialisms.get(need.specialism))
    return (record * RECORD_PART + fresh * (FULL - RECORD_PART)) // FULL


def overlap_share(wanted: frozenset[str], offered: frozenset[str], if_unsaid: int) -> int:
    """Of the terms or weekdays wanted, the part that is offered."""
    if not wanted:
        return FULL
    return FULL * len(wanted & offered) // len(wanted) if offered else if_unsaid


def _availability(need: NeedProfile, leader: LeaderProfile) -> int:
    terms = overlap_share(frozenset(need.terms), frozenset(leader.terms), if_unsaid=FULL)
    weekdays = overlap_share(frozenset(need.weekdays), frozenset(leader.weekdays), if_unsaid=HALF)
    return (terms + weekdays) // 2


def _relationship(need: NeedProfile, leader: LeaderProfile) -> int:
    earlier = need.earlier.get(leader.leader_id)
    if earlier is None:
        return HALF
    return FULL if earlier is Relationship.GOOD else NONE


def _load(need: NeedProfile, leader: LeaderProfile) -> int:
    left_after = max(leader.half_days_left - need.half_days, 0)
    return FULL * min(left_after, ROOMY_HALF_DAYS) // ROOMY_HALF_DAYS


def _designation(need: NeedProfile, leader: LeaderProfile) -> int:
    wanted = need.designation
    return FULL if wanted is None or wanted in leader.designations else NONE


def asks_for_experience(need: NeedProfile) -> bool:
    """Nobody tries their hand first where it is urgent or the school is fragile."""
    return need.fragile or need.urgency is Urgency.URGENT


def _first_time(need: NeedProfile, leader: LeaderProfile) -> int:
    return FULL if asks_for_experience(need) or leader.never_deployed else NONE


CRITERIA: dict[str, Callable[[NeedProfile, LeaderProfile], int]] = {
    "specialism": _specialism,
    "also": _also,
    "distance": _distance,
    "phase": _phase,
    "context": _context,
    "evidence": _evidence,
    "availability": _availability,
    "relationship": _relationship,
    "load": _load,
    "designation": _designation,
    "first_time": _first_time,
}
"""Each criterion's share, 0 to 1000, by its code, in the order in which points are shown."""

DEFAULT_WEIGHTS = Weights()


def points(
    need: NeedProfile, leader: LeaderProfile, weights: Weights = DEFAULT_WEIGHTS
) -> tuple[Point, ...]:
    """Whole points per criterion; they add up exactly to `score` of the same pair."""
    given = []
    for code, share in CRITERIA.items():
        out_of: int = getattr(weights, code)
        given.append(Point(code, out_of * share(need, leader) // FULL, out_of))
    return tuple(given)


def total(given: Iterable[Point]) -> int:
    """The score that these points add up to."""
    return sum(point.points for point in given)


def score(need: NeedProfile, leader: LeaderProfile, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """How well the leader fits the need, 0 to 1000."""
    return total(points(need, leader, weights))
