"""What is to be planned, and how what the search found becomes a plan again: ids in, ids out.

The search knows indexes only (`market`). Here stand the needs and leaders that they are indexes
of, with all that was handed in beside them. Cost: one look at each pair of the plan and at each
need left without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brokerage.matching.candidates import Candidates
from brokerage.matching.certificates import BoundKind, certificate
from brokerage.matching.draft import Draft
from brokerage.matching.eligibility import emptied_by, funnel
from brokerage.matching.market import NOBODY, Market, open_market
from brokerage.matching.objectives import Objective, Worth, load
from brokerage.matching.pins import Pins
from brokerage.matching.plans import (
    BELOW_FLOOR,
    PLACED_ELSEWHERE,
    LeaderPrice,
    Level,
    Pair,
    Plan,
    Unplaced,
)
from brokerage.matching.prices import FINE, Prices
from brokerage.matching.scoring import Weights, points, score, total
from brokerage.matching.search import Found

PROOF_STEPS = {Level.INSTANT: 30, Level.STANDARD: 120, Level.THOROUGH: 300}
"""How often prices are moved in search of a bound, for each aim that has not been priced."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The candidates, and what was handed in beside them; see `allocate`."""

    candidates: Candidates
    objective: Objective
    pins: Pins
    before: Mapping[str, str]
    floor: int
    weights: Weights

    def market(self, objective: Objective) -> Market:
        """The market of what is not pinned, for this objective."""
        return open_market(self.candidates, objective, self.pins, self.before, self.floor)

    def plan(self, market: Market, found: Found, level: Level, bound: BoundKind) -> Plan:
        """The plan that the draft found makes, with its certificate."""
        leader_of = {**_given(found.draft), **self.pins}
        worth = self._worth_of_plan(leader_of)
        pinned = self._worth_of_pairs(self.pins)
        return Plan(
            pairs=tuple(self._pair(need, leader_of[need]) for need in sorted(leader_of)),
            unplaced=tuple(
                self._unplaced(need)
                for need in range(len(self.candidates.needs))
                if need not in leader_of
            ),
            certificate=certificate(
                market, self.objective, worth, pinned, found, PROOF_STEPS[level], bound
            ),
            level=level,
            objective=self.objective.name,
            aims=self.objective.aims,
            worth=worth,
            changes=self._changes(leader_of),
            work=found.work,
            prices=self._prices(market, found.prices),
        )

    def _worth_of_pairs(self, leader_of: Mapping[int, int]) -> Worth:
        row = [0] * len(self.objective.aims)
        for need, leader in leader_of.items():
            profile, given = self.candidates.needs[need], self.candidates.leaders[leader]
            kept = self.before.get(profile.need_id) == given.leader_id
            scored = score(profile, given, self.weights)
            worth = self.objective.of_pair(profile.urgency, scored, kept)
            row = [part + more for part, more in zip(row, worth, strict=True)]
        return tuple(row)

    def _worth_of_plan(self, leader_of: Mapping[int, int]) -> Worth:
        """The worth of the whole plan, pinned pairings and all, added up afresh."""
        used = [0] * len(self.candidates.leaders)
        for need, leader in leader_of.items():
            used[leader] += self.candidates.needs[need].half_days
        loads = sum(
            load(of_leader, profile.half_days_left)
            for of_leader, profile in zip(used, self.candidates.leaders, strict=True)
        )
        row = self._worth_of_pairs(leader_of)
        return tuple(
            part + loads * unit for part, unit in zip(row, self.objective.of_load, strict=True)
        )

    def _changes(self, leader_of: Mapping[int, int]) -> int:
        """Needs that had a leader before and now have another, or none."""
        now = {
            self.candidates.needs[need].need_id: self.candidates.leaders[leader].leader_id
            for need, leader in leader_of.items()
        }
        asked = {need.need_id for need in self.candidates.needs}
        return sum(now.get(need) != given for need, given in self.before.items() if need in asked)

    def _pair(self, need: int, leader: int) -> Pair:
        profile, given = self.candidates.needs[need], self.candidates.leaders[leader]
        ranking = [index for index, _ in self.candidates.of(need)]
        points_given = points(profile, given, self.weights)
        return Pair(
            need_id=profile.need_id,
            leader_id=given.leader_id,
            score=total(points_given),
            points=points_given,
            rank=ranking.index(leader) + 1 if leader in ranking else 0,
            eligible=len(ranking),
            pinned=need in self.pins,
        )

    def _unplaced(self, need: int) -> Unplaced:
        profile, ranking = self.candidates.needs[need], self.candidates.of(need)
        if not ranking:
            emptied = emptied_by(funnel(profile, self.candidates.leaders))
            return Unplaced(profile.need_id, emptied.code if emptied else "", 0, 0)
        gap = max(self.floor - ranking[0][1], 0)
        code = BELOW_FLOOR if gap else PLACED_ELSEWHERE
        return Unplaced(profile.need_id, code, len(ranking), gap)

    def _prices(self, market: Market, prices: Prices) -> tuple[LeaderPrice, ...]:
        """The prices above nothing, in whole points."""
        charged = prices.of_leaders(market)
        dated = charged[:, market.engagements.stop :].max(axis=1, initial=0)
        half_day = np.rint((charged[:, 0] + dated) / FINE).astype(np.int64).tolist()
        dearest = charged[:, market.engagements].max(axis=1, initial=0)
        engagement = np.rint(dearest / FINE).astype(np.int64).tolist()
        return tuple(
            LeaderPrice(profile.leader_id, per_half_day, per_engagement)
            for profile, per_half_day, per_engagement in zip(
                self.candidates.leaders, half_day, engagement, strict=True
            )
            if per_half_day or per_engagement
        )


def _given(draft: Draft) -> dict[int, int]:
    return {
        need: draft.leader_of(need)
        for need in range(len(draft.pair_of))
        if draft.pair_of[need] != NOBODY
    }
