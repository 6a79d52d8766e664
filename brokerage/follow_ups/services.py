"""The follow-up tick: look at what may be due, climb at most one rung of each ladder a day."""

import logging
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, By
from brokerage.clock import LONDON, london_date
from brokerage.database import locked, reading, use_case
from brokerage.errors import NotFound
from brokerage.follow_ups.ladder import due, next_look
from brokerage.follow_ups.models import FollowUp, Hush
from brokerage.follow_ups.rules import Asking, Round
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.ledger.steps import record
from brokerage.people.queries import coordinator_of
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.queries import calendar_of
from brokerage.schools.queries import school_in_scope

log = logging.getLogger("brokerage")

FIRST_HOUR = 9
"""Nobody is asked before nine in the morning, London."""
SATURDAY = 5
AT_A_TIME = 500
HUSH_DAYS = 10


def tick(by: By) -> int:
    """Look at everything that may be due at ``by.now``; how many rungs were climbed.

    Each thing is its own transaction; one that fails is logged with its id, and the rest go on.
    """
    today = london_date(by.now)
    no_school = today.weekday() >= SATURDAY or today in england_and_wales()
    if by.now.astimezone(LONDON).hour < FIRST_HOUR or no_school:
        return 0
    climbed = 0
    for name, subject in SUBJECTS.items():
        model = subject.model
        query = select(model.id).where(model.next_look_on <= today).limit(AT_A_TIME)
        ids = list(reading().scalars(query.order_by(model.next_look_on, model.id)))
        reading().rollback()
        for thing_id in ids:
            try:
                climbed += look_at(by, name, thing_id)
            except Exception:
                log.exception("follow-up failed: %s %s", name, thing_id)
    return climbed


@use_case("follow_up.look")
def look_at(by: By, session: Session, name: str, thing_id: int) -> int:
    """Look at one thing: climb what is due, and note when to look again; how many rungs."""
    subject = SUBJECTS[name]
    (thing,) = locked(session, subject.model, thing_id)
    today, climbed = london_date(by.now), 0
    days: list[date | None] = []
    for asking in subject.askings(session, thing, today):
        hushed_until = _hushed_until(session, asking, today)
        if hushed_until is not None:
            days.append(hushed_until + timedelta(1))
            continue
        done = _done(session, asking)
        asking = replace(asking, asked_on=done.get(Round.ASK))
        calendar = calendar_of(session, thing.partnership_id, asking.calendar_urn)
        rung = due(asking, done, today, calendar)
        if rung is not None:
            _climb(session, by, thing, name, asking, rung.round)
            done[rung.round] = today
            asking = replace(asking, asked_on=done.get(Round.ASK))
            climbed += 1
        days.append(next_look(asking, done, today, calendar))
    session.flush()
    # A hint is no change to what people wrote: the version stays.
    again = min((day for day in days if day is not None), default=None)
    hint = update(subject.model).where(subject.model.id == thing_id).values(next_look_on=again)
    session.execute(hint.execution_options(synchronize_session=False))
    return climbed


def _climb(
    session: Session, by: By, thing: object, name: str, asking: Asking, round: Round
) -> None:
    """One rung: who holds no such post, or cannot be found, is the coordinator's to ask."""
    partnership_id: int = thing.partnership_id  # type: ignore[attr-defined]
    recipient = asking.recipient_id
    if recipient is None:
        found = coordinator_of(session, partnership_id, london_date(by.now))
        recipient = found.id if found else None
    if recipient is not None:
        session.add(
            FollowUp(
                subject=asking.subject,
                subject_id=asking.subject_id,
                kind=asking.kind,
                since=asking.since,
                round=int(round),
                recipient_id=recipient,
                partnership_id=partnership_id,
                asked_at=by.now,
            )
        )
        session.flush()
    SUBJECTS[name].act(session, by, thing, asking, round)


def _done(session: Session, asking: Asking) -> dict[Round, date]:
    """The rungs already climbed in this asking, and when."""
    query = select(FollowUp.round, func.min(FollowUp.asked_at)).where(
        FollowUp.subject == asking.subject,
        FollowUp.subject_id == asking.subject_id,
        FollowUp.kind == asking.kind,
        FollowUp.since == asking.since,
    )
    rows = session.execute(query.group_by(FollowUp.round))
    return {Round(number): london_date(at) for number, at in rows}


def _hushed_until(session: Session, asking: Asking, today: date) -> date | None:
    if asking.urn is None or not asking.rule.can_be_hushed:
        return None
    return hushed_until(session, asking.urn, today)


def hushed_until(session: Session, urn: int, today: date) -> date | None:
    """The last day on which the school is asked nothing, where it is hushed today."""
    query = select(func.max(Hush.until)).where(Hush.urn == urn, Hush.until >= today)
    return session.scalar(query)


def hush_ends(today: date) -> date:
    """The last day of a hush that begins today."""
    return today + timedelta(HUSH_DAYS)


@use_case("follow_up.hush")
def hush(by: By, session: Session, urn: int) -> str:
    """Nobody of the school is asked anything for ten days (inspection, crisis); answers the last
    of them. Its head may say so, or a coordinator. A new head's call for help still goes through.
    """
    school = school_in_scope(session, by.actor, urn)
    if urn not in by.actor.schools(*HEADS) and not by.actor.coordinates():
        raise NotFound
    until = hush_ends(london_date(by.now))
    row = Hush(urn=school.urn, until=until, asked_by=by.actor.person_id, asked_at=by.now)
    session.add(row)
    session.flush()
    record(session, by, "school.hushed", row, fields=["until"])
    return until.isoformat()


@use_case("follow_up.sweep")
def sweep(by: By, session: Session) -> int:
    """Once a night: every live thing is looked at in the morning, whatever its hint says."""
    today, swept = london_date(by.now), 0
    for subject in SUBJECTS.values():
        stale = update(subject.model).where(
            subject.model.next_look_on.is_(None) | (subject.model.next_look_on > today)
        )
        found = session.execute(
            stale.values(next_look_on=today).execution_options(synchronize_session=False)
        )
        swept += found.rowcount  # type: ignore[attr-defined]
    return swept
