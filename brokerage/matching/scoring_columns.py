"""The points once more, over columns: the same criteria in the same order as in `scoring`.

Each piece below is the twin of the one of the same name there, for very many pairs at once, and
gives the same whole share from 0 to 1000; a test holds both against each other, criterion by
criterion. What depends on few values is a small table filled by the function itself.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from itertools import compress

import numpy as np

from brokerage.matching.columns import NOT_SAID, IntArray
from brokerage.matching.eligibility_columns import square_metres
from brokerage.matching.pairs import Pairs
from brokerage.matching.profiles import Term, Weekday
from brokerage.matching.scoring import (
    CRITERIA,
    FAR_METRES,
    FULL,
    HALF,
    NONE,
    OTHER_PHASE_SHARE,
    RECORD_PART,
    ROOMY_HALF_DAYS,
    Point,
    Weights,
    overlap_share,
    share_at,
)

TOP = 1 << 12
"""Above every score."""

Share = Callable[[Pairs], IntArray]


def _specialism(pairs: Pairs) -> IntArray:
    return pairs.register.depth[pairs.claim]


def _also(pairs: Pairs) -> IntArray:
    claim = pairs.register.claim(pairs.need.also, pairs.leader.row)
    return np.where(pairs.need.also == NOT_SAID, FULL, pairs.register.depth[claim])


_AT_METRES = np.array([share_at(metres) for metres in range(FAR_METRES + 1)])


def _distance(pairs: Pairs) -> IntArray:
    need, leader = pairs.need, pairs.leader
    apart = square_metres(need.easting - leader.easting, need.northing - leader.northing)
    metres = np.rint(np.sqrt(apart)).astype(np.int64)
    known = _AT_METRES[np.minimum(metres, FAR_METRES)]
    share = np.where(need.placed & leader.placed, known, HALF)
    return np.where(need.remote, FULL, share)


def _phase(pairs: Pairs) -> IntArray:
    works_in = (pairs.leader.phases >> pairs.need.phase) & 1
    at_home = pairs.leader.home_phase == pairs.need.phase
    return np.where(at_home, FULL, OTHER_PHASE_SHARE * works_in)


def _context(pairs: Pairs) -> IntArray:
    if not len(pairs.register.contexts.been_in):
        return np.full(len(pairs.leader.row), HALF)
    been_in = pairs.register.contexts.been_in[:, pairs.leader.row]
    best = pairs.likeness[pairs.need.context, been_in].max(axis=0)
    return np.where(best == NOT_SAID, HALF, best)


def _evidence(pairs: Pairs) -> IntArray:
    record, fresh = pairs.leader.track_record, pairs.register.fresh[pairs.claim]
    return (record * RECORD_PART + fresh * (FULL - RECORD_PART)) // FULL


def _overlaps(kind: type[StrEnum], if_unsaid: int) -> IntArray:
    """The share for any two sets, as bits: what is wanted by what is offered."""
    sets = [
        frozenset(compress(kind, [bits >> place & 1 for place in range(len(kind))]))
        for bits in range(1 << len(kind))
    ]
    return np.array([[overlap_share(w, o, if_unsaid) for o in sets] for w in sets])


_TERMS = _overlaps(Term, if_unsaid=FULL)
_WEEKDAYS = _overlaps(Weekday, if_unsaid=HALF)


def _availability(pairs: Pairs) -> IntArray:
    terms = _TERMS[pairs.need.terms, pairs.leader.terms]
    weekdays = _WEEKDAYS[pairs.need.weekdays, pairs.leader.weekdays]
    share: IntArray = (terms + weekdays) // 2
    return share


def _relationship(pairs: Pairs) -> IntArray:
    good, poor = pairs.among(pairs.between.good), pairs.among(pairs.between.poor)
    return np.where(good, FULL, np.where(poor, NONE, HALF))


def _load(pairs: Pairs) -> IntArray:
    left_after = np.maximum(pairs.leader.half_days_left - pairs.need.half_days, 0)
    return FULL * np.minimum(left_after, ROOMY_HALF_DAYS) // ROOMY_HALF_DAYS


def _designation(pairs: Pairs) -> IntArray:
    need = pairs.need
    held = pairs.register.holds(need.designation_word, need.designation_bit, pairs.leader.row)
    return np.where(held >= need.designation_wanted, FULL, NONE)


def _first_time(pairs: Pairs) -> IntArray:
    return np.where(pairs.need.experience | pairs.leader.never_deployed == 1, FULL, NONE)


COLUMN_CRITERIA: dict[str, Share] = {
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
"""Each criterion's twin by its code, in the same order."""


def point_columns(pairs: Pairs, weights: Weights) -> IntArray:
    """Whole points of every criterion for every pair: shape (criteria, pairs)."""
    given = np.empty((len(COLUMN_CRITERIA), len(pairs.leader.row)), dtype=np.int64)
    for place, share in enumerate(COLUMN_CRITERIA.values()):
        given[place] = share(pairs)
    given *= _most(weights)[:, None]
    given //= FULL
    return given


def scores(pairs: Pairs, weights: Weights) -> IntArray:
    """How well each leader fits each need, 0 to 1000."""
    total: IntArray = point_columns(pairs, weights).sum(axis=0)
    return total


def points_of_pairs(pairs: Pairs, weights: Weights) -> list[tuple[Point, ...]]:
    """The points of every pair as `scoring.points` gives them; equal points are one object."""
    made: dict[tuple[str, int], Point] = {}

    def point(code: str, points: int) -> Point:
        if (code, points) not in made:
            made[code, points] = Point(code, points, getattr(weights, code))
        return made[code, points]

    return [
        tuple(point(code, points) for code, points in zip(COLUMN_CRITERIA, column, strict=True))
        for column in point_columns(pairs, weights).T.tolist()
    ]


@cache
def _most(weights: Weights) -> IntArray:
    return np.array([getattr(weights, code) for code in CRITERIA], dtype=np.int64)
