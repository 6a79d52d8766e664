"""Recording on one screen what people have already agreed among themselves."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import LONDON, london_date
from brokerage.database import use_case
from brokerage.engagements import steps
from brokerage.engagements.visit_days import check_day
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import conflicts
from brokerage.life import Part
from brokerage.needs import details
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.needs.rules import Details, Words
from brokerage.needs.texts import check_words
from brokerage.pairings import proposing
from brokerage.pairings import queries as pairings
from brokerage.pairings import steps as pairing_steps
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.paying import pay_from, pot_named
from brokerage.pairings.rules import STEPS
from brokerage.pairings.second_person import refuse_own_school
from brokerage.partnerships.models import Partnership
from brokerage.schools.queries import school_in_scope

WHY = "Agreed already"


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was agreed: who helps whom with what, for how many half-days, since which day."""

    urn: int
    leader_id: int
    code: str
    phase: str
    half_days: int
    worry: str
    outcomes: str = ""
    pence_a_day: int | None = None
    who_pays: str = ""
    first_date: date | None = None
    agreed_on: date
    agreed_how: str


@use_case("engagement.already_agreed")
def record_already_agreed(by: By, session: Session, partnership_id: int, agreed: Agreed) -> str:
    """Need, pairing, three answers and engagement in one; answers the engagement's reference.

    The three get the agreement with a link on which each can say that it is not what they agreed.
    Raises RuleBroken where the leader has fewer days left, the day is to come, or the school is one
    of the coordinator's own: then somebody else records it.
    """
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    today = london_date(by.now)
    refuse_own_school(session, by, partnership_id, agreed.urn)
    if agreed.agreed_on > today:
        raise RuleBroken("The day of the agreement cannot be in the future.", field="agreed_on")
    if not agreed.agreed_how.strip():
        raise RuleBroken("Say how it was agreed, such as “by telephone”.", field="agreed_how")
    need = _need(session, by, partnership_id, agreed)
    pairing = proposing.suggested(session, by, need, agreed.leader_id, agreed.half_days, WHY)
    conflicts.refuse_between(session, by.actor, partnership_id, pairing.leader, agreed.urn, today)
    pairing.pence_a_day, pairing.who_pays = agreed.pence_a_day, agreed.who_pays
    pairing.first_date = agreed.first_date
    pot = pot_named(session, pairing, agreed.who_pays)
    pay_from(session, by, pairing, pot.id if pot else None)
    _answers(session, by, pairing, agreed)
    engagement = steps.confirm(session, by, pairing, {Part.COORDINATOR})
    if agreed.first_date is not None:
        check_day(session, engagement, agreed.first_date, "first_date")
    engagement.agreed_at = _instant(by, agreed)
    return engagement.reference


def _instant(by: By, agreed: Agreed) -> datetime:
    """Noon of the day on which it was agreed, or now if that is still to come."""
    return min(datetime.combine(agreed.agreed_on, time(12), LONDON), by.now)


def _need(session: Session, by: By, partnership_id: int, agreed: Agreed) -> Need:
    words = Words(worry=agreed.worry)
    check_words(words, london_date(by.now))
    need = needs.draft(
        session,
        by,
        partnership=session.get_one(Partnership, partnership_id),
        school=school_in_scope(session, by.actor, agreed.urn),
        words=words,
    )
    need.head_agreed_on, need.head_agreed_how = agreed.agreed_on, agreed.agreed_how
    given = Details(
        code=agreed.code,
        phase=agreed.phase,
        half_days=agreed.half_days,
        outcomes=agreed.outcomes,
        who_pays=agreed.who_pays,
    )
    details.set_details(session, by, need, given, details.ALL)
    for event in ("submit", "open"):
        needs.move(by, need, event, {Part.COORDINATOR})
    needs.enter_queue(session, by, need)
    session.flush()
    return need


def _answers(session: Session, by: By, pairing: Pairing, agreed: Agreed) -> None:
    """The three yeses as they were given, each in its turn; nobody is asked again."""
    today = london_date(by.now)
    at = _instant(by, agreed)
    pairing.proposed_at = by.now
    pairing_steps.move(session, by, pairing, "propose", {Part.COORDINATOR})
    for step in STEPS[pairing.order]:
        pairing_steps.move(session, by, pairing, f"yes {step}", {Part.COORDINATOR})
        person = pairings.asked_for(session, pairing, step, today)
        session.add(
            PairingAnswer(
                pairing_id=pairing.id,
                step=step,
                yes=True,
                person_id=person.id if person else None,
                at=at,
                via="agreed before",
                recorded_by=by.actor.person_id,
                words=agreed.agreed_how,
            )
        )
    session.flush()
    session.expire(pairing, ["answers"])
