"""Support that stands still for a while, and goes on, within somebody's open transaction."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import contact, diary, steps
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import planned
from brokerage.engagements.rules import COUNTED
from brokerage.engagements.telling import tell
from brokerage.life import Part
from brokerage.pairings.models import Pairing


def pause(
    session: Session, by: By, engagement: Engagement, reason: str, until: date | None
) -> None:
    """It stands still: visits planned in the pause are called off, and its people told. The days
    stay agreed; on ``until`` the coordinator is asked whether it goes on."""
    steps.move(session, by, engagement, "pause", {Part.COORDINATOR})
    engagement.over_reason, engagement.paused_until = reason, until
    today = london_date(by.now)
    off = [
        visit
        for visit in planned(engagement)
        if visit.planned_on is not None and _within(visit.planned_on, until, today)
    ]
    for visit in off:
        steps.cancel(session, by, visit)
    session.flush()
    _tell(session, by, engagement, "support_paused", off)


def _within(day: date, until: date | None, today: date) -> bool:
    return day >= today and (until is None or day < until)


def resume(session: Session, by: By, engagement: Engagement) -> None:
    """It goes on where it stood; where nobody had spoken yet, they have the promised days anew."""
    visited = any(visit.state in COUNTED for visit in engagement.visits)
    begun = visited or engagement.first_contact_on is not None
    event = "resume" if begun else "resume_unbegun"
    steps.move(session, by, engagement, event, {Part.COORDINATOR})
    if not begun:
        pairing = session.get_one(Pairing, engagement.pairing_id)
        engagement.contact_by = contact.promised_by(session, by, pairing)
    engagement.over_reason = engagement.paused_until = None
    _tell(session, by, engagement, "support_resumed", planned(engagement))


def _tell(session: Session, by: By, engagement: Engagement, kind: str, visits: list[Visit]) -> None:
    """Leader and head, with these visits for their calendars; the releaser's days stay as they
    are."""
    people = steps.people(session, engagement, london_date(by.now))
    for part in ("leader", "head"):
        person = people[part]
        if person is not None and person.id != by.actor.person_id:
            key = f"{kind}/{engagement.id}/{person.id}/{by.now.isoformat()}"
            calendar = diary.attachment(visits, engagement, diary.PARTS[part])
            tell(session, by, engagement, kind, person, key=key, calendar=calendar)
