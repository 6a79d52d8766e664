"""What of sending stands on a coordinator's desk: that it has stopped, and what did not arrive."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import Actor
from brokerage.clock import london_date
from brokerage.desks.rules import Line
from brokerage.messages.models import Message, Sending
from brokerage.messages.queries import did_not_get_through, silent_since
from brokerage.messages.rules import Stop
from brokerage.people.models import Person
from brokerage.people.queries import in_scope

UNREACHED = timedelta(minutes=30)
STOPPED = {
    Stop.PAUSED: "Sending is paused: no messages go out",
    Stop.BURST: "Sending has stopped: unusually many messages",
    Stop.RESTORED: "Sending waits for your word, since the database was restored",
}


def of_sending(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    """What stops all messages, and stands on every coordinator's desk; then what of the actor's own
    partnerships did not get through, and whose address was refused: asked for at once."""
    mine = Message.partnership_id.in_(actor.coordinates())
    not_through = select(func.count()).select_from(Message).where(mine, did_not_get_through())
    theirs = in_scope(actor, today).where(Person.address_refused, Person.active).subquery()
    refused = select(func.count(theirs.c.id).label("many"), func.min(theirs.c.id).label("first"))
    of_people = refused.subquery()
    row = session.execute(
        select(Sending, not_through.scalar_subquery(), of_people.c.many, Person)
        .select_from(of_people)
        .outerjoin(Person, Person.id == of_people.c.first)
        .outerjoin(Sending, true())
    ).one()
    if row[0] is not None:
        yield from _of_all(row[0])
    if row[3] is not None:
        yield _refused(row[3], row[2])
    if count := row[1]:
        what = "A message did not get through" if count == 1 else "Messages did not get through"
        yield Line(what, f"{count} of them" if count > 1 else "One", "Look", "messages.queue")


def _of_all(row: Sending) -> Iterator[Line]:
    now = clock.true_now()
    if row.stop is not None:
        by_itself = row.stop is Stop.BURST
        whom = row.why or "" if by_itself else f"{row.stopped_name}: {row.why}"
        since = london_date(row.stopped_at) if row.stopped_at else None
        action = "Look" if row.stop is Stop.PAUSED else "Decide"
        yield _line(STOPPED[row.stop], whom, action, since)
    elif (silent := silent_since(row, now)) is not None:
        whom = "The part of the service that sends them is not running. Tell whoever runs it"
        yield _line("No messages go out", whom, "Look", london_date(silent))
    elif row.missed_since is not None and now - row.missed_since > UNREACHED:
        since = london_date(row.missed_since)
        yield _line("The mail server cannot be reached", "Messages wait", "Look", since)


def _line(what: str, whom: str, action: str, since: date | None) -> Line:
    return Line(what, whom, action, "messages.queue", since=since, at_once=True)


def _refused(person: Person, many: int) -> Line:
    """Nothing more is written to an address that was refused, until there is a new one."""
    what = "An address was refused" if many == 1 else f"{many} addresses were refused"
    whom = person.name if many == 1 else f"{person.name} first"
    return Line(what, whom, "Put in a new one", "people.read", {"person_id": person.id})
