"""Telling the made-up history in the order of time, through the real use cases."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.clock import LONDON, london_date
from brokerage.database import db
from brokerage.demo.days import Days
from brokerage.demo.posts import Posts
from brokerage.demo.town import Town
from brokerage.engagements import succession_services as successions
from brokerage.engagements import visit_services as visits
from brokerage.headships import ticks
from brokerage.leaders.models import Leader
from brokerage.people.models import Link
from brokerage.people.queries import actor_for
from brokerage.school_calendar.rules import nine_oclock

Row = TypeVar("Row")
Story = Iterator[datetime]
"""A story does something, and gives the instant at which it goes on."""


@dataclass(frozen=True)
class History:
    """The town, its people and its days: what every story needs."""

    town: Town
    posts: Posts
    leaders: list[int]
    days: Days

    def by(self, person_id: int, at: datetime, via: str = "session") -> By:
        """The person as the one who does something at that instant."""
        with self.reading() as session:
            return By(actor_for(session, person_id, london_date(at), via), at)

    def coordinator(self, at: datetime, which: int = 0) -> By:
        return self.by(self.posts.coordinators[which], at)

    def reading(self) -> Session:
        """A session to read the database as it is now; what it gave can be looked at afterwards."""
        return Session(db.engine, expire_on_commit=False)

    def leader_of(self, school: str) -> int:
        """The first leader of that home school."""
        urn = self.town.called(school).urn
        found: int = self.ask(select(Leader.id).filter_by(home_urn=urn).order_by(Leader.id))
        return found

    def ask(self, query: Any) -> Any:
        """One value read from the database."""
        with self.reading() as session:
            return session.scalar(query)

    def one(self, model: type[Row], number: int) -> Row:
        """One row of the database as it is now."""
        with self.reading() as session:
            return session.get_one(model, number)

    def link(self, person_id: int, purpose: str, subject_id: int) -> int | None:
        """The link that was sent to a person for a purpose, and that still works."""
        good = Link.used_at.is_(None) & Link.revoked_at.is_(None)
        query = select(Link.id).filter_by(
            person_id=person_id, purpose=purpose, subject_id=subject_id
        )
        found: int | None = self.ask(query.where(good).order_by(Link.id.desc()).limit(1))
        return found

    def tell(self, stories: Iterable[Story]) -> None:
        """Run all stories side by side, each step at its instant.

        Raises AssertionError for one that would reach beyond now.
        """
        waiting: list[tuple[datetime, int, Story]] = []
        for number, story in enumerate(stories):
            if (begins := next(story, None)) is not None:
                heapq.heappush(waiting, (begins, number, story))
        while waiting:
            at, number, story = waiting[0]
            if at >= self.days.now:
                raise AssertionError(f"story {number} reaches beyond now: {at:%d %B %Y}")
            following = next(story, None)
            if following is None:
                heapq.heappop(waiting)
            else:
                heapq.heapreplace(waiting, (max(at, following), number, story))

    def weeks(self) -> Story:
        """What time alone brings about, looked at each week."""
        day = self.days.begins
        while day <= self.days.latest:
            at = early(day)
            yield at
            self.let_time_pass(at)
            day = self.days.after(day, 5)

    def let_time_pass(self, at: datetime) -> None:
        """Silence is consent; appointments become public; days of the hundred come; who follows
        somebody in post is told."""
        by = By(SERVICE, at)
        visits.settle_silent(by)
        ticks.tick(by)
        successions.hand_over_where_left(by)


def early(day: date) -> datetime:
    """When the service first asks."""
    return nine_oclock(day)


def late(day: date) -> datetime:
    """When everybody has done what they do."""
    return datetime.combine(day, time(18, 0), LONDON).astimezone(UTC)
