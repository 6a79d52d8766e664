"""Is the whole plan good? Each pair's place in its need's own ranking, waste, and envy.

A plan is wasteful where a leader with room to spare would be better for a need than what it has:
that is never right, and the engine's answers have none. A need has justified envy where a leader
is given to another need that comes after it (less urgent, or as urgent and a poorer fit). Some
envy is right: taking the leader may cost more elsewhere than it gains, so envy is counted and each
case can be asked about (`contrast`), not forbidden.

Source: non-wastefulness and justified envy (Balinski and Sonmez 1999). Cost: for each need, those
who would be better for it than what it has, and what each of them has.
"""

from dataclasses import dataclass

from brokerage.matching.books import Books
from brokerage.matching.profiles import Urgency
from brokerage.matching.standing import Standing

RANK = {Urgency.URGENT: 2, Urgency.HIGH: 1, Urgency.NORMAL: 0}


@dataclass(frozen=True, slots=True)
class Ranking:
    """A pair of the plan: its leader is number `rank` of the `eligible` for the need (those who
    reach the floor); 0 for a pair that the rules or the floor would not have allowed."""

    need_id: str
    leader_id: str
    rank: int
    eligible: int


@dataclass(frozen=True, slots=True)
class Waste:
    """The leader has room, and would be better for the need than what the plan gives it."""

    need_id: str
    leader_id: str


@dataclass(frozen=True, slots=True)
class Envy:
    """The leader would be better for the need than what it has, and is with `given_to`, which
    comes after it and by itself takes the room that it wants."""

    need_id: str
    leader_id: str
    given_to: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What there is to say of a plan beside its worth."""

    rankings: tuple[Ranking, ...]
    waste: tuple[Waste, ...]
    envy: tuple[Envy, ...]

    @property
    def first_choices(self) -> int:
        """Pairs in which the need has the leader who fits it best of all."""
        return sum(one.rank == 1 for one in self.rankings)


def diagnose(standing: Standing) -> Diagnosis:
    """Rankings, waste and envy of a plan, each by need id and then by the need's own ranking.
    Settled pairings cannot envy or be envied; they are ranked all the same."""
    books = standing.books()
    waste: list[Waste] = []
    envy: list[Envy] = []
    for need_id in standing.needs:
        if need_id not in standing.settled:
            _look_at(standing, books, need_id, waste, envy)
    return Diagnosis(
        tuple(_ranking(standing, *pair) for pair in standing.given.items()),
        tuple(waste),
        tuple(envy),
    )


def _ranking(standing: Standing, need_id: str, leader_id: str) -> Ranking:
    could = standing.could(need_id)
    rank = could.index(leader_id) + 1 if leader_id in could else 0
    return Ranking(need_id, leader_id, rank, len(could))


def _look_at(
    standing: Standing, books: Books, need_id: str, waste: list[Waste], envy: list[Envy]
) -> None:
    need, holder = standing.needs[need_id], standing.given.get(need_id)
    has = standing.score(need_id, holder) if holder else -1
    if holder:
        books.give_back(need, standing.leaders[holder])
    for leader_id in standing.could(need_id):
        if standing.score(need_id, leader_id) <= has:
            break
        if books.fits(need, standing.leaders[leader_id]):
            waste.append(Waste(need_id, leader_id))
            continue
        envy += (
            Envy(need_id, leader_id, other)
            for other in standing.needs_of(leader_id)
            if _comes_before(standing, need_id, other, leader_id)
            and _fits_without(standing, books, need_id, other, leader_id)
        )
    if holder:
        books.take(need, standing.leaders[holder])


def _comes_before(standing: Standing, need_id: str, other: str, leader_id: str) -> bool:
    if other in standing.settled:
        return False
    mine, theirs = (
        (RANK[standing.needs[one].urgency], standing.score(one, leader_id))
        for one in (need_id, other)
    )
    return mine > theirs


def _fits_without(
    standing: Standing, books: Books, need_id: str, other: str, leader_id: str
) -> bool:
    leader = standing.leaders[leader_id]
    books.give_back(standing.needs[other], leader)
    fits = books.fits(standing.needs[need_id], leader)
    books.take(standing.needs[other], leader)
    return fits
