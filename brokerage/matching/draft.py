"""A plan in the making: who has what, and what each leader has left.

The draft keeps the books of one plan; adding or dropping a pair costs a few additions and says
what it changes in worth (packed; see `objectives`). `Ground` is what all drafts of one market
stand on: the same numbers as in the market, as Python's own integers, which are quicker to use
one at a time than those in numpy's arrays.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.matching.market import NOBODY, Market
from brokerage.matching.objectives import LOAD_FULL, Worth, load
from brokerage.matching.rooms import IntArray, Layout, joined, layout_for


@dataclass(frozen=True, slots=True)
class Ground:
    """Per need: `starts`, `size`, packed `use`. Per pair: `leader`, `worth`. Per leader: `room`
    (packed, guarded), `group`, `account`, `used`. Per home school with a cap: `group_room`."""

    market: Market
    layout: Layout
    guards: int
    starts: list[int]
    size: list[int]
    use: list[int]
    leader: list[int]
    worth: list[int]
    room: list[int]
    group: list[int]
    group_room: list[int]
    account: list[int]
    used: list[int]


def ground_of(market: Market) -> Ground:
    """The ground of a market."""
    layout = layout_for([int(most) for most in _most(market)])
    return Ground(
        market=market,
        layout=layout,
        guards=layout.all_guards,
        starts=market.starts.tolist(),
        size=market.size.tolist(),
        use=joined(layout.words(market.use)),
        leader=_shared(market.leader),
        worth=_shared(market.worth),
        room=joined(layout.words(market.room, guarded=True)),
        group=market.group.tolist(),
        group_room=market.group_room.tolist(),
        account=market.account.tolist(),
        used=market.used.tolist(),
    )


def _shared(numbers: IntArray) -> list[int]:
    """The numbers as a list in which equal ones are one and the same object, to save memory."""
    values, place = np.unique(numbers, return_inverse=True)
    one_of_each = values.tolist()
    return [one_of_each[k] for k in place.tolist()]


def _most(market: Market) -> list[int]:
    """The largest number that each column of room can show."""
    room, use = market.room.max(axis=0, initial=0), market.use.max(axis=0, initial=0)
    most: list[int] = [max(pair) for pair in zip(room.tolist(), use.tolist(), strict=True)]
    return most


class Draft:
    """One plan in the making. `pair_of[need]` is the index of its pair in the market."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.pair_of = [NOBODY] * len(ground.size)
        self.room = list(ground.room)
        self.used = list(ground.used)
        self.group_room = list(ground.group_room)
        self.needs_of: list[list[int]] = [[] for _ in ground.room]

    def leader_of(self, need: int) -> int:
        pair = self.pair_of[need]
        return NOBODY if pair == NOBODY else self.ground.leader[pair]

    def fits(self, need: int, leader: int) -> bool:
        """Whether the leader, and their home school, have room for this need."""
        ground = self.ground
        if (self.room[leader] - ground.use[need]) & ground.guards != ground.guards:
            return False
        group = ground.group[leader]
        return group == NOBODY or ground.size[need] <= self.group_room[group]

    def add(self, need: int, pair: int) -> int:
        """Give the need the leader of this pair of its own; says what that adds in worth."""
        leader = self.ground.leader[pair]
        self.pair_of[need] = pair
        self.needs_of[leader].append(need)
        return self.ground.worth[pair] + self._take(need, leader, 1)

    def drop(self, need: int) -> int:
        """Take the need's leader away; says what that adds in worth (mostly less than 0)."""
        pair = self.pair_of[need]
        leader = self.ground.leader[pair]
        self.pair_of[need] = NOBODY
        self.needs_of[leader].remove(need)
        return self._take(need, leader, -1) - self.ground.worth[pair]

    def _take(self, need: int, leader: int, sign: int) -> int:
        ground = self.ground
        half_days = sign * ground.size[need]
        self.room[leader] -= sign * ground.use[need]
        if ground.group[leader] != NOBODY:
            self.group_room[ground.group[leader]] -= half_days
        before = self.used[leader]
        self.used[leader] += half_days
        if not ground.market.load_worth:
            return 0
        return load_change(ground.market, before, before + half_days, ground.account[leader])

    def leaders(self) -> IntArray:
        """The leader of each need, or NOBODY."""
        pair = np.array(self.pair_of, dtype=np.int64)
        leader = np.full(len(pair), NOBODY, dtype=np.int64)
        leader[pair != NOBODY] = self.ground.market.leader[pair[pair != NOBODY]]
        return leader

    def row(self, of_load: Worth) -> Worth:
        """What the plan is worth beside pinned pairs, aim by aim, added up afresh."""
        pairs = [pair for pair in self.pair_of if pair != NOBODY]
        row = self.ground.market.rows[pairs].sum(axis=0).tolist()
        loads = sum(map(load, self.used, self.ground.account))
        return tuple(part + loads * unit for part, unit in zip(row, of_load, strict=True))

    def copy(self) -> "Draft":
        other = Draft.__new__(Draft)
        other.ground, other.pair_of, other.room = self.ground, list(self.pair_of), list(self.room)
        other.used, other.group_room = list(self.used), list(self.group_room)
        other.needs_of = [list(needs) for needs in self.needs_of]
        return other


def load_change(market: Market, before: int, after: int, of: int) -> int:
    """The packed worth of a leader's half-days used going from `before` to `after`."""
    if not of:
        return 0
    loads = (LOAD_FULL * after * after // of >> market.load_shift) - (
        LOAD_FULL * before * before // of >> market.load_shift
    )
    return market.load_worth * loads
