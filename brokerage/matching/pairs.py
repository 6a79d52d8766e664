"""Pairs of a need and a leader, side by side in columns, for rules and points to look at.

Three shapes are asked about: thousands of pairs of a whole queue, all leaders of a bucket for one
need, any few pairs. All are the same here: a column of each need's facts and a column of each
leader's, of one length. For a single need its facts are plain numbers, which numpy stretches to
the length of the leaders. What does not fit a flat column (who asked not to be given whom,
claims, designations, kinds of school) is looked up by the two rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brokerage.matching.columns import (
    BoolArray,
    IntArray,
    LeaderColumns,
    NeedColumns,
    of_need,
    table,
)
from brokerage.matching.profiles import Context, NeedProfile, Relationship
from brokerage.matching.register import Register, in_order


@dataclass(frozen=True, slots=True)
class Between:
    """The few pairs that something stands between, or that worked together before: sorted keys
    (need's row * leaders + leader's row)."""

    barred: IntArray
    conflict: IntArray
    good: IntArray
    poor: IntArray


NOBODY = np.empty(0, dtype=np.int64)
NOTHING_BETWEEN = Between(NOBODY, NOBODY, NOBODY, NOBODY)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs in columns; `claim` is the place of the leader's claim to the need's specialism, and
    `likeness` has a row for each kind of school that asks (see `Contexts.likeness`)."""

    need: NeedColumns
    leader: LeaderColumns
    claim: IntArray
    register: Register
    between: Between
    likeness: IntArray

    def among(self, keys: IntArray) -> BoolArray:
        """Which of the pairs are among these (see `Between`)."""
        if not len(keys):
            return np.zeros(len(self.leader.row), dtype=np.bool_)
        key = self.need.row * len(self.register) + self.leader.row
        found: BoolArray = keys.take(np.searchsorted(keys, key), mode="clip") == key
        return found


class Asked:
    """Needs in the order of their ids, as columns beside a register. `table` has shape (columns,
    needs)."""

    def __init__(self, needs: Iterable[NeedProfile], register: Register) -> None:
        self.needs = in_order(needs, lambda need: need.need_id, "needs")
        self.register = register
        contexts: dict[Context, int] = {}
        rows = [
            of_need(need, row, contexts.setdefault(need.context, len(contexts)), register.words)
            for row, need in enumerate(self.needs)
        ]
        self.table = table(rows, len(NeedColumns._fields))
        self.columns = NeedColumns(*self.table)
        self.between = between(self.needs, register)
        likeness = [register.contexts.likeness(one) for one in contexts]
        shape = len(contexts), register.contexts.kinds + 1
        self.likeness = np.array(likeness, dtype=np.int64).reshape(shape)

    def __len__(self) -> int:
        return len(self.needs)

    def pairs(self, need_rows: IntArray, leader_rows: IntArray) -> Pairs:
        """Any pairs, by the rows of their needs and leaders."""
        need = NeedColumns(*self.table.take(need_rows, axis=1))
        leader = LeaderColumns(*self.register.table.take(leader_rows, axis=1))
        claim = self.register.claim(need.specialism, leader.row)
        return Pairs(need, leader, claim, self.register, self.between, self.likeness)

    def in_buckets(self, need_rows: IntArray, places: IntArray) -> Pairs:
        """Pairs within buckets, by the rows of their needs and the leaders' places there."""
        buckets = self.register.buckets
        need = NeedColumns(*self.table.take(need_rows, axis=1))
        leader = LeaderColumns(*buckets.table.take(places, axis=1))
        claim = buckets.claim[places]
        return Pairs(need, leader, claim, self.register, self.between, self.likeness)


class OneAsked:
    """One need beside a register, with a plain number for each column."""

    def __init__(self, need: NeedProfile, register: Register) -> None:
        self.need = need
        self.register = register
        numbers: Any = of_need(need, 0, 0, register.words)
        self.columns = NeedColumns(*numbers)
        said = need.not_leaders or need.conflicts or need.earlier
        self.between = between((need,), register) if said else NOTHING_BETWEEN
        self.likeness = register.contexts.likeness(need.context)[None]

    def in_bucket(self, places: IntArray | slice) -> Pairs:
        """The need with those who stand at some places of its bucket."""
        buckets = self.register.buckets
        leader = LeaderColumns(*buckets.table[:, places])
        claim = buckets.claim[places]
        return Pairs(self.columns, leader, claim, self.register, self.between, self.likeness)

    @property
    def stretch(self) -> tuple[int, int]:
        """(from, to) the places of the need's bucket."""
        return self.register.buckets.stretch(int(self.columns.specialism), int(self.columns.phase))


def between(needs: Sequence[NeedProfile], register: Register) -> Between:
    """What the needs say of single leaders."""
    earlier = [(row, who, how) for row, one in enumerate(needs) for who, how in one.earlier.items()]
    return Between(
        _keys(((row, who) for row, one in enumerate(needs) for who in one.not_leaders), register),
        _keys(((row, who) for row, one in enumerate(needs) for who in one.conflicts), register),
        _keys(((row, who) for row, who, how in earlier if how is Relationship.GOOD), register),
        _keys(((row, who) for row, who, how in earlier if how is not Relationship.GOOD), register),
    )


def _keys(said: Iterable[tuple[int, str]], register: Register) -> IntArray:
    rows, size = register.row_of, len(register)
    return np.array(sorted(n * size + rows[who] for n, who in said if who in rows), dtype=np.int64)
