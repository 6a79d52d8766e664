"""What a plan is: pairs, needs nobody could be given to, and the certificate that comes with it."""

from dataclasses import dataclass
from enum import StrEnum

from brokerage.matching.objectives import Worth
from brokerage.matching.scoring import Point


class Level(StrEnum):
    """How much work goes into a plan; more never gives a worse one."""

    INSTANT = "instant"
    STANDARD = "standard"
    THOROUGH = "thorough"


class PinsError(ValueError):
    """The pairings handed in as settled cannot all stand; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One leader given to one need. `rank` is the leader's place among the `eligible` of this
    need by score; 0 for a pinned pair that the rules would not have allowed."""

    need_id: str
    leader_id: str
    score: int
    points: tuple[Point, ...]
    rank: int
    eligible: int
    pinned: bool


BELOW_FLOOR = "below_floor"
PLACED_ELSEWHERE = "placed_elsewhere"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One need without a leader. `code` is the hard rule that emptied its list, or `below_floor`
    (the best scores `gap_to_floor` points too little), or `placed_elsewhere` (the `eligible` have
    their days or engagements with other needs)."""

    need_id: str
    code: str
    eligible: int
    gap_to_floor: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good the plan is, and how much better any plan could possibly be.

    `value`, `bound` and `gap` are rows with one number per aim; no plan at all can pass `bound`
    in any of them. Aims that only break ties (balance, changes) are not certified and left out.
    """

    aims: tuple[str, ...]
    value: Worth
    bound: Worth

    @property
    def gap(self) -> Worth:
        """What is left between value and bound, for each aim."""
        return tuple(most - got for most, got in zip(self.bound, self.value, strict=True))

    @property
    def first_gap(self) -> tuple[str, float] | None:
        """The first aim that might still be bettered, and its gap as a share of the bound."""
        for aim, gap, most in zip(self.aims, self.gap, self.bound, strict=True):
            if gap:
                return aim, gap / max(abs(most), 1)
        return None


@dataclass(frozen=True, slots=True)
class LeaderPrice:
    """About what the plan would gain from one more half-day of a leader, and from one more
    engagement at once, in points of the weighted objective (shadow prices; 0: nothing)."""

    leader_id: str
    per_half_day: int
    per_engagement: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer for a whole queue. `worth` has every aim; `work` counts the rounds of search;
    `prices` are of the leaders of whom more would be worth anything, by id."""

    pairs: tuple[Pair, ...]
    unplaced: tuple[Unplaced, ...]
    certificate: Certificate
    level: Level
    objective: str
    aims: tuple[str, ...]
    worth: Worth
    changes: int
    work: int
    prices: tuple[LeaderPrice, ...] = ()
