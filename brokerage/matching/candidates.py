"""Which leaders could take which needs: the few eligible pairs out of all conceivable ones.

Leaders are put in buckets by (specialism, phase); a need looks into its own bucket only, since
nobody outside it could pass the first two rules. What is left is kept sparsely, one run of
leaders per need in three flat arrays (compressed sparse rows), the whole list and not the best
few: a greedy start loses far more by a short list than memory is saved.

Needs and leaders are put in order of their ids first, so that the order they come in cannot
matter. Cost: needs x the mean size of a bucket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from brokerage.matching.eligibility import is_eligible
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Phase
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, score

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All eligible pairs. Those of need `i` are `leader[starts[i]:starts[i + 1]]`, best first."""

    needs: tuple[NeedProfile, ...]
    leaders: tuple[LeaderProfile, ...]
    starts: IntArray
    leader: IntArray
    score: IntArray

    def of(self, need: int) -> list[tuple[int, int]]:
        """(leader index, score) of everyone eligible for this need, best first, ties by id."""
        run = slice(int(self.starts[need]), int(self.starts[need + 1]))
        return list(zip(self.leader[run].tolist(), self.score[run].tolist(), strict=True))


def _sorted_unique_needs(needs: Iterable[NeedProfile]) -> tuple[NeedProfile, ...]:
    ordered = tuple(sorted(needs, key=lambda need: need.need_id))
    for one, other in pairwise(ordered):
        if one.need_id == other.need_id:
            raise ValueError(f"Two needs have the id {one.need_id}.")
    return ordered


def _sorted_unique_leaders(leaders: Iterable[LeaderProfile]) -> tuple[LeaderProfile, ...]:
    ordered = tuple(sorted(leaders, key=lambda leader: leader.leader_id))
    for one, other in pairwise(ordered):
        if one.leader_id == other.leader_id:
            raise ValueError(f"Two leaders have the id {one.leader_id}.")
    return ordered


def find_candidates(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    weights: Weights = DEFAULT_WEIGHTS,
) -> Candidates:
    """Every pair that passes the hard rules, with its score."""
    all_needs, all_leaders = _sorted_unique_needs(needs), _sorted_unique_leaders(leaders)
    buckets: dict[tuple[str, Phase], list[int]] = {}
    for index, leader in enumerate(all_leaders):
        for specialism in leader.specialisms:
            for phase in leader.phases:
                buckets.setdefault((specialism, phase), []).append(index)
    starts, who, scores = [0], [], []
    for need in all_needs:
        found = [
            (-score(need, all_leaders[index], weights), index)
            for index in buckets.get((need.specialism, need.phase), ())
            if is_eligible(need, all_leaders[index])
        ]
        for negative, index in sorted(set(found)):
            who.append(index)
            scores.append(-negative)
        starts.append(len(who))
    return Candidates(
        all_needs,
        all_leaders,
        np.array(starts, dtype=np.int64),
        np.array(who, dtype=np.int64),
        np.array(scores, dtype=np.int64),
    )
