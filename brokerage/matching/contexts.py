"""The kinds of school that leaders know from inside, each kept once, and how alike they are.

Thousands of leaders know a few hundred kinds of school, and needs come from as many: so each kind
is compared with all others once, and not again for every pair. Of each part of a kind (size,
disadvantage, ...) there are fewer still, and `scoring` is asked about these alone.

Cost: a few calls of numpy for each kind that asks; memory, a number for each two kinds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from brokerage.matching.columns import NOT_SAID, IntArray
from brokerage.matching.profiles import Context, LeaderProfile
from brokerage.matching.scoring import bands_share, same_share

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Part(Generic[Value]):
    """One part of every kind: the different values there are, and which of them each kind has."""

    values: tuple[Value, ...]
    which: IntArray

    def shares(self, share: Callable[[Value, Value], int], one: Value) -> IntArray:
        """What `share` says of this value beside that of each kind."""
        of_value = np.array([share(one, other) for other in self.values], dtype=np.int64)
        return of_value[self.which]


def part(values: Sequence[Value]) -> Part[Value]:
    number: dict[Value, int] = {}
    which = [number.setdefault(value, len(number)) for value in values]
    return Part(tuple(number), np.array(which, dtype=np.int64))


class Contexts:
    """`been_in` has shape (most kinds that anybody knows, leaders) and holds numbers of kinds; the
    number after the last of the `kinds` fills it up."""

    def __init__(self, leaders: Sequence[LeaderProfile]) -> None:
        number: dict[Context, int] = {}
        known = [
            [number.setdefault(context, len(number)) for context in leader.been_in]
            for leader in leaders
        ]
        self.kinds = len(number)
        most = max((len(numbers) for numbers in known), default=0)
        filled = [numbers + [len(number)] * (most - len(numbers)) for numbers in known]
        self.been_in = np.array(filled, dtype=np.int64).reshape(len(filled), most).T.copy()
        self._sizes = part([one.size for one in number])
        self._kinds = part([one.kind for one in number])
        self._faiths = part([one.faith for one in number])
        self._disadvantages = part([one.disadvantage for one in number])
        self._likeness: dict[Context, IntArray] = {}

    def likeness(self, context: Context) -> IntArray:
        """`scoring.likeness` of this kind and each that leaders know, NOT_SAID at the end: shape
        (kinds + 1,)."""
        found = self._likeness.get(context)
        if found is None:
            shares = (
                self._sizes.shares(bands_share, context.size)
                + self._kinds.shares(same_share, context.kind)
                + self._faiths.shares(same_share, context.faith)
                + self._disadvantages.shares(bands_share, context.disadvantage)
            )
            found = self._likeness[context] = np.append(shares // 4, NOT_SAID)
        return found
