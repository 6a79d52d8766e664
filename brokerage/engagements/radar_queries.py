"""The radar: a coordinator's engagements that are stuck, read as columns in a few queries, however
many engagements there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor
from brokerage.clock import london_date
from brokerage.engagements.models import Engagement, Finding, Review, Visit
from brokerage.engagements.radar_models import RadarMessage, RadarRest
from brokerage.engagements.radar_rules import Course, Found, SchoolDays, Sign, score, signs
from brokerage.engagements.rules import COUNTED, LIVE, ReviewKind, VisitState
from brokerage.leaders.models import Leader
from brokerage.ledger.models import LedgerEntry
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on
from brokerage.school_calendar.queries import calendar_of
from brokerage.schools.models import School

PAUSE, RESUME = "engagement.pause", "engagement.resume"
WENT_ON = (RESUME, "engagement.resume_unbegun")
"""It goes on after a pause, also where nobody had spoken before it."""
WRITTEN_SCHOOL_DAYS = 5
"""Whoever was written to so few school days ago is not written to again without a warning."""


@dataclass(frozen=True)
class Contact:
    """Somebody to ring."""

    person_id: int
    name: str
    telephone: str | None


@dataclass(frozen=True)
class Stuck:
    """An engagement that is stuck: who at which school, and its signs, the heaviest first."""

    engagement_id: int
    reference: str
    urn: int
    school: str
    school_telephone: str | None
    leader: Contact
    found: list[Found]
    unnoted: int | None
    movable: int | None

    @property
    def first(self) -> Found:
        return self.found[0]

    @property
    def codes(self) -> set[str]:
        """Its signs, as they are kept where it is left until a day."""
        return {one.sign.code for one in self.found}


def radar(session: Session, actor: Actor, today: date) -> list[Stuck]:
    """The actor's engagements that are stuck, the most so first; those left until a day to come are
    not among them."""
    mine = actor.coordinates()
    if not mine:
        return []
    scope = and_(Engagement.partnership_id.in_(mine), Engagement.state.in_(LIVE))
    found = _stuck(session, scope, today)
    resting = _resting(session, scope, today)
    seen = [one for one in found if not _rests(resting.get(one.engagement_id, ()), one.codes)]
    return sorted(seen, key=lambda one: (-score(one.found), one.first.since, one.engagement_id))


def stuck_by_id(session: Session, engagement_id: int, today: date) -> Stuck | None:
    """One engagement as the radar sees it, left or not; None where it is not stuck."""
    scope = and_(Engagement.id == engagement_id, Engagement.state.in_(LIVE))
    return next(iter(_stuck(session, scope, today)), None)


def heads_of(session: Session, urns: Collection[int], today: date) -> dict[int, Contact]:
    """The head of each of these schools, the longest in post, by the school's number."""
    query = (
        held_on(today)
        .join(Post.person)
        .where(Post.urn.in_(urns), Post.kind.in_(HEADS), Person.active)
        .order_by(Post.from_on, Post.id)
        .with_only_columns(Post.urn, Person.id, Person.name, Person.telephone)
    )
    found: dict[int, Contact] = {}
    for urn, number, name, telephone in session.execute(query):
        found.setdefault(urn or 0, Contact(number, name, telephone))
    return found


def written_about(
    session: Session, engagement_ids: Collection[int]
) -> dict[int, list[RadarMessage]]:
    """What coordinators wrote to the people of these engagements, the latest first."""
    query = select(RadarMessage).where(RadarMessage.engagement_id.in_(engagement_ids))
    found: dict[int, list[RadarMessage]] = defaultdict(list)
    for message in session.scalars(query.order_by(RadarMessage.id.desc())):
        found[message.engagement_id].append(message)
    return found


def written_lately(
    session: Session, engagement: Engagement, sign: Sign, person_id: int, today: date
) -> RadarMessage | None:
    """The latest message to this person about the same, within the last five school days."""
    calendar = calendar_of(session, engagement.partnership_id, None)
    first = calendar.add_school_days(today, -WRITTEN_SCHOOL_DAYS)
    messages = written_about(session, [engagement.id])[engagement.id]
    same = (m for m in messages if m.sign is sign and m.person_id == person_id)
    return next((m for m in same if london_date(m.written_at) >= first), None)


def _stuck(session: Session, scope: ColumnElement[bool], today: date) -> list[Stuck]:
    rows = session.execute(_engagements(scope)).all()
    visits = _visits(session, scope)
    stood = _pauses(session, scope)
    rated = _ratings(session, scope)
    partnerships = {row.partnership_id for row in rows}
    counts = {number: _school_days(session, number, today) for number in partnerships}
    found = []
    for row in rows:
        of_it = visits[row.id]
        course = _course(row, of_it, stood[row.id], rated[row.id])
        said = signs(course, today, counts[row.partnership_id])
        if said:
            planned = sorted((v.planned_on, v.id) for v in _planned(of_it))
            found.append(
                Stuck(
                    row.id,
                    row.reference,
                    row.urn,
                    row.school,
                    row.school_telephone,
                    Contact(row.person_id, row.leader, row.telephone),
                    said,
                    next((number for day, number in planned if day < today), None),
                    planned[0][1] if planned else None,
                )
            )
    return found


