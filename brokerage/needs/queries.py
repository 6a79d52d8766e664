"""Reading needs. Whose needs a person sees is decided here; anybody else's is not found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session, joinedload

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.life import Part
from brokerage.needs import rules
from brokerage.needs.models import Need
from brokerage.needs.promises import Due, PromiseDays, due
from brokerage.needs.rules import IN_QUEUE, LIVE, OVER, READERS, NeedFacts, NeedState, Urgency
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.queries import own_partnerships
from brokerage.people.models import Link, Person, Post
from brokerage.people.queries import coordinator_of, held_on, holders
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.schools.models import School
from brokerage.schools.rules import searchable
from brokerage.specialisms.queries import offered
from brokerage.specialisms.seed import SeededSpecialism
from brokerage.web.paging import Page, paged_things

URGENCY_RANK = case((Need.urgency == Urgency.URGENT, 0), (Need.urgency == Urgency.HIGH, 1), else_=2)
IN_QUEUE_ORDER = (URGENCY_RANK, Need.queue_by, Need.queue_since, Need.id)
"""Urgent first, then by promise, oldest first."""

STATES: dict[str, Collection[NeedState]] = {
    "queue": IN_QUEUE | {NeedState.ASKED},
    **{state.value: (state,) for state in NeedState if state is not NeedState.DRAFT},
    "over": OVER,
}


def calendar(session: Session, need: Need) -> SchoolCalendar:
    """The calendar in which a promise to the school is counted: its coordinator's."""
    return calendar_of(session, need.partnership_id, None)


def facts(need: Need) -> NeedFacts:
    return NeedFacts(
        urn=need.urn,
        partnership_id=need.partnership_id,
        state=need.state,
        posted_by=need.posted_by,
        head_agreed=need.head_agreed_on is not None,
    )


def parts(actor: Actor, need: Need) -> frozenset[Part]:
    """What the actor is to the need."""
    return rules.parts(actor, facts(need))


def promise_days(partnership: Partnership) -> PromiseDays:
    return PromiseDays(
        call=partnership.call_days,
        urgent_call=partnership.urgent_call_days,
        name=partnership.name_days,
        urgent_name=partnership.urgent_name_days,
    )


def due_of(session: Session, need: Need, today: date) -> Due | None:
    """What the need's school is waiting for now, by when, and how late we are."""
    return due(
        calendar(session, need),
        today,
        state=need.state,
        called=need.called_at is not None,
        call_by=need.call_by,
        name_by=need.name_by,
        asked_at=need.asked_at,
    )


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Needs that the actor may see: of the schools that they lead or are deputy of; those sent in
    the partnerships that they coordinate; and those that they posted for a school."""
    own = Need.posted_by == actor.person_id
    coordinates = Need.partnership_id.in_(actor.coordinates())
    return or_(
        and_(coordinates, or_(Need.state != NeedState.DRAFT, own)),
        Need.urn.in_(actor.schools(*READERS)),
        and_(own, Need.partnership_id.in_(actor.partnership_ids)),
    )


def need_in_scope(session: Session, actor: Actor, reference: str) -> Need:
    """The need of this reference, if the actor may see it; raises NotFound."""
    query = select(Need).where(Need.reference == reference.upper(), in_scope(actor))
    need = session.scalar(query.options(joinedload(Need.partnership), joinedload(Need.coordinator)))
    if need is None:
        raise NotFound
    return need


def need_to_triage(session: Session, actor: Actor, reference: str) -> Need:
    """The need of this reference, if the actor coordinates it; raises NotFound, as for another's
    draft, which nobody reads before it is sent."""
    need = need_in_scope(session, actor, reference)
    if need.partnership_id not in actor.coordinates():
        raise NotFound
    return need


def need_of_id(session: Session, actor: Actor, need_id: int) -> Need:
    """The need of this id, if the actor may see it; raises NotFound."""
    need = session.scalar(select(Need).where(Need.id == need_id, in_scope(actor)))
    if need is None:
        raise NotFound
    return need


def queue(
    session: Session,
    actor: Actor,
    number: int,
    *,
    state: str = "queue",
    urgency: str = "",
    school: str = "",
    text: str = "",
) -> Page[Need]:
    """A page of the needs of the actor's partnerships as a coordinator works them off."""
    query = select(Need).where(Need.partnership_id.in_(actor.coordinates()))
    query = query.where(Need.state.in_(STATES.get(state, STATES["queue"])))
    if urgency in list(Urgency):
        query = query.where(Need.urgency == Urgency(urgency))
    for word in searchable(school).split():
        found = select(School.urn).where(School.search_text.contains(word, autoescape=True))
        query = query.where(Need.urn.in_(found))
    for word in text.split():
        query = query.where(
            or_(
                Need.worry.icontains(word, autoescape=True),
                Need.whom.icontains(word, autoescape=True),
                Need.reference == word.upper(),
            )
        )
    return paged_things(session, query.order_by(*IN_QUEUE_ORDER), number)


