"""Whether leaders and home schools are asked for more than they have to give, in any half-term.

Part of the independent check, so written from the rules and sharing no code with the engine. Four
things run out: a leader's half-days, their half-days in one half-term, their engagements at once,
and the half-days of all leaders of one home school together. Engagements at once are counted in
each half-term: a need that names half-terms is there in those, one that names none in all six.
The half-days of a need are dealt out to its half-terms one at a time, from the earliest, as cards
are; a need that names none takes half-days from the whole year only.

Nobody can give more half-days or engagements than there are, so settled pairings are held to
those as well. They may already have filled a half-term or a home school beyond its limit, since
that is somebody's word given; what is not settled may then add nothing to it.

Cost: one look at each pair; six sums for each leader given.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from brokerage.matching.profiles import HalfTerm, LeaderProfile, NeedProfile

HALF_TERMS = tuple(HalfTerm)
EARLIEST_FIRST = {half_term: place for place, half_term in enumerate(HALF_TERMS)}

Given = tuple[NeedProfile, LeaderProfile, bool]
"""A need, the leader given to it, and whether that is settled."""
Taken = tuple[NeedProfile, bool]
"""The same, of one leader."""


def deal_out(need: NeedProfile) -> dict[HalfTerm, int]:
    """How many half-days each half-term of the need gets: it may be 0 for a later one."""
    players = sorted(need.half_terms, key=EARLIEST_FIRST.__getitem__)
    return {one: -((seat - need.half_days) // len(players)) for seat, one in enumerate(players)}


def overbooked(
    given: Iterable[Given], leaders: Mapping[str, LeaderProfile]
) -> Iterator[tuple[str, str]]:
    """(code, sentence) of everything that is asked for beyond what there is. `leaders` are all
    on the register by id: each may say what the home school has left."""
    pairs = list(given)
    of_leader: dict[str, list[Taken]] = {}
    for need, leader, settled in pairs:
        of_leader.setdefault(leader.leader_id, []).append((need, settled))
    for leader_id, taken in sorted(of_leader.items()):
        yield from _in_all(leaders[leader_id], taken)
        yield from _in_half_terms(leaders[leader_id], taken)
    yield from _of_home_schools(pairs, leaders.values())


def _in_all(leader: LeaderProfile, taken: Sequence[Taken]) -> Iterator[tuple[str, str]]:
    who, left, most = leader.leader_id, leader.half_days_left, leader.engagements_free
    half_days = sum(need.half_days for need, _ in taken)
    if half_days > left:
        yield "days", f"{who} is given {half_days} half-days and has {left} left."
    if most is not None and len(taken) > most:
        at_once = max(len(_there(taken, one)) for one in HALF_TERMS)
        if at_once > most:
            yield "engagements", f"{who} is given {at_once} engagements at once, may take {most}."


def _in_half_terms(leader: LeaderProfile, taken: Sequence[Taken]) -> Iterator[tuple[str, str]]:
    who = leader.leader_id
    for one, most in leader.engagements_by.items():
        there = _there(taken, one)
        if len(there) > most and not all(settled for _, settled in there):
            says = f"{who} is given {len(there)} engagements in {one}, may take {most}."
            yield "half_term", says
    for one, left in leader.half_days_by.items():
        dealt = [(deal_out(need).get(one, 0), settled) for need, settled in taken]
        half_days = sum(days for days, _ in dealt)
        if half_days > left and any(days and not settled for days, settled in dealt):
            yield "half_term", f"{who} is given {half_days} half-days in {one} and has {left}."


def _there(taken: Sequence[Taken], one: HalfTerm) -> list[Taken]:
    return [
        (need, settled) for need, settled in taken if not need.half_terms or one in need.half_terms
    ]


def _of_home_schools(
    pairs: Sequence[Given], leaders: Iterable[LeaderProfile]
) -> Iterator[tuple[str, str]]:
    """A leader of no known home school is one of their own; where leaders of one school differ in
    what it has left, the least counts."""
    left: dict[str, int] = {}
    for leader in leaders:
        if leader.home_school_half_days is not None:
            school, has = _home(leader), leader.home_school_half_days
            left[school] = min(left.get(school, has), has)
    if not left:
        return
    given: Counter[str] = Counter()
    new: Counter[str] = Counter()
    for need, leader, settled in pairs:
        given[_home(leader)] += need.half_days
        new[_home(leader)] += 0 if settled else need.half_days
    for school, has in sorted(left.items()):
        if given[school] > has and new[school]:
            yield "home_school", f"{school} gives {given[school]} half-days and has {has} left."


def _home(leader: LeaderProfile) -> str:
    if leader.home_school is None:
        return f"The home of {leader.leader_id}"
    return f"School {leader.home_school}"
