"""The first word between leader and school: by when, and what each of the two says of it.

Either says that they spoke; then the other is asked too, or can say so. Where the school says that
nobody has rung, the coordinator hears of it: at once, where the leader had said otherwise.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import COUNTED, FIRST_CONTACT_DAYS, WORKING
from brokerage.pairings.models import Pairing
from brokerage.partnerships.models import Partnership
from brokerage.school_calendar.queries import calendar_of


def promised_by(session: Session, by: By, pairing: Pairing) -> date:
    """The day by which leader and school are to have spoken, in the calendar of the leader, who
    rings."""
    promised = session.get_one(Partnership, pairing.partnership_id).first_contact_days
    home = calendar_of(session, pairing.partnership_id, pairing.leader.home_urn)
    return home.deadline(by.now, promised)


def due_on(engagement: Engagement) -> date:
    """The last day of that promise; of an engagement older than the setting, a week on."""
    week_on = london_date(engagement.agreed_at) + timedelta(FIRST_CONTACT_DAYS)
    return engagement.contact_by or week_on


def is_open(engagement: Engagement) -> bool:
    """Whether it still matters what the school says: not once somebody has been there."""
    visited = any(visit.state in COUNTED for visit in engagement.visits)
    return engagement.state in WORKING and not visited


def may_be_said(engagement: Engagement) -> bool:
    """Whether the school can say that they spoke, or that nobody rang; a yes also after a no."""
    return is_open(engagement) and engagement.school_spoke is not True


def school_is_asked(engagement: Engagement) -> bool:
    """Whether the school has still to say whether they spoke."""
    return is_open(engagement) and engagement.school_spoke is None
