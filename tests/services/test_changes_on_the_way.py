"""Changes on the way: noted by telephone, undone, unanswered; pauses; and support that ends."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.engagements import change_invariants, change_telling, services
from brokerage.engagements import change_services as changes
from brokerage.engagements.agreement_models import Change, ChangeAnswer
from brokerage.engagements.change_rules import Asked, ChangeKind, ChangeState
from brokerage.engagements.change_services import Wanted
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.engagements.succession_services import hand_over_where_left
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups.of_changes import live
from brokerage.follow_ups.services import look_at, tick
from brokerage.leaders.models import Leader
from brokerage.messages.models import Message
from brokerage.people.models import Link, Post
from tests.builders import NOW, a_head
from tests.change_builders import (
    DATES,
    MORE,
    PAUSE,
    account,
    asked,
    change,
    faults,
    propose,
    say,
)
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import messages_to


@pytest.fixture
def one(session: Session) -> Support:
    return a_support(session)


def test_answers_by_telephone_are_copied_and_can_be_undone_while_it_is_open(one: Support) -> None:
    number = propose(one, MORE, asked_for=Asked.HEAD)
    assert change(one, number).asked_by == one.town.head.id
    on = NOW.date() - timedelta(1)
    for yes in (True, False):
        changes.note_answer(one.by(now=NOW), number, Asked.RELEASER, yes=yes, on=on)
        given = one.session.scalars(select(ChangeAnswer).order_by(ChangeAnswer.id.desc())).first()
        assert given is not None
        assert (given.via, given.recorded_by) == (
            "by phone, 2 November 2026",
            one.town.coordinator.id,
        )
        link = one.session.scalars(
            select(Link).filter_by(purpose=change_telling.UNDO_CHANGE, subject_id=given.id)
        ).one()
        changes.undo_answer(one.by(one.town.releaser), given.id, link.id)
        assert change(one, number).state is ChangeState.PROPOSED
    assert messages_to(one.session, one.town.releaser)[1:] == [
        "agreement_made", "change_asked", "change_noted", "change_asked", "change_noted",
        "change_asked",
    ]  # fmt: skip
    with pytest.raises(RuleBroken, match="future"):
        changes.note_answer(one.by(now=NOW), number, Asked.LEADER, yes=True, on=date(2026, 12, 1))
    with pytest.raises(NotFound):
        changes.note_answer(one.by(one.town.head), number, Asked.LEADER, yes=True, on=on)
    for who in (Asked.RELEASER, Asked.LEADER):
        changes.note_answer(one.by(now=NOW), number, who, yes=True, on=NOW.date())
    assert (change(one, number).state, account(one)) == (ChangeState.AGREED, (0, 8, 0, 12))
    given = one.session.scalars(select(ChangeAnswer).filter_by(asked=Asked.LEADER)).one()
    link = one.session.scalars(
        select(Link).filter_by(purpose=change_telling.UNDO_CHANGE, subject_id=given.id)
    ).one()
    with pytest.raises(RuleBroken, match="Too late to undo"):
        changes.undo_answer(one.by(one.town.leader.person), given.id, link.id)


def test_who_did_not_ask_for_it_takes_it_back(one: Support) -> None:
    number = propose(one, MORE, asked_for=Asked.HEAD)
    given = one.session.scalars(select(ChangeAnswer)).one()
    query = select(Link).filter_by(purpose=change_telling.UNDO_CHANGE, subject_id=given.id)
    changes.undo_answer(one.by(one.town.head), given.id, one.session.scalars(query).one().id)
    assert change(one, number).state is ChangeState.WITHDRAWN


def test_a_pause_calls_off_the_visits_in_it_and_asks_on_its_last_day(one: Support) -> None:
    inside, after = one.plan(date(2026, 11, 19)), one.plan(date(2026, 12, 3))
    number = propose(one, PAUSE, one.town.head)
    assert (asked(one), asked(one, "change_proposed")) == ([], ["coordinator"])
    changes.answer(one.by(now=NOW), number, yes=True)
    states = [one.session.get_one(Visit, visit).state for visit in (inside, after)]
    assert states == [VisitState.DID_NOT_HAPPEN, VisitState.PLANNED]
    engagement = change(one, number).engagement
    assert (engagement.state, engagement.paused_until) == (
        EngagementState.PAUSED,
        date(2026, 12, 1),
    )
    assert asked(one, "support_paused") == ["head", "leader"]
    swept = select(Change.id).where(live(NOW.date()))
    assert one.session.scalars(swept).all() == [number]
    assert account(one) == (0, 4, 0, 16)
    for day, told in ((30, []), (1, ["coordinator"])):
        month = 11 if day == 30 else 12
        look_at(By(SERVICE, NOW.replace(month=month, day=day)), "change", number)
        assert asked(one, "pause_over") == told
    services.resume(one.by(), engagement.id)
    one.session.expire_all()
    assert (engagement.state, engagement.paused_until) == (EngagementState.AGREED, None)
    assert one.session.scalars(swept).all() == []
    assert asked(one, "support_resumed") == ["head", "leader"]
    assert faults(one) == []


def test_a_pause_that_somebody_asked_for_is_asked_about_by_the_clock(one: Support) -> None:
    changes.answer(one.by(now=NOW), propose(one, PAUSE, one.town.head), yes=True)
    for month, day in ((11, 4), (11, 30), (12, 1)):
        assert asked(one, "pause_over") == []
        tick(By(SERVICE, NOW.replace(month=month, day=day)))
    assert asked(one, "pause_over") == ["coordinator"]


def test_a_pause_that_was_wished_for_keeps_both_reasons(one: Support) -> None:
    number = propose(one, PAUSE, one.town.head)
    services.pause(one.by(now=NOW), one.engagement.id, reason="The head rang: inspectors are in")
    wish = change(one, number)
    (given,) = wish.answers
    assert (wish.state, wish.reason, given.yes) == (ChangeState.AGREED, PAUSE.reason, True)
    assert given.words == "The head rang: inspectors are in"
    services.resume(one.by(now=NOW), one.engagement.id)
    services.pause(one.by(now=NOW), one.engagement.id, reason="Half-term")
    own = one.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (own.reason, own.answers[0].words) == ("Half-term", "")


def test_after_a_pause_they_have_the_promised_days_to_speak_anew(one: Support) -> None:
    services.pause(one.by(now=NOW), one.engagement.id, reason="Inspection")
    services.resume(one.by(now=NOW.replace(month=12, day=1)), one.engagement.id)
    tick(By(SERVICE, NOW.replace(month=12, day=2)))
    assert asked(one, "first_contact_asked") == []
    for day in range(3, 11):
        tick(By(SERVICE, NOW.replace(month=12, day=day)))
    assert asked(one, "first_contact_asked") == ["leader"]


def test_unanswered_each_is_reminded_once(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    say(one, number, one.town.leader.person)
    for day in range(4, 17):
        look_at(By(SERVICE, NOW.replace(day=day)), "change", number)
    assert messages_to(one.session, one.town.releaser).count("change_asked") == 2
    assert messages_to(one.session, one.town.leader.person).count("change_asked") == 1


@pytest.mark.parametrize("end", ["end_early", "complete"])
def test_what_is_asked_about_support_that_ends_is_withdrawn(one: Support, end: str) -> None:
    number = propose(one, MORE, one.town.head)
    if end == "complete":
        one.all_used()
    else:
        services.end_early(one.by(), one.engagement.id, reason="Ill", need_goes_on=True)
    assert change(one, number).state is ChangeState.WITHDRAWN
    with pytest.raises(RuleBroken, match="not under way any more"):
        propose(one, DATES)
    assert faults(one) == []


def test_a_wish_to_stop_comes_true_as_the_coordinator_ends_it(one: Support) -> None:
    wish = Wanted(kind=ChangeKind.STOP, reason="We can go on alone")
    number = propose(one, wish, one.town.head)
    with pytest.raises(RuleBroken, match="from its own page"):
        changes.answer(one.by(), number, yes=True)
    services.end_early(one.by(), one.engagement.id, reason="As asked", need_goes_on=False)
    assert change(one, number).state is ChangeState.AGREED


def test_somebody_who_is_both_answers_once(one: Support, session: Session) -> None:
    session.execute(update(Leader).values(releaser_id=one.town.head.id))
    session.commit()
    number = propose(one, MORE, one.town.head)
    assert asked(one) == ["leader"]
    assert say(one, number, one.town.leader.person) == ChangeState.AGREED


def test_the_invariants_see_an_agreement_that_says_something_else(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    one.session.execute(update(Engagement).values(half_days=5, state=EngagementState.CLOSED))
    one.session.execute(
        update(Change).values(state=ChangeState.AGREED).where(Change.id == number + 1)
    )
    one.session.commit()
    assert list(change_invariants.broken(one.session)) == [
        f"{one.engagement.reference}: 5 half-days are agreed, its agreement says 4.",
        f"Change {number} is asked about, but {one.engagement.reference} is closed.",
    ]


def test_who_follows_in_post_is_asked_afresh_with_days_of_their_own(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    town, told = one.town, NOW.replace(day=23)
    old = one.session.scalars(
        select(Link).filter_by(person_id=town.releaser.id, subject="change")
    ).one()
    for day in range(4, 20):
        look_at(By(SERVICE, NOW.replace(day=day)), "change", number)
    post = one.session.scalars(select(Post).filter_by(person_id=town.releaser.id)).one()
    post.to_on = date(2026, 11, 20)
    town.leader.releaser_id = None
    one.session.commit()
    new = a_head(one.session, town.leader.home, from_on=date(2026, 11, 21))
    hand_over_where_left(By(SERVICE, told))
    one.session.expire_all()
    assert old.revoked_at == told
    assert sorted(messages_to(one.session, new)) == ["change_asked", "succession_told"]
    found = one.session.scalars(select(Message).filter_by(kind="change_asked")).all()
    first = next(message for message in found if message.to_person_id == new.id)
    assert "Reminder" not in first.subject
    assert change(one, number).due_on == date(2026, 11, 30)
    for day in range(24, 31):
        look_at(By(SERVICE, NOW.replace(day=day)), "change", number)
    assert messages_to(one.session, new).count("change_asked") == 2


def test_who_left_cannot_undo_any_more_what_was_noted_of_them(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    changes.note_answer(one.by(now=NOW), number, Asked.RELEASER, yes=True, on=NOW.date())
    query = select(Link).filter_by(person_id=one.town.releaser.id, subject="change_answer")
    assert one.session.scalars(query).one().revoked_at is None
    post = one.session.scalars(select(Post).filter_by(person_id=one.town.releaser.id)).one()
    post.to_on, one.town.leader.releaser_id = NOW.date(), None
    one.session.commit()
    hand_over_where_left(By(SERVICE, NOW + timedelta(days=1)))
    one.session.expire_all()
    assert one.session.scalars(query).one().revoked_at is not None
