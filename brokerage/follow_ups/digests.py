"""The weekly digest: one mail a week to each person, of all that is not urgent.

What is in it was noted as the rungs were climbed, on the digest's own days. Mail, links and the
end of the notes are one transaction, and the mail's key is the person's and the week's: whatever
is killed where, nothing is said twice and nothing is lost.
"""

import logging
from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, reading, use_case
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.models import DigestItem, FollowUp
from brokerage.follow_ups.queries import digest_key, had_digest, key_of, past_of, waiting_for_digest
from brokerage.follow_ups.rules import Asking
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.ledger.steps import attempt
from brokerage.messages import steps as messages
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.queries import coordinator_of
from brokerage.people.steps import recipient, signatory
from brokerage.school_calendar.queries import calendar_of

log = logging.getLogger("brokerage")

AT_A_TIME = 25
MOST_LINES = 25
"""A mail of more lines helps nobody: the rest is counted, and stands on the person's desk."""


def write_all(by: By, going_on: Callable[[], bool]) -> int:
    """Write a digest to each person who has something in one; how many were written."""
    ids = waiting_for_digest(reading(), london_date(by.now))
    reading().rollback()
    written = 0
    for some in range(0, len(ids), AT_A_TIME):
        if not going_on():
            break
        try:
            written += write_some(by, ids[some : some + AT_A_TIME])
        except Exception:
            log.exception("weekly digests failed from person %s on", ids[some])
    return written


@use_case("follow_up.digest")
def write_some(by: By, session: Session, person_ids: list[int]) -> int:
    """Write these persons' digests, to each by itself; how many were written. One that fails is
    logged, and the others are written."""
    written = 0
    for person in locked(session, Person, *person_ids):
        try:
            with attempt(session):
                written += _write(session, by, person)
        except OperationalError:
            raise
        except Exception:
            log.exception("weekly digest failed: person %s", person.id)
    return written


def _write(session: Session, by: By, person: Person) -> bool:
    """One person's digest of this week, unless they have had it; whether there was one to write."""
    today = london_date(by.now)
    if had_digest(session, person.id, today):
        return False
    told = recipient(person).address is not None
    lines: list[DigestLine] = []
    partnership_id, more = None, 0
    for item, rung in _noted_for(session, person):
        thing, asking, ready = _unsettled(session, item, rung, today)
        if not ready:
            continue
        if asking is not None and told:
            partnership_id = partnership_id or item.partnership_id
            if len(lines) < MOST_LINES:
                lines.append(SUBJECTS[item.thing].line(session, by, thing, asking))
            else:
                more += 1
        session.delete(item)
    if partnership_id is None:
        return False
    partnership = session.get_one(Partnership, partnership_id)
    messages.write(
        session,
        by,
        "weekly_digest",
        recipient(person),
        key=digest_key(person.id, today),
        partnership_id=partnership_id,
        signed=signatory(session, partnership, today),
        lines=sorted(lines, key=lambda line: line.since),
        more=more,
        own=coordinator_of(session, partnership_id, today) == person,
    )
    return True


def _noted_for(session: Session, person: Person) -> list[tuple[DigestItem, FollowUp]]:
    query = select(DigestItem, FollowUp).where(DigestItem.recipient_id == person.id)
    query = query.join(FollowUp, FollowUp.id == DigestItem.follow_up_id).order_by(DigestItem.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def _unsettled(
    session: Session, item: DigestItem, rung: FollowUp, today: date
) -> tuple[object, Asking | None, bool]:
    """The thing and what is still being asked in it (None, where it was settled or put off since),
    and whether it may be said today: on a school day of whoever is asked, and not in a hush."""
    calendar = calendar_of(session, item.partnership_id, item.calendar_urn)
    if not calendar.is_school_day(today):
        return None, None, False
    subject = SUBJECTS[item.thing]
    thing = session.get(subject.model, item.thing_id, options=subject.loads)
    if thing is None:
        return None, None, True
    askings = subject.askings(session, thing, today)
    past = past_of(session, askings, today)
    for asked in askings:
        asking, _ = past.as_it_stands(asked, calendar)
        same = key_of(asking) == (rung.subject, rung.subject_id, rung.kind, rung.since)
        if same and asking.recipient_id == item.recipient_id:
            return thing, asking, past.hushed_until(asked) is None
    return thing, None, True
