"""Somebody changes post in the middle of support: nothing is lost, and whoever follows is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import review_services, services
from brokerage.engagements import succession_services as successions
from brokerage.engagements.models import Succession
from brokerage.engagements.queries import supported_head
from brokerage.engagements.rules import Difference, EngagementState, Side
from brokerage.engagements.telling import COMMENT, EVALUATION, SUCCESSION
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import Round
from brokerage.follow_ups.services import hush, look_at
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person, Post
from brokerage.people.services import end_post
from brokerage.scheduler import Turn, hand_over
from tests.builders import NOW, a_head, a_school, acting
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import account_of
from tests.services.test_pairings import messages_to

LAST_DAY = date(2026, 11, 13)
LATER = datetime(2026, 11, 16, 10, 0, tzinfo=NOW.tzinfo)


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def leaves(support: Support, person: Person, kind: PostKind, last_day: date = LAST_DAY) -> None:
    support.session.expire_all()
    post = support.session.scalars(select(Post).filter_by(person_id=person.id, kind=kind)).one()
    post.to_on = last_day
    support.session.commit()


def follows(support: Support, **school: object) -> Person:
    """A new head, from the day after the last one's last."""
    at = school.get("school") or support.town.school
    return a_head(support.session, at, from_on=LAST_DAY + timedelta(1))  # type: ignore[arg-type]


def night_passes(support: Support, now: datetime = LATER) -> int:
    changed = successions.hand_over_where_left(By(SERVICE, now))
    support.session.expire_all()
    return changed


def open_link(support: Support, person: Person, purpose: str) -> Link | None:
    found = select(Link).filter_by(person_id=person.id, purpose=purpose, used_at=None)
    return support.session.scalar(found.filter_by(revoked_at=None).order_by(Link.id.desc()))


def one(support: Support) -> Succession:
    support.session.expire_all()
    return support.session.scalars(select(Succession).order_by(Succession.id.desc())).first()  # type: ignore[return-value]


def test_while_nobody_leaves_nothing_is_written(support: Support) -> None:
    assert night_passes(support) == 0
    assert night_passes(support, LATER + timedelta(days=200)) == 0
    assert support.session.scalars(select(Succession)).all() == []


@pytest.mark.parametrize("done", [False, True], ids=["under way", "visits done"])
@pytest.mark.parametrize(
    ("last_day", "monday"),
    [(date(2026, 11, 13), (2026, 11, 16)), (date(2026, 12, 22), (2027, 1, 4))],
    ids=["Saturday", "23 December"],
)
def test_at_midnight_all_changes_hands_and_who_follows_is_told_on_the_next_school_day_at_nine(
    support: Support, last_day: date, monday: tuple[int, int, int], done: bool
) -> None:
    if done:
        support.all_used()
    leader = len(messages_to(support.session, support.town.leader.person))
    leaves(support, support.town.head, PostKind.HEADTEACHER, last_day)
    new = a_head(support.session, support.town.school, from_on=last_day + timedelta(1))
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(1)
    for now in (midnight, midnight + timedelta(hours=11), datetime(*monday, 8, 59, tzinfo=UTC)):
        hand_over(Turn(By(SERVICE, now)))
        support.session.expire_all()
        assert support.engagement.head_id == new.id
        assert not open_link(support, support.town.head, EVALUATION)
        assert messages_to(support.session, new) == []
    nine = datetime(*monday, 9, tzinfo=UTC)
    written = support.session.scalars(select(Message).order_by(Message.id)).all()
    mine = [one for one in written if one.to_person_id == support.town.leader.person_id]
    assert all(one.not_before == nine for one in mine[leader:])
    hand_over(Turn(By(SERVICE, nine)))
    asked = "evaluation_asked" if done else "succession_told"
    assert messages_to(support.session, new)[0] == asked
    told = len(messages_to(support.session, new))
    hand_over(Turn(By(SERVICE, nine + timedelta(days=1))))
    assert len(messages_to(support.session, new)) == told


def test_nobody_of_a_hushed_school_is_told_before_the_hush_is_over(support: Support) -> None:
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = follows(support)
    hush(acting(support.session, new, LATER), support.town.school.urn)
    for days in range(11):
        hand_over(Turn(By(SERVICE, LATER + timedelta(days=days))))
    assert messages_to(support.session, new) == []
    hand_over(Turn(By(SERVICE, LATER + timedelta(days=11))))
    assert messages_to(support.session, new) == ["succession_told"]


def test_a_new_head_is_told_once_and_goes_on_in_one_step(support: Support) -> None:
    town = support.town
    leaves(support, town.head, PostKind.HEADTEACHER)
    new = follows(support)
    assert night_passes(support, NOW) == 0  # not before the day
    assert night_passes(support) == 1
    assert night_passes(support) == 0
    assert messages_to(support.session, new) == ["succession_told"]
    assert "head_has_changed" in messages_to(support.session, town.leader.person)
    assert support.engagement.head_id == new.id
    link = open_link(support, new, SUCCESSION)
    assert link is not None
    successions.agree(acting(support.session, new, LATER), one(support).id, link_id=link.id)
    assert one(support).answered_at == LATER
    assert account_of(support.session, town.leader).agreed == 4
    with pytest.raises(NotFound):
        successions.agree(acting(support.session, new, LATER), one(support).id)


