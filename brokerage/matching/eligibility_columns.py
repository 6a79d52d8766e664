"""The hard rules once more, over columns: the same rules in the same order as in `eligibility`.

Each piece below is the twin of the one of the same name there, for very many pairs at once; that
module says what the rule means and is what explanations use, this one must only agree with it,
and a test holds both against each other rule by rule. Cost: a few passes over short columns.
"""

from collections.abc import Callable, Mapping

import numpy as np

from brokerage.matching.columns import (
    OPENNESS,
    BoolArray,
    IntArray,
    NeedColumns,
)
from brokerage.matching.pairs import Pairs
from brokerage.matching.profiles import HalfTerm, Openness

Holds = Callable[[Pairs], BoolArray]


def _has_specialism(pairs: Pairs) -> BoolArray:
    return pairs.claim >= 0


def _works_in_phase(pairs: Pairs) -> BoolArray:
    return (pairs.leader.phases >> pairs.need.phase) & 1 == 1


def _has_designation(pairs: Pairs) -> BoolArray:
    need = pairs.need
    held = pairs.register.holds(need.designation_word, need.designation_bit, pairs.leader.row)
    return held >= need.designation_required


def _from_another_school(pairs: Pairs) -> BoolArray:
    return pairs.leader.home_school != pairs.need.school


def _trust_permits(pairs: Pairs) -> BoolArray:
    return pairs.leader.trust != pairs.need.barred_trust


def _not_barred(pairs: Pairs) -> BoolArray:
    return ~pairs.among(pairs.between.barred)


def _no_conflict(pairs: Pairs) -> BoolArray:
    return ~pairs.among(pairs.between.conflict)


def _schools_open(pairs: Pairs) -> BoolArray:
    return (pairs.need.school_closed | pairs.leader.home_school_closed) == 0


def _accepts(pairs: Pairs) -> BoolArray:
    return pairs.leader.openness != OPENNESS[Openness.CLOSED]


def _phone_suffices(pairs: Pairs) -> BoolArray:
    visits = pairs.leader.openness != OPENNESS[Openness.PHONE_ONLY]
    return visits | (pairs.need.phone_enough == 1)


def _terms_meet(pairs: Pairs) -> BoolArray:
    wanted, offered = pairs.need.terms, pairs.leader.terms
    return (wanted & offered != 0) | (wanted == 0)


def square_metres(east: IntArray, north: IntArray) -> IntArray:
    """The square of the distance of two places so far apart."""
    return east * east + north * north


def _near_enough(pairs: Pairs) -> BoolArray:
    need, leader = pairs.need, pairs.leader
    apart = square_metres(need.easting - leader.easting, need.northing - leader.northing)
    return (apart <= leader.reach) | (need.anywhere == 1)


def _days_suffice(pairs: Pairs) -> BoolArray:
    return pairs.leader.half_days_left >= pairs.need.half_days


def _engagement_free(pairs: Pairs) -> BoolArray:
    return pairs.leader.engagements_free > 0


def _half_term_holds(pairs: Pairs) -> BoolArray:
    free, at_once = pairs.register.half_days_by, pairs.register.engagements_by
    held = np.ones(len(pairs.leader.row), dtype=np.bool_)
    if free is None and at_once is None:
        return held
    for place in range(len(HalfTerm)):
        if at_once is not None:
            held &= ~_occupies(pairs.need, place) | (at_once[place, pairs.leader.row] >= 1)
        if free is not None:
            held &= free[place, pairs.leader.row] >= _half_days_in(pairs.need, place)
    return held


def _occupies(need: NeedColumns, place: int) -> BoolArray:
    return np.equal(need.half_terms, 0) | ((need.half_terms >> place) & 1 == 1)


def _half_days_in(need: NeedColumns, place: int) -> IntArray:
    named = np.maximum(np.bitwise_count(need.half_terms).astype(np.int64), 1)
    before = np.bitwise_count(need.half_terms & ((1 << place) - 1))
    each, over = np.divmod(need.half_days, named)
    return ((need.half_terms >> place) & 1) * (each + (before < over))


def _home_school_gives(pairs: Pairs) -> BoolArray:
    return pairs.leader.home_school_half_days >= pairs.need.half_days


COLUMN_RULES: dict[str, Holds] = {
    "specialism": _has_specialism,
    "phase": _works_in_phase,
    "designation": _has_designation,
    "own_school": _from_another_school,
    "same_trust": _trust_permits,
    "barred": _not_barred,
    "conflict": _no_conflict,
    "school_closed": _schools_open,
    "not_accepting": _accepts,
    "phone_only": _phone_suffices,
    "terms": _terms_meet,
    "distance": _near_enough,
    "days": _days_suffice,
    "engagements": _engagement_free,
    "half_term": _half_term_holds,
    "home_school": _home_school_gives,
}
"""Each rule's twin by its code, in the same order."""

RULE_PLACE: Mapping[str, int] = {code: place for place, code in enumerate(COLUMN_RULES)}

BY_BUCKET = ("specialism", "phase")
"""The rules that hold for everybody in the need's own bucket."""


def are_eligible(pairs: Pairs, *, settled: tuple[str, ...] = ()) -> BoolArray:
    """Which pairs pass every hard rule, those rules left out that are known to hold."""
    passed = np.ones(len(pairs.leader.row), dtype=np.bool_)
    for code, holds in COLUMN_RULES.items():
        if code not in settled:
            passed &= holds(pairs)
    return passed


def broken(pairs: Pairs) -> BoolArray:
    """Every rule that each pair fails: shape (rules, pairs)."""
    return ~np.array([holds(pairs) for holds in COLUMN_RULES.values()])


def first_bars(pairs: Pairs) -> IntArray:
    """The place of the first rule that each pair fails; the number of rules for an eligible one."""
    first = np.full(len(pairs.leader.row), len(COLUMN_RULES), dtype=np.int64)
    for place, holds in reversed(list(enumerate(COLUMN_RULES.values()))):
        first[~holds(pairs)] = place
    return first
