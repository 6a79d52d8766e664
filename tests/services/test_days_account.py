"""The days account: nothing is sold twice, and every column follows from its movements."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import RuleBroken
from brokerage.leaders import invariants, services
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from tests.builders import a_coordinator, a_partnership, acting
from tests.leader_builders import YEAR, a_leader, hold, move


def account_of(session: Session, leader_id: int) -> DaysAccount:
    session.expire_all()
    found = session.scalars(select(DaysAccount).filter_by(leader_id=leader_id, year=YEAR)).one()
    session.expunge(found)
    session.rollback()
    return found


def test_of_fifty_at_once_exactly_those_that_fit_get_days_and_the_rest_are_told(
    both: Flask, session: Session, by: By
) -> None:
    leader_id = a_leader(session, a_partnership(session), half_days=6, engagements_at_once=20).id
    session.rollback()

    def accept(_: int) -> str:
        with both.app_context():
            try:
                hold(by, leader_id, 2)
            except RuleBroken as refused:
                return refused.sentence
            return "held"

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(accept, range(50)))
    assert answers.count("held") == 3
    assert answers.count("Those days have just been taken.") == 47
    account = account_of(session, leader_id)
    assert (account.held, account.left) == (6, 0)
    assert session.get_one(Leader, leader_id).engaged == 3
    assert list(invariants.broken(session)) == []


def test_a_leader_takes_no_more_engagements_at_once_than_they_said(
    session: Session, by: By
) -> None:
    leader_id = a_leader(session, a_partnership(session), engagements_at_once=1).id
    session.rollback()
    hold(by, leader_id, 2)
    with pytest.raises(RuleBroken, match="as many engagements"):
        hold(by, leader_id, 2)
    assert account_of(session, leader_id).held == 2


def test_days_are_held_agreed_used_and_the_rest_given_back(session: Session, by: By) -> None:
    leader_id = a_leader(session, a_partnership(session), half_days=10).id
    session.rollback()
    hold(by, leader_id, 6)
    for kind, half_days in (("agree", 6), ("use", 4), ("use", -1), ("give_back", 2)):
        move(by, leader_id, kind, half_days)
    account = account_of(session, leader_id)
    assert (account.held, account.agreed, account.used, account.left) == (0, 1, 3, 6)
    with pytest.raises(RuleBroken):
        move(by, leader_id, "use", 2)
    with pytest.raises(RuleBroken):
        move(by, leader_id, "use", -4)
    assert list(invariants.broken(session)) == []


def test_freed_days_and_the_place_come_back(session: Session, by: By) -> None:
    leader_id = a_leader(session, a_partnership(session), half_days=4, engagements_at_once=1).id
    session.rollback()
    hold(by, leader_id, 4)
    move(by, leader_id, "free", 4)
    hold(by, leader_id, 4)
    assert account_of(session, leader_id).left == 0


def test_a_pledge_below_what_is_promised_is_refused(session: Session, by: By) -> None:
    partnership = a_partnership(session)
    leader_id = a_leader(session, partnership, half_days=10).id
    whose = acting(session, a_coordinator(session, partnership))
    hold(by, leader_id, 5)
    with pytest.raises(RuleBroken, match="2½ days") as refused:
        services.pledge(whose, leader_id, version=None, this_year=4, next_year=12)
    assert refused.value.field == "this_year"
    assert account_of(session, leader_id).pledged == 10
    services.pledge(whose, leader_id, version=None, this_year=5, next_year=12)
    years = {row.year: row.pledged for row in session.scalars(select(DaysAccount))}
    assert years == {YEAR: 5, YEAR + 1: 12}
    assert list(invariants.broken(session)) == []


def test_days_that_were_never_pledged_cannot_be_held(session: Session, by: By) -> None:
    leader_id = a_leader(session, a_partnership(session), half_days=None).id
    session.rollback()
    with pytest.raises(RuleBroken, match="just been taken"):
        hold(by, leader_id, 1)
    assert session.scalar(select(DaysAccount)) is None


def test_an_account_that_its_movements_do_not_explain_is_named(session: Session, by: By) -> None:
    leader_id = a_leader(session, a_partnership(session), half_days=10).id
    session.execute(update(DaysMovement).values(half_days=8))
    session.commit()
    assert list(invariants.broken(session)) == [
        f"The days of leader {leader_id} in 2026/27: pledged is 10 half-days, "
        "its movements come to 8."
    ]
