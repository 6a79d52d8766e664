"""What was noted by telephone is not undone once something has been built on it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import review_services, services, visit_services
from brokerage.engagements.models import Concern, Visit
from brokerage.engagements.rules import EngagementState, MidPoint, VisitState
from brokerage.errors import NotFound, RuleBroken
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.people.models import Link
from tests.builders import NOW, a_head, a_school
from tests.phone_builders import (
    CALLED,
    UNDONE,
    Do,
    Support,
    a_support,
    a_visit_as_planned,
    as_it_stands,
    half_way,
    that_it_did_not_happen,
    that_it_is_not_right,
    that_it_is_right,
    that_they_spoke,
    the_last_visit,
    what_has_changed,
)
from tests.services.pairing_town import Town, a_need, all_say_yes, propose


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def logged_again(one: Support) -> None:
    one.log(one.leader(UNDONE), 1)


def all_logged(one: Support) -> None:
    one.log(one.leader(UNDONE))


def paused(one: Support) -> None:
    services.pause(one.by(), one.engagement.id, reason="Inspection")


def ended(one: Support) -> None:
    services.end_early(one.by(), one.engagement.id, reason="Moved", need_goes_on=False)


def answered_half_way(one: Support) -> None:
    review_services.mid_point(one.head(CALLED), one.engagement.id, choice=MidPoint.KEEP)


def agreed_by_the_head(one: Support) -> None:
    visit_services.agree(one.head(CALLED), one.note().visit_id or 0)


def evaluated(one: Support) -> None:
    one.evaluate(one.head(CALLED))


def the_new_date_moved(one: Support) -> None:
    number = one.note().before["next"][0]
    visit_services.move(one.leader(CALLED), number, date(2026, 11, 23))


def resolved(one: Support) -> None:
    visit_services.resolve(one.by(), one.note().visit_id or 0, half_days=1)


def concern_settled(one: Support) -> None:
    concern = one.session.scalars(select(Concern)).one()
    services.settle_concern(one.by(), concern.id)


def commented(one: Support) -> None:
    review_services.comment(one.leader(CALLED), one.engagement.id, words="Thanks")


def need_reopened(one: Support) -> None:
    need = one.session.get_one(Need, one.engagement.need_id)
    need.state = NeedState.OPEN
    one.session.commit()


@pytest.mark.parametrize(
    ("story", "goes_on"),
    [
        (that_they_spoke, logged_again),
        (that_they_spoke, paused),
        (that_they_spoke, ended),
        (a_visit_as_planned, logged_again),
        (a_visit_as_planned, answered_half_way),
        (a_visit_as_planned, agreed_by_the_head),
        (a_visit_as_planned, the_new_date_moved),
        (a_visit_as_planned, paused),
        (the_last_visit, evaluated),
        (that_it_did_not_happen, ended),
        (that_it_did_not_happen, the_new_date_moved),
        (that_it_is_not_right, resolved),
        (half_way, concern_settled),
        (half_way, all_logged),
        (what_has_changed, commented),
        (what_has_changed, need_reopened),
    ],
)
def test_what_something_was_built_on_is_not_undone(
    session: Session, support: Support, story: Callable[[Support], Do], goes_on: Do
) -> None:
    story(support)(support)
    link_id = support.link().id
    goes_on(support)
    stands = as_it_stands(session)
    with pytest.raises(RuleBroken, match="gone on since"):
        support.undo()
    assert as_it_stands(session) == stands
    assert session.get_one(Link, link_id).used_at is None


def test_support_that_was_done_takes_its_place_again_or_is_not_undone(
    session: Session, support: Support
) -> None:
    support.town.leader.engagements_at_once = 1
    session.commit()
    support.log(support.leader())
    support.log(support.by())
    school = a_school(session)
    head = a_head(session, school)
    need = a_need(session, support.town.partnership, school, posted_by=head.id)
    other = Town(**vars(support.town) | {"school": school, "head": head, "need": need})
    pairing = propose(session, other)
    all_say_yes(session, other, pairing)
    with pytest.raises(RuleBroken, match="as many engagements"):
        support.undo()
    session.expire_all()
    assert support.engagement.state is EngagementState.COMPLETED


def test_that_a_log_is_right_stands_once_its_days_to_dispute_are_over(
    session: Session, support: Support
) -> None:
    that_it_is_right(support)(support)
    with pytest.raises(RuleBroken, match="gone on since"):
        support.undo(NOW.replace(day=18))
    session.expire_all()
    assert session.scalars(select(Visit)).one().state is VisitState.SETTLED


def test_who_is_no_longer_the_head_undoes_nothing(session: Session, support: Support) -> None:
    half_way(support)(support)
    head = support.town.head
    for post in head.posts:
        assert post.kind is PostKind.HEADTEACHER
        post.to_on = CALLED.date() - timedelta(days=1)
    session.commit()
    with pytest.raises(NotFound):
        support.undo()
