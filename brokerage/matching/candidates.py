"""Which leaders could take which needs: the few eligible pairs out of all conceivable ones.

A need looks into its own bucket of the register (`register`), and there only at those whom
distance cannot bar and at the window from south to north in which somebody might be near enough.
Whoever is near enough goes through the other hard rules (`eligibility_columns`), and whoever
passes them all gets a score (`scoring_columns`). This is done for some ten thousand pairs at a
time, few enough to stay in the processor's own memory while one operation follows another.

What is left is kept sparsely, one run of leaders per need in flat arrays (compressed sparse
rows), the whole list and not the best few: a greedy start loses far more by a short list than
memory is saved. Needs and leaders are put in order of their ids first, so that the order they come
in cannot matter. Cost: about a twenty-millionth of a second for each pair in a window, and ten
times that for each pair that is near enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from brokerage.matching.columns import PHASES, BoolArray, IntArray
from brokerage.matching.eligibility import FunnelStep, emptied_by
from brokerage.matching.eligibility_columns import (
    BY_BUCKET,
    are_eligible,
    square_metres,
)
from brokerage.matching.left_out import bars_of_all, funnel_of_bars
from brokerage.matching.pairs import Asked, OneAsked
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.register import Register
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Point, Weights
from brokerage.matching.scoring_columns import TOP, points_of_pairs, scores

AT_A_TIME = 1 << 15
"""Pairs looked at in one go."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """All eligible pairs. Those of need `i` are `leader[starts[i]:starts[i + 1]]`, best first,
    ties by id. `asked` and `register` are the needs and leaders in columns."""

    needs: tuple[NeedProfile, ...]
    leaders: tuple[LeaderProfile, ...]
    starts: IntArray
    leader: IntArray
    score: IntArray
    asked: Asked
    register: Register

    def of(self, need: int) -> list[tuple[int, int]]:
        """(leader index, score) of everyone eligible for this need, best first, ties by id."""
        run = slice(int(self.starts[need]), int(self.starts[need + 1]))
        return list(zip(self.leader[run].tolist(), self.score[run].tolist(), strict=True))

    @property
    def eligible(self) -> IntArray:
        """How many leaders are eligible for each need: shape (needs,)."""
        return np.diff(self.starts)

    @property
    def need(self) -> IntArray:
        """The need of each pair, beside `leader` and `score`: shape (pairs,)."""
        return np.repeat(np.arange(len(self.needs)), self.eligible)

    def ranks(self, leader_of: IntArray) -> IntArray:
        """The place, from 1, of one leader in the list of each need; 0 where that leader is not
        eligible. `leader_of` has shape (needs,), -1 for nobody."""
        ranks = np.zeros(len(self.needs), dtype=np.int64)
        found = np.flatnonzero(self.leader == np.repeat(leader_of, self.eligible))
        needs = np.searchsorted(self.starts, found, side="right") - 1
        ranks[needs] = found - self.starts[needs] + 1
        return ranks

    def points(
        self, needs: IntArray, leaders: IntArray, weights: Weights = DEFAULT_WEIGHTS
    ) -> list[tuple[Point, ...]]:
        """The points of any pairs, eligible or not, by the indexes of their needs and leaders;
        they add up to the score."""
        return points_of_pairs(self.asked.pairs(needs, leaders), weights)

    def scores(
        self, needs: IntArray, leaders: IntArray, weights: Weights = DEFAULT_WEIGHTS
    ) -> IntArray:
        """The scores of any pairs, likewise."""
        return scores(self.asked.pairs(needs, leaders), weights)

    def funnel(self, need: int) -> tuple[FunnelStep, ...]:
        """How many leaders survive each rule in turn, for one need."""
        return funnel_of_bars(bars_of_all(OneAsked(self.needs[need], self.register)))

    def emptied_by(self, needs: Sequence[int]) -> list[str]:
        """For each of these needs the code of the rule that left nobody; empty where somebody is
        eligible."""
        steps = [emptied_by(self.funnel(need)) for need in needs]
        return ["" if step is None else step.code for step in steps]


def find_candidates(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    weights: Weights = DEFAULT_WEIGHTS,
) -> Candidates:
    """Every pair that passes the hard rules, with its score."""
    register = Register(leaders)
    asked = Asked(needs, register)
    need, leader, score = _best_first(_scored(asked, weights), len(asked), len(register))
    starts = np.searchsorted(need, np.arange(len(asked) + 1))
    return Candidates(asked.needs, register.leaders, starts, leader, score, asked, register)


def _scored(asked: Asked, weights: Weights) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """(needs, leaders, scores) of the eligible pairs, some at a time."""
    for needs, places in _near(asked):
        near = asked.in_buckets(needs, places)
        passed = np.flatnonzero(are_eligible(near, settled=(*BY_BUCKET, "distance")))
        eligible = asked.in_buckets(needs[passed], places[passed])
        yield eligible.need.row, eligible.leader.row, scores(eligible, weights)


def _best_first(
    scored: Iterator[tuple[IntArray, IntArray, IntArray]], needs: int, leaders: int
) -> tuple[IntArray, IntArray, IntArray]:
    """All pairs by need, then from the best score down, then by leader: sorted as single numbers
    which put these one behind the other."""
    keys = [(need * TOP + TOP - 1 - score) * leaders + row for need, row, score in scored]
    key = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *keys]))
    ranked, leader = np.divmod(key, max(leaders, 1))
    need, below = np.divmod(ranked, TOP)
    return need, leader, TOP - 1 - below


def _near(asked: Asked) -> Iterator[tuple[IntArray, IntArray]]:
    """(needs, places in the buckets) of the pairs that distance does not bar, some at a time."""
    need, first, length = _stretches(asked)
    ends = np.cumsum(length)
    cuts = np.searchsorted(ends, np.arange(AT_A_TIME, ends.max(initial=0), AT_A_TIME))
    bounds = np.unique(np.concatenate([[0], cuts, [len(need)]]))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        part = slice(begin, end)
        rows = np.repeat(need[part], length[part])
        offsets = first[part] - (ends[part] - length[part])
        places = np.arange(ends[begin] - length[begin], ends[end - 1])
        places += np.repeat(offsets, length[part])
        near = np.flatnonzero(_are_near(asked, rows, places))
        yield rows[near], places[near]


def _stretches(asked: Asked) -> tuple[IntArray, IntArray, IntArray]:
    """(need, first place, length) of the stretches of buckets to look at, two for each need: those
    whom distance cannot bar, and the window. Where distance does not count, the first is all."""
    buckets, columns = asked.register.buckets, asked.columns
    need = np.flatnonzero(columns.specialism >= 0)
    bucket = columns.specialism[need] * len(PHASES) + columns.phase[need]
    need = need[np.argsort(bucket, kind="stable")]
    bucket = np.sort(bucket)
    everywhere = columns.anywhere[need] == 1
    low, high = buckets.window(bucket, columns.northing[need])
    start = buckets.starts[bucket]
    always = np.where(everywhere, buckets.starts[bucket + 1], buckets.near[bucket]) - start
    beside = np.where(everywhere, 0, high - low)
    return np.repeat(need, 2), _woven(start, low), _woven(always, beside)


def _woven(one: IntArray, other: IntArray) -> IntArray:
    """First of one, first of the other, second of one, and so on."""
    return np.stack([one, other], axis=1).ravel()


def _are_near(asked: Asked, rows: IntArray, places: IntArray) -> BoolArray:
    need, place = asked.columns, asked.register.buckets.columns
    east = need.easting[rows] - place.easting[places]
    north = need.northing[rows] - place.northing[places]
    near: BoolArray = square_metres(east, north) <= place.reach[places]
    near |= need.anywhere[rows] == 1
    return near