def test_every_link_of_the_one_who_left_is_dead_and_nobody_asks_them_to_evaluate(
    support: Support,
) -> None:
    head = support.town.head
    support.log(support.leader())
    assert open_link(support, head, "engagements.mid_point_by_link")
    leaves(support, head, PostKind.HEADTEACHER)
    new = follows(support)
    night_passes(support)
    theirs = support.session.scalars(
        select(Link).filter_by(person_id=head.id, used_at=None, revoked_at=None)
    )
    assert {link.subject for link in theirs} <= {"need", "pairing", "person"}
    before = messages_to(support.session, head)
    successions.agree(acting(support.session, new, LATER), one(support).id)
    assert {"mid_point_asked", "visit_logged"} <= set(messages_to(support.session, new))
    support.log(support.leader(LATER))
    assert "evaluation_asked" in messages_to(support.session, new)
    assert messages_to(support.session, head) == before
    with pytest.raises(NotFound):
        support.evaluate(acting(support.session, head, LATER))
    support.evaluate(acting(support.session, new, LATER))
    support.session.expire_all()
    assert support.engagement.state is EngagementState.CLOSED


def test_where_the_visits_are_done_the_new_head_is_asked_what_has_changed(
    support: Support,
) -> None:
    support.all_used()
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = follows(support)
    assert night_passes(support) == 1
    assert "evaluation_asked" in messages_to(support.session, new)
    assert "succession_told" not in messages_to(support.session, new)
    link = open_link(support, new, EVALUATION)
    assert link is not None
    review_services.evaluate(
        acting(support.session, new, LATER),
        support.engagement.id,
        difference=Difference.CLEAR,
        words="Books are marked",
        link_id=link.id,
    )
    assert night_passes(support) == 0


def test_where_nobody_follows_yet_it_waits_and_the_next_head_is_told(support: Support) -> None:
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    assert night_passes(support) == 1
    assert night_passes(support) == 0
    assert one(support).person_id is None
    assert supported_head(support.session, support.engagement, LATER.date()) is None
    with pytest.raises(RuleBroken, match="Nobody is known yet"):
        successions.agree(support.by(now=LATER), one(support).id)
    new = follows(support)
    assert night_passes(support) == 1
    assert messages_to(support.session, new) == ["succession_told"]


def test_a_leader_who_moves_school_is_released_by_their_new_head(support: Support) -> None:
    town = support.town
    elsewhere = a_school(support.session, easting=452000)
    new = a_head(support.session, elsewhere)
    town.leader.home_urn = elsewhere.urn
    support.session.commit()
    assert night_passes(support) == 1
    assert one(support).side is Side.HOME
    assert support.engagement.releaser_id == new.id
    successions.agree(acting(support.session, new, LATER), one(support).id)
    assert account_of(support.session, town.leader).agreed == 4


def test_the_days_of_a_leader_who_left_the_register_stay_until_it_is_settled(
    support: Support,
) -> None:
    town = support.town
    leaves(support, town.leader.person, PostKind.SYSTEM_LEADER)
    assert night_passes(support) == 1
    assert night_passes(support) == 0
    assert account_of(support.session, town.leader).agreed == 4
    with pytest.raises(NotFound):
        support.log(support.leader(LATER))
    asked = len(messages_to(support.session, town.leader.person))
    for days in range(3, 30):
        look_at(By(SERVICE, LATER + timedelta(days=days)), "engagement", support.engagement.id)
    assert len(messages_to(support.session, town.leader.person)) == asked
    services.end_early(
        support.by(now=LATER), support.engagement.id, reason="Left", need_goes_on=True
    )
    assert account_of(support.session, town.leader).left == 20


def test_a_leader_who_left_the_register_is_not_asked_to_comment(support: Support) -> None:
    support.all_used()
    leaves(support, support.town.leader.person, PostKind.SYSTEM_LEADER)
    support.evaluate(support.head(LATER))
    assert messages_to(support.session, support.town.leader.person)[-1] != "evaluation_given"
    assert open_link(support, support.town.leader.person, COMMENT) is None


def test_who_follows_is_reminded_and_then_it_is_the_coordinators(support: Support) -> None:
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = follows(support)
    night_passes(support)
    for days in range(1, 22):
        look_at(By(SERVICE, LATER + timedelta(days=days)), "engagement", support.engagement.id)
    climbed = select(FollowUp.round).filter_by(kind="succession").order_by(FollowUp.round)
    assert list(support.session.scalars(climbed)) == [Round.REMIND, Round.DESK]
    successions.talk_first(acting(support.session, new, LATER), one(support).id)
    assert messages_to(support.session, support.town.coordinator).count("succession_talk") == 1


def test_noted_by_telephone_it_brings_a_copy_that_undoes_it(support: Support) -> None:
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = follows(support)
    night_passes(support)
    successions.agree(support.by(now=LATER), one(support).id)
    assert messages_to(support.session, new)[-1] == "noted_for_you"
    support.undo(LATER + timedelta(hours=2))
    assert one(support).is_open
    assert open_link(support, new, SUCCESSION)


def test_a_stranger_cannot_answer_for_them(support: Support) -> None:
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    follows(support)
    night_passes(support)
    for person in (support.town.releaser, support.town.leader.person, support.town.head):
        with pytest.raises(NotFound):
            successions.agree(acting(support.session, person, LATER), one(support).id)


def test_the_tick_looks_once_a_night_and_when_a_post_was_changed(
    support: Support,
) -> None:
    turn = Turn(By(SERVICE, LATER))
    assert hand_over(turn) == "0 handed over"
    assert hand_over(turn) == "nobody changed post"
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    new = a_head(support.session, support.town.school, from_on=date(2026, 11, 1))
    assert hand_over(turn) == "nobody changed post"  # it was changed behind everybody's back
    post = support.session.scalars(select(Post).filter_by(person_id=new.id)).one()
    end_post(support.by(now=LATER), post.id, to_on=date(2027, 7, 31))
    assert hand_over(turn) == "1 handed over"
    tomorrow = Turn(By(SERVICE, LATER + timedelta(days=1)))
    assert hand_over(tomorrow) == "0 handed over"
