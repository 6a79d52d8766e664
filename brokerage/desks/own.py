"""The desks of heads, leaders, new heads and buddies: what each is asked."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.clock import london_date
from brokerage.desks import of_changes
from brokerage.desks.case_studies import to_agree
from brokerage.desks.rules import Line
from brokerage.engagements import contact
from brokerage.engagements.lasting import asks_to_look_back, to_look_back_on
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import look_back_due_of, next_planned, review_of
from brokerage.engagements.rules import (
    EngagementState,
    ReviewKind,
    VisitState,
    mid_point_reached,
)
from brokerage.engagements.succession_queries import to_say_of
from brokerage.headships.desk import own_part
from brokerage.headships.queries import asked_for
from brokerage.headships.rules import BuddyingState
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.queries import asked_of
from brokerage.pairings.rules import Step

WRITERS = (*HEADS, PostKind.DEPUTY, PostKind.CHAIR, PostKind.TRUST_LEADER)
ASKS = {
    Step.RELEASE: ("May one of your staff help a school?", "Answer"),
    Step.CHOOSE: ("Somebody has been found for you", "Read and choose"),
    Step.ACCEPT: ("A school would like your support", "Read and answer"),
}


def lines(session: Session, actor: Actor, today: date, support: Iterable[Engagement]) -> list[Line]:
    """All lines of the actor's own desk, whatever posts they hold, in no order; ``support`` is what
    they give or get."""
    return [
        *_asked(session, actor, today),
        *_needs(session, actor),
        *_going_on(session, actor),
        *_engagements(actor, today, support),
        *_looking_back(session, actor, today),
        *of_changes.own(session, actor, today),
        *_buddying(session, actor, today),
        *to_agree(session, actor),
    ]


def _asked(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    for pairing in asked_of(session, actor, today):
        if pairing.step is None:
            continue
        what, action = ASKS[pairing.step]
        of_home = pairing.step is Step.RELEASE
        whom = pairing.leader.person.name if of_home else pairing.need.school.name
        values = {"reference": pairing.reference}
        later = _later("pairing", pairing.id, pairing.step.value)
        yield Line(what, whom, action, "pairings.answer", values, pairing.due_on, later=later)


def _needs(session: Session, actor: Actor) -> Iterator[Line]:
    """What a head is asked; of drafts also those that the actor wrote for another to send."""
    if not actor.schools(*WRITERS):
        return
    drafts = and_(Need.state == NeedState.DRAFT, Need.posted_by == actor.person_id)
    asked = Need.urn.in_(actor.heads()) & Need.state.in_((NeedState.ASKED, NeedState.DRAFT))
    query = select(Need).where(or_(asked, drafts))
    for need in session.scalars(query.order_by(Need.id)):
        values = {"reference": need.reference}
        if need.state is NeedState.ASKED:
            yield Line(
                "Your coordinator has a question",
                need.reference,
                "Answer",
                "needs.answer",
                values,
                later=_later("need", need.id, "question"),
            )
        else:
            yield Line(
                "A need is written and not sent",
                need.reference,
                "Look and send" if need.urn in actor.heads() else "Look at it",
                "needs.check",
                values,
            )


def _engagements(actor: Actor, today: date, support: Iterable[Engagement]) -> Iterator[Line]:
    for engagement in support:
        if engagement.leader.person_id == actor.person_id:
            yield from _for_leader(engagement, today)
        if engagement.urn in actor.heads():
            yield from _for_school(engagement, today)


def _going_on(session: Session, actor: Actor) -> Iterator[Line]:
    """Support that the actor takes over from somebody who was in their post before."""
    if not actor.schools():
        return
    for engagement, follows in to_say_of(session, actor):
        values = {"reference": engagement.reference, "succession_id": follows.id}
        what, whom = "Does this support go on?", engagement.leader.person.name
        yield Line(what, whom, "Read and say", "engagements.succession", values)


def _for_leader(engagement: Engagement, today: date) -> Iterator[Line]:
    whom = engagement.school.name
    if engagement.state is EngagementState.AGREED and engagement.first_contact_on is None:
        asked = today >= contact.due_on(engagement)
        yield _line(
            engagement,
            whom,
            "Ring the school for a first word",
            "Note that you spoke",
            opens="engagements.contact",
            later=_later("engagement", engagement.id, "first_contact") if asked else None,
        )
    visit = next_planned(engagement)
    if visit is not None and visit.planned_on is not None and visit.planned_on <= today:
        asked = visit.planned_on < today
        yield _line(
            engagement,
            whom,
            "A visit is to be logged",
            "Log it",
            opens="engagements.log",
            visit=visit.id,
            since=visit.planned_on,
            later=_later("engagement", engagement.id, "visit_log", visit.id) if asked else None,
        )


def _for_school(engagement: Engagement, today: date) -> Iterator[Line]:
    whom = engagement.leader.person.name
    due_on = contact.due_on(engagement)
    if contact.school_is_asked(engagement) and (engagement.first_contact_on or today >= due_on):
        yield _line(engagement, whom, "Have you spoken?", "Say yes or no")
    for visit in engagement.visits:
        if visit.state is VisitState.LOGGED:
            asks = "A visit was logged: is it right?"
            yield _line(engagement, whom, asks, "Look", due_on=visit.consent_on)
    if engagement.state is EngagementState.COMPLETED:
        where, later = "engagements.evaluation", _later("engagement", engagement.id, "evaluation")
        what, action = "What has changed?", "Say what has changed"
        yield _line(engagement, whom, what, action, opens=where, later=later)
    half_way = mid_point_reached(engagement.half_days, engagement.used)
    asked = engagement.state is EngagementState.ACTIVE and half_way
    if asked and review_of(engagement, ReviewKind.MID_POINT) is None:
        where, later = "engagements.mid_point", _later("engagement", engagement.id, "mid_point")
        what = "Half way: keep, change or stop?"
        yield _line(engagement, whom, what, "Say which", opens=where, later=later)


def _looking_back(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    for engagement in to_look_back_on(session, actor, today):
        due, whom = look_back_due_of(engagement, today), engagement.leader.person.name
        if due is None or engagement.over_at is None:
            continue
        kind = "look_back_3" if due is ReviewKind.LOOK_BACK_3 else "look_back_6"
        asked = asks_to_look_back(london_date(engagement.over_at), due, today)
        where = "engagements.look_back"
        later = _later("engagement", engagement.id, kind) if asked else None
        yield _line(engagement, whom, "Did it last?", "Look back", opens=where, later=later)


def _line(
    engagement: Engagement,
    whom: str,
    what: str,
    action: str,
    *,
    opens: str = "engagements.read",
    visit: int | None = None,
    due_on: date | None = None,
    since: date | None = None,
    later: dict[str, Any] | None = None,
) -> Line:
    """A line that ``opens`` just the form that it asks for (with which ``visit`` it is about)."""
    values: dict[str, Any] = {"reference": engagement.reference}
    if visit is not None:
        values["visit"] = visit
    return Line(what, whom, action, opens, values, due_on, since, later=later)


def _later(name: str, thing_id: int, kind: str, subject_id: int | None = None) -> dict[str, Any]:
    """Where one may say that one would rather be asked later."""
    about = thing_id if subject_id is None else subject_id
    return {"name": name, "thing": thing_id, "kind": kind, "about": about}


def _buddying(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    if actor.person_id is None:
        return
    headship, buddyings = own_part(session, actor.person_id)
    if headship is not None:
        yield Line(
            "Your first 100 days",
            headship.school.name,
            "Open your page",
            "headships.read",
            {"headship_id": headship.id},
        )
    for buddying in buddyings:
        asked = buddying.state is BuddyingState.ASKED
        yield Line(
            "A new head would like you as a buddy" if asked else "You are their buddy",
            asked_for(buddying, today) if asked else buddying.headship.person.name,
            "Answer" if asked else "Tick that you spoke",
            "buddies.read",
            {"buddying_id": buddying.id},
            buddying.due_on if asked else None,
        )
