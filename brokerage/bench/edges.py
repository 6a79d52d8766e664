"""The problem as solvers want it: every eligible pair with its value, and what leaders have.

All methods, our own and others, are given the pairs that the product's own rules allow, valued by
the product's own score. The value of a pair is what placing a need of its urgency is worth, plus
the score: the weighted objective, which other solvers can be given too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from brokerage.bench.instances import Instance
from brokerage.matching.candidates import Candidates, find_candidates
from brokerage.matching.objectives import Weighted
from brokerage.matching.profiles import LeaderProfile, Urgency

IntArray = npt.NDArray[np.int64]
IndexPair = tuple[int, int]
"""(need, leader) as indexes."""

_WEIGHTED = Weighted()
PLACED = {urgency: _WEIGHTED.of_pair(urgency, 0, kept=False)[0] for urgency in Urgency}
"""What placing a need is worth, before the score."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Eligible pairs as three flat arrays, those of one need side by side, best first.

    `half_days` is what each need takes; `capacity` the half-days and `slots` the engagements that
    each leader has.
    """

    need_ids: Sequence[str]
    leader_ids: Sequence[str]
    need: IntArray
    leader: IntArray
    value: IntArray
    half_days: IntArray
    capacity: IntArray
    slots: IntArray

    def value_of(self) -> dict[IndexPair, int]:
        """The value of each eligible pair."""
        pairs = zip(self.need.tolist(), self.leader.tolist(), strict=True)
        return dict(zip(pairs, self.value.tolist(), strict=True))

    def ids(self, pairs: Sequence[IndexPair]) -> list[tuple[str, str]]:
        """The same pairs as ids."""
        return [(self.need_ids[need], self.leader_ids[leader]) for need, leader in pairs]


def edges_of(instance: Instance) -> Edges:
    """All eligible pairs of the instance, found by the product."""
    return edges_from(find_candidates(instance.needs, instance.leaders))


def edges_from(candidates: Candidates) -> Edges:
    needs, leaders = candidates.needs, candidates.leaders
    need = candidates.need
    placed = np.array([PLACED[one.urgency] for one in needs], dtype=np.int64)
    slots = [_slots(leader, len(needs)) for leader in leaders]
    return Edges(
        need_ids=[one.need_id for one in needs],
        leader_ids=[one.leader_id for one in leaders],
        need=need,
        leader=candidates.leader.astype(np.int64),
        value=placed[need] + candidates.score.astype(np.int64),
        half_days=np.array([one.half_days for one in needs], dtype=np.int64),
        capacity=np.array([one.half_days_left for one in leaders], dtype=np.int64),
        slots=np.array(slots, dtype=np.int64),
    )


def _slots(leader: LeaderProfile, any_number: int) -> int:
    return any_number if leader.engagements_free is None else leader.engagements_free


def best_per_need(edges: Edges, most: int) -> Edges:
    """Only the best `most` pairs of each need."""
    starts = np.searchsorted(edges.need, np.arange(len(edges.need_ids)))
    place = np.arange(len(edges.need)) - starts[edges.need]
    kept = place < most
    return replace(edges, need=edges.need[kept], leader=edges.leader[kept], value=edges.value[kept])
