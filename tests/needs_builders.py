"""Needs to begin with: posted through the services, as people do."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.leaders.models import Leader
from brokerage.needs import services
from brokerage.needs.models import Need
from brokerage.needs.rules import Words
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import School
from brokerage.specialisms.steps import seed
from tests.builders import NOW, a_coordinator, a_head, a_partnership, a_school, acting, in_post


class Town:
    """A partnership with a coordinator, a school, its head and its deputy."""

    def __init__(self, session: Session, authority: str = "901", app: Flask | None = None) -> None:
        self.context: Callable[[], AbstractContextManager[Any]] = (
            app.app_context if app else nullcontext
        )
        if authority == "901":
            seed(session)
            session.commit()
        self.session = session
        self.partnership: Partnership = a_partnership(
            session, authorities=(authority,), telephone="01234 567890"
        )
        self.coordinator: Person = a_coordinator(session, self.partnership, name="Cora Ordinator")
        self.school: School = a_school(session, la_code=authority)
        self.head: Person = a_head(session, self.school, name="Hedda Head")

    def draft(self, worry: str = "Reading in Year 5 is slipping", **words: Any) -> Need:
        by = acting(self.session, self.head, words.pop("now", NOW))
        reference = self.do(services.draft, by, urn=self.school.urn, words=Words(worry, **words))
        return self.look(reference)

    def posted(self, worry: str = "Reading in Year 5 is slipping", **words: Any) -> Need:
        now = words.get("now", NOW)
        need = self.draft(worry, **words)
        number, by = need.id, acting(self.session, self.head, now)
        self.do(services.submit, by, number)
        return self.look(need.reference)

    def do(self, use_case: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do something through a service: in an app context of its own, for tests of pages."""
        with self.context():
            return use_case(*args, **named)

    def look(self, reference: str) -> Need:
        """The need as it is kept now; no transaction stays open."""
        self.session.expire_all()
        need = self.session.scalars(select(Need).filter_by(reference=reference)).one()
        self.session.commit()
        return need

    def leader(self) -> Leader:
        person = in_post(
            self.session, PostKind.SYSTEM_LEADER, partnership=self.partnership, name="Lena Leader"
        )
        leader = Leader(person_id=person.id, home_urn=self.school.urn, kept_at=NOW)
        self.session.add(leader)
        self.session.commit()
        return leader


def days_on(days: int) -> datetime:
    return NOW + timedelta(days=days)
