"""What a plan is to aim for, handed to the engine as a value.

A plan is worth a row of whole numbers, compared from the left: one more urgent need placed beats
any quality (pre-emptive, or lexicographic, goal programming; Charnes and Cooper 1961). The
weighted objective has a row of one number. The worth of a plan is the sum of what its pairs are
worth, less a load that grows faster than the days given by one leader (so that the second day
costs more than the first and work spreads).

Rows are packed into single Python integers, which do not overflow: each place of the row gets a
base larger than anything to its right can add up to, so that comparing the integers is comparing
the rows. Floats and 64-bit weights could not promise that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from brokerage.matching.profiles import Urgency

Worth = tuple[int, ...]

LOAD_FULL = 1000
"""Load of a leader who has given all their days; half of them given is a quarter of this."""


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

    def of_pair(self, urgency: Urgency, score: int, kept: bool) -> Worth:
        """What one pair is worth; `kept`: it also stood in the plan before."""
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


class Packing:
    """Turns rows into integers that compare alike, for rows whose places stay within limits."""

    def __init__(self, limits: Sequence[int]) -> None:
        """`limits[k]`: no sum met in place k, or difference of two, is further from 0 than this."""
        bases = [1]
        for limit in reversed(limits[1:]):
            bases.append(bases[-1] * (2 * limit + 1))
        self._bases = tuple(reversed(bases))

    def __call__(self, worth: Worth) -> int:
        return sum(base * part for base, part in zip(self._bases, worth, strict=True))
