"""What needs take and leaders have, as tables with one column for each kind of room.

Column 0 is half-days in all. Next come engagements at once: one column where no need says in which
half-terms it is to happen, else one for each half-term. Last, where some leader has less to give
in a half-term, half-days for each half-term. A need of unknown dates takes an engagement in every
half-term, and half-days from the whole year alone. Cost: one pass over needs and leaders.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brokerage.matching.books import home_of
from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    half_days_in,
    occupies,
)
from brokerage.matching.rooms import IntArray


@dataclass(frozen=True, slots=True)
class RoomColumns:
    """`use` (needs, columns) and `room` (leaders, columns), before any pinned pairing.

    `engagements` are the columns that count engagements; those after them are half-days."""

    use: IntArray
    room: IntArray
    engagements: slice


def room_columns(needs: Sequence[NeedProfile], leaders: Sequence[LeaderProfile]) -> RoomColumns:
    """The tables; a leader who takes on any number of engagements has room for all the needs."""
    dated = any(need.half_terms for need in needs)
    terms = tuple(HalfTerm) if dated else ()
    with_days = dated and any(leader.half_days_by for leader in leaders)
    day_terms = tuple(HalfTerm) if with_days else ()
    engagements = max(len(terms), 1)
    columns = 1 + engagements + len(day_terms)
    use = [[*_engagement_use(need, terms), *_days_use(need, day_terms)] for need in needs]
    most = len(needs)
    room = [[*_engagement_room(one, terms, most), *_days_room(one, day_terms)] for one in leaders]
    return RoomColumns(_table(use, columns), _table(room, columns), slice(1, 1 + engagements))


def _table(rows: list[list[int]], columns: int) -> IntArray:
    return np.array(rows, dtype=np.int64).reshape(len(rows), columns)


def _engagement_use(need: NeedProfile, terms: Sequence[HalfTerm]) -> list[int]:
    if not terms:
        return [need.half_days, 1]
    return [need.half_days, *(int(occupies(need, term)) for term in terms)]


def _days_use(need: NeedProfile, terms: Sequence[HalfTerm]) -> list[int]:
    return [half_days_in(need, term) for term in terms]


def _engagement_room(leader: LeaderProfile, terms: Sequence[HalfTerm], most: int) -> list[int]:
    free = most if leader.engagements_free is None else leader.engagements_free
    by = leader.engagements_by
    if not terms:
        return [leader.half_days_left, min(free, *by.values()) if by else free]
    return [leader.half_days_left, *(min(free, by.get(term, free)) for term in terms)]


def _days_room(leader: LeaderProfile, terms: Sequence[HalfTerm]) -> list[int]:
    return [leader.half_days_by.get(term, leader.half_days_left) for term in terms]


def home_schools(leaders: Sequence[LeaderProfile]) -> tuple[IntArray, IntArray]:
    """(which home school with a cap each leader belongs to, -1 for none; half-days of each).

    The cap is said by its leaders and binds them all; where they differ, the least is meant. A
    leader of no known home school is a home of their own."""
    cap: dict[str, int] = {}
    for leader in leaders:
        half_days = leader.home_school_half_days
        if half_days is not None:
            home = home_of(leader)
            cap[home] = min(cap.get(home, half_days), half_days)
    index = {home: place for place, home in enumerate(cap)}
    group = [index.get(home_of(leader), -1) for leader in leaders] if cap else [-1] * len(leaders)
    return np.array(group, dtype=np.int64), np.array(list(cap.values()), dtype=np.int64)
