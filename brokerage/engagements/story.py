"""What the timeline tells beside visits, agreements and reviews: what was done, from the ledger;
who was asked for what, from the links that were mailed; what a coordinator wrote.

Each row of the tables says who may read it, so that nothing private comes along. What
changed in the agreement, pauses among it, the timeline tells from the changes themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.engagements import telling
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.radar_models import RadarMessage
from brokerage.engagements.rules import WORKERS, Side
from brokerage.ledger.models import LedgerEntry
from brokerage.life import Part
from brokerage.people.models import Link
from brokerage.web.words import days, short_day

ALL = frozenset({Part.HEAD, Part.SCHOOL, Part.LEADER, Part.RELEASER, Part.COORDINATOR})
COORDINATORS = frozenset({Part.COORDINATOR})

MOVED, PLANNED, RESOLVED = "visit.moved", "visit.planned", "visit.resolved"
CORRECTED = "visit.corrected"
TOLD: dict[str, tuple[str, frozenset[Part]]] = {
    "engagement.complete": ("The visits are done", ALL),
    "engagement.undo_complete": ("The visits are not done after all", ALL),
    "engagement.not_yet_spoken": ("Somebody said that they had not spoken yet", COORDINATORS),
    "engagement.school_spoke": ("The school said that they have spoken", COORDINATORS),
    "engagement.school_not_rung": ("The school said that nobody has rung", COORDINATORS),
    PLANNED: ("A visit was planned", ALL),
    MOVED: ("A visit was moved", ALL),
    CORRECTED: ("The note of a visit was corrected", WORKERS),
    "visit.agreed": ("The school said that a visit’s log is right", WORKERS),
    "visit.disputed": ("The school said that a visit’s log is not right", WORKERS),
    RESOLVED: ("The coordinator settled what was disputed", WORKERS),
}
"""Actions of the ledger that the timeline tells: in which words, and to whom. Whoever did a thing
may always read that they did."""

LEFT = {
    Side.SUPPORTED: "The head has left their post",
    Side.HOME: "Who released the leader has left their post",
    Side.LEADER: "The leader has left their post",
}
HANDED_OVER: dict[str, tuple[str, frozenset[Part]]] = {
    "succession.found": ("{left}", WORKERS),
    "succession.told": ("{whom} follows, and was told of this support", WORKERS),
    "succession.agreed": ("{whom} goes on with this support", WORKERS),
    "succession.talk": ("{whom} would rather talk first", COORDINATORS),
}
"""The same of who follows whom in post; at the home school, whoever releases the leader reads it
too."""

ASKED = {
    telling.AGREEMENT: "was sent the agreement",
    telling.CONTACT: "was asked whether they had spoken",
    telling.SCHOOL_CONTACT: "was asked whether the leader had rung",
    telling.LOG: "was asked to note a visit",
    telling.VISIT: "was sent a visit’s log, to say if it is not right",
    telling.MID_POINT: "was asked half way: keep, change or stop",
    telling.EVALUATION: "was asked what has changed",
    telling.COMMENT: "was asked for a comment on the evaluation",
    telling.LOOK_BACK: "was asked to look back",
}
"""What a mailed link asked of its person; the coordinator reads it, and that person."""


@dataclass(frozen=True)
class Told:
    """One thing to tell: on which day, in which words. ``by`` is who did it."""

    at: datetime
    title: str
    by: int | None = None
    to: int | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)


def story(session: Session, actor: Actor, engagement: Engagement, mine: set[Part]) -> list[Told]:
    """What the actor may read of it, in no order."""
    return [
        *_done(session, actor, engagement, mine),
        *_handed_over(session, actor, engagement, mine),
        *_asked(session, actor, engagement, mine),
        *_written(session, actor, engagement, mine),
    ]


def titled(told: Told, names: dict[int, str]) -> str:
    """Its title, with the names of who did it and to whom."""
    who, whom = (names.get(number or 0, "Somebody") for number in (told.by, told.to))
    if told.to is None:
        return told.title
    return told.title.replace("{who}", who).replace("{whom}", whom)


def _done(
    session: Session, actor: Actor, engagement: Engagement, mine: set[Part]
) -> Iterator[Told]:
    visits = {str(visit.id): visit for visit in engagement.visits}
    of_it = and_(LedgerEntry.thing == "engagement", LedgerEntry.thing_id == str(engagement.id))
    of_visits = and_(LedgerEntry.thing == "visit", LedgerEntry.thing_id.in_(visits))
    query = select(
        LedgerEntry.id,
        LedgerEntry.at,
        LedgerEntry.action,
        LedgerEntry.thing_id,
        LedgerEntry.actor_id,
        LedgerEntry.on_behalf_of,
    ).where(or_(of_it, of_visits), LedgerEntry.action.in_(TOLD))
    rows = session.execute(query.order_by(LedgerEntry.id)).all()
    last_move = {row.thing_id: row.id for row in rows if row.action == MOVED}
    for row in rows:
        title, readers = TOLD[row.action]
        if not mine & readers and actor.person_id not in (row.actor_id, row.on_behalf_of):
            continue
        visit = visits.get(row.thing_id) if row.action.startswith("visit.") else None
        latest = last_move.get(row.thing_id, row.id) == row.id
        yield Told(row.at, title + _of_visit(row.action, visit, latest=latest), by=row.actor_id)


def _handed_over(
    session: Session, actor: Actor, engagement: Engagement, mine: set[Part]
) -> Iterator[Told]:
    """Who left their post, who follows, and what they said to it."""
    successions = {str(found.id): found for found in engagement.successions}
    query = select(LedgerEntry.at, LedgerEntry.action, LedgerEntry.thing_id).where(
        LedgerEntry.thing == "succession",
        LedgerEntry.thing_id.in_(successions),
        LedgerEntry.action.in_(HANDED_OVER),
    )
    for row in session.execute(query.order_by(LedgerEntry.id)):
        found, (title, readers) = successions[row.thing_id], HANDED_OVER[row.action]
        if found.side is Side.HOME and readers is WORKERS:
            readers |= {Part.RELEASER}
        own = found.person_id is not None and found.person_id == actor.person_id
        if mine & readers or own:
            to = found.person_id if "{whom}" in title else None
            yield Told(row.at, title.replace("{left}", LEFT[found.side]), to=to)


def _of_visit(action: str, visit: Visit | None, *, latest: bool) -> str:
    """More words, where they are still known: the ledger keeps no dates but its own."""
    if visit is None:
        return ""
    if action in (PLANNED, MOVED) and latest and visit.planned_on is not None:
        return f"{' to' if action == MOVED else ' for'} {short_day(visit.planned_on)}"
    if action == RESOLVED:
        return f": {days(visit.half_days)} counted"
    return ""


def _asked(
    session: Session, actor: Actor, engagement: Engagement, mine: set[Part]
) -> Iterator[Told]:
    """Who was asked; the same again is a reminder."""
    of_it = and_(Link.subject == "engagement", Link.subject_id == engagement.id)
    of_visits = and_(
        Link.subject == "visit", Link.subject_id.in_([v.id for v in engagement.visits])
    )
    query = select(Link.purpose, Link.subject, Link.subject_id, Link.person_id, Link.made_at).where(
        or_(of_it, of_visits), Link.purpose.in_(ASKED)
    )
    if Part.COORDINATOR not in mine:
        query = query.where(Link.person_id == (actor.person_id or 0))
    before: set[Any] = set()
    for row in session.execute(query.order_by(Link.id)):
        asking = (row.purpose, row.subject, row.subject_id, row.person_id)
        again = ", again" if asking in before else ""
        before.add(asking)
        yield Told(row.made_at, f"{{whom}} {ASKED[row.purpose]}{again}", to=row.person_id)


def _written(
    session: Session, actor: Actor, engagement: Engagement, mine: set[Part]
) -> Iterator[Told]:
    """What a coordinator wrote: they read it, and whom they wrote to."""
    query = select(RadarMessage).where(RadarMessage.engagement_id == engagement.id)
    if Part.COORDINATOR not in mine:
        query = query.where(RadarMessage.person_id == (actor.person_id or 0))
    for message in session.scalars(query.order_by(RadarMessage.id)):
        yield Told(
            message.written_at,
            "{who} wrote to {whom}",
            by=message.written_by,
            to=message.person_id,
            lines=[("Subject", message.subject), ("", message.text)],
        )
