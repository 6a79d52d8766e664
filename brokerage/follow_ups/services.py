"""The follow-up tick: look at what may be due, climb at most one rung of each ladder a day."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import reading, use_case
from brokerage.errors import NotFound
from brokerage.follow_ups import digests
from brokerage.follow_ups.models import Hush
from brokerage.follow_ups.steps import look_at_things
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.ledger.steps import record
from brokerage.pairings.carrying_out import always
from brokerage.school_calendar.asking_hours import anybody_may_be_asked
from brokerage.schools.models import School
from brokerage.schools.queries import partnerships_of_schools, school_in_scope

log = logging.getLogger("brokerage")

AT_A_TIME = 50
"""So many things are looked at in one transaction: few enough that nobody waits for it."""
LASTS = 20
"""After so many seconds a tick leaves the rest to the next one, so that the others have theirs."""
HUSH_DAYS = 10


def tick(by: By, going_on: Callable[[], bool] = always, lasts: float = LASTS) -> int:
    """Look at everything that may be due at ``by.now``, then write the weekly digests of those who
    have something in them; how many rungs were climbed.

    One thing that fails is logged with its id, and the rest go on; it is tried again with the next
    tick. ``going_on`` is asked in between: whether it still is for this process to do.
    """
    today = london_date(by.now)
    if not anybody_may_be_asked(by.now):
        return 0
    climbed, ends = 0, time.monotonic() + lasts
    for name in SUBJECTS:
        for ids in _waiting(name, today):
            climbed += _look_at_all(by, name, ids)
            if not going_on() or time.monotonic() > ends:
                return climbed
    # Only now: whatever somebody is asked today is there to be written in one mail.
    digests.write_all(by, going_on)
    return climbed


def _waiting(name: str, today: date) -> Iterator[list[int]]:
    """The ids of what may be due, some at a time, those that have waited longest first; none
    twice, even where it stays as it is."""
    model = SUBJECTS[name].model
    query = select(model.next_look_on, model.id).where(model.next_look_on <= today)
    query = query.order_by(model.next_look_on, model.id).limit(AT_A_TIME)
    rest = query
    while True:
        rows = reading().execute(rest).all()
        reading().rollback()
        if rows:
            yield [row[1] for row in rows]
        if len(rows) < AT_A_TIME:
            return
        rest = query.where(tuple_(model.next_look_on, model.id) > tuple(rows[-1]))


def _look_at_all(by: By, name: str, ids: Sequence[int]) -> int:
    """Look at these together, and one by one where that cannot be."""
    alone: Sequence[int] = ids
    climbed = 0
    try:
        climbed, alone = look_at_some(by, name, list(ids))
    except Exception:
        log.exception("follow-up failed: %s %s to %s, now one by one", name, ids[0], ids[-1])
    for thing_id in alone:
        try:
            climbed += look_at(by, name, thing_id)
        except Exception:
            log.exception("follow-up failed: %s %s", name, thing_id)
    return climbed


@use_case("follow_up.look_at_some")
def look_at_some(by: By, session: Session, name: str, ids: list[int]) -> list[Any]:
    """Look at some things: how many rungs were climbed, and the ids of those that are to be looked
    at by themselves."""
    came = look_at_things(session, by, name, ids, together=True)
    return [came.climbed, came.alone]


@use_case("follow_up.look")
def look_at(by: By, session: Session, name: str, thing_id: int) -> int:
    """Look at one thing: climb what is due, and note when to look again; how many rungs."""
    return look_at_things(session, by, name, [thing_id], together=False).climbed


@use_case("follow_up.hush")
def hush(by: By, session: Session, urn: int) -> str:
    """Nobody of the school is asked anything for ten days (inspection, crisis); answers the last
    of them. Its head may say so, or a coordinator. A new head's call for help still goes through.
    """
    school = _school_to_hush(by, session, urn)
    until = london_date(by.now) + timedelta(HUSH_DAYS)
    row = Hush(urn=school.urn, until=until, asked_by=by.actor.person_id, asked_at=by.now)
    session.add(row)
    session.flush()
    record(session, by, "school.hushed", row, fields=["until"])
    return until.isoformat()


@use_case("follow_up.end_hush")
def end_hush(by: By, session: Session, urn: int) -> None:
    """The hush is over. What waited for it is asked from the next school day on, since the sweep of
    the night brings it up; to say so twice does no harm."""
    school = _school_to_hush(by, session, urn)
    today = london_date(by.now)
    query = select(Hush).where(Hush.urn == school.urn, Hush.until >= today)
    for row in session.scalars(query.order_by(Hush.id).with_for_update()):
        row.until = today - timedelta(1)
        record(session, by, "school.hush_ended", row, fields=["until"])


def _school_to_hush(by: By, session: Session, urn: int) -> School:
    school = school_in_scope(session, by.actor, urn)
    own = by.actor.coordinates() & partnerships_of_schools(session, [urn])
    if urn not in by.actor.heads() and not own:
        raise NotFound
    return school


@use_case("follow_up.sweep")
def sweep(by: By, session: Session) -> int:
    """Once a night: every live thing is looked at in the morning, whatever its hint says."""
    today, swept = london_date(by.now), 0
    for subject in SUBJECTS.values():
        stale = update(subject.model).where(
            subject.model.next_look_on.is_(None) | (subject.model.next_look_on > today),
            subject.live(today),
        )
        found = session.execute(
            stale.values(next_look_on=today).execution_options(synchronize_session=False)
        )
        swept += found.rowcount  # type: ignore[attr-defined]
    return swept
