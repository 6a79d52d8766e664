"""On which days one school can be visited from another: both open, and neither against visits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.errors import RuleBroken
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.rules import ONE_DAY, SchoolCalendar, next_day_both_open
from brokerage.web.words import london_day


@dataclass(frozen=True)
class Visited:
    """A school that a visit needs open."""

    urn: int
    name: str


def in_the_way(
    session: Session, partnership_id: int, home: Visited, supported: Visited, on: date
) -> str:
    """Which school stands in the way of a visit on ``on``, and the next day that would do; empty
    where none does."""
    at_home = calendar_of(session, partnership_id, home.urn)
    at_supported = calendar_of(session, partnership_id, supported.urn)
    said = [_why_not(at_home, home, on), _why_not(at_supported, supported, on)]
    if not any(said):
        return ""
    both = all(said)
    why = f"Schools are not open on {london_day(on)}." if both else "".join(said)
    then = next_day_both_open(at_home, at_supported, on)
    return f"{why} The next day that would do is {london_day(then)}." if then else why


def check_visit_day(
    session: Session, partnership_id: int, home: Visited, supported: Visited, on: date, field: str
) -> None:
    """Raise RuleBroken, on the form field that named it, unless both schools can be visited."""
    if obstacle := in_the_way(session, partnership_id, home, supported, on):
        raise RuleBroken(obstacle, field=field)


def days_that_suit(
    session: Session,
    partnership_id: int,
    home: Visited,
    supported: Visited,
    wanted: Iterable[date],
) -> list[date]:
    """For each day wanted, itself or the first after it that would do; in order, each once."""
    at_home = calendar_of(session, partnership_id, home.urn)
    at_supported = calendar_of(session, partnership_id, supported.urn)
    found = {next_day_both_open(at_home, at_supported, day - ONE_DAY) for day in wanted}
    return sorted(day for day in found if day is not None)


def _why_not(calendar: SchoolCalendar, school: Visited, on: date) -> str:
    if calendar.is_open_to_visitors(on):
        return ""
    if calendar.is_school_day(on):
        return f"{school.name} has asked for no visits on {london_day(on)}."
    return f"{school.name} is shut on {london_day(on)}."
