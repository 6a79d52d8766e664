"""An open change is put to somebody who follows another in post: afresh, with days of their own."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.engagements import change_queries as queries
from brokerage.engagements import change_telling as telling
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import Asked
from brokerage.engagements.change_steps import DAYS_TO_ANSWER
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import Side
from brokerage.people.models import Person
from brokerage.school_calendar.queries import calendar_of

SIDE = {Asked.HEAD: Side.SUPPORTED, Asked.RELEASER: Side.HOME}


def ask_follower(
    session: Session, by: By, engagement: Engagement, side: Side, person: Person
) -> None:
    """Ask ``person`` what their predecessor on this side had not answered. The engagement is
    locked. The others may answer until the same day."""
    found = queries.open_change(session, engagement)
    if found is None or found.stuck:
        return
    (change,) = locked(session, Change, found.id)
    today = london_date(by.now)
    for asked, whom in queries.still_asked(session, change, today).items():
        if SIDE.get(asked) is side and whom is not None and whom.id == person.id:
            urn = engagement.urn if side is Side.SUPPORTED else engagement.leader.home_urn
            calendar = calendar_of(session, engagement.partnership_id, urn)
            change.due_on = max(change.due_on, calendar.deadline(by.now, DAYS_TO_ANSWER))
            change.next_look_on = today
            telling.ask_one(session, by, change, person)
