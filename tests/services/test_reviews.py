"""What an engagement's reviews ask, and what their answers bring about."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import review_services
from brokerage.engagements.models import Engagement, Review
from brokerage.engagements.rules import Difference, EngagementState, MidPoint, ReviewKind
from brokerage.errors import RuleBroken
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from tests.builders import acting, in_post
from tests.services.pairing_town import Town, a_town
from tests.services.test_engagements import WEEK_ON, engaged, log
from tests.services.test_pairings import messages_to


def all_used(session: Session, town: Town) -> Engagement:
    """Support of which every day is used, so that the head is asked what has changed."""
    engagement = engaged(session, town)
    log(session, town, engagement, 2)
    log(session, town, engagement, 2)
    return engagement


def test_half_the_days_used_asks_to_keep_change_or_stop_and_all_of_them_what_has_changed(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    log(session, town, engagement, 2)
    assert messages_to(session, town.head)[-1] == "mid_point_asked"
    by_head = acting(session, town.head, WEEK_ON)
    review_services.mid_point(
        by_head, engagement.id, choice=MidPoint.CHANGE, words="More modelling", exit_plan="We lead"
    )
    assert messages_to(session, town.coordinator)[-1] == "mid_point_change"
    log(session, town, engagement, 2)
    session.expire_all()
    assert engagement.state is EngagementState.COMPLETED
    assert messages_to(session, town.head)[-1] == "evaluation_asked"
    assert town.leader.engaged == 0


def test_the_evaluation_closes_engagement_and_need_and_three_months_on_it_is_asked_again(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = all_used(session, town)
    by_head = acting(session, town.head, WEEK_ON)
    review_services.evaluate(
        by_head, engagement.id, difference=Difference.CLEAR, words="Reading is up"
    )
    session.expire_all()
    assert engagement.state is EngagementState.CLOSED
    assert town.need.state is NeedState.CLOSED
    assert session.get_one(Pairing, engagement.pairing_id).went_well is True
    assert messages_to(session, town.leader.person)[-1] == "evaluation_given"
    later = {"kind": ReviewKind.LOOK_BACK_3, "difference": Difference.LITTLE}
    review_services.look_back(by_head, engagement.id, **later)
    with pytest.raises(RuleBroken, match="answered already"):
        review_services.look_back(by_head, engagement.id, **later)


def test_an_evaluation_by_phone_is_recorded_for_the_head_and_copied_to_them(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = all_used(session, town)
    review_services.evaluate(
        acting(session, town.coordinator, WEEK_ON),
        engagement.id,
        difference=Difference.LARGE,
        words="By phone: much better",
    )
    review = session.scalars(select(Review)).one()
    assert (review.answered_by, review.recorded_by) == (town.head.id, town.coordinator.id)
    assert "noted_for_you" in messages_to(session, town.head)


def test_a_coordinator_who_leads_it_or_heads_the_school_records_the_others_word_as_theirs(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = all_used(session, town)
    leader, head = town.leader.person, town.head
    for person in (leader, head):
        in_post(session, PostKind.COORDINATOR, partnership=town.partnership, person=person)
    review_services.evaluate(
        acting(session, leader, WEEK_ON),
        engagement.id,
        difference=Difference.CLEAR,
        words="Up, she says",
    )
    review_services.comment(acting(session, head, WEEK_ON), engagement.id, words="It was fine")
    session.expire_all()
    found = {
        one.kind: (one.answered_by, one.recorded_by) for one in session.scalars(select(Review))
    }
    assert found == {
        ReviewKind.EVALUATION: (head.id, leader.id),
        ReviewKind.LEADER_COMMENT: (leader.id, head.id),
    }
    for person in (head, leader):
        assert messages_to(session, person).count("noted_for_you") == 1