def _engagements(scope: ColumnElement[bool]) -> Any:
    """The columns of the engagements themselves, with whose they are and their mid-point."""
    mid_point = and_(Review.engagement_id == Engagement.id, Review.kind == ReviewKind.MID_POINT)
    return (
        select(
            Engagement.id,
            Engagement.reference,
            Engagement.partnership_id,
            Engagement.urn,
            Engagement.state,
            Engagement.half_days,
            Engagement.used,
            Engagement.year,
            Engagement.agreed_at,
            Engagement.contact_by,
            Engagement.first_contact_on,
            Engagement.expected_end,
            School.name.label("school"),
            School.telephone.label("school_telephone"),
            Person.id.label("person_id"),
            Person.name.label("leader"),
            Person.telephone,
            Review.choice,
        )
        .join(School, School.urn == Engagement.urn)
        .join(Leader, Leader.id == Engagement.leader_id)
        .join(Person, Person.id == Leader.person_id)
        .outerjoin(Review, mid_point)
        .where(scope)
        .order_by(Engagement.id)
    )


def _visits(session: Session, scope: ColumnElement[bool]) -> dict[int, list[Any]]:
    query = select(
        Visit.engagement_id,
        Visit.id,
        Visit.planned_on,
        Visit.state,
        Visit.happened_on,
        Visit.logged_at,
        Visit.moves,
    ).join(Engagement, Engagement.id == Visit.engagement_id)
    found: dict[int, list[Any]] = defaultdict(list)
    for visit in session.execute(query.where(scope).order_by(Visit.id)):
        found[visit.engagement_id].append(visit)
    return found


def _planned(visits: Iterable[Any]) -> list[Any]:
    return [v for v in visits if v.state is VisitState.PLANNED and v.planned_on is not None]


def _pauses(session: Session, scope: ColumnElement[bool]) -> dict[int, dict[str, datetime]]:
    """When each was last paused, and last went on: the ledger alone knows."""
    query = (
        select(Engagement.id, LedgerEntry.action, func.max(LedgerEntry.at))
        .join(LedgerEntry, LedgerEntry.thing_id == cast(Engagement.id, String))
        .where(
            LedgerEntry.thing == Engagement.__tablename__,
            LedgerEntry.action.in_((PAUSE, *WENT_ON)),
            scope,
        )
        .group_by(Engagement.id, LedgerEntry.action)
    )
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for number, action, at in session.execute(query):
        what = RESUME if action in WENT_ON else PAUSE
        found[number][what] = max(at, found[number].get(what, at))
    return found


def _school_days(session: Session, partnership_id: int, today: date) -> SchoolDays:
    calendar = calendar_of(session, partnership_id, None)
    return SchoolDays(calendar, today - timedelta(400), today + timedelta(400))


def _ratings(session: Session, scope: ColumnElement[bool]) -> dict[int, list[str]]:
    """How each outcome stood, in every review that said so."""
    query = (
        select(Review.engagement_id, Finding.level)
        .join(Finding, Finding.review_id == Review.id)
        .join(Engagement, Engagement.id == Review.engagement_id)
        .where(scope)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for number, level in session.execute(query.order_by(Finding.id)):
        found[number].append(level.value)
    return found


def _course(row: Any, visits: list[Any], stood: dict[str, datetime], rated: list[str]) -> Course:
    counted = [v for v in visits if v.state in COUNTED and v.happened_on is not None]
    happened = [v.happened_on for v in counted]
    visited_on = max(happened, default=None)
    logged = [london_date(v.logged_at) for v in counted if v.logged_at is not None]
    resumed_on = london_date(stood[RESUME]) if RESUME in stood else None
    heard = [day for day in (row.first_contact_on, *happened, *logged, resumed_on) if day]
    failed = [v.planned_on for v in visits if v.state is VisitState.DID_NOT_HAPPEN and v.planned_on]
    planned = _planned(visits)
    return Course(
        state=row.state,
        agreed_on=london_date(row.agreed_at),
        ends_on=row.expected_end or date(row.year + 1, 7, 31),
        half_days=row.half_days,
        used=row.used,
        contact_by=row.contact_by,
        first_contact_on=row.first_contact_on,
        visited_on=visited_on,
        heard_on=max(heard, default=None),
        planned=tuple(v.planned_on for v in planned),
        moves=max((v.moves for v in planned), default=0),
        not_happened=sum(visited_on is None or day > visited_on for day in failed),
        ratings=(*rated, row.choice) if row.choice else tuple(rated),
        paused_on=london_date(stood[PAUSE]) if PAUSE in stood else None,
        resumed_on=resumed_on,
    )


def _resting(
    session: Session, scope: ColumnElement[bool], today: date
) -> dict[int, list[RadarRest]]:
    query = select(RadarRest).join(Engagement, Engagement.id == RadarRest.engagement_id)
    found: dict[int, list[RadarRest]] = defaultdict(list)
    for rest in session.scalars(query.where(scope, RadarRest.until > today)):
        found[rest.engagement_id].append(rest)
    return found


def _rests(rests: Iterable[RadarRest], codes: set[str]) -> bool:
    return any(rest.covers(codes) for rest in rests)
