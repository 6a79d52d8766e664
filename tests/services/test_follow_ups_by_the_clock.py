"""The real tick, every half hour, through the nights on which the clocks change, and 29 February:
each rung once, at nine in the morning by the London clock, on a school day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.clock import LONDON
from brokerage.engagements.models import Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.follow_ups import services
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import Round
from brokerage.messages.models import Message
from tests.builders import NOW
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged

pytestmark = pytest.mark.slow
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("visit_on", "asked", "reminded", "desk"),
    [
        # Forward on Sunday 26 March: nine in the morning is eight by the sun.
        (date(2028, 3, 24), "27 08:00", "03 08:00", "04 08:00"),
        # Back on Sunday 29 October: an hour comes twice.
        (date(2028, 10, 27), "30 09:00", "06 09:00", "07 09:00"),
        (date(2028, 2, 28), "29 09:00", "06 09:00", "08 09:00"),
    ],
    ids=["clocks forward", "clocks back", "29 February"],
)
def test_each_rung_is_climbed_once_at_nine_in_london(
    session: Session, visit_on: date, asked: str, reminded: str, desk: str
) -> None:
    engagement = engaged(session, a_town(session))
    engagement.state, engagement.first_contact_on = EngagementState.ACTIVE, NOW.date()
    engagement.next_look_on = visit_on
    session.add(Visit(engagement_id=engagement.id, state=VisitState.PLANNED, planned_on=visit_on))
    session.commit()
    now = datetime.combine(visit_on, datetime.min.time(), UTC)
    while now.date() < visit_on + timedelta(14):
        services.tick(By(SERVICE, now))
        now += HALF_HOUR
    rows = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    assert [(Round(row.round), f"{row.asked_at:%d %H:%M}") for row in rows] == [
        (Round.ASK, asked),
        (Round.REMIND, reminded),
        (Round.DESK, desk),
    ]
    assert {row.asked_at.astimezone(LONDON).hour for row in rows} == {9}
    written = select(Message.kind).where(Message.written_at > NOW + timedelta(30))
    assert session.scalars(written.order_by(Message.id)).all() == ["log_asked", "weekly_digest"]
