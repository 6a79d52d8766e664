"""Links and messages about a change, within somebody's open transaction."""

from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements.agreement_models import Change, ChangeAnswer
from brokerage.engagements.change_queries import answers_now, person_asked, still_asked
from brokerage.engagements.change_rules import RULES, Asked
from brokerage.engagements.telling import coordinator, tell
from brokerage.people.links import UNDO_LASTS
from brokerage.people.models import Person

ANSWER = "engagements.change_by_link"
UNDO_CHANGE = "engagements.undo_change_by_link"


def ask(session: Session, by: By, change: Change, *, round: int = 0) -> None:
    """Write to each of those who are still to answer, with a link that does; ``round`` counts
    reminders. What a coordinator is to decide stands on their desk."""
    people = {
        person.id: person
        for asked, person in still_asked(session, change, london_date(by.now)).items()
        if person is not None and asked is not Asked.COORDINATOR
    }
    for person in people.values():
        ask_one(session, by, change, person, round=round)


def ask_one(session: Session, by: By, change: Change, person: Person, *, round: int = 0) -> None:
    tell(
        session,
        by,
        change.engagement,
        "change_asked",
        person,
        key=f"change_asked/{change.id}/{person.id}/{len(change.answers)}/{by.now.isoformat()}",
        purpose=ANSWER,
        about=change,
        due_on=change.due_on,
        overdue=change.due_on < london_date(by.now),
        reminder=round > 0,
    )


def tell_coordinator(session: Session, by: By, change: Change, kind: str, **words: Any) -> None:
    """Tell the named coordinator, unless it is they who are acting."""
    found = coordinator(session, by, change.engagement)
    key = f"{kind}/{change.id}/{by.now.isoformat()}"
    tell(session, by, change.engagement, kind, found, key=key, **words)


def tell_it_is_off(session: Session, by: By, change: Change, kind: str = "change_off") -> None:
    """It is not being asked any more: those who were asked, or asked for it, need do nothing; those
    who said no know."""
    today = london_date(by.now)
    concerned = [one for one in RULES[change.kind].touches if one is not Asked.COORDINATOR]
    people = [person_asked(session, change.engagement, one, today) for one in concerned]
    if change.asked_by is not None and change.asked_as is not Asked.COORDINATOR:
        people.append(session.get(Person, change.asked_by))
    know = {given.person_id for given in answers_now(change) if not given.yes}
    for person in dict.fromkeys(people):
        if person is not None and person.id not in know | {by.actor.person_id}:
            key = f"{kind}/{change.id}/{person.id}/{by.now.isoformat()}"
            tell(session, by, change.engagement, kind, person, key=key)


def send_copy(
    session: Session, by: By, change: Change, given: ChangeAnswer, person: Person
) -> None:
    """What a coordinator noted for somebody goes to them, with a link that undoes it."""
    tell(
        session,
        by,
        change.engagement,
        "change_noted",
        person,
        key=f"change_noted/{given.id}",
        purpose=UNDO_CHANGE,
        about=given,
        lasts=UNDO_LASTS,
        given=given,
        until=by.now + UNDO_LASTS,
    )
