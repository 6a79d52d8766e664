"""New heads and buddies, with every detail filled in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from brokerage.headships import buddying_services, services
from brokerage.headships.models import Headship, PoolMember
from brokerage.headships.rules import Category
from brokerage.messages.models import Message
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import School
from tests.builders import TODAY, a_coordinator, a_head, a_partnership, a_school, acting

_places = iter(range(1, 10_000))
HOME = "ada@home.example"


class Town:
    """A partnership with a coordinator, and a school that gets a new head. Where no app context is
    open (in tests of pages), ``app`` lends one to each use case."""

    def __init__(self, session: Session, app: Flask | None = None, **partnership: Any) -> None:
        self.session = session
        self.app = app
        self.partnership: Partnership = a_partnership(
            session, **{"telephone": "01000 111111", **partnership}
        )
        self.coordinator: Person = a_coordinator(session, self.partnership, name="Cora Dale")
        self.school: School = a_school(
            session,
            name="Hill Top School",
            website="https://www.hilltop.example.sch.uk/",
            la_code=self.partnership.authorities[0].la_code,
        )
        session.commit()

    def within(self) -> AbstractContextManager[object]:
        return self.app.app_context() if self.app else nullcontext()

    def details(self, **other: Any) -> dict[str, Any]:
        """What is told of an appointment: of Ada, from January, not announced yet."""
        return {
            "partnership_id": self.partnership.id,
            "urn": self.school.urn,
            "name": "Ada Newhead",
            "email": HOME,
            "telephone": "07000 123456",
            "starts_on": date(2027, 1, 4),
            "category": Category.NEW_TO_HEADSHIP,
            "announced_on": None,
            "told_by": "",
            **other,
        }

    def appointed(self, **other: Any) -> Headship:
        """A headship that the coordinator told of."""
        details = self.details(**other)
        by = acting(self.session, self.coordinator)
        with self.within():
            headship_id = services.tell(by, **details)
        return self.session.get_one(Headship, headship_id)

    def announced(self, **other: Any) -> Headship:
        return self.appointed(**{"announced_on": TODAY, **other})

    def under_way(self, **other: Any) -> Headship:
        """A headship that began today."""
        return self.announced(**{"starts_on": TODAY, **other})

    def buddy(self, *, school: dict[str, Any] | None = None, **pool: Any) -> Person:
        """A serving head some kilometres away, in the pool."""
        place = next(_places)
        elsewhere = {"easting": 455000 + place, "northing": 524000}
        code = self.partnership.authorities[0].la_code
        led = a_school(self.session, **{**elsewhere, "la_code": code, **(school or {})})
        head = a_head(self.session, led, telephone=f"07000 00{place:04}")
        details = {"at_once": 1, "buddying": 0, "been_there": [], "willing": True} | pool
        self.session.add(PoolMember(person_id=head.id, **details))
        self.session.commit()
        return head

    def asked(self, headship: Headship, buddy: Person) -> int:
        headship_id, buddy_id = headship.id, buddy.id
        by = acting(self.session, self.coordinator)
        with self.within():
            return buddying_services.ask(by, headship_id, buddy_id)

    def introduced(self, headship: Headship, buddy: Person) -> int:
        """The buddying of a buddy who said yes and was introduced."""
        buddying_id = self.asked(headship, buddy)
        yes, confirmed = acting(self.session, buddy), acting(self.session, self.coordinator)
        with self.within():
            buddying_services.answer(yes, buddying_id, yes=True)
            buddying_services.confirm(confirmed, buddying_id)
        self.session.expire_all()
        return buddying_id


def messages_of(session: Session) -> Iterator[tuple[str, str]]:
    """Of each message written: its kind and its address."""
    for message in session.query(Message).order_by(Message.id):
        yield message.kind, message.to_address
