"""The problem of the whole queue as a table of yes-or-no variables and of what runs out.

One variable for each pair that may be made: is this leader given to this need? One row for each
thing there is only so much of: a need's single place; a leader's half-days, in all and in a
half-term; a leader's engagements at once, counted in each half-term; the half-days of a home
school. A plan is a choice of variables that passes no row's limit, and nothing else.

Rows that could never be passed are left out, as is a row whose variables and amounts another has
at a tighter limit (six half-terms are one row where no need names any).

Cost: a dozen amounts for each pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    half_days_in,
    occupies,
)

IntArray = npt.NDArray[np.int64]
Ends = tuple[NeedProfile, LeaderProfile]
Resource = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows one after the other: row `r` is `amount[starts[r]:starts[r + 1]]` of the variables
    `variable[starts[r]:starts[r + 1]]`, `limit[r]` at most."""

    starts: IntArray
    variable: IntArray
    amount: IntArray
    limit: IntArray


def takes(need: NeedProfile, leader: LeaderProfile) -> Iterator[tuple[Resource, int]]:
    """What this pair would take, of each thing that may run out."""
    who = leader.leader_id
    yield ("need", need.need_id), 1
    yield ("half-days", who), need.half_days
    yield home_of(leader), need.half_days
    for one in HalfTerm:
        if occupies(need, one):
            yield ("engagements", who, one), 1
        if one in leader.half_days_by:
            yield ("half-days", who, one), half_days_in(need, one)


def limits_of(leader: LeaderProfile) -> Iterator[tuple[Resource, int]]:
    """What this leader and their home school have, of each thing that is limited."""
    who, free = leader.leader_id, leader.engagements_free
    yield ("half-days", who), leader.half_days_left
    if leader.home_school_half_days is not None:
        yield home_of(leader), leader.home_school_half_days
    for one in HalfTerm:
        limits = [most for most in (free, leader.engagements_by.get(one)) if most is not None]
        if limits:
            yield ("engagements", who, one), min(limits)
        if one in leader.half_days_by:
            yield ("half-days", who, one), leader.half_days_by[one]


def home_of(leader: LeaderProfile) -> Resource:
    """The half-days of the home school; a leader of no known one has their own."""
    if leader.home_school is None:
        return "home of", leader.leader_id
    return "home school", leader.home_school


def make_table(
    pairs: Sequence[Ends], settled: Iterable[Ends], leaders: Iterable[LeaderProfile]
) -> Table:
    """The table of these pairs, once the settled ones have taken theirs."""
    limits = _limits(pairs, settled, leaders)
    uses: dict[Resource, list[tuple[int, int]]] = defaultdict(list)
    for variable, ends in enumerate(pairs):
        for thing, amount in takes(*ends):
            if amount and thing in limits:
                uses[thing].append((variable, amount))
    rows: dict[tuple[tuple[int, int], ...], int] = {}
    for thing, used in uses.items():
        if sum(amount for _, amount in used) > limits[thing]:
            row = tuple(used)
            rows[row] = min(rows.get(row, limits[thing]), limits[thing])
    cells = np.array([cell for row in rows for cell in row], dtype=np.int64).reshape(-1, 2)
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return Table(starts, cells[:, 0], cells[:, 1], np.array(list(rows.values()), dtype=np.int64))


def _limits(
    pairs: Iterable[Ends], settled: Iterable[Ends], leaders: Iterable[LeaderProfile]
) -> dict[Resource, int]:
    """What is left of each limited thing; nothing, where the settled ones took too much."""
    limits: dict[Resource, int] = {("need", need.need_id): 1 for need, _ in pairs}
    for leader in leaders:
        for thing, most in limits_of(leader):
            limits[thing] = min(limits.get(thing, most), most)
    for ends in settled:
        for thing, amount in takes(*ends):
            if thing in limits:
                limits[thing] = max(limits[thing] - amount, 0)
    return limits
