"""Following up pairings: the releaser's, the head's and the leader's answer."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.follow_ups.rules import MAILED, Asking, Round
from brokerage.pairings import asking as pairing_asking
from brokerage.pairings import steps
from brokerage.pairings.models import Pairing
from brokerage.pairings.queries import asked_for
from brokerage.pairings.rules import UNDER_WAY, Step


def askings(session: Session, pairing: Pairing, today: date) -> list[Asking]:
    if pairing.state not in UNDER_WAY or pairing.step is None or pairing.asked_at is None:
        return []
    person = asked_for(session, pairing, pairing.step, today)
    home = pairing.leader.home_urn
    asks_school = {"release": home, "choose": pairing.need.urn}
    return [
        Asking(
            kind=pairing.step.value,
            subject="pairing",
            subject_id=pairing.id,
            since=london_date(pairing.asked_at),
            recipient_id=person.id if person else None,
            due_on=pairing.due_on,
            urn=asks_school.get(pairing.step.value),
            calendar_urn=pairing.need.urn if pairing.step is Step.CHOOSE else home,
        )
    ]


def act(session: Session, by: By, pairing: Pairing, asking: Asking, round: Round) -> None:
    today = london_date(by.now)
    if round is Round.LAPSE:
        steps.lapse(session, by, pairing)
        return
    if round not in MAILED or pairing.step is None or pairing.due_on is None:
        return
    person = asked_for(session, pairing, pairing.step, today)
    if person is not None:
        pairing_asking.ask(
            session, by, pairing, pairing.step, person, pairing.due_on, round=int(round)
        )
