"""Reading engagements: who is what to one, who may see it, what is open in it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from brokerage.actor import HEADS, Actor
from brokerage.engagements.models import Engagement, Review, Visit
from brokerage.engagements.rules import EngagementState, ReviewKind, VisitState
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.life import Part
from brokerage.people.models import Person
from brokerage.people.queries import holders


def parts(actor: Actor, engagement: Engagement) -> set[Part]:
    """What the actor is to this engagement."""
    found = set()
    if engagement.partnership_id in actor.coordinates():
        found.add(Part.COORDINATOR)
    if engagement.urn in actor.heads():
        found.add(Part.HEAD)
    elif engagement.urn in actor.schools():
        found.add(Part.SCHOOL)
    if actor.person_id is not None and actor.person_id == engagement.leader.person_id:
        found.add(Part.LEADER)
    if engagement.leader.home_urn in actor.heads():
        found.add(Part.RELEASER)
    return found


def engagement_by_reference(session: Session, actor: Actor, reference: str) -> Engagement:
    """An engagement for somebody who has a part in it; raises NotFound."""
    engagement = session.scalar(_whole().where(Engagement.reference == reference))
    if engagement is None or not parts(actor, engagement):
        raise NotFound
    return engagement


def engagement_by_id(session: Session, engagement_id: int) -> Engagement:
    """An engagement by id; raises NotFound. Who may see it is the caller's business."""
    engagement = session.scalar(_whole().where(Engagement.id == engagement_id))
    if engagement is None:
        raise NotFound
    return engagement


def visit_by_id(session: Session, visit_id: int) -> Visit:
    """A visit by id; raises NotFound. Who may see it is the caller's business."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise NotFound
    return visit


def supported_head(session: Session, engagement: Engagement, day: date) -> Person | None:
    """The head of the supported school on ``day``, whoever that is by then."""
    heads = holders(session, day, *HEADS, urn=engagement.urn)
    return heads[0] if heads else None


def of_actor(actor: Actor) -> Select[Engagement]:
    """Engagements in which the actor has a part: as coordinator, school, leader or home school."""
    urns = actor.schools()
    return (
        select(Engagement)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(
            or_(
                Engagement.partnership_id.in_(actor.coordinates()),
                Engagement.urn.in_(urns),
                Leader.person_id == (actor.person_id or 0),
                Leader.home_urn.in_(actor.heads()),
            )
        )
    )


def live_of(
    session: Session, actor: Actor, states: Collection[EngagementState]
) -> list[Engagement]:
    """The actor's engagements in these states, newest agreement first."""
    query = of_actor(actor).where(Engagement.state.in_(states))
    query = query.options(selectinload(Engagement.visits))
    return list(session.scalars(query.order_by(Engagement.agreed_at.desc(), Engagement.id)))


def next_planned(engagement: Engagement) -> Visit | None:
    """The next visit that is planned."""
    planned = [v for v in engagement.visits if v.state is VisitState.PLANNED and v.planned_on]
    return min(planned, key=lambda v: (v.planned_on, v.id), default=None)


def review_of(engagement: Engagement, kind: ReviewKind) -> Review | None:
    return next((review for review in engagement.reviews if review.kind is kind), None)


def silent_consents(session: Session, today: date) -> list[int]:
    """Ids of logged visits whose days for disputing are over."""
    query = select(Visit.id).where(Visit.state == VisitState.LOGGED, Visit.consent_on < today)
    return list(session.scalars(query.order_by(Visit.id)))


def disputed(session: Session, partnership_ids: Collection[int]) -> list[Visit]:
    """Visits whose log the supported school disputes, oldest first."""
    query = (
        select(Visit)
        .join(Engagement, Engagement.id == Visit.engagement_id)
        .where(Visit.state == VisitState.DISPUTED, Engagement.partnership_id.in_(partnership_ids))
    )
    return list(session.scalars(query.order_by(Visit.disputed_at, Visit.id)))


def _whole() -> Select[Engagement]:
    return select(Engagement).options(
        selectinload(Engagement.visits),
        selectinload(Engagement.reviews),
        selectinload(Engagement.agreements),
    )
