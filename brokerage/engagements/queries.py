"""Reading engagements: who is what to one, who may see it, what is open in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, selectinload

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.clock import london_date
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_waiting import waits_for_coordinator
from brokerage.engagements.models import Concern, Engagement, Outcome, Review, Succession, Visit
from brokerage.engagements.rules import (
    LIVE,
    OVER,
    UNDER_WAY,
    EngagementState,
    ReviewKind,
    VisitState,
    look_back_due,
)
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.life import Part
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on, holders
from brokerage.schools.models import School
from brokerage.schools.rules import searchable
from brokerage.web.paging import Page, paged_things

FOLLOWERS = HEADS | {PostKind.DEPUTY, PostKind.CHAIR, PostKind.TRUST_LEADER}
"""Posts of the supported school whose holders see where its support stands."""


def parts(actor: Actor, engagement: Engagement) -> set[Part]:
    """What the actor is to this engagement."""
    found = set()
    if engagement.partnership_id in actor.coordinates():
        found.add(Part.COORDINATOR)
    if engagement.urn in actor.heads():
        found.add(Part.HEAD)
    elif engagement.urn in actor.schools(*FOLLOWERS):
        found.add(Part.SCHOOL)
    me = actor.person_id is not None and actor.person_id == engagement.leader.person_id
    if me and engagement.partnership_id in actor.partnerships(PostKind.SYSTEM_LEADER):
        found.add(Part.LEADER)
    if _released(actor, engagement):
        found.add(Part.RELEASER)
    return found


def _released(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor leads the leader's home school, is the releaser named, or stands for it."""
    leader, me = engagement.leader, actor.person_id
    if me is None or me == leader.person_id:
        return False
    return leader.home_urn in actor.heads() or me in (leader.releaser_id, engagement.releaser_id)


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


def leader_today(session: Session, engagement: Engagement, day: date) -> Person | None:
    """The leader, while they are a system leader of the partnership."""
    person = engagement.leader.person
    serving = held_on(day).where(
        Post.person_id == person.id,
        Post.kind == PostKind.SYSTEM_LEADER,
        Post.partnership_id == engagement.partnership_id,
    )
    return person if person.active and session.scalar(serving.limit(1)) else None


def of_actor(actor: Actor) -> Select[Engagement]:
    """Engagements in which the actor has a part (see :func:`parts`): as coordinator, school, leader
    or releaser."""
    urns = actor.schools(*FOLLOWERS)
    return (
        select(Engagement)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(
            or_(
                Engagement.partnership_id.in_(actor.coordinates()),
                Engagement.urn.in_(urns),
                _leads(actor),
                _releases(actor),
            )
        )
    )


def _releases(actor: Actor) -> ColumnElement[bool]:
    """What :func:`_released` says of one engagement."""
    me = actor.person_id or 0
    return and_(
        Leader.person_id != me,
        or_(
            Leader.home_urn.in_(actor.heads()),
            Leader.releaser_id == me,
            Engagement.releaser_id == me,
        ),
    )


def _leads(actor: Actor) -> ColumnElement[bool]:
    """That the actor is its leader, and a system leader of its partnership still."""
    mine = actor.partnerships(PostKind.SYSTEM_LEADER)
    return and_(Leader.person_id == (actor.person_id or 0), Engagement.partnership_id.in_(mine))


def own_support(session: Session, actor: Actor) -> list[Engagement]:
    """Support that is under way, or of which the school is still to say what has changed: that
    which the actor gives, or their school gets; the newest agreement first."""
    urns = actor.schools(*HEADS, PostKind.DEPUTY)
    if not urns and not actor.holds(PostKind.SYSTEM_LEADER):
        return []
    query = (
        select(Engagement)
        .join(Engagement.leader)
        .where(or_(Engagement.urn.in_(urns), _leads(actor)))
        .where(Engagement.state.in_({*LIVE, EngagementState.COMPLETED}))
        .options(selectinload(Engagement.visits), selectinload(Engagement.reviews))
    )
    return list(session.scalars(query.order_by(Engagement.agreed_at.desc(), Engagement.id)))


@dataclass(frozen=True)
class Filters:
    """What narrows the list: a state, "under way" for all that are, or nothing; words that a
    school's name, number or place has."""

    state: str = ""
    school: str = ""


def engagements_page(
    session: Session, actor: Actor, filters: Filters, number: int
) -> Page[Engagement]:
    """A page of the actor's engagements: those not over first, then the latest agreed."""
    query = of_actor(actor)
    if filters.state == UNDER_WAY:
        query = query.where(Engagement.state.in_(LIVE))
    elif filters.state in tuple(EngagementState):
        query = query.where(Engagement.state == EngagementState(filters.state))
    words = searchable(filters.school).split()
    if words:
        query = query.join(School, School.urn == Engagement.urn)
        query = query.where(*(School.search_text.contains(w, autoescape=True) for w in words))
    over = case((Engagement.state.in_(OVER), 1), else_=0)
    query = query.order_by(over, Engagement.agreed_at.desc(), Engagement.id.desc())
    return paged_things(session, query, number, loading=[selectinload(Engagement.visits)])


