"""What each leader has left beside what a plan gives them.

Four things run out: a leader's half-days, their half-days in one half-term, their engagements at
once (counted in each half-term), and the half-days of all leaders of one home school together.
The books of a plan keep all four, so that "is there room?" and "make room" are single questions.

Cost: a few additions for each need taken or given back; at most six comparisons to ask.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    half_days_in,
    occupies,
)


class Books:
    """The books of one plan; needs and leaders are named by their ids."""

    def __init__(self, leaders: Iterable[LeaderProfile]) -> None:
        self._half_days: Counter[str] = Counter()
        self._in: Counter[tuple[str, HalfTerm]] = Counter()
        self._at_once: Counter[tuple[str, HalfTerm]] = Counter()
        self._of_home: Counter[str] = Counter()
        self._home_has: dict[str, int] = {}
        for leader in leaders:
            has = leader.home_school_half_days
            if has is not None:
                known = self._home_has.get(home_of(leader), has)
                self._home_has[home_of(leader)] = min(known, has)

    def take(self, need: NeedProfile, leader: LeaderProfile) -> None:
        """The leader is given to the need."""
        self._enter(need, leader, 1)

    def give_back(self, need: NeedProfile, leader: LeaderProfile) -> None:
        """What `take` took is free again."""
        self._enter(need, leader, -1)

    def half_days_left(self, leader: LeaderProfile) -> int:
        """Half-days of the year; below 0 where more is settled than there is."""
        return leader.half_days_left - self._half_days[leader.leader_id]

    def fits(self, need: NeedProfile, leader: LeaderProfile) -> bool:
        """Whether the leader has room for the need, of every kind."""
        home = home_of(leader)
        return (
            self.half_days_left(leader) >= need.half_days
            and all(self._free_in(need, leader, one) for one in HalfTerm)
            and self._of_home[home] + need.half_days
            <= self._home_has.get(home, self._of_home[home] + need.half_days)
        )

    def _free_in(self, need: NeedProfile, leader: LeaderProfile, one: HalfTerm) -> bool:
        key = (leader.leader_id, one)
        if occupies(need, one):
            limits = (leader.engagements_free, leader.engagements_by.get(one))
            if any(most is not None and self._at_once[key] >= most for most in limits):
                return False
        asked, has = half_days_in(need, one), leader.half_days_by.get(one)
        return not asked or has is None or self._in[key] + asked <= has

    def _enter(self, need: NeedProfile, leader: LeaderProfile, sign: int) -> None:
        self._half_days[leader.leader_id] += sign * need.half_days
        self._of_home[home_of(leader)] += sign * need.half_days
        for one in HalfTerm:
            self._in[leader.leader_id, one] += sign * half_days_in(need, one)
            self._at_once[leader.leader_id, one] += sign * occupies(need, one)


def home_of(leader: LeaderProfile) -> str:
    """The leader's home school; a leader of no known one is a home of their own."""
    return leader.home_school or f"the home of {leader.leader_id}"


def books_of(
    needs: Mapping[str, NeedProfile],
    leaders: Mapping[str, LeaderProfile],
    given: Mapping[str, str],
) -> Books:
    """The books of a plan: `given` maps need ids to leader ids."""
    books = Books(leaders.values())
    for need_id, leader_id in given.items():
        books.take(needs[need_id], leaders[leader_id])
    return books
