"""Reading changes: which is open, who is asked about it, who has answered."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from brokerage.actor import Actor, PostKind
from brokerage.engagements.agreement_models import Change, ChangeAnswer
from brokerage.engagements.change_rules import Asked, ChangeState, may_read_why, to_ask
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import leader_today, supported_head
from brokerage.engagements.queries import parts as parts
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import releaser_of
from brokerage.people.models import Person
from brokerage.people.queries import coordinator_of


def changes_of(session: Session, engagement: Engagement) -> list[Change]:
    """Every change that was proposed in an engagement, the earliest first."""
    query = select(Change).filter_by(engagement_id=engagement.id).order_by(Change.id)
    return list(session.scalars(query))


def unexplained(session: Session, actor: Actor, engagement: Engagement) -> set[int | None]:
    """Versions of the agreement that came of a change of which the actor may not read why."""
    mine = parts(actor, engagement)
    found = changes_of(session, engagement)
    return {one.agreement_number for one in found if not may_read_why(one.kind, mine)}


def open_change(session: Session, engagement: Engagement) -> Change | None:
    """The change that is being asked about; there is one at most."""
    query = select(Change).filter_by(engagement_id=engagement.id, state=ChangeState.PROPOSED)
    return session.scalar(query)


def change_by_id(session: Session, change_id: int) -> Change:
    """A change by id; raises NotFound. Who may see it is the caller's business."""
    change = session.get(Change, change_id)
    if change is None:
        raise NotFound
    return change


def change_of(session: Session, engagement: Engagement, change_id: int) -> Change:
    """A change of this engagement; raises NotFound."""
    change = change_by_id(session, change_id)
    if change.engagement_id != engagement.id:
        raise NotFound
    return change


def answer_by_id(session: Session, answer_id: int) -> ChangeAnswer:
    """An answer by id; raises NotFound."""
    given = session.get(ChangeAnswer, answer_id)
    if given is None:
        raise NotFound
    return given


def person_asked(
    session: Session, engagement: Engagement, asked: Asked, day: date
) -> Person | None:
    """Who answers as ``asked`` on ``day``, whoever that is by then; None where nobody is known."""
    if asked is Asked.LEADER:
        return leader_today(session, engagement, day)
    if asked is Asked.HEAD:
        return supported_head(session, engagement, day)
    if asked is Asked.RELEASER:
        return releaser_of(session, engagement.leader, day)
    return coordinator_of(session, engagement.partnership_id, day)


def answers_now(change: Change) -> list[ChangeAnswer]:
    """The answers that stand."""
    return [given for given in change.answers if given.undone_at is None]


def still_asked(session: Session, change: Change, day: date) -> dict[Asked, Person | None]:
    """Who is still to answer an open change, and who that is."""
    if change.state is not ChangeState.PROPOSED:
        return {}
    said = [given.asked for given in answers_now(change)]
    return {
        asked: person_asked(session, change.engagement, asked, day)
        for asked in to_ask(change.kind, said)
    }


def asked_as(session: Session, actor: Actor, change: Change, day: date) -> list[Asked]:
    """As what the actor is still to answer an open change; a coordinator is any of them."""
    return asked_among(actor, change, still_asked(session, change, day))


def asked_among(actor: Actor, change: Change, still: Mapping[Asked, Person | None]) -> list[Asked]:
    """As which of those still asked the actor answers."""
    coordinates = change.partnership_id in actor.coordinates()
    return [
        asked
        for asked, person in still.items()
        if (asked is Asked.COORDINATOR and coordinates)
        or (asked is not Asked.COORDINATOR and person is not None and person.id == actor.person_id)
    ]


def asked_of(session: Session, actor: Actor, day: date) -> list[Change]:
    """Open changes that the actor is asked about, as whom they touch."""
    if actor.person_id is None or not (actor.schools() or actor.holds(PostKind.SYSTEM_LEADER)):
        return []
    query = (
        select(Change)
        .join(Engagement, Engagement.id == Change.engagement_id)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(
            Change.state == ChangeState.PROPOSED,
            or_(
                Engagement.urn.in_(actor.heads()),
                Leader.person_id == actor.person_id,
                Leader.home_urn.in_(actor.schools()),
                Leader.releaser_id == actor.person_id,
            ),
        )
        .options(joinedload(Change.engagement))
        .order_by(Change.id)
    )
    return [
        change
        for change in session.scalars(query)
        if set(asked_as(session, actor, change, day)) - {Asked.COORDINATOR}
    ]
