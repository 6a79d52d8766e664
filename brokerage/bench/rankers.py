"""Ways to find the best ten leaders for one need; each is made for a register and then asked."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest

import numpy as np

from brokerage.matching.columns import PHASES
from brokerage.matching.eligibility import is_eligible
from brokerage.matching.eligibility_columns import are_eligible
from brokerage.matching.pairs import Asked
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Phase, Place, Term
from brokerage.matching.register import Register
from brokerage.matching.scoring import DEFAULT_WEIGHTS, score
from brokerage.matching.scoring_columns import scores
from brokerage.matching.shortlist_index import ShortlistIndex

TEN = 10
Best = list[tuple[str, int]]
"""(leader id, score), best first."""
Ranker = Callable[[NeedProfile], Best]
Leaders = Sequence[LeaderProfile]
PLACE = {phase: place for place, phase in enumerate(Phase)}
TERMS = {term: 1 << place for place, term in enumerate(Term)}
ANY, ANYWHERE = sum(TERMS.values()), 10_000_000


def _best(need: NeedProfile, leaders: Iterable[LeaderProfile]) -> Best:
    found = [(-score(need, one), one.leader_id) for one in leaders if is_eligible(need, one)]
    return [(leader_id, -negative) for negative, leader_id in nsmallest(TEN, found)]


def python_scan(leaders: Leaders) -> Ranker:
    """Specialism and phase are looked at first, which leaves few for the other rules."""

    def ranker(need: NeedProfile) -> Best:
        specialism, phase = need.specialism, need.phase
        able = (one for one in leaders if specialism in one.specialisms and phase in one.phases)
        return _best(need, able)

    return ranker


def python_bucket(leaders: Leaders) -> Ranker:
    buckets = defaultdict(list)
    for leader in leaders:
        for specialism in leader.specialisms:
            for phase in leader.phases:
                buckets[specialism, phase].append(leader)
    return lambda need: _best(need, buckets.get((need.specialism, need.phase), ()))


def sqlite_index(leaders: Leaders) -> Ranker:
    """What SQL can say exactly, it says: bucket, days, engagements, terms, a square round the
    school; rules and points are then Python's."""
    book = sqlite3.connect(":memory:")
    book.execute(
        "CREATE TABLE claim (specialism TEXT NOT NULL, phase INTEGER NOT NULL,"
        " leader INTEGER NOT NULL, half_days INTEGER NOT NULL, free INTEGER NOT NULL,"
        " terms INTEGER NOT NULL, easting INTEGER NOT NULL, northing INTEGER NOT NULL,"
        " reach INTEGER NOT NULL)"
    )
    book.executemany(
        "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (specialism, PLACE[phase], index, *_numbers(leader))
            for index, leader in enumerate(leaders)
            for specialism in leader.specialisms
            for phase in leader.phases
        ),
    )
    book.execute("CREATE INDEX bucket ON claim (specialism, phase, leader)")
    query = (
        "SELECT leader FROM claim WHERE specialism = ? AND phase = ? AND half_days >= ?"
        " AND free > 0 AND terms & ? AND abs(easting - ?) <= reach AND abs(northing - ?) <= reach"
    )

    def ranker(need: NeedProfile) -> Best:
        terms = sum(TERMS[term] for term in need.terms) or ANY
        place = _place(need.place)
        asked = (need.specialism, PLACE[need.phase], need.half_days, terms, *place)
        return _best(need, (leaders[index] for (index,) in book.execute(query, asked)))

    return ranker


def _numbers(leader: LeaderProfile) -> tuple[int, ...]:
    free = 1 if leader.engagements_free is None else leader.engagements_free
    terms = sum(TERMS[term] for term in leader.terms) or ANY
    reach = ANYWHERE if leader.max_metres is None else leader.max_metres + 1
    return (leader.half_days_left, free, terms, *_place(leader.place), reach)


def _place(place: Place | None) -> tuple[int, int]:
    if place is None:
        raise ValueError("Everybody of a made-up town is somewhere.")
    return place.easting, place.northing


def numpy_scan(leaders: Leaders) -> Ranker:
    register = Register(leaders)
    rows = np.arange(len(register))

    def ranker(need: NeedProfile) -> Best:
        asked = Asked([need], register)
        pairs = asked.pairs(np.zeros(len(rows), dtype=np.int64), rows)
        passed = np.flatnonzero(are_eligible(pairs))
        some = asked.pairs(np.zeros(len(passed), dtype=np.int64), passed)
        points = scores(some, DEFAULT_WEIGHTS)
        first = np.lexsort((passed, -points))[:TEN]
        return [
            (register.leaders[row].leader_id, points_given)
            for row, points_given in zip(
                passed[first].tolist(), points[first].tolist(), strict=True
            )
        ]

    return ranker


def numpy_bucket(leaders: Leaders) -> Ranker:
    """The product's own."""
    index = ShortlistIndex(Register(leaders))
    return lambda need: index.top(need, TEN)


def gather_floor(leaders: Leaders) -> Ranker:
    """No list at all: one column, gathered over the bucket and added up."""
    register = Register(leaders)
    rows = {
        (specialism, phase): register.buckets.columns.row[
            slice(*register.buckets.stretch(register.words.specialisms.find(specialism), place))
        ]
        for specialism in {code for leader in leaders for code in leader.specialisms}
        for place, phase in enumerate(PHASES)
    }
    column = register.columns.half_days_left

    def ranker(need: NeedProfile) -> Best:
        column.take(rows[need.specialism, need.phase]).sum()
        return []

    return ranker


RANKERS: dict[str, Callable[[Leaders], Ranker]] = {
    "python scan": python_scan,
    "python bucket": python_bucket,
    "SQLite, typed index": sqlite_index,
    "numpy scan": numpy_scan,
    "numpy bucket": numpy_bucket,
    "gather floor": gather_floor,
}
ANSWERS = tuple(name for name in RANKERS if name != "gather floor")
