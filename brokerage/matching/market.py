"""What the search sees: needs, leaders and the pairs open between them, in whole numbers only.

Ids, phases and places are left behind with the candidates. Needs and leaders are indexes (in the
order of their ids, so that ties by index are ties by id); the pairs that may be made are flat
arrays, those of one need side by side and worthiest first (compressed sparse rows). The problem is
a generalised assignment problem whose sizes do not depend on the leader: each need takes some of
each column of room (`room_columns`) from at most one leader, which is a multiple knapsack with
assignment restrictions (Dawande and others 2000).

Cost: a few passes over the pairs in numpy, and one over needs and leaders in Python.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brokerage.matching.candidates import Candidates
from brokerage.matching.objectives import URGENCIES, Objective, Worth, packing, rows_of
from brokerage.matching.pins import Pins
from brokerage.matching.room_columns import home_schools, room_columns
from brokerage.matching.rooms import IntArray

NOBODY = -1
"""In place of a pair, a leader or a home school: none."""


@dataclass(frozen=True, slots=True)
class Market:
    """Needs (n), leaders (m), open pairs (e), columns of room (c), home schools with a cap (g).

    `starts` (n + 1): the pairs of need i are `starts[i]` to `starts[i + 1]`, worthiest first.
    `need`, `leader` (e): the two ends of each pair. `rows` (e, aims): its worth, aim by aim;
    `worth` (e): the row packed into one integer; `value` (e): about the same in points.
    `urgency` (n) indexes URGENCIES. `use` (n, c) and `room` (m, c): what a need takes, and what a
    leader has beside pinned pairings; column 0 is half-days in all, `engagements` says which count
    engagements. `group` (m): the home school whose cap binds a leader, or NOBODY; `group_room` (g):
    half-days that it may still give. `account`, `used` (m): half-days there are, and of them
    pinned, for the load; `load_worth`: packed worth of 2 ** `load_shift` units of load;
    `load_value`: of one unit, in points. `ties`: packed worth of one of the last certified aim, of
    which anything less only breaks ties.
    """

    starts: IntArray
    need: IntArray
    leader: IntArray
    rows: IntArray
    worth: IntArray
    value: IntArray
    urgency: IntArray
    use: IntArray
    room: IntArray
    engagements: slice
    group: IntArray
    group_room: IntArray
    account: IntArray
    used: IntArray
    load_worth: int
    load_shift: int
    load_value: int
    ties: int

    @property
    def size(self) -> IntArray:
        """The half-days that each need takes."""
        half_days: IntArray = self.use[:, 0]
        return half_days


def open_market(
    candidates: Candidates,
    objective: Objective,
    pins: Pins,
    before: Mapping[str, str],
    floor: int = 0,
) -> Market:
    """The market of all candidates that are not pinned and not below the floor."""
    need = candidates.need
    pinned = np.zeros(len(candidates.needs), dtype=np.bool_)
    pinned[list(pins)] = True
    is_open = (candidates.score >= floor) & ~pinned[need]
    need, leader, score = need[is_open], candidates.leader[is_open], candidates.score[is_open]
    kept = (was_before(candidates, before)[need] == leader).astype(np.int64)
    urgency = urgencies(candidates)
    rows = rows_of(objective, urgency[need], score, kept)
    account = np.array([one.half_days_left for one in candidates.leaders], dtype=np.int64)
    largest = tuple(int(part) for part in abs(rows).max(axis=0, initial=0))
    pack = packing(largest, objective.of_load, int(account.max(initial=0)))
    worth = pack.of_rows(rows)
    order = np.lexsort((leader, -worth, need))
    need, leader, rows, worth = need[order], leader[order], rows[order], worth[order]
    table = room_columns(candidates.needs, candidates.leaders)
    room = _beside(table.room, table.use, pins)
    group, group_room = home_schools(candidates.leaders)
    return Market(
        starts=np.searchsorted(need, np.arange(len(candidates.needs) + 1)),
        need=need,
        leader=leader,
        rows=rows,
        worth=worth,
        value=rows @ np.array(objective.in_points, dtype=np.int64),
        urgency=urgency,
        use=table.use,
        room=room,
        engagements=table.engagements,
        group=group,
        group_room=_group_beside(group, group_room, table.use, pins),
        account=account,
        used=account - room[:, 0],
        load_worth=pack(objective.of_load),
        load_shift=pack.load_shift,
        ties=pack.bases[objective.certified - 1],
        load_value=_points(objective.of_load, objective),
    )


def _points(row: Worth, objective: Objective) -> int:
    return sum(part * points for part, points in zip(row, objective.in_points, strict=True))


def urgencies(candidates: Candidates) -> IntArray:
    """The urgency of each need (n), as its place in URGENCIES."""
    place = {urgency: index for index, urgency in enumerate(URGENCIES)}
    return np.array([place[need.urgency] for need in candidates.needs], dtype=np.int64)


def was_before(candidates: Candidates, before: Mapping[str, str]) -> IntArray:
    """The leader of each need (n) in the plan before, by need id and leader id; NOBODY for none,
    or one who is not among the leaders any more."""
    index = {one.leader_id: place for place, one in enumerate(candidates.leaders)}
    had = [index.get(before.get(one.need_id, ""), NOBODY) for one in candidates.needs]
    return np.array(had, dtype=np.int64)


def _beside(room: IntArray, use: IntArray, pins: Pins) -> IntArray:
    """The room left beside the pinned pairings; what they overfill has none left."""
    left = room.copy()
    for need, leader in pins.items():
        left[leader] -= use[need]
    return np.maximum(left, 0)


def _group_beside(group: IntArray, room: IntArray, use: IntArray, pins: Pins) -> IntArray:
    left = room.copy()
    for need, leader in pins.items():
        if group[leader] != NOBODY:
            left[group[leader]] -= use[need, 0]
    return np.maximum(left, 0)