def concerns_of(session: Session, actor: Actor, engagement: Engagement) -> list[Concern]:
    """Concerns about it: all for its coordinator, else the actor's own."""
    query = select(Concern).where(Concern.engagement_id == engagement.id)
    if engagement.partnership_id not in actor.coordinates():
        query = query.where(Concern.raised_by == (actor.person_id or 0))
    return list(session.scalars(query.order_by(Concern.raised_at, Concern.id)))


def concern_of(session: Session, actor: Actor, engagement: Engagement, concern_id: int) -> Concern:
    """A concern about this engagement that the actor may see; raises NotFound."""
    concerns = concerns_of(session, actor, engagement)
    concern = next((found for found in concerns if found.id == concern_id), None)
    if concern is None:
        raise NotFound
    return concern


def visit_of(engagement: Engagement, visit_id: int) -> Visit:
    """A visit of this engagement; raises NotFound."""
    visit = next((found for found in engagement.visits if found.id == visit_id), None)
    if visit is None:
        raise NotFound
    return visit


def outcome_of(engagement: Engagement, outcome_id: int) -> Outcome:
    """An outcome of this engagement; raises NotFound."""
    outcome = next((found for found in engagement.outcomes if found.id == outcome_id), None)
    if outcome is None:
        raise NotFound
    return outcome


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """Names by person id, as they are today."""
    wanted = {number for number in person_ids if number is not None}
    query = select(Person.id, Person.name).where(Person.id.in_(wanted))
    return {row.id: row.name for row in session.execute(query)}


def planned(engagement: Engagement) -> list[Visit]:
    """The visits still planned, the earliest first."""
    found = [v for v in engagement.visits if v.state is VisitState.PLANNED and v.planned_on]
    return sorted(found, key=lambda visit: (visit.planned_on, visit.id))


def next_planned(engagement: Engagement) -> Visit | None:
    """The next visit that is planned."""
    return next(iter(planned(engagement)), None)


def look_back_due_of(engagement: Engagement, today: date) -> ReviewKind | None:
    """Which look-back of the engagement is to be answered now."""
    over_on = london_date(engagement.over_at) if engagement.over_at else None
    answered = {review.kind for review in engagement.reviews}
    return look_back_due(engagement.state, over_on, answered, today)


def review_of(engagement: Engagement, kind: ReviewKind) -> Review | None:
    return next((review for review in engagement.reviews if review.kind is kind), None)


def silent_consents(session: Session, today: date) -> list[int]:
    """Ids of logged visits whose days for disputing are over."""
    query = select(Visit.id).where(Visit.state == VisitState.LOGGED, Visit.consent_on < today)
    return list(session.scalars(query.order_by(Visit.id)))


def unsettled(
    session: Session, partnership_ids: Collection[int], today: date
) -> list[tuple[Engagement, Visit | None, Concern | None, Change | None]]:
    """What a coordinator is to settle: each visit whose log the supported school disputes, each
    concern, and each change that waits for them, with its engagement; in no order."""
    none = cast(null(), Integer)  # PostgreSQL wants to know of what kind
    wrong = select(
        Visit.id, Visit.engagement_id, none.label("concern_id"), none.label("change_id")
    ).where(Visit.state == VisitState.DISPUTED)
    raised = select(none.label("id"), Concern.engagement_id, Concern.id, none.label("change_id"))
    asked = select(none.label("id"), Change.engagement_id, none.label("concern_id"), Change.id)
    every = union_all(
        wrong, raised.where(Concern.settled_at.is_(None)), asked.where(waits_for_coordinator(today))
    ).subquery()
    query = (
        select(Engagement, Visit, Concern, Change)
        .join(every, every.c.engagement_id == Engagement.id)
        .outerjoin(Visit, Visit.id == every.c.id)
        .outerjoin(Concern, Concern.id == every.c.concern_id)
        .outerjoin(Change, Change.id == every.c.change_id)
        .where(Engagement.partnership_id.in_(partnership_ids))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def _whole() -> Select[Engagement]:
    return select(Engagement).options(
        selectinload(Engagement.visits),
        selectinload(Engagement.reviews).selectinload(Review.findings),
        selectinload(Engagement.outcomes),
        selectinload(Engagement.agreements),
        selectinload(Engagement.phone_notes),
        selectinload(Engagement.successions).joinedload(Succession.person),
    )
