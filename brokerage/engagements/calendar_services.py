"""Use cases about people's own calendars: their private address is made, replaced, stopped."""

import secrets
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case, writing
from brokerage.engagements.calendar_models import CalendarFeed
from brokerage.errors import NotFound
from brokerage.ledger.steps import record
from brokerage.people.models import Person


@use_case("calendar.make_address")
def make_address(by: By, session: Session) -> int:
    """A new private address of the actor's visits, in place of any before; answers its id."""
    person = _actor(session, by)
    _revoke(session, by, person)
    feed = CalendarFeed(person_id=person.id, nonce=secrets.token_hex(16), made_at=by.now)
    session.add(feed)
    session.flush()
    record(session, by, "calendar.address_made", feed)
    return feed.id


@use_case("calendar.stop")
def stop(by: By, session: Session) -> None:
    """The actor's address works no more."""
    _revoke(session, by, _actor(session, by))


def note_read(feed_id: int, day: date) -> None:
    """A calendar read the feed on ``day``: kept once a day, so that its person sees that it does.

    The one thing that a GET writes: nobody acts on it, and a database that is busy loses it.
    """
    before = or_(CalendarFeed.last_read_on.is_(None), CalendarFeed.last_read_on < day)
    try:
        with writing() as session:
            session.execute(
                update(CalendarFeed)
                .where(CalendarFeed.id == feed_id, before)
                .values(last_read_on=day)
            )
    except OperationalError:
        return


def _actor(session: Session, by: By) -> Person:
    """The actor's own row, locked: two presses at once make one address."""
    if by.actor.person_id is None:
        raise NotFound
    (person,) = locked(session, Person, by.actor.person_id)
    return person


def _revoke(session: Session, by: By, person: Person) -> None:
    query = select(CalendarFeed).filter_by(person_id=person.id, revoked_at=None)
    for feed in session.scalars(query.order_by(CalendarFeed.id)):
        feed.revoked_at = by.now
        record(session, by, "calendar.address_stopped", feed)
