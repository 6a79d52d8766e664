"""What is to be planned, and how what the search found becomes a plan again: ids in, ids out.

The search knows indexes only (`market`). Here stand the needs and leaders that they are indexes
of, with all that was handed in beside them. Cost: one look at each pair of the plan and at each
need left without.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from brokerage.matching.candidates import Candidates
from brokerage.matching.certificates import BoundKind, certificate
from brokerage.matching.market import NOBODY, Market, open_market, urgencies, was_before
from brokerage.matching.objectives import Objective, Worth, load, rows_of
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
from brokerage.matching.rooms import IntArray
from brokerage.matching.scoring import Weights, total
from brokerage.matching.search import Found


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

    def leaders_before(self) -> IntArray:
        """The leader of each need in the plan before, or NOBODY."""
        return was_before(self.candidates, self.before)

    def plan(self, market: Market, found: Found, level: Level, bound: BoundKind) -> Plan:
        """The plan that the draft found makes, with its certificate."""
        leader_of = found.draft.leaders()
        pinned = np.full_like(leader_of, NOBODY)
        pinned[list(self.pins.keys())] = list(self.pins.values())
        leader_of = np.where(pinned == NOBODY, leader_of, pinned)
        worth = self._worth(leader_of)
        return Plan(
            pairs=self._pairs(leader_of),
            unplaced=self._unplaced(leader_of),
            certificate=certificate(
                market, self.objective, worth, self._row(pinned), found, level, bound
            ),
            level=level,
            objective=self.objective.name,
            aims=self.objective.aims,
            worth=worth,
            changes=self._changes(leader_of),
            work=found.work,
            prices=self._prices(market, found.prices),
        )

    def _row(self, leader_of: IntArray) -> Worth:
        """The worth of these pairs, added up afresh."""
        placed = np.flatnonzero(leader_of != NOBODY)
        score = self.candidates.scores(placed, leader_of[placed], self.weights)
        kept = self.leaders_before()[placed] == leader_of[placed]
        urgency = urgencies(self.candidates)[placed]
        rows = rows_of(self.objective, urgency, score, kept.astype(np.int64))
        return tuple(rows.sum(axis=0).tolist())

    def _worth(self, leader_of: IntArray) -> Worth:
        """The worth of the whole plan, pinned pairings and all, loads included."""
        used = [0] * len(self.candidates.leaders)
        for need, leader in zip(self.candidates.needs, leader_of.tolist(), strict=True):
            if leader != NOBODY:
                used[leader] += need.half_days
        loads = sum(
            load(of_leader, profile.half_days_left)
            for of_leader, profile in zip(used, self.candidates.leaders, strict=True)
        )
        row = zip(self._row(leader_of), self.objective.of_load, strict=True)
        return tuple(part + loads * unit for part, unit in row)

    def _changes(self, leader_of: IntArray) -> int:
        """Needs that had a leader before and now have another, or none."""
        asked = [need.need_id in self.before for need in self.candidates.needs]
        other = self.leaders_before() != leader_of
        gone = np.array(asked, dtype=np.bool_) & (leader_of == NOBODY)
        return int((np.array(asked, dtype=np.bool_) & other | gone).sum())

    def _pairs(self, leader_of: IntArray) -> tuple[Pair, ...]:
        needs, leaders = self.candidates.needs, self.candidates.leaders
        ranks, eligible = self.candidates.ranks(leader_of), self.candidates.eligible
        placed = np.flatnonzero(leader_of != NOBODY)
        points = self.candidates.points(placed, leader_of[placed], self.weights)
        return tuple(
            Pair(
                need_id=needs[need].need_id,
                leader_id=leaders[leader_of[need]].leader_id,
                score=total(given),
                points=given,
                rank=int(ranks[need]),
                eligible=int(eligible[need]),
                pinned=need in self.pins,
            )
            for need, given in _zip(placed, points)
        )

    def _unplaced(self, leader_of: IntArray) -> tuple[Unplaced, ...]:
        left = np.flatnonzero(leader_of == NOBODY)
        eligible = self.candidates.eligible[left].tolist()
        emptied = self.candidates.emptied_by(
            [need for need, many in _zip(left, eligible) if not many]
        )
        codes = iter(emptied)
        found = []
        for need, many in _zip(left, eligible):
            need_id = self.candidates.needs[need].need_id
            if not many:
                found.append(Unplaced(need_id, next(codes), 0, 0))
                continue
            best = int(self.candidates.score[self.candidates.starts[need]])
            gap = max(self.floor - best, 0)
            found.append(Unplaced(need_id, BELOW_FLOOR if gap else PLACED_ELSEWHERE, many, gap))
        return tuple(found)

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


Item = TypeVar("Item")


def _zip(needs: IntArray, items: Sequence[Item]) -> Iterator[tuple[int, Item]]:
    return zip(needs.tolist(), items, strict=True)
