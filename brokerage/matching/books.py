"""What each leader has left beside what a plan gives them.

Four things run out: a leader's half-days, their half-days in one half-term, their engagements at
once (counted in each half-term), and the half-days of all leaders of one home school together.
The books of a plan keep all four, so that "is there room?" and "make room" are single questions.

Cost: a few additions for each need taken or given back; at most six comparisons to ask.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from brokerage.matching.profiles import HalfTerm, LeaderProfile, NeedProfile

HALF_TERMS = tuple(HalfTerm)
MANY = 1 << 30
"""More half-days or engagements than anybody has."""


@lru_cache(maxsize=4096)
def _half_terms_of(half_terms: frozenset[HalfTerm], half_days: int) -> tuple[tuple[int, int], ...]:
    """(half-term, half-days in it) of each half-term in which a need takes an engagement: the
    earlier ones get what is over; all six, and no half-days of theirs, where it names none."""
    if not half_terms:
        return tuple((place, 0) for place in range(len(HALF_TERMS)))
    named = [place for place, one in enumerate(HALF_TERMS) if one in half_terms]
    each, over = divmod(half_days, len(named))
    return tuple((place, each + (turn < over)) for turn, place in enumerate(named))


class _Taken:
    """What one leader gives: half-days in all; half-days and engagements in each half-term."""

    __slots__ = ("at_once", "half_days", "of")

    def __init__(self) -> None:
        self.half_days = 0
        self.of = [0] * len(HALF_TERMS)
        self.at_once = [0] * len(HALF_TERMS)


class Books:
    """The books of one plan; needs and leaders are named by their ids."""

    def __init__(self, leaders: Iterable[LeaderProfile]) -> None:
        self._by: defaultdict[str, _Taken] = defaultdict(_Taken)
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
        return leader.half_days_left - self._by[leader.leader_id].half_days

    def fits(self, need: NeedProfile, leader: LeaderProfile) -> bool:
        """Whether the leader has room for the need, of every kind."""
        if self.half_days_left(leader) < need.half_days:
            return False
        if self._home_has:
            home = home_of(leader)
            has = self._home_has.get(home)
            if has is not None and self._of_home[home] + need.half_days > has:
                return False
        return self._has_turn(need, leader) and self._has_half_terms(need, leader)

    def _has_turn(self, need: NeedProfile, leader: LeaderProfile) -> bool:
        """Whether one more engagement at once is free wherever the need takes one."""
        most = leader.engagements_free
        if most is None:
            return True
        at_once = self._by[leader.leader_id].at_once
        return all(
            at_once[place] < most for place, _ in _half_terms_of(need.half_terms, need.half_days)
        )

    def _has_half_terms(self, need: NeedProfile, leader: LeaderProfile) -> bool:
        """Whether the half-terms in which less is free than usually have room."""
        if not leader.engagements_by and not leader.half_days_by:
            return True
        taken = self._by[leader.leader_id]
        for place, half_days in _half_terms_of(need.half_terms, need.half_days):
            one = HALF_TERMS[place]
            if taken.at_once[place] >= leader.engagements_by.get(one, MANY):
                return False
            if half_days and taken.of[place] + half_days > leader.half_days_by.get(one, MANY):
                return False
        return True

    def _enter(self, need: NeedProfile, leader: LeaderProfile, sign: int) -> None:
        taken = self._by[leader.leader_id]
        taken.half_days += sign * need.half_days
        if self._home_has:
            self._of_home[home_of(leader)] += sign * need.half_days
        for place, half_days in _half_terms_of(need.half_terms, need.half_days):
            taken.of[place] += sign * half_days
            taken.at_once[place] += sign


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
