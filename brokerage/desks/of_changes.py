"""Desk lines about changes of agreements: who is asked, and what a coordinator sees to."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.clock import london_date
from brokerage.desks.rules import Line
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_queries import (
    asked_of,
    for_coordinators,
    pauses_over,
    still_asked,
)
from brokerage.engagements.change_reading import says
from brokerage.engagements.change_rules import Asked


def own(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    """Changes that the actor is asked about."""
    for change in asked_of(session, actor, today):
        yield _line(change, "Your agreement may change", "Read and answer", change.due_on)


def of_coordinator(session: Session, mine: Collection[int], today: date) -> Iterator[Line]:
    """Changes that wait for a coordinator: to be decided, stuck, or unanswered past their day; and
    pauses whose day has come."""
    for change in for_coordinators(session, mine):
        if change.stuck:
            what = "A change is agreed, and could not be made"
            yield _line(change, what, "See why", at_once=True)
        elif Asked.COORDINATOR in still_asked(session, change, today):
            yield _line(change, "You are asked for a change", "Decide", change.due_on)
        elif change.due_on < today:
            yield _line(change, "A change is not answered", "Ring them", change.due_on)
    for engagement in pauses_over(session, mine, today):
        yield Line(
            "A pause is over",
            f"{engagement.leader.person.name} at {engagement.school.name}",
            "Resume it or not",
            "engagements.read",
            {"reference": engagement.reference},
            since=engagement.paused_until,
        )


def _line(
    change: Change, what: str, action: str, due_on: date | None = None, *, at_once: bool = False
) -> Line:
    engagement = change.engagement
    whom = f"{engagement.leader.person.name} at {engagement.school.name}: {says(change)}"
    values = {"reference": engagement.reference, "change_id": change.id}
    since = None if due_on else london_date(change.asked_at)
    return Line(what, whom, action, "engagements.read_change", values, due_on, since, at_once)
