"""What the tests of pairings' pages share: proposing, saying yes, the address that was mailed."""

from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.messages.models import Message
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.links import token
from brokerage.people.models import Person
from tests.builders import acting
from tests.services.pairing_town import Town, open_links

RELEASE, CHOOSE, ACCEPT = (f"pairings.{word}_by_link" for word in ("release", "choose", "accept"))


def proposed(session: Session, town: Town, leader_id: int | None = None) -> Pairing:
    reference = services.propose(
        acting(session, town.coordinator),
        town.need.id,
        leader_id or town.leader.id,
        half_days=4,
        pence_a_day=35000,
        who_pays="The school",
        first_date=None,
    )
    session.expire_all()
    return session.scalars(select(Pairing).filter_by(reference=reference)).one()


def says_yes(session: Session, town: Town, pairing: Pairing, *steps: Step) -> None:
    who = {Step.RELEASE: town.releaser, Step.CHOOSE: town.head}
    for step in steps:
        services.answer(acting(session, who[step]), pairing.id, step, yes=True)
    session.expire_all()


def address(app: Flask, session: Session, purpose: str, which: int = -1) -> str:
    link = open_links(session, purpose)[which]
    with app.test_request_context():
        return url_for(purpose, token=token(link))


def kinds_to(session: Session, person: Person) -> list[str]:
    session.expire_all()
    query = select(Message.kind).filter_by(to_person_id=person.id).order_by(Message.id)
    return list(session.scalars(query))