def own_needs(session: Session, actor: Actor, number: int) -> Page[Need]:
    """A page of the needs of the actor's own schools, and of those they posted for others: what is
    unfinished first, then what is under way, then what is over, each newest first."""
    rank = case((Need.state == NeedState.DRAFT, 0), (Need.state.in_(LIVE), 1), else_=2)
    mine = or_(
        Need.urn.in_(actor.schools(*READERS)),
        and_(Need.posted_by == actor.person_id, Need.partnership_id.in_(actor.partnership_ids)),
    )
    query = select(Need).where(mine).order_by(rank, Need.posted_at.desc(), Need.id.desc())
    return paged_things(session, query, number)


def related(session: Session, need: Need) -> dict[str, list[Need]]:
    """The needs that belong with this one: what it scopes, its scoping visits, what it was split
    from and into."""
    ids = [number for number in (need.scoping_of, need.split_from) if number]
    query = select(Need).where(
        or_(Need.id.in_(ids), Need.scoping_of == need.id, Need.split_from == need.id)
    )
    found = list(session.scalars(query.order_by(Need.id)))
    return {
        "parent": [other for other in found if other.id == need.scoping_of],
        "scoping": [other for other in found if other.scoping_of == need.id],
        "split_from": [other for other in found if other.id == need.split_from],
        "split_into": [other for other in found if other.split_from == need.id],
    }


def heads_of(session: Session, urn: int, day: date) -> list[Person]:
    """Who leads the school on ``day``."""
    return holders(session, day, *HEADS, urn=urn)


@dataclass(frozen=True)
class HeadAsked:
    """When the head was last asked to send a draft, and by which names they go."""

    at: datetime
    names: list[str]


def head_asked(session: Session, need: Need) -> HeadAsked | None:
    """The last time that a deputy asked the head to send this draft; None where they did not."""
    query = select(Link).filter_by(subject="need draft", subject_id=need.id)
    links = list(session.scalars(query.order_by(Link.id.desc()).options(joinedload(Link.person))))
    if not links:
        return None
    at = links[0].made_at
    return HeadAsked(at, sorted({link.person.name for link in links if link.made_at == at}))


def leaders_in(session: Session, partnership_id: int, day: date) -> list[Leader]:
    """The leaders of a partnership, by name: to note whom a school would rather not have."""
    members = held_on(day).where(
        Post.kind == PostKind.SYSTEM_LEADER, Post.partnership_id == partnership_id
    )
    query = select(Leader).join(Leader.person).order_by(Person.name, Leader.id)
    return list(
        session.scalars(
            query.where(Leader.person_id.in_(members.with_only_columns(Post.person_id)))
        )
    )


def barred(session: Session, need: Need) -> list[tuple[int, str, str]]:
    """Whom the school would rather not have: leader id, name, reason."""
    reasons = {bar.leader_id: bar.reason for bar in need.bars}
    query = select(Leader).where(Leader.id.in_(reasons)).order_by(Leader.id)
    return [
        (leader.id, leader.person.name, reasons[leader.id]) for leader in session.scalars(query)
    ]


def areas(session: Session, partnership_ids: Collection[int]) -> list[SeededSpecialism]:
    """The areas of expertise that can be chosen in these partnerships."""
    return [
        SeededSpecialism(area.code, area.name, area.group, tuple(area.phases), tuple(area.aliases))
        for area in offered(session, partnership_ids)
    ]


def contacts(session: Session, actor: Actor, day: date) -> list[tuple[Partnership, Person | None]]:
    """Whom the actor can ring instead: their partnerships, each with its named coordinator."""
    mine = own_partnerships(session, actor)
    return [(partnership, coordinator_of(session, partnership.id, day)) for partnership in mine]


def schools_named(session: Session, urns: Collection[int]) -> list[School]:
    """These schools, by name: for somebody who leads several."""
    return list(session.scalars(select(School).where(School.urn.in_(urns)).order_by(School.name)))
