"""What stands beside the lines of a desk: own needs, support under way, days left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import next_planned
from brokerage.engagements.rules import LIVE
from brokerage.leaders.models import DaysAccount
from brokerage.leaders.queries import find_leader
from brokerage.leaders.rules import Accepting
from brokerage.needs.models import Need
from brokerage.needs.rules import LIVE as LIVE_NEEDS

SHOWN = 5


@dataclass(frozen=True)
class Support:
    """An engagement at a glance: the next day on which the leader comes, days used and agreed."""

    engagement: Engagement
    next_on: date | None


@dataclass(frozen=True)
class Glance:
    """What a person sees beside their lines. ``account`` and ``accepting`` are a leader's own."""

    needs: list[Need]
    support: list[Support]
    account: DaysAccount | None
    leader_id: int | None
    accepting: Accepting | None


def glance(session: Session, actor: Actor, today: date, support: Iterable[Engagement]) -> Glance:
    """The actor's own needs and support (not those that they coordinate), newest first."""
    urns = actor.schools(*HEADS, PostKind.DEPUTY)
    needs: list[Need] = []
    if urns:
        query = select(Need).where(Need.urn.in_(urns), Need.state.in_(LIVE_NEEDS))
        needs = list(session.scalars(query.order_by(Need.id.desc()).limit(SHOWN)))
    under_way = [
        Support(engagement, visit.planned_on if (visit := next_planned(engagement)) else None)
        for engagement in support
        if engagement.state in LIVE
    ]
    leader = None
    if actor.person_id is not None and actor.holds(PostKind.SYSTEM_LEADER):
        leader = find_leader(session, actor.person_id)
    return Glance(
        needs,
        under_way[:SHOWN],
        leader.account_of(today) if leader else None,
        leader.id if leader else None,
        leader.accepting_on(today) if leader else None,
    )
