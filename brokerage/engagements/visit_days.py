"""When visits can be noted, and on which days they can be: both schools open; and which days to
offer for one by a tap."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import WORKING, EngagementState
from brokerage.school_calendar.visiting import Visited, check_visit_day, days_that_suit

WEEK = timedelta(days=7)


def cannot_be_logged(state: EngagementState) -> str:
    """The sentence for whoever would note a visit while no days can be used; empty where they can.
    A visit made before a pause counts once the support goes on."""
    if state is EngagementState.PAUSED:
        return "This support is paused. Once your coordinator has resumed it, note the visit here."
    return "" if state in WORKING else "This support is not under way, so no visit can be logged."


def of_visits(engagement: Engagement) -> tuple[int, Visited, Visited]:
    """Whose calendars a visit must suit."""
    home, supported = engagement.leader.home, engagement.school
    return (
        engagement.partnership_id,
        Visited(home.urn, home.name),
        Visited(supported.urn, supported.name),
    )


def check_day(
    session: Session, engagement: Engagement, on: date, field: str = "planned_on"
) -> None:
    """Raise RuleBroken, on the form field that named it, unless both schools are open that day."""
    check_visit_day(session, *of_visits(engagement), on, field)


def to_come(visits: Iterable[Visit], today: date) -> list[Visit]:
    """Those of the visits that were planned for a day after today, in the order given."""
    return [visit for visit in visits if visit.planned_on and visit.planned_on > today]


def instead_of(
    session: Session, engagement: Engagement, planned_on: date, today: date
) -> list[date]:
    """Days for a visit that cannot be on ``planned_on``: the next that does, and the same weekday a
    week and a fortnight later."""
    start = max(planned_on, today)
    again = planned_on + WEEK * ((start - planned_on).days // 7 + 1)
    wanted = [start + timedelta(days=1), again, again + WEEK]
    return days_that_suit(session, *of_visits(engagement), wanted)


def following(
    session: Session, engagement: Engagement, visited_on: date, today: date
) -> list[date]:
    """Days for the visit after one on ``visited_on``: a week, a fortnight and three weeks later (of
    those that are still to come)."""
    start = max(visited_on, today - timedelta(days=6))
    wanted = [start + WEEK * weeks for weeks in (1, 2, 3)]
    return days_that_suit(session, *of_visits(engagement), wanted)
