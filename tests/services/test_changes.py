"""An agreement that changes: put only to those it touches, and days neither lost nor doubled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.engagements import change_invariants, change_telling, services
from brokerage.engagements import change_services as changes
from brokerage.engagements import invariants as engagements
from brokerage.engagements.agreement import versions
from brokerage.engagements.agreement_models import Change, ChangeAnswer
from brokerage.engagements.change_rules import Asked, ChangeKind, ChangeState
from brokerage.engagements.change_services import Wanted
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups.services import look_at
from brokerage.leaders import invariants as leaders
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.people.models import Link, Person
from tests.builders import NOW
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import messages_to

MORE = Wanted(kind=ChangeKind.MORE_DAYS, reason="Year 3 too", half_days=8)
FEWER = Wanted(kind=ChangeKind.FEWER_DAYS, reason="It goes well", half_days=3)
DATES = Wanted(kind=ChangeKind.DATES, reason="Illness", expected_end=date(2027, 3, 26))
PRICE = Wanted(kind=ChangeKind.PRICE, reason="A grant", pence_a_day=None, who_pays="")
PAUSE = Wanted(kind=ChangeKind.PAUSE, reason="Inspection", until=date(2026, 12, 1))


@pytest.fixture
def one(session: Session) -> Support:
    return a_support(session)


def propose(one: Support, wanted: Wanted, person: Person | None = None, **more: Asked) -> int:
    return changes.propose(one.by(person, NOW), one.engagement.id, wanted, **more)


def say(one: Support, change_id: int, person: Person, yes: bool = True, **more: str) -> str:
    return changes.answer(one.by(person, NOW), change_id, yes=yes, **more)


def change(one: Support, change_id: int) -> Change:
    one.session.expire_all()
    return one.session.get_one(Change, change_id)


def account(one: Support) -> tuple[int, int, int, int]:
    one.session.expire_all()
    found = one.session.scalars(select(DaysAccount)).one()
    return found.held, found.agreed, found.used, found.left


def faults(one: Support) -> list[str]:
    one.session.expire_all()
    rooms = (engagements.broken, change_invariants.broken, leaders.broken)
    return [fault for broken in rooms for fault in broken(one.session)]


def asked(one: Support, kind: str = "change_asked") -> list[str]:
    people = {"releaser": one.town.releaser, "head": one.town.head}
    people |= {"leader": one.town.leader.person, "coordinator": one.town.coordinator}
    return [who for who, person in people.items() if kind in messages_to(one.session, person)]


def test_more_days_are_agreed_with_the_last_yes_and_a_new_version_says_so(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    assert asked(one) == ["releaser", "leader"]
    assert asked(one, "change_proposed") == ["coordinator"]
    assert say(one, number, one.town.releaser) == ChangeState.PROPOSED
    assert account(one) == (0, 4, 0, 16)
    assert say(one, number, one.town.leader.person) == ChangeState.AGREED
    assert account(one) == (0, 8, 0, 12)
    assert one.town.leader.engaged == 1, "the same engagement, in its one place"
    now, before = versions(one.session, one.engagement)
    assert (now.changed, before.changed) == (["4 days instead of 2 days"], [])
    assert (now.terms["half_days"], now.pence, before.pence) == (8, 140000, 70000)
    assert [(s.role, s.how) for s in now.signatures[3:]] == [
        ("for the supported school, agrees to version 2", "by asking for it"),
        ("for the home school, agrees to version 2", "signed in"),
        ("the leader, agrees to version 2", "signed in"),
    ]
    assert asked(one, "agreement_changed") == ["releaser", "head", "leader"]
    assert faults(one) == []


def test_days_that_were_taken_meanwhile_leave_the_change_open(one: Support) -> None:
    number = propose(one, MORE)
    for person in (one.town.releaser, one.town.head):
        say(one, number, person)
    taken = update(DaysAccount).values(pledged=6)
    one.session.execute(taken)
    one.session.commit()
    assert say(one, number, one.town.leader.person) == ChangeState.PROPOSED
    found = change(one, number)
    assert found.stuck == "Those days have just been taken."
    assert (one.engagement.half_days, account(one)) == (4, (0, 4, 0, 2))
    assert asked(one, "change_stuck") == ["coordinator"]
    with pytest.raises(RuleBroken, match="just been taken"):
        changes.try_again(one.by(), number)
    one.session.execute(update(DaysAccount).values(pledged=20))
    one.session.commit()
    changes.try_again(one.by(), number)
    assert (change(one, number).state, account(one)) == (ChangeState.AGREED, (0, 8, 0, 12))


def test_a_home_school_gives_no_more_than_its_cap(one: Support) -> None:
    one.town.partnership.home_school_half_days = 6
    one.session.commit()
    number = propose(one, MORE)
    for person in (one.town.releaser, one.town.head, one.town.leader.person):
        say(one, number, person)
    assert "The home school has 1 day left to give this year" in change(one, number).stuck
    assert account(one) == (0, 4, 0, 16)


def test_fewer_days_are_the_leaders_again_and_the_releaser_is_not_asked(one: Support) -> None:
    one.log(one.leader(), 1)
    number = propose(one, FEWER, one.town.leader.person)
    assert asked(one) == ["head"]
    say(one, number, one.town.head)
    assert account(one) == (0, 2, 1, 17)
    assert one.engagement.half_days == 3
    assert faults(one) == []


def test_fewer_days_than_are_used_by_now_are_not_agreed(one: Support) -> None:
    number = propose(one, replace(FEWER, half_days=2), one.town.head)
    one.log(one.leader(), 2)
    say(one, number, one.town.leader.person)
    assert "used already" in change(one, number).stuck
    assert (account(one), one.engagement.half_days) == ((0, 2, 2, 16), 4)


def test_a_price_is_put_to_head_and_releaser_and_dates_to_head_and_leader(one: Support) -> None:
    number = propose(one, PRICE)
    assert asked(one) == ["releaser", "head"]
    for person in (one.town.head, one.town.releaser):
        say(one, number, person)
    number = propose(one, DATES, one.town.leader.person)
    with pytest.raises(RuleBroken, match="not being asked"):
        say(one, number, one.town.releaser)
    say(one, number, one.town.head)
    third, second, _ = versions(one.session, one.engagement)
    assert second.changed == [
        "no charge instead of £350 a day",
        "paid by nobody instead of The school",
    ]
    assert third.changed == ["until Friday 26 March 2027 instead of no day named"]
    assert third.why == "until Friday 26 March 2027 instead of no day named: Illness"
    assert faults(one) == []


def test_a_no_ends_it_and_who_said_no_is_not_told_to_the_others(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    say(one, number, one.town.releaser, yes=False, words="She is out too often")
    assert change(one, number).state is ChangeState.REFUSED
    assert asked(one, "change_not_agreed") == ["head", "leader"]
    assert asked(one, "change_refused") == ["coordinator"]
    open_links = select(Link).filter_by(
        purpose=change_telling.ANSWER, used_at=None, revoked_at=None
    )
    assert one.session.scalars(open_links).all() == []
    with pytest.raises(RuleBroken, match="not being asked"):
        say(one, number, one.town.leader.person)
    propose(one, FEWER)


def test_one_change_at_a_time(one: Support) -> None:
    number = propose(one, MORE, one.town.head)
    with pytest.raises(RuleBroken, match="about already: 4 days instead of 2 days"):
        propose(one, DATES, one.town.leader.person)
    for stranger in (one.town.leader.person, one.town.releaser):
        with pytest.raises(NotFound):
            changes.withdraw(one.by(stranger), number)
    changes.withdraw(one.by(one.town.head), number)
    assert asked(one, "change_off") == ["releaser", "leader"]
    propose(one, DATES, one.town.leader.person)


@pytest.mark.parametrize(
    ("person", "wanted"),
    [("releaser", MORE), ("leader", PRICE), ("releaser", PAUSE)],
)
def test_only_those_propose_whose_it_is(one: Support, person: str, wanted: Wanted) -> None:
    who = one.town.releaser if person == "releaser" else one.town.leader.person
    with pytest.raises(NotFound):
        propose(one, wanted, who)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(MORE, half_days=4), "half_days"),
        (replace(MORE, reason=" "), "reason"),
        (replace(DATES, expected_end=NOW.date()), "expected_end"),
        (replace(PRICE, pence_a_day=35000, who_pays="The school"), "pence_a_day"),
        (replace(PRICE, pence_a_day=20000), "who_pays"),
        (replace(PAUSE, until=NOW.date()), "until"),
        (Wanted(kind=ChangeKind.RESUME, reason="Over"), None),
    ],
)
def test_what_cannot_be_is_refused_beside_its_box(
    one: Support, wrong: Wanted, field: str | None
) -> None:
    with pytest.raises(RuleBroken) as refused:
        propose(one, wrong)
    assert refused.value.field == field


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
    assert account(one) == (0, 4, 0, 16)
    for day, told in ((30, []), (1, ["coordinator"])):
        month = 11 if day == 30 else 12
        look_at(By(SERVICE, NOW.replace(month=month, day=day)), "change", number)
        assert asked(one, "pause_over") == told
    services.resume(one.by(), engagement.id)
    one.session.expire_all()
    assert (engagement.state, engagement.paused_until) == (EngagementState.AGREED, None)
    assert asked(one, "support_resumed") == ["head", "leader"]
    assert faults(one) == []


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
