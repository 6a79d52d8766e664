""" "She is eligible and scores more, why not her?": what giving her to the need would change.

The question is answered by trying it. The pair is forced, the neighbourhood of the plan is solved
again around it, and the two plans are laid side by side: what this need gains, which needs change
to whom, which lose their leader, and what the whole plan is worth more or less. Where a rule or
the floor stands in the way, or they can be had for nothing, that is the answer.

Source: contrastive explanations by forced re-solve (Zehtabi and others 2023). Cost: one re-solve
of a neighbourhood (`resolving`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from brokerage.matching.eligibility import Bar, first_bar
from brokerage.matching.objectives import Worth
from brokerage.matching.plans import PinsError
from brokerage.matching.quantities import and_list
from brokerage.matching.resolving import beyond, part_around, resolved
from brokerage.matching.standing import Standing, less


class Verdict(StrEnum):
    """What came of forcing the pair."""

    THEIRS_ALREADY = "the plan gives them this need"
    BARRED = "a rule stands in the way"
    BELOW_FLOOR = "they score below the floor"
    SETTLED = "what is settled already leaves no room"
    BETTER = "the plan would be better"
    AS_GOOD = "the plan would be as good"
    COSTS = "the plan would be worse"


@dataclass(frozen=True, slots=True)
class Change:
    """One other need: its leader in the plan and in the forced one (None: nobody), and the points
    of each (0 for nobody). `only`: the leader it had is the only one who could do it."""

    need_id: str
    before: str | None
    after: str | None
    points_before: int
    points_after: int
    only: bool

    @property
    def lost(self) -> bool:
        """Whether the need had a leader and would have none."""
        return self.before is not None and self.after is None


@dataclass(frozen=True, slots=True)
class Displacement:
    """What giving `leader_id` to `need_id` would change.

    `instead_of` is whom the plan gives the need; `gains` the points that this need has more (or
    less) by the change; `worth` what the whole plan has more (or less) in each of the `aims` that
    count (not those that only break ties). `given` is the changed plan, which keeps every rule;
    `within` how many needs were free to change, `exact` whether no better way to make room was
    possible among them. For the verdicts that need no re-solve only `bar` or `gains` say
    something: there `gains` is how far above (below) the floor the leader scores.
    """

    need_id: str
    leader_id: str
    verdict: Verdict
    instead_of: str | None = None
    gains: int = 0
    changes: tuple[Change, ...] = ()
    worth: Worth = ()
    aims: tuple[str, ...] = ()
    given: Mapping[str, str] | None = None
    exact: bool = True
    within: int = 0
    bar: Bar | None = None

    @property
    def losers(self) -> tuple[Change, ...]:
        """Other needs that would lose their leader and get nobody."""
        return tuple(change for change in self.changes if change.lost)


def contrast(standing: Standing, need_id: str, leader_id: str) -> Displacement:
    """What giving this leader to this need would change in the plan as it stands."""
    need, leader = standing.needs[need_id], standing.leaders[leader_id]
    holder = standing.given.get(need_id)
    if holder == leader_id:
        return Displacement(need_id, leader_id, Verdict.THEIRS_ALREADY, holder)
    bar = first_bar(need, leader)
    if bar is not None:
        return Displacement(need_id, leader_id, Verdict.BARRED, holder, bar=bar)
    above = standing.score(need_id, leader_id) - standing.floor
    if above < 0:
        return Displacement(need_id, leader_id, Verdict.BELOW_FLOOR, holder, above)
    if need_id in standing.settled:
        return Displacement(need_id, leader_id, Verdict.SETTLED, holder)
    return _forced(standing, need_id, leader_id)


def _forced(standing: Standing, need_id: str, leader_id: str) -> Displacement:
    holder = standing.given.get(need_id)
    touched = [*standing.needs_of(leader_id), need_id]
    part = part_around(standing, touched, [one for one in (leader_id, holder) if one])
    try:
        found, exact = resolved(standing, part, {need_id: leader_id})
    except PinsError:
        return Displacement(need_id, leader_id, Verdict.SETTLED, holder)
    before = {n: standing.given[n] for n in part.needs if n in standing.given}
    certified = standing.objective.certified
    worth = less(standing.worth(found), standing.worth(before))[:certified]
    verdict = Verdict.BETTER if any(worth) else Verdict.AS_GOOD
    return Displacement(
        need_id,
        leader_id,
        Verdict.COSTS if worth < (0,) * certified else verdict,
        instead_of=holder,
        gains=_points(standing, need_id, leader_id) - _points(standing, need_id, holder),
        changes=tuple(
            _change(standing, one, found.get(one))
            for one in part.movable
            if one != need_id and found.get(one) != standing.given.get(one)
        ),
        worth=worth,
        aims=standing.objective.aims[:certified],
        given=beyond(standing, part) | found,
        exact=exact,
        within=len(part.movable),
    )


def _points(standing: Standing, need_id: str, leader_id: str | None) -> int:
    return standing.score(need_id, leader_id) if leader_id else 0


def _change(standing: Standing, need_id: str, after: str | None) -> Change:
    before = standing.given.get(need_id)
    return Change(
        need_id,
        before,
        after,
        _points(standing, need_id, before),
        _points(standing, need_id, after),
        only=before is not None and standing.could(need_id) == (before,),
    )


def in_words(
    found: Displacement, needs: Mapping[str, str], leaders: Mapping[str, str]
) -> tuple[str, ...]:
    """The answer for a coordinator, a sentence at a time; `needs` and `leaders` are what people
    call them, by id."""
    who = leaders[found.leader_id]
    short = {
        Verdict.THEIRS_ALREADY: f"{who} is suggested for this need already.",
        Verdict.BARRED: f"{who}: {found.bar.says if found.bar else ''}.",
        Verdict.BELOW_FLOOR: f"{who} scores {-found.gains} points too few for the floor.",
        Verdict.SETTLED: f"What is settled already leaves no room for {who} here.",
    }
    if found.verdict in short:
        return (short[found.verdict],)
    moved = [change for change in found.changes if not change.lost]
    return (
        _gain(found, who, needs, leaders),
        *(_moved(change, needs, leaders) for change in moved),
        _whole(found),
    )


def _gain(
    found: Displacement, who: str, needs: Mapping[str, str], leaders: Mapping[str, str]
) -> str:
    if found.instead_of is None:
        does = f"Giving {who} here finds this need a leader, at {found.gains} points,"
    else:
        change = f"gains {found.gains}" if found.gains >= 0 else f"takes {-found.gains}"
        side = "for" if found.gains >= 0 else "from"
        points = "point" if abs(found.gains) == 1 else "points"
        instead = leaders[found.instead_of]
        does = f"Giving {who} here in place of {instead} {change} {points} {side} this need"
    costs = [
        f"costs {needs[one.need_id]} {'its only leader' if one.only else 'its leader'}"
        for one in found.losers
    ]
    if costs:
        return f"{does} and {and_list(costs)}."
    return f"{does} and leaves no other need without its leader."


def _moved(change: Change, needs: Mapping[str, str], leaders: Mapping[str, str]) -> str:
    after = leaders[change.after or ""]
    if change.before is None:
        return f"{needs[change.need_id]}, which has nobody, would have {after}."
    more = change.points_after - change.points_before
    points = (
        f"{abs(more)} {'point' if abs(more) == 1 else 'points'} {'more' if more > 0 else 'less'}"
    )
    fits = f"at {points}" if more else "for as many points"
    instead = leaders[change.before]
    return f"{needs[change.need_id]} would have {after} in place of {instead}, {fits}."


def _whole(found: Displacement) -> str:
    if found.verdict is Verdict.AS_GOOD:
        return "The plan as a whole would be as good: choose as you see fit."
    parts = [_aim(aim, more) for aim, more in zip(found.aims, found.worth, strict=True) if more]
    if found.verdict is Verdict.BETTER:
        return f"The plan as a whole would be better, with {and_list(parts)}."
    return f"The plan as a whole would be worse, with {and_list(parts)}."


def _aim(aim: str, more: int) -> str:
    """ "1 fewer urgent need placed", "2 more needs placed in all", "790 fewer points"."""
    what, where = {
        "urgent placed": ("urgent need", " placed"),
        "high placed": ("high need", " placed"),
        "all placed": ("need", " placed in all"),
    }.get(aim, ("point", ""))
    many = "more" if more > 0 else "fewer"
    return f"{abs(more)} {many} {what}{'' if abs(more) == 1 else 's'}{where}"
