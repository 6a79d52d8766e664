"""What people are told about a need: messages with a link and no details, within somebody's open
transaction, in the name of the need's coordinator."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.messages import steps as messages
from brokerage.messages.steps import Signatory
from brokerage.needs.models import Need
from brokerage.needs.queries import heads_of
from brokerage.needs.rules import READERS
from brokerage.people.links import make_link, marker
from brokerage.people.models import Person
from brokerage.people.queries import actor_for
from brokerage.people.steps import recipient, signatory

OPEN = "needs.links.open_page"  # to the page itself, after signing in
FOLLOW = "needs.links.follow_need"  # the school's own view of it, without signing in
ANSWER = "needs.links.answer"
SEND = "needs.links.send"
UNDO = "needs.links.undo_answer"

SUBJECTS = {
    OPEN: "need",
    FOLLOW: "need",
    ANSWER: "need question",
    UNDO: "need answer",
    SEND: "need draft",
}


def tell(
    session: Session, by: By, need: Need, kind: str, to: Iterable[Person], purpose: str
) -> None:
    """Write the message ``kind`` to each of these people, with a link for ``purpose``."""
    signed = _signed(session, by, need)
    for person in to:
        if recipient(person).address is None:
            continue
        link = make_link(
            session,
            by,
            purpose,
            person,
            subject=SUBJECTS[purpose],
            subject_id=need.id,
            partnership_id=need.partnership_id,
        )
        messages.write(
            session,
            by,
            kind,
            recipient(person),
            key=f"{kind}/{need.id}/{link.id}",
            partnership_id=need.partnership_id,
            signed=signed,
            reference=need.reference,
            school=need.school.name,
            call_by=need.call_by,
            telephone=need.partnership.telephone,
            link=marker(link),
        )


def tell_school(session: Session, by: By, need: Need, kind: str, purpose: str = FOLLOW) -> None:
    """Tell the school's head, and whoever posted the need for the school, unless they did this."""
    day = london_date(by.now)
    people = heads_of(session, need.urn, day)
    poster = actor_for(session, need.posted_by, day)
    of_school = need.urn in poster.schools(*READERS)
    for_school = need.partnership_id in poster.partnership_ids - poster.coordinates()
    if need.poster not in people and (of_school or (for_school and purpose == FOLLOW)):
        people.append(need.poster)
    tell(session, by, need, kind, [p for p in people if p.id != by.actor.person_id], purpose)


def tell_coordinator(session: Session, by: By, need: Need, kind: str) -> None:
    """Tell the need's coordinator, unless it was they who did this."""
    coordinator = need.coordinator
    if coordinator is not None and coordinator.id != by.actor.person_id:
        tell(session, by, need, kind, [coordinator], OPEN)


def _signed(session: Session, by: By, need: Need) -> Signatory:
    coordinator, partnership = need.coordinator, need.partnership
    if coordinator is None or not coordinator.active:
        return signatory(session, partnership, london_date(by.now))
    address = coordinator.email or partnership.email
    return Signatory(coordinator.name, address, partnership.name)
