"""What is scarce where: what one more leader, or a few more days of one, would place.

A price says which leader's days are most fought over, not what one more day would do: needs come
in lumps, and a day that is too short for any of them places nobody. So prices (or, without them,
the number of needs that wait for a leader's days) only choose what to try, and each thing said
has been tried: the neighbourhood is solved with and without the additional days and the two are
compared, so that nothing is put down to the days which could have been had without them.

Source: shadow prices as a guide, resource what-ifs for the answer (parametric re-solve). Cost: two
re-solves of a neighbourhood for each thing tried, `MOST_TRIED` of each kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from brokerage.matching.books import Books
from brokerage.matching.eligibility import is_eligible
from brokerage.matching.profiles import Claim, LeaderProfile, Phase, Place, Urgency
from brokerage.matching.resolving import beyond, part_around, resolved
from brokerage.matching.standing import Standing
from brokerage.matching.unmet import UnmetRow

MOST_TRIED = 6
"""Leaders, and groups of unmet need, that are tried."""
LOOKED_AT = 2_000
"""Partial plans looked at for each re-solve."""
A_DAY = 2
"""Half-days."""
MOST_MORE = 10
"""Half-days beyond which nobody is asked for more: then it takes another leader."""
NEW_HALF_DAYS, NEW_ENGAGEMENTS, NEW_METRES = 20, 2, 25_000
"""What an additional leader is taken to give: ten days, two engagements at once, 25 km."""
SOMEBODY_NEW = "(somebody new)"


@dataclass(frozen=True, slots=True)
class Gain:
    """What more days would do. `leader_id` None: an additional leader at `place`.

    `more` needs (net) would be placed, `urgent` of them urgent; `placed` are those that had nobody
    and now would, `given` the plan that does it, in which `leader_after` is the leader with the
    additional days.
    """

    specialism: str
    phase: Phase
    place: str
    leader_id: str | None
    half_days: int
    more: int
    urgent: int
    placed: tuple[str, ...]
    given: Mapping[str, str]
    leader_after: LeaderProfile


def worth_of_more_days(
    standing: Standing,
    place_of: Mapping[str, str],
    *,
    prices: Mapping[str, int] | None = None,
) -> tuple[Gain, ...]:
    """Leaders of whom one more day would place more needs, or if one does not the fewest days that
    may, up to `MOST_MORE`; the most needs first. `prices` per half-day by leader id choose whom to
    try, where the plan has them."""
    books = standing.books()
    wanted = {
        one.leader_id: short
        for one in standing.leaders.values()
        if (short := _short(standing, books, one))
    }
    dear = prices or {}
    order = sorted(wanted, key=lambda one: (-dear.get(one, 0), -len(wanted[one]), one))
    found = []
    for leader_id in order[:MOST_TRIED]:
        leader = standing.leaders[leader_id]
        for half_days in _worth_trying(wanted[leader_id]):
            more = replace(leader, half_days_left=leader.half_days_left + half_days)
            gain = _tried(standing, more, half_days, place_of)
            if gain is not None:
                found.append(gain)
                break
    return tuple(sorted(found, key=_most_first))


def worth_of_another_leader(
    standing: Standing, rows: Iterable[UnmetRow], place_of: Mapping[str, str]
) -> tuple[Gain, ...]:
    """What one more leader of the specialism, phase and place of each of these lines of the ledger
    would place, the first `MOST_TRIED` lines; the most needs first."""
    found = []
    for row in list(rows)[:MOST_TRIED]:
        gain = _tried(standing, _newcomer(standing, row), NEW_HALF_DAYS, place_of)
        if gain is not None:
            found.append(replace(gain, specialism=row.specialism, phase=row.phase, place=row.place))
    return tuple(sorted(found, key=_most_first))


def _worth_trying(wanted: Mapping[str, int]) -> list[int]:
    """A day, and beyond it the half-days with which one more need would fit."""
    return sorted({max(half_days, A_DAY) for half_days in wanted.values()} | {A_DAY})


def _most_first(gain: Gain) -> tuple[int, int, int, str, str, str]:
    who = gain.leader_id or ""
    return -gain.urgent, -gain.more, gain.half_days, gain.specialism, gain.place, who


def _short(standing: Standing, books: Books, leader: LeaderProfile) -> dict[str, int]:
    """Unplaced needs that wait for this leader's days alone, with the half-days wanting now."""
    rich = replace(leader, half_days_left=leader.half_days_left + MOST_MORE)
    left, found = books.half_days_left(leader), {}
    for need_id in standing.unplaced():
        need = standing.needs[need_id]
        if need.specialism in leader.specialisms and left < need.half_days <= left + MOST_MORE:
            scored = standing.score(need_id, leader.leader_id)
            if is_eligible(need, rich) and scored >= standing.floor:
                found[need_id] = need.half_days - left
    return found


def _newcomer(standing: Standing, row: UnmetRow) -> LeaderProfile:
    """Somebody in the middle of the needs of this line, with a home school of their own."""
    places = [p for one in row.need_ids if (p := standing.needs[one].place) is not None]
    middle = None
    if places:
        east = sum(place.easting for place in places) // len(places)
        north = sum(place.northing for place in places) // len(places)
        middle = Place(east, north)
    return LeaderProfile(
        leader_id=SOMEBODY_NEW,
        specialisms={row.specialism: Claim()},
        phases=(row.phase,),
        half_days_left=NEW_HALF_DAYS,
        engagements_free=NEW_ENGAGEMENTS,
        max_metres=NEW_METRES,
        place=middle,
    )


def _tried(
    standing: Standing, leader: LeaderProfile, half_days: int, place_of: Mapping[str, str]
) -> Gain | None:
    """What the plan gains by this leader as they then are; None for no need more."""
    old = standing.leaders.get(leader.leader_id)
    changed = standing.with_leader(leader)
    who = leader.leader_id
    touched = {n for n in changed.unplaced() if who in changed.could(n)}
    touched.update(standing.needs_of(who))
    part = part_around(changed, touched, [who])
    after, _ = resolved(changed, part, most=LOOKED_AT)
    known = part if old else replace(part, leaders=tuple(o for o in part.leaders if o != who))
    before, _ = resolved(standing, known, most=LOOKED_AT)
    more = len(after) - len(before)
    if more < 1:
        return None
    placed = tuple(sorted(after.keys() - before.keys()))
    urgent = sum(_urgent(standing, one) for one in after) - sum(
        _urgent(standing, one) for one in before
    )
    first = standing.needs[placed[0]]
    return Gain(
        specialism=first.specialism,
        phase=first.phase,
        place=place_of[first.need_id],
        leader_id=who if old else None,
        half_days=half_days,
        more=more,
        urgent=urgent,
        placed=placed,
        given=beyond(standing, part) | after,
        leader_after=leader,
    )


def _urgent(standing: Standing, need_id: str) -> bool:
    return standing.needs[need_id].urgency is Urgency.URGENT
