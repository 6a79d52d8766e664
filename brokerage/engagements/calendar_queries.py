"""Reading people's own calendars: whose an address is, and which visits stand in it."""

import hmac
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.engagements.calendar_models import CalendarFeed
from brokerage.engagements.diary import Entry, entry
from brokerage.engagements.models import Engagement, Visit
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.life import Part
from brokerage.people.links import signature
from brokerage.people.queries import actor_for
from brokerage.web.addresses import is_id

PAST = timedelta(days=90)
"""For so long a visit stays in the calendar."""


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """The person's calendar address that works, if they have one."""
    query = select(CalendarFeed).filter_by(person_id=person_id, revoked_at=None)
    return session.scalars(query.order_by(CalendarFeed.id.desc()).limit(1)).first()


def token(feed: CalendarFeed) -> str:
    """What stands in the feed's address. It is derived each time and never kept."""
    return f"{feed.id}-{_signature(feed)}"


def _signature(feed: CalendarFeed) -> str:
    return signature(f"calendar:{feed.id}:{feed.nonce}:{feed.person_id}")


def feed_of_token(session: Session, given: str, day: date) -> tuple[CalendarFeed, Actor]:
    """The feed of this token, and its person with the posts that they hold on ``day``. Raises
    NotFound for one that never was or works no more, and for somebody who holds no post."""
    number, _, signed = given.partition("-")
    feed = session.get(CalendarFeed, int(number)) if is_id(number) else None
    if feed is None or not hmac.compare_digest(_signature(feed).encode(), signed.encode()):
        raise NotFound
    person = actor_for(session, feed.person_id, day, via="link")
    if feed.revoked_at is not None or not person.posts:
        raise NotFound
    return feed, person


def broken(session: Session) -> Iterator[str]:
    """For `brokerage check`: a sentence for each person with two addresses that work."""
    query = select(CalendarFeed.person_id).where(CalendarFeed.revoked_at.is_(None))
    query = query.group_by(CalendarFeed.person_id).having(func.count() > 1)
    for person_id in session.scalars(query.order_by(CalendarFeed.person_id)):
        yield f"Person {person_id} has more than one calendar address that works."


def visits_in_calendar(session: Session, actor: Actor, today: date) -> list[Entry]:
    """The visits that the actor makes as a leader, or that are made to a school that they lead: all
    to come, and those of the last ninety days. A coordinator's own calendar has none."""
    of_leader = and_(
        Leader.person_id == (actor.person_id or 0),
        Engagement.partnership_id.in_(actor.partnerships(PostKind.SYSTEM_LEADER)),
    )
    day = func.coalesce(Visit.happened_on, Visit.planned_on)
    query = (
        select(Visit, Engagement)
        .join(Engagement, Engagement.id == Visit.engagement_id)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(or_(of_leader, Engagement.urn.in_(actor.heads())), day >= today - PAST)
        .order_by(day, Visit.id)
    )
    found = (
        entry(visit, engagement, _part(actor, engagement))
        for visit, engagement in session.execute(query)
    )
    return [one for one in found if one is not None]


def _part(actor: Actor, engagement: Engagement) -> Part:
    mine = engagement.leader.person_id == actor.person_id
    return Part.LEADER if mine else Part.HEAD
