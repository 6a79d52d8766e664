"""A ranked list for one need, with points, and for everybody left out the reason why.

The best score comes first; equal scores go by leader id, so that the same register always gives
the same list. A quality floor bars nobody: it says below which score nobody is to be proposed,
and the list keeps whoever is under it apart, with the gap. Cost: every leader is looked at once.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brokerage.matching.eligibility import RULES, Bar, FunnelStep, emptied_by, first_bar, funnel_of
from brokerage.matching.profiles import LeaderProfile, NeedProfile, metres_between
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Point, Weights, points, total


@dataclass(frozen=True, slots=True)
class Ranked:
    """One eligible leader: place in the list from 1, score, and the points that make it."""

    rank: int
    leader: LeaderProfile
    score: int
    points: tuple[Point, ...]
    metres: int | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One leader who may not be given to this need, and the first rule in the way."""

    leader: LeaderProfile
    bar: Bar


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Everything to be said about one need: who could, in order, and why others cannot, those
    first who came nearest (the later the rule that failed, the nearer; ties by id)."""

    need: NeedProfile
    ranked: Sequence[Ranked]
    left_out: Sequence[LeftOut]
    funnel: tuple[FunnelStep, ...]
    floor: int

    @property
    def proposable(self) -> Sequence[Ranked]:
        """Those at or above the quality floor."""
        above = bisect_right(self.ranked, -self.floor, key=lambda one: -one.score)
        return self.ranked[:above]

    @property
    def gap_to_floor(self) -> int:
        """Points by which the best falls short of the floor; 0 where somebody reaches it."""
        if not self.ranked:
            return 0
        return max(self.floor - self.ranked[0].score, 0)

    @property
    def emptied_by(self) -> FunnelStep | None:
        """The hard rule that left nobody, or None."""
        return emptied_by(self.funnel)


def make_shortlist(
    need: NeedProfile,
    leaders: Iterable[LeaderProfile],
    *,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Shortlist:
    """Rank `leaders` for `need`; the answer does not depend on the order they come in."""
    register = sorted(leaders, key=lambda leader: leader.leader_id)
    scored: list[tuple[int, LeaderProfile, tuple[Point, ...]]] = []
    left_out = []
    bars = [first_bar(need, leader) for leader in register]
    for leader, bar in zip(register, bars, strict=True):
        if bar is not None:
            left_out.append(LeftOut(leader, bar))
            continue
        given = points(need, leader, weights)
        scored.append((total(given), leader, given))
    scored.sort(key=lambda one: (-one[0], one[1].leader_id))
    place = {rule.code: place for place, rule in enumerate(RULES)}
    left_out.sort(key=lambda one: -place[one.bar.code])
    ranked = tuple(
        Ranked(rank, leader, score, given, metres_between(need, leader))
        for rank, (score, leader, given) in enumerate(scored, start=1)
    )
    return Shortlist(need, ranked, tuple(left_out), funnel_of(bars), floor)
