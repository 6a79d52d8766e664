"""Looking at things, within somebody's open transaction: what is due in each is done."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.follow_ups.ladder import Rung, due, next_look
from brokerage.follow_ups.models import DigestItem, FollowUp
from brokerage.follow_ups.queries import Past, had_digest, past_of
from brokerage.follow_ups.rules import Asking, Round
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.ledger.steps import attempt
from brokerage.people.queries import coordinator_of
from brokerage.school_calendar.queries import calendar_of, read_calendars

log = logging.getLogger("brokerage")


@dataclass
class Came:
    """What came of looking at some things: how many rungs were climbed, and which things are to be
    looked at by themselves."""

    climbed: int = 0
    alone: list[int] = field(default_factory=list)


def look_at_things(
    session: Session, by: By, name: str, ids: Collection[int], *, together: bool
) -> Came:
    """Climb what is due in these things, and note when to look at each again.

    Where several are looked at ``together``, one that fails is logged and left as it was, and the
    rest go on; one that would lapse, which reaches into other things, is left to be looked at
    alone, so that it holds nobody up.
    """
    subject, today = SUBJECTS[name], london_date(by.now)
    askings: dict[int, tuple[Any, list[Asking]]] = {}
    for thing in _locked(session, name, ids):
        with _by_itself(name, thing.id, together):
            askings[thing.id] = thing, subject.askings(session, thing, today)
    past = past_of(session, (one for _, some in askings.values() for one in some), today)
    whose = [
        (thing.partnership_id, asking.calendar_urn)
        for thing, some in askings.values()
        for asking in some
    ]
    read_calendars(session, whose)
    came = Came()
    again: defaultdict[date | None, list[int]] = defaultdict(list)
    for thing_id, (thing, asked) in askings.items():
        with _by_itself(name, thing_id, together):
            try:
                with attempt(session):
                    climbed, day = _look(session, by, name, thing, asked, past, together)
            except _Alone:
                came.alone.append(thing_id)
                continue
            came.climbed += climbed
            again[day].append(thing_id)
    session.flush()
    for day, looked_at in again.items():
        # A hint is no change to what people wrote: the version stays.
        hint = update(subject.model).where(subject.model.id.in_(looked_at))
        hint = hint.values(next_look_on=day)
        session.execute(hint.execution_options(synchronize_session=False))
    return came


@contextmanager
def _by_itself(name: str, thing_id: int, together: bool) -> Iterator[None]:
    """What fails in here is logged, and the others go on; but for what concerns the whole
    transaction, or a thing that is looked at alone."""
    try:
        yield
    except Exception as fault:
        if not together or isinstance(fault, OperationalError):
            raise
        log.exception("follow-up failed: %s %s", name, thing_id)


class _Alone(Exception):
    """This thing is to be looked at by itself."""


def _locked(session: Session, name: str, ids: Collection[int]) -> list[Any]:
    """Those of the things that are still there, locked in id order, with what is looked at."""
    model = SUBJECTS[name].model
    query = select(model).where(model.id.in_(ids)).order_by(model.id)
    query = query.with_for_update(of=model, key_share=True)  # as ``database.locked`` does
    query = query.options(*SUBJECTS[name].loads).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _look(
    session: Session,
    by: By,
    name: str,
    thing: Any,
    askings: Collection[Asking],
    past: Past,
    together: bool,
) -> tuple[int, date | None]:
    """Climb what is due in one thing: how many rungs, and when to look again."""
    today, climbed = london_date(by.now), 0
    days: list[date | None] = []
    for asked in askings:
        hushed_until = past.hushed_until(asked)
        if hushed_until is not None:
            days.append(hushed_until + timedelta(1))
            continue
        calendar = calendar_of(session, thing.partnership_id, asked.calendar_urn)
        asking, done = past.as_it_stands(asked, calendar)
        rung = due(asking, done, today, calendar)
        if rung is not None:
            if rung.round is Round.LAPSE and together:
                raise _Alone
            _climb(session, by, thing, name, asking, rung)
            done[rung.round] = today
            climbed += 1
            if rung.round is Round.ASK:
                asking = replace(asking, asked_on=today)
        days.append(next_look(asking, done, today, calendar))
    return climbed, min((day for day in days if day is not None), default=None)


def _climb(session: Session, by: By, thing: Any, name: str, asking: Asking, rung: Rung) -> None:
    """One rung. Who holds no such post, or cannot be found, is the coordinator's to ask. What comes
    late for this week's digest goes out by itself, so that it is read before it is on the desk."""
    recipient_id = asking.recipient_id
    if recipient_id is None:
        found = coordinator_of(session, thing.partnership_id, london_date(by.now))
        recipient_id = found.id if found else None
    if recipient_id is not None:
        row = FollowUp(
            subject=asking.subject,
            subject_id=asking.subject_id,
            kind=asking.kind,
            since=asking.since,
            round=int(rung.round),
            recipient_id=recipient_id,
            partnership_id=thing.partnership_id,
            asked_at=by.now,
        )
        session.add(row)
        session.flush()
        if rung.digest and not had_digest(session, recipient_id, london_date(by.now)):
            item = DigestItem(
                follow_up_id=row.id,
                recipient_id=recipient_id,
                partnership_id=thing.partnership_id,
                thing=name,
                thing_id=thing.id,
                calendar_urn=asking.calendar_urn,
            )
            session.add(item)
            return
    SUBJECTS[name].act(session, by, thing, asking, rung.round)
