"""A head who follows another in the middle of support is asked for the first time, not reminded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.on_desk import left_to_desk
from brokerage.follow_ups.putting_off import put_off
from brokerage.follow_ups.rules import Round
from brokerage.follow_ups.services import look_at
from tests.builders import a_head, acting
from tests.phone_builders import Support, a_support
from tests.services.test_pairings import messages_to
from tests.services.test_successions import LATER, follows, leaves, night_passes


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def test_a_new_head_has_all_the_days_to_say_what_has_changed_and_may_put_it_off(
    support: Support,
) -> None:
    def a_day(day: int, month: int = 11) -> None:
        now = LATER.replace(month=month, day=day)
        look_at(By(SERVICE, now), "engagement", support.engagement.id)
        support.session.expire_all()

    def on_desk(day: date) -> list[str]:
        left = left_to_desk(support.session, [support.engagement.partnership_id], day)
        return [one.rule.kind for one in left]

    support.all_used()
    last_day, told = date(2026, 11, 20), LATER.replace(day=23)
    leaves(support, support.town.head, PostKind.HEADTEACHER, last_day)
    new = a_head(support.session, support.town.school, from_on=last_day + timedelta(1))
    for day in range(4, 21):
        a_day(day)
    assert on_desk(last_day) == ["evaluation"]
    assert night_passes(support, told) == 1
    assert on_desk(told.date()) == []
    a_day(24)
    assert on_desk(told.date()) == []
    until = date(2026, 11, 26)
    thing = ("engagement", support.engagement.id, "evaluation", support.engagement.id)
    put_off(acting(support.session, new, told), *thing, until)
    for day in (24, 25, 26):
        a_day(day)
    rungs = select(FollowUp.round).filter_by(kind="evaluation", recipient_id=new.id)
    assert list(support.session.scalars(rungs)) == [Round.ASK]


def test_a_leader_who_left_too_is_told_nothing_of_the_new_head(support: Support) -> None:
    leader = support.town.leader.person
    leaves(support, leader, PostKind.SYSTEM_LEADER)
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = follows(support)
    assert night_passes(support) == 1
    assert messages_to(support.session, new) == ["succession_told"]
    assert "head_has_changed" not in messages_to(support.session, leader)
