"""Support that ends before its days are used, within somebody's open transaction."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.engagements import diary, steps
from brokerage.engagements.change_ending import withdraw_open
from brokerage.engagements.change_rules import ChangeKind
from brokerage.engagements.models import Engagement
from brokerage.engagements.telling import EVALUATION, WHILE_UNDER_WAY, settled, tell
from brokerage.life import Part
from brokerage.needs import steps as needs
from brokerage.needs.models import Need


def end(
    session: Session,
    by: By,
    engagement: Engagement,
    mine: set[Part],
    reason: str,
    *,
    says: str = "engagement_ended",
) -> Need:
    """Unused days are the leader's again, visits are called off, what was asked is withdrawn, and
    the need is open again in its old place; answers it. The three get the message ``says``."""
    steps.move(session, by, engagement, "end_early", mine)
    engagement.over_at, engagement.over_reason = by.now, reason
    steps.finish(session, by, engagement)
    cancelled = steps.cancel_planned(session, by, engagement)
    withdraw_open(session, by, engagement, done=ChangeKind.STOP)
    settled(session, by, engagement, *WHILE_UNDER_WAY, EVALUATION)
    (need,) = locked(session, Need, engagement.need_id)
    needs.put_back(session, by, need)
    for name, person in steps.people(session, engagement, london_date(by.now)).items():
        if person is not None:
            key = f"{says}/{engagement.id}/{person.id}"
            off = diary.attachment(cancelled, engagement, diary.PARTS.get(name))
            tell(session, by, engagement, says, person, key=key, calendar=off)
    return need
