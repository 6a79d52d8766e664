"""Needs and leaders as columns of whole numbers, for looking at very many pairs at once.

A profile is easy to read and slow to compare: ten thousand leaders are ten thousand objects. Here
each fact is a column instead, one whole number for each need or leader: a text becomes its number
in a vocabulary, a set of terms or phases the bits of a number, a yes 1 and a no 0. One operation
of numpy then does to all of a column what Python would do one by one (a column store, as in
Stonebraker et al., C-Store, 2005).

Two facts that need care keep their meaning. What is not known or not asked for is NOT_SAID, which
equals nothing; a text that a need says and no leader does is ELSEWHERE, which equals nothing
either. What has no limit is MANY. Places stay whole metres: a distance to the nearest metre never
falls half way between two (its square would have to end in a quarter), so that numpy rounds it
exactly as `Place.metres_to` does.

Cost: a few millionths of a second for each profile, once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Openness,
    Phase,
    Place,
    SameTrust,
    Term,
    Weekday,
)
from brokerage.matching.scoring import HALF, asks_for_experience

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NOT_SAID, ELSEWHERE = -1, -2
MANY = 1 << 60
FARTHEST = 1 << 29
"""Metres; who travels farther than this, travels any distance."""

BIT: Mapping[str, int] = {
    one: 1 << place for kind in (Phase, Term, Weekday, HalfTerm) for place, one in enumerate(kind)
}
PHASES: Mapping[Phase, int] = {phase: place for place, phase in enumerate(Phase)}
WORD = 63
"""Designations kept in one number of a leader, a bit for each."""
OPENNESS: Mapping[Openness, int] = {openness: place for place, openness in enumerate(Openness)}


class NeedColumns(NamedTuple):
    """What each need asks, a column for each thing; sets are bits, yes is 1.

    `anywhere`: distance bars nobody, since it may be done from afar or the place is not known.
    `barred_trust` is the trust whose leaders may not come, ELSEWHERE where all may.
    """

    row: IntArray
    specialism: IntArray
    also: IntArray
    phase: IntArray
    half_days: IntArray
    experience: IntArray
    terms: IntArray
    weekdays: IntArray
    half_terms: IntArray
    easting: IntArray
    northing: IntArray
    placed: IntArray
    remote: IntArray
    anywhere: IntArray
    phone_enough: IntArray
    school: IntArray
    school_closed: IntArray
    barred_trust: IntArray
    designation_wanted: IntArray
    designation_required: IntArray
    designation_word: IntArray
    designation_bit: IntArray
    context: IntArray


class LeaderColumns(NamedTuple):
    """What each leader offers, likewise. Half-days and engagements are MANY where any will do;
    who says no terms is free in all.

    `reach` is the square of the distance (in metres) that is just not too far; MANY for any.
    """

    row: IntArray
    phases: IntArray
    home_phase: IntArray
    half_days_left: IntArray
    engagements_free: IntArray
    home_school_half_days: IntArray
    easting: IntArray
    northing: IntArray
    placed: IntArray
    reach: IntArray
    terms: IntArray
    weekdays: IntArray
    home_school: IntArray
    home_school_closed: IntArray
    trust: IntArray
    openness: IntArray
    track_record: IntArray
    never_deployed: IntArray


class Vocabulary:
    """The texts that leaders say, each with its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, text: str | None) -> int:
        """The number of a leader's text, a new one where it is new."""
        return NOT_SAID if text is None else self.numbers.setdefault(text, len(self.numbers))

    def find(self, text: str | None) -> int:
        """The number of a need's text."""
        return NOT_SAID if text is None else self.numbers.get(text, ELSEWHERE)


class Vocabularies:
    """All of them: each kind of text has its own."""

    def __init__(self) -> None:
        self.specialisms = Vocabulary()
        self.schools = Vocabulary()
        self.trusts = Vocabulary()
        self.designations = Vocabulary()


def bits(members: Iterable[str]) -> int:
    """A set of phases, terms, weekdays or half-terms as the bits of a number."""
    found = 0
    for one in members:
        found |= BIT[one]
    return found


def at(place: Place | None) -> tuple[int, int, int]:
    """Easting, northing, and whether they are known."""
    return (0, 0, 0) if place is None else (place.easting, place.northing, 1)


def reach(max_metres: int | None) -> int:
    """A distance rounds to at most n metres just where its square is at most n * n + n."""
    if max_metres is None or max_metres > FARTHEST:
        return MANY
    return max_metres * max_metres + max_metres


def word_and_bit(designation: int) -> tuple[int, int]:
    """Where a designation is kept among those of a leader; a bit that nobody has for none."""
    if designation < 0:
        return 0, 0
    return designation // WORD, 1 << designation % WORD


def of_need(need: NeedProfile, row: int, context: int, words: Vocabularies) -> tuple[int, ...]:
    """The need as numbers, in the order of `NeedColumns`; `context` is the number of its kind of
    school."""
    easting, northing, placed = at(need.place)
    trust_barred = need.trust is not None and need.same_trust is SameTrust.BARRED
    return (
        row,
        words.specialisms.find(need.specialism),
        words.specialisms.find(need.also),
        PHASES[need.phase],
        need.half_days,
        int(asks_for_experience(need)),
        bits(need.terms),
        bits(need.weekdays),
        bits(need.half_terms),
        easting,
        northing,
        placed,
        int(need.remote_allowed),
        int(need.remote_allowed or not placed),
        int(need.phone_enough),
        ELSEWHERE if need.school is None else words.schools.find(need.school),
        int(need.school_closed),
        words.trusts.find(need.trust) if trust_barred else ELSEWHERE,
        int(need.designation is not None),
        int(need.designation_required),
        *word_and_bit(words.designations.find(need.designation)),
        context,
    )


def of_leader(leader: LeaderProfile, row: int, words: Vocabularies) -> tuple[int, ...]:
    """The leader as numbers, in the order of `LeaderColumns`."""
    free, gives = leader.engagements_free, leader.home_school_half_days
    place = at(leader.place)
    return (
        row,
        bits(leader.phases),
        PHASES[leader.phases[0]],
        leader.half_days_left,
        MANY if free is None else free,
        MANY if gives is None else gives,
        *place,
        reach(leader.max_metres) if place[2] else MANY,
        bits(leader.terms or Term),
        bits(leader.weekdays),
        words.schools.add(leader.home_school),
        int(leader.home_school_closed),
        words.trusts.add(leader.trust),
        OPENNESS[leader.openness],
        HALF if leader.track_record is None else leader.track_record,
        int(leader.never_deployed),
    )


def table(rows: Sequence[tuple[int, ...]], width: int) -> IntArray:
    """Rows of numbers turned into columns: shape (width, rows)."""
    found = np.array(rows, dtype=np.int64).reshape(len(rows), width)
    return np.ascontiguousarray(found.T)
