"""The shortlist of one need out of a large register, in a ten-thousandth of a second.

The same list as `shortlist.make_shortlist` gives, from columns that are made once for a register
and asked many times: the need's bucket, in it the window from south to north, then the other hard
rules and the points over the few who are near enough. Nobody reads why ten thousand others are
not on the list, so that sentences and points are made only for those who are looked at: the
lists know their length and order, and make each line when it is asked for.

Cost: some fifty calls of numpy on short columns for the ranking, as much again for the left out.
"""

from collections.abc import Mapping

import numpy as np

from brokerage.matching.columns import PHASES, BoolArray, IntArray
from brokerage.matching.eligibility import first_bar
from brokerage.matching.eligibility_columns import (
    BY_BUCKET,
    RULE_PLACE,
    are_eligible,
    broken,
    square_metres,
)
from brokerage.matching.left_out import (
    NONE_IN_THE_WAY,
    bars_of_all,
    funnel_of_bars,
    nearest_first,
)
from brokerage.matching.on_demand import OnDemand
from brokerage.matching.pairs import Asked, OneAsked
from brokerage.matching.profiles import LeaderProfile, NeedProfile, metres_between
from brokerage.matching.register import Register
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, points, score
from brokerage.matching.scoring_columns import TOP, scores
from brokerage.matching.shortlist import LeftOut, Ranked, Shortlist

NEAR = (*BY_BUCKET, "distance")
"""What holds for whoever is in the bucket and near enough."""
NO_OTHERS: Mapping[str, LeaderProfile] = {}


class ShortlistIndex:
    """A register that is asked for shortlists, one need at a time."""

    def __init__(self, register: Register, weights: Weights = DEFAULT_WEIGHTS) -> None:
        self.register = register
        self.weights = weights

    def ranked(
        self, need: NeedProfile, instead: Mapping[str, LeaderProfile] = NO_OTHERS
    ) -> tuple[IntArray, IntArray]:
        """(rows of the eligible leaders, their scores), best first, ties by id.

        `instead` are leaders, by id, who for this need are other than on the register: days that
        one is being asked for on its behalf are not gone for it.
        """
        asked = OneAsked(need, self.register)
        pairs = asked.in_bucket(_near(asked))
        passed = are_eligible(pairs, settled=NEAR)
        key = (TOP - 1 - scores(pairs, self.weights)) * len(self.register) + pairs.leader.row
        key = key[passed]
        if instead:
            key = self._with(instead, need, key)
        key.sort()
        below, row = np.divmod(key, len(self.register))
        return row, TOP - 1 - below

    def top(self, need: NeedProfile, k: int) -> list[tuple[str, int]]:
        """(leader id, score) of the best."""
        rows, points_scored = self.ranked(need)
        leaders = self.register.leaders
        best = zip(rows[:k].tolist(), points_scored[:k].tolist(), strict=True)
        return [(leaders[row].leader_id, scored) for row, scored in best]

    def shortlist(
        self,
        need: NeedProfile,
        *,
        floor: int = 0,
        instead: Mapping[str, LeaderProfile] = NO_OTHERS,
    ) -> Shortlist:
        """What `make_shortlist` gives for the whole register, each line made when looked at."""
        rows, points_scored = self.ranked(need, instead)
        bars = bars_of_all(OneAsked(need, self.register))
        for leader_id, leader in self._known(instead).items():
            bar = first_bar(need, leader)
            bars[self.register.row_of[leader_id]] = RULE_PLACE[bar.code] if bar else NONE_IN_THE_WAY
        left_out = nearest_first(bars)

        def leader_at(row: int) -> LeaderProfile:
            leader = self.register.leaders[row]
            return instead.get(leader.leader_id, leader)

        def ranked_at(place: int) -> Ranked:
            leader = leader_at(int(rows[place]))
            given = points(need, leader, self.weights)
            metres = metres_between(need, leader)
            return Ranked(place + 1, leader, int(points_scored[place]), given, metres)

        def left_out_at(place: int) -> LeftOut:
            leader = leader_at(int(left_out[place]))
            bar = first_bar(need, leader)
            if bar is None:
                raise AssertionError(f"Rules over columns alone bar {leader.leader_id}.")
            return LeftOut(leader, bar)

        return Shortlist(
            need=need,
            ranked=OnDemand(range(len(rows)), ranked_at),
            left_out=OnDemand(range(len(left_out)), left_out_at),
            funnel=funnel_of_bars(bars),
            floor=floor,
        )

    def broken(self, need: NeedProfile) -> BoolArray:
        """Every rule that each leader fails, the rules in their order: shape (rules, leaders)."""
        rows = np.arange(len(self.register))
        return broken(Asked([need], self.register).pairs(np.zeros_like(rows), rows))

    def _known(self, instead: Mapping[str, LeaderProfile]) -> dict[str, LeaderProfile]:
        return {one: leader for one, leader in instead.items() if one in self.register.row_of}

    def _with(
        self, instead: Mapping[str, LeaderProfile], need: NeedProfile, key: IntArray
    ) -> IntArray:
        """The keys of the ranking, those of some leaders made afresh."""
        size, known = len(self.register), self._known(instead)
        rows = {one: self.register.row_of[one] for one in known}
        kept = key[~np.isin(key % size, list(rows.values()))]
        afresh = [
            (TOP - 1 - score(need, leader, self.weights)) * size + rows[one]
            for one, leader in known.items()
            if first_bar(need, leader) is None
        ]
        return np.concatenate([kept, np.array(afresh, dtype=np.int64)])


def _near(asked: OneAsked) -> IntArray:
    """The places in its bucket of everybody whom distance does not bar."""
    start, end = asked.stretch
    need, buckets = asked.columns, asked.register.buckets
    if need.anywhere or start == end:
        return np.arange(start, end)
    bucket = int(need.specialism) * len(PHASES) + int(need.phase)
    low, high = buckets.window_of(bucket, int(need.northing))
    place = buckets.columns
    east, north = place.easting[low:high] - need.easting, place.northing[low:high] - need.northing
    near = np.flatnonzero(square_metres(east, north) <= place.reach[low:high]) + low
    always = int(buckets.near[bucket])
    return near if always == start else np.concatenate([np.arange(start, always), near])
