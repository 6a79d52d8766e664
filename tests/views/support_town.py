"""A town with support under way, as pages show it: who is who, and the links that were mailed."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements import review_services, services, visit_services
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import Difference
from brokerage.people.links import address, make_link
from brokerage.people.models import Link, Person
from tests.builders import NOW, a_head, a_school, acting
from tests.services.pairing_town import Town, a_need, a_town, all_say_yes
from tests.services.test_engagements import WEEK_ON, engaged, log
from tests.services.test_pairings import propose


class Support:
    """One engagement of two days in phonics, agreed on 3 November; the clock a week on."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        with app.app_context():
            self.town = a_town(session, name="Eastburn Hub")
            for person, name in (
                (self.town.coordinator, "Cora Ordinator"),
                (self.town.head, "Hetty Head"),
                (self.town.releaser, "Rollo Releaser"),
                (self.leader, "Lena Leader"),
            ):
                person.name = name
            self.town.school.name = "Moorside School"
            self.town.leader.engagements_at_once = 99
            session.commit()
            self.engagement = engaged(session, self.town)
            self.reference = self.engagement.reference
        clock.move_to(WEEK_ON)

    @property
    def leader(self) -> Person:
        return self.town.leader.person

    @property
    def page(self) -> str:
        return f"/engagements/{self.reference}"

    def log(self, half_days: int = 1, **other: object) -> Visit:
        with self.app.app_context():
            visit_id = log(self.session, self.town, self.engagement, half_days, **other)
        return self.look(Visit, visit_id)

    def plan(self, on: date) -> Visit:
        with self.app.app_context():
            visit_id = visit_services.plan(self.by(self.leader, NOW), self.engagement.id, on)
        return self.look(Visit, visit_id)

    def close(self) -> None:
        """All days used, and the head's evaluation given."""
        self.log(2)
        self.log(2)
        with self.app.app_context():
            review_services.evaluate(
                self.by(self.town.head),
                self.engagement.id,
                difference=Difference.CLEAR,
                words="Reading is up in every class",
            )
        self.session.expire_all()

    def by(self, person: Person, now: datetime = WEEK_ON) -> Any:
        return acting(self.session, person, now)

    def look(self, model: type, number: int | None = None) -> Any:
        """A row as it is now; without a number, the latest."""
        self.session.expire_all()
        if number is not None:
            return self.session.get_one(model, number)
        return self.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()

    def mailed(self, purpose: str, person: Person | None = None) -> str:
        """The path of the latest link for this page, as it was mailed."""
        query = select(Link).filter_by(purpose=f"engagements.{purpose}").order_by(Link.id.desc())
        if person is not None:
            query = query.filter_by(person_id=person.id)
        link = self.session.scalars(query.limit(1)).one()
        with self.app.test_request_context():
            return address(link).removeprefix("http://localhost")

    def link(self, purpose: str, person: Person, thing: Any) -> str:
        """The path of a new link about ``thing``, as the follow-ups will send it."""
        make_link(
            self.session,
            acting(self.session, self.town.coordinator, clock.now()),
            f"engagements.{purpose}",
            person,
            subject=thing.__tablename__,
            subject_id=thing.id,
            partnership_id=self.town.partnership.id,
        )
        self.session.commit()
        return self.mailed(purpose, person)

    def another(self, name: str, *, confirmed: bool = True) -> Any:
        """Another school supported by the same leader; or its pairing, agreed by all three."""
        town = self.town
        school = a_school(self.session, name=name)
        head = a_head(self.session, school)
        need = a_need(self.session, town.partnership, school, posted_by=head.id)
        other = Town(
            town.partnership,
            town.coordinator,
            town.home,
            town.releaser,
            town.leader,
            school,
            head,
            need,
        )
        with self.app.app_context():
            if confirmed:
                return engaged(self.session, other)
            pairing = propose(self.session, other)
            all_say_yes(self.session, other, pairing)
            return pairing

    def end_early(self) -> None:
        with self.app.app_context():
            services.end_early(
                self.by(self.town.coordinator),
                self.engagement.id,
                reason="The leader has moved",
                need_goes_on=True,
            )

    def engagement_of(self, reference: str) -> Engagement:
        self.session.expire_all()
        return self.session.scalars(select(Engagement).filter_by(reference=reference)).one()
