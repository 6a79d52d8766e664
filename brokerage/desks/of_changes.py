"""Desk lines about changes of agreements: who is asked, and what a coordinator sees to."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.clock import london_date
from brokerage.desks.rules import Line
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_queries import asked_of
from brokerage.engagements.change_reading import says
from brokerage.engagements.change_rules import RULES, Asked, ChangeState


def own(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    """Changes that the actor is asked about."""
    for change in asked_of(session, actor, today):
        yield _line(change, "Your agreement may change", "Read and answer", change.due_on)


def to_see_to(change: Change) -> Line:
    """One that waits for a coordinator: to be decided, not to be made, unanswered past its day; or
    a pause whose day to go on has come."""
    if change.state is ChangeState.AGREED:
        values, since = {"reference": change.engagement.reference}, change.engagement.paused_until
        what, where = "A pause is over", "engagements.read"
        return Line(what, _whom(change), "Resume it or not", where, values, since=since)
    if change.stuck:
        what = "A change is agreed, and could not be made"
        return _line(change, what, "See why", at_once=True)
    if RULES[change.kind].touches == (Asked.COORDINATOR,):
        return _line(change, "You are asked for a change", "Decide", change.due_on)
    return _line(change, "A change is not answered", "Ring them", change.due_on)


def _line(
    change: Change, what: str, action: str, due_on: date | None = None, *, at_once: bool = False
) -> Line:
    whom = f"{_whom(change)}: {says(change)}"
    values = {"reference": change.engagement.reference, "change_id": change.id}
    since = None if due_on else london_date(change.asked_at)
    return Line(what, whom, action, "engagements.read_change", values, due_on, since, at_once)


def _whom(change: Change) -> str:
    return f"{change.engagement.leader.person.name} at {change.engagement.school.name}"
