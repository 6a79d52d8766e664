"""An agreement that changes: put only to those it touches, and days neither lost nor doubled."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.engagements import change_services as changes
from brokerage.engagements import change_telling
from brokerage.engagements.agreement import versions
from brokerage.engagements.change_rules import ChangeKind, ChangeState
from brokerage.engagements.change_services import Wanted
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders.models import DaysAccount
from brokerage.people.models import Link
from tests.builders import NOW
from tests.change_builders import (
    DATES,
    FEWER,
    MORE,
    PAUSE,
    PRICE,
    account,
    asked,
    change,
    faults,
    propose,
    say,
)
from tests.phone_builders import Support, a_support


@pytest.fixture
def one(session: Session) -> Support:
    return a_support(session)


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
    assert third.why == "Illness"
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


def test_only_those_propose_whose_it_is(one: Support) -> None:
    releaser, leader = one.town.releaser, one.town.leader.person
    for person, wanted in ((releaser, MORE), (leader, PRICE), (releaser, PAUSE)):
        with pytest.raises(NotFound):
            propose(one, wanted, person)


def test_what_cannot_be_is_refused_beside_its_box(one: Support) -> None:
    for wrong, field in (
        (replace(MORE, half_days=4), "half_days"),
        (replace(MORE, reason=" "), "reason"),
        (replace(DATES, expected_end=NOW.date()), "expected_end"),
        (replace(PRICE, pence_a_day=35000, who_pays="The school"), "pence_a_day"),
        (replace(PRICE, pence_a_day=20000), "who_pays"),
        (replace(PAUSE, until=NOW.date()), "until"),
        (Wanted(kind=ChangeKind.RESUME, reason="Over"), None),
    ):
        with pytest.raises(RuleBroken) as refused:
            propose(one, wrong)
        assert refused.value.field == field, wrong
