"""What would change if this leader were given to this need: for a coordinator, when they ask."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.matching.contrast import Change, Displacement, Verdict, contrast, in_words
from brokerage.needs.models import Need
from brokerage.pairings.shortlists import in_the_way, is_hushed
from brokerage.pairings.whole_plan import WholePlan, whole_plan


@dataclass(frozen=True)
class Moved:
    """One other need that would change: who is suggested for it, who would be, and the points that
    it would have more (or less)."""

    need: Need
    now: Leader | None
    then: Leader | None
    more: int
    only: bool


@dataclass(frozen=True)
class WhatIf:
    """The answer: ``says`` in sentences, the first the most important; ``moved`` the other needs
    that would change; ``tried`` whether the plan was worked out again for it, and ``worth`` what it
    would then have more (or less) in each of its aims, by name."""

    need: Need
    leader: Leader
    says: tuple[str, ...]
    moved: list[Moved]
    tried: bool
    worth: list[tuple[str, int]]
    found: Displacement


def what_if(session: Session, need: Need, leader_id: int, today: date, actor: Actor) -> WhatIf:
    """What giving the leader to the need would change, as ``actor`` may read it; raises NotFound
    for nobody on the register. The need must be ready."""
    plan = whole_plan(session, need.partnership_id, today, asking=need)
    leader = plan.leaders.get(str(leader_id))
    if leader is None:
        raise NotFound
    found = contrast(plan.standing, str(need.id), str(leader_id))
    needs = {key: f"{row.school.name} ({row.reference})" for key, row in plan.needs.items()}
    leaders = {key: row.person.name for key, row in plan.leaders.items()}
    return WhatIf(
        need=need,
        leader=leader,
        says=(*in_words(found, needs, leaders), *_tried_before(plan, leader))
        if found.bar is None
        else _left_out(plan, need, leader, actor),
        moved=[_moved(plan, change) for change in found.changes],
        tried=found.verdict in (Verdict.BETTER, Verdict.AS_GOOD, Verdict.COSTS),
        worth=list(zip(found.aims, found.worth, strict=True)),
        found=found,
    )


def _tried_before(plan: WholePlan, leader: Leader) -> tuple[str, ...]:
    """Why no plan would do by itself what is asked about, be it ever so good."""
    if str(leader.id) not in plan.tried_before:
        return ()
    name = leader.person.name
    return (
        f"No plan suggests {name} for this need by itself: they were asked for it, or had agreed "
        "to it, before.",
    )


def _left_out(plan: WholePlan, need: Need, leader: Leader, actor: Actor) -> tuple[str, ...]:
    """Every rule in the way, but for what is not for the actor to read."""
    profile, fit = plan.standing.needs[str(need.id)], plan.standing.leaders[str(leader.id)]
    score = plan.standing.score(profile.need_id, fit.leader_id)
    hushed = is_hushed(actor, need, leader)
    why = in_the_way(profile, fit, score, plan.standing.floor, hushed=hushed)
    return (f"{leader.person.name} is left out by the rules.", why)


def _moved(plan: WholePlan, change: Change) -> Moved:
    return Moved(
        need=plan.needs[change.need_id],
        now=plan.leaders.get(change.before or ""),
        then=plan.leaders.get(change.after or ""),
        more=change.points_after - change.points_before,
        only=change.only,
    )
