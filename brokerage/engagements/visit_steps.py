"""What is checked, counted and told when a visit is logged, within somebody's open transaction."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.engagements import steps
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import supported_head
from brokerage.engagements.rules import LIVE, EngagementState, VisitState
from brokerage.engagements.telling import VISIT, coordinator, tell, tell_whose_words
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import days
from brokerage.ledger.steps import record
from brokerage.life import Part

WORKING = {EngagementState.AGREED, EngagementState.ACTIVE}


def check_to_come(by: By, on: date, field: str) -> None:
    if on < london_date(by.now):
        raise RuleBroken("Choose today or a day to come.", field=field)


def check_log(by: By, engagement: Engagement, on: date, half_days: int, done: str) -> None:
    if engagement.state not in WORKING:
        raise RuleBroken("This support is not under way, so no visit can be logged.")
    if on > london_date(by.now):
        raise RuleBroken("The visit cannot be in the future.", field="happened_on")
    if on < london_date(engagement.agreed_at):
        raise RuleBroken("The visit cannot be before the agreement.", field="happened_on")
    if half_days not in (1, 2):
        raise RuleBroken("A visit is half a day or a day.", field="half_days")
    if not done.strip():
        raise RuleBroken("Say in a line what you did.", field="done")
    left = engagement.half_days - engagement.used
    if half_days > left:
        raise RuleBroken(
            f"{left / 2:g} days are left in this agreement. Talk to your coordinator.",
            field="half_days",
        )


def planned(session: Session, engagement: Engagement, visit_id: int | None) -> Visit:
    """The planned visit that took place, or a new one."""
    if visit_id is None:
        visit = Visit(engagement_id=engagement.id, state=VisitState.PLANNED)
        session.add(visit)
        return visit
    (visit,) = locked(session, Visit, visit_id)
    if visit.engagement_id != engagement.id:
        raise NotFound
    return visit


def tell_of_log(session: Session, by: By, engagement: Engagement, visit: Visit) -> None:
    head = supported_head(session, engagement, london_date(by.now))
    if head is not None and head.id != by.actor.person_id:
        tell(
            session,
            by,
            engagement,
            "visit_logged",
            head,
            key=f"visit_logged/{visit.id}",
            purpose=VISIT,
            about=visit,
            consent_on=visit.consent_on,
        )
    if visit.worry.strip():
        steps.note_concern(session, by, engagement, visit.worry)
        tell(
            session,
            by,
            engagement,
            "visit_worry",
            coordinator(session, by, engagement),
            key=f"visit_worry/{visit.id}",
        )


def record_of_head(
    session: Session,
    by: By,
    engagement: Engagement,
    visit: Visit,
    action: str,
    mine: set[Part],
) -> None:
    """Note what the head said of a log; by telephone, if a coordinator notes it."""
    head = None
    if Part.HEAD not in mine:
        head = supported_head(session, engagement, london_date(by.now))
    record(
        session,
        by,
        action,
        visit,
        partnership_id=engagement.partnership_id,
        on_behalf_of=tell_whose_words(session, by, engagement, head, f"{action}/{visit.id}"),
    )


def count_anew(session: Session, by: By, engagement: Engagement, visit: Visit, change: int) -> None:
    """So many half-days more (or fewer, below nought) were used. Once the support is over its days
    can only become fewer: those are the leader's again."""
    live = engagement.state in LIVE
    if change > 0 and not live:
        raise RuleBroken("This support is over: no days can be added to it.", field="half_days")
    if engagement.used + change > engagement.half_days:
        raise RuleBroken("There are not that many days in this agreement.", field="half_days")
    leader_id, year = engagement.leader_id, engagement.year
    days.use(session, by, leader_id, year, change, visit, visit.id)
    if not live:
        days.give_back(session, by, leader_id, year, -change, engagement, engagement.id)
    engagement.used += change
