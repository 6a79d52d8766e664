"""Asking the three, and telling people how it went: links and messages of a pairing.

Within somebody's open transaction. Messages carry a link and no details.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.messages import steps as messages
from brokerage.pairings import queries
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import UNDER_WAY, Step, next_step
from brokerage.pairings.second_person import who_can
from brokerage.partnerships.models import Partnership
from brokerage.people.links import UNDO_LASTS, make_link, marker
from brokerage.people.models import Person
from brokerage.people.queries import coordinator_of
from brokerage.people.steps import recipient, signatory
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.rules import SchoolCalendar

PURPOSE = {
    Step.RELEASE: "pairings.release_by_link",
    Step.CHOOSE: "pairings.choose_by_link",
    Step.ACCEPT: "pairings.accept_by_link",
}
MESSAGE = {
    Step.RELEASE: "release_asked",
    Step.CHOOSE: "choice_asked",
    Step.ACCEPT: "acceptance_asked",
}


def calendar(session: Session, pairing: Pairing, step: Step) -> SchoolCalendar:
    """The calendar of whoever a step asks: the home school's, or the supported school's."""
    urn = pairing.need.urn if step is Step.CHOOSE else pairing.leader.home_urn
    return calendar_of(session, pairing.partnership_id, urn)


def promised_days(partnership: Partnership, step: Step) -> int:
    """School days in which a step is to be answered."""
    return {
        Step.RELEASE: partnership.release_days,
        Step.CHOOSE: partnership.choice_days,
        Step.ACCEPT: partnership.acceptance_days,
    }[step]


def ask_next(session: Session, by: By, pairing: Pairing) -> None:
    """Ask whoever is next; when all have agreed, tell the coordinator to confirm."""
    step = next_step(pairing.order, pairing.state)
    pairing.step = step
    pairing.asked_at = by.now
    if step is None:
        pairing.due_on = pairing.next_look_on = None
        tell_who_confirms(session, by, pairing)
        return
    partnership = session.get_one(Partnership, pairing.partnership_id)
    due_on = calendar(session, pairing, step).deadline(by.now, promised_days(partnership, step))
    pairing.due_on = due_on
    pairing.next_look_on = london_date(by.now)
    person = queries.asked_for(session, pairing, step, london_date(by.now))
    if person is not None:
        ask(session, by, pairing, step, person, due_on)


def ask(
    session: Session,
    by: By,
    pairing: Pairing,
    step: Step,
    person: Person,
    due_on: date,
    *,
    round: int = 0,
) -> None:
    """Write to the person asked, with a link that answers; ``round`` counts reminders."""
    link = make_link(
        session,
        by,
        PURPOSE[step],
        person,
        subject="pairing",
        subject_id=pairing.id,
        partnership_id=pairing.partnership_id,
    )
    _write(
        session,
        by,
        pairing,
        MESSAGE[step],
        person,
        key=f"{MESSAGE[step]}/{link.id}",
        link=marker(link),
        due_on=due_on,
        overdue=due_on < london_date(by.now),
        reminder=round > 0,
    )


def notify_standing_release(
    session: Session, by: By, pairing: Pairing, person: Person, object_by: date
) -> None:
    """Tell the releaser that their standing release was used, with a link to object until then."""
    link = make_link(
        session,
        by,
        "pairings.object_by_link",
        person,
        subject="pairing_notice",
        subject_id=pairing.id,
        partnership_id=pairing.partnership_id,
        lasts=timedelta(days=(object_by - london_date(by.now)).days + 1),
    )
    _write(
        session,
        by,
        pairing,
        "release_noted",
        person,
        key=f"release_noted/{pairing.id}",
        link=marker(link),
        due_on=object_by,
    )


def send_copy(
    session: Session, by: By, pairing: Pairing, given: PairingAnswer, person: Person
) -> None:
    """What a coordinator recorded for somebody goes to them, with a link that undoes it."""
    link = make_link(
        session,
        by,
        "pairings.undo_by_link",
        person,
        subject="pairing_answer",
        subject_id=given.id,
        partnership_id=pairing.partnership_id,
        lasts=UNDO_LASTS,
    )
    _write(
        session,
        by,
        pairing,
        "answer_recorded",
        person,
        key=f"answer_recorded/{given.id}",
        link=marker(link),
        given=given,
        until=link.expires_at,
    )


def tell_coordinator(session: Session, by: By, pairing: Pairing, kind: str, **words: Any) -> None:
    """Tell the named coordinator that a pairing needs them."""
    coordinator = coordinator_of(session, pairing.partnership_id, london_date(by.now))
    if coordinator is not None and coordinator.id != by.actor.person_id:
        key = f"{kind}/{pairing.id}/{by.now.isoformat()}"
        _write(session, by, pairing, kind, coordinator, key=key, **words)


def tell_who_confirms(session: Session, by: By, pairing: Pairing) -> None:
    """All have agreed: tell the named coordinator, or whoever confirms where they may not."""
    today = london_date(by.now)
    able = who_can(session, pairing.partnership_id, pairing.need.urn, today)
    if not able:
        tell_coordinator(session, by, pairing, "pairing_agreed")
    elif able[0].id != by.actor.person_id:
        key = f"pairing_agreed/{pairing.id}/{by.now.isoformat()}"
        _write(session, by, pairing, "pairing_agreed", able[0], key=key)


def those_asked(session: Session, pairing: Pairing, day: date) -> list[Person]:
    """Those who were asked and said yes, or are being asked now."""
    if pairing.state not in UNDER_WAY:
        return []
    answered = [a.person for a in pairing.answers if a.undone_at is None and a.yes and a.person]
    asked_now = queries.asked_for(session, pairing, pairing.step, day) if pairing.step else None
    return list(dict.fromkeys([*answered, *([asked_now] if asked_now else [])]))


def tell_it_is_off(session: Session, by: By, pairing: Pairing, person: Person) -> None:
    """Somebody was asked, and it need not be answered any more."""
    _write(
        session,
        by,
        pairing,
        "pairing_off",
        person,
        key=f"pairing_off/{pairing.id}/{person.id}/{by.now.isoformat()}",
    )


def _write(
    session: Session,
    by: By,
    pairing: Pairing,
    kind: str,
    person: Person,
    *,
    key: str,
    **words: Any,
) -> None:
    partnership = session.get_one(Partnership, pairing.partnership_id)
    messages.write(
        session,
        by,
        kind,
        recipient(person),
        key=key,
        partnership_id=pairing.partnership_id,
        signed=signatory(session, partnership, london_date(by.now)),
        reference=pairing.reference,
        **words,
    )
