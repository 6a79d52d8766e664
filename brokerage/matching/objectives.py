"""What a plan is to aim for, handed to the engine as a value.

A plan is worth a row of whole numbers, compared from the left: one more urgent need placed beats
any quality (pre-emptive, or lexicographic, goal programming; Charnes and Cooper 1961). The
weighted objective has a row of one number. The worth of a plan is the sum of what its pairs are
worth, less a load that grows faster than the days given by one leader (so that the second day
costs more than the first and work spreads).

Whole plans are compared row by row, as they are. The search compares changes, and any one change
touches a few pairs only; so its row is packed into a single 64-bit integer, each place having a
base larger than anything to its right can come to. Comparing the integers is comparing the rows.
"""

from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
import numpy.typing as npt

from brokerage.matching.profiles import Urgency

IntArray = npt.NDArray[np.int64]
Worth = tuple[int, ...]

LOAD_FULL = 1000
"""Load of a leader who has given all their days; half of them given is a quarter of this."""
URGENCIES = tuple(Urgency)


class Objective(Protocol):
    """What the engine asks of an objective."""

    @property
    def name(self) -> str: ...

    @property
    def aims(self) -> tuple[str, ...]:
        """The name of each place of the row."""
        ...

    @property
    def certified(self) -> int:
        """For how many aims, from the left, a bound is worked out."""
        ...

    @property
    def of_load(self) -> Worth:
        """What one unit of load is worth: nothing, or less than nothing."""
        ...

    @property
    def in_points(self) -> Worth:
        """How many points one of each aim counts where all are to be one number: in prices, first
        plans and polish."""
        ...

    def of_pair(self, urgency: Urgency, score: int, kept: bool) -> Worth:
        """What one pair is worth; `kept`: it also stood in the plan before. Every point of score
        adds the same, and so does being kept."""
        ...


@dataclass(frozen=True, slots=True)
class StrictOrder:
    """The product's own: urgent placed, high placed, all placed, quality, balance, changes."""

    name: str = "strict order"
    aims: tuple[str, ...] = (
        "urgent placed",
        "high placed",
        "all placed",
        "quality",
        "balance",
        "kept as before",
    )
    certified: int = 4
    of_load: Worth = (0, 0, 0, 0, -1, 0)
    in_points: Worth = (2_500, 1_000, 1_500, 1, 0, 1)

    def of_pair(self, urgency: Urgency, score: int, kept: bool) -> Worth:
        urgent, high = urgency is Urgency.URGENT, urgency is Urgency.HIGH
        return (int(urgent), int(high), 1, score, 0, int(kept))


@dataclass(frozen=True, slots=True)
class Weighted:
    """One sum: points for placing a need by its urgency, plus its score; used against peers.

    `inertia` is what keeping a pairing of the plan before is worth, `balance` what a unit of load
    costs; both in points, both 0 unless wanted.
    """

    urgent: int = 4000
    high: int = 2500
    normal: int = 1500
    inertia: int = 0
    balance: int = 0
    name: str = "weighted"
    aims: tuple[str, ...] = ("value",)
    certified: int = 1
    in_points: Worth = (1,)

    @property
    def of_load(self) -> Worth:
        return (-self.balance,)

    def of_pair(self, urgency: Urgency, score: int, kept: bool) -> Worth:
        placed = {Urgency.URGENT: self.urgent, Urgency.HIGH: self.high}.get(urgency, self.normal)
        return (placed + score + (self.inertia if kept else 0),)


def load(used: int, of: int) -> int:
    """The load of a leader who gives `used` of `of` half-days: convex, whole, 0 to 1000 per full
    account and weighted by its size, so that equal shares of work are the least load."""
    return LOAD_FULL * used * used // of if of else 0


def rows_of(objective: Objective, urgency: IntArray, score: IntArray, kept: IntArray) -> IntArray:
    """The worth of many pairs, (pairs, aims): `urgency` indexes URGENCIES, `kept` is 0 or 1."""
    placed = np.array([objective.of_pair(one, 0, False) for one in URGENCIES], dtype=np.int64)
    point = np.array(objective.of_pair(URGENCIES[0], 1, False), dtype=np.int64) - placed[0]
    keeping = np.array(objective.of_pair(URGENCIES[0], 0, True), dtype=np.int64) - placed[0]
    rows: IntArray = placed[urgency] + score[:, None] * point + kept[:, None] * keeping
    return rows


PAIRS_CHANGED = 32
"""Rows compare rightly where no more pairs than this are added, or taken away, ..."""
LEADERS_CHANGED = 16
"""...and no more leaders go from no load to a full one, or back. Chains stay far below either."""
LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Packing:
    """Turns rows into integers that compare alike, for sums of rows as small as changes are.

    `bases`: what one of each aim counts. Loads are counted in units of 2 ** `load_shift`, which is
    1 unless leaders have so many days that the numbers would not fit."""

    bases: tuple[int, ...]
    load_shift: int

    def __call__(self, row: Worth) -> int:
        return sum(base * part for base, part in zip(self.bases, row, strict=True))

    def of_rows(self, rows: IntArray) -> IntArray:
        packed: IntArray = rows @ np.array(self.bases, dtype=np.int64)
        return packed


def packing(largest: Worth, of_load: Worth, most_half_days: int) -> Packing:
    """For pairs of which no part is larger than `largest`, and leaders with no more half-days."""
    shift = 0
    while True:
        loads = 2 * LEADERS_CHANGED * ((LOAD_FULL * most_half_days >> shift) + 1)
        widths = [
            2 * (PAIRS_CHANGED * part + loads * abs(unit)) + 1
            for part, unit in zip(largest, of_load, strict=True)
        ]
        if prod(widths) < LARGEST or not any(of_load) or loads <= 4 * LEADERS_CHANGED:
            return Packing(tuple(prod(widths[k + 1 :]) for k in range(len(widths))), shift)
        shift += 1
