"""Who is told that a visit's log is disputed, settled or corrected, within somebody's open
transaction.

Nobody has a mail about what they did themselves, nor has a leader who has left the register. The
school's own words stay on the support's page, which asks who is reading.
"""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import diary
from brokerage.engagements.date_telling import others, who_did_it
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import leader_today
from brokerage.engagements.telling import VISIT, coordinator, page_of, tell
from brokerage.life import Part
from brokerage.web.words import days


def tell_of_dispute(session: Session, by: By, engagement: Engagement, visit: Visit) -> None:
    """The coordinator, who is to settle it; and the leader, whose log it is, unless they are the
    same."""
    asked = coordinator(session, by, engagement)
    key = f"visit_disputed/{visit.id}/{by.now.isoformat()}"
    tell(session, by, engagement, "visit_disputed", asked, key=key)
    leader = leader_today(session, engagement, london_date(by.now))
    if leader is None or leader.id == by.actor.person_id or leader is asked:
        return
    tell(
        session,
        by,
        engagement,
        "visit_disputed_leader",
        leader,
        key=f"visit_disputed_leader/{visit.id}/{by.now.isoformat()}",
        visited_on=visit.happened_on,
        page=page_of(engagement.reference),
    )


def tell_of_settlement(session: Session, by: By, engagement: Engagement, visit: Visit) -> None:
    """Leader and head: that it is settled, and how many days count. A visit that did not happen
    after all goes from the calendars into which it was planned."""
    session.flush()
    off = visit.planned_on is not None and not visit.half_days
    for part, person in others(session, by, engagement):
        tell(
            session,
            by,
            engagement,
            "visit_settled",
            person,
            key=f"visit_settled/{visit.id}/{person.id}/{by.now.isoformat()}",
            calendar=diary.attachment([visit] if off else [], engagement, part),
            visited_on=visit.happened_on,
            counts=days(visit.half_days),
            page=page_of(engagement.reference),
            off=off,
        )


def tell_corrected(
    session: Session, by: By, engagement: Engagement, visit: Visit, *, moved: bool
) -> None:
    """What was noted of a visit is corrected: the school can say anew that it is not right.
    ``moved``: it was on another day."""
    for part, person in others(session, by, engagement):
        tell(
            session,
            by,
            engagement,
            "visit_corrected",
            person,
            key=f"visit_corrected/{visit.id}/{visit.version}/{person.id}",
            purpose=VISIT if part is Part.HEAD else None,
            about=visit,
            calendar=diary.attachment([visit] if moved else [], engagement, part),
            who=who_did_it(by, engagement),
            visited_on=visit.happened_on,
            consent_on=visit.consent_on,
            page=page_of(engagement.reference),
            moved=moved,
        )
