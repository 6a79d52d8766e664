"""What a home school gives in a year is held to: as leaders are proposed, and as they accept."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.errors import RuleBroken
from brokerage.leaders.models import Leader
from brokerage.pairings import queue, services, shortlists
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from tests.builders import NOW, TODAY, a_school, acting
from tests.services.pairing_town import Town, a_leader, a_need, a_town, account_of, propose, say


@pytest.fixture
def town(session: Session) -> Town:
    """Home schools give three days a year; one and a half of them are given."""
    town = a_town(session, home_school_half_days=6)
    colleague = a_leader(session, town.partnership, town.home)
    colleague.accounts[0].agreed = 3
    session.commit()
    return town


def test_beyond_the_cap_a_leader_is_left_out_and_proposed_only_with_a_reason(
    session: Session, town: Town
) -> None:
    found = shortlists.for_need(session, town.need, TODAY, 1)
    assert {out.why for out in found.left_out.rows} == {
        "The home school has 1.5 days left to give this year, the need asks for 2 days."
    }
    session.commit()
    with pytest.raises(RuleBroken, match=r"1\.5 days left to give this year, this takes 2 days"):
        propose(session, town)
    pairing = propose(session, town, by_hand="Their head wants this one too")
    assert pairing.state is PairingState.PROPOSED


def test_fewer_days_than_the_need_asks_for_may_be_within_the_cap(
    session: Session, town: Town
) -> None:
    assert propose(session, town, half_days=3).half_days == 3


def test_more_days_than_the_need_asks_for_may_be_beyond_it(session: Session, town: Town) -> None:
    town.partnership.home_school_half_days = 7
    session.commit()
    with pytest.raises(RuleBroken, match="2 days left to give this year, this takes 3 days"):
        propose(session, town, half_days=6)
    propose(session, town)


def test_what_others_of_the_school_are_being_asked_for_counts_as_given(
    session: Session, town: Town
) -> None:
    town.partnership.home_school_half_days = 9
    session.commit()
    propose(session, town)
    town.leader = a_leader(session, town.partnership, town.home)
    town.need = a_need(session, town.partnership, town.school)
    with pytest.raises(RuleBroken, match="1 day left to give this year"):
        propose(session, town)


def all_but_accepted(session: Session, town: Town, **how: str) -> Pairing:
    pairing = propose(session, town, **how)
    say(session, town, pairing, Step.RELEASE)
    say(session, town, pairing, Step.CHOOSE)
    return pairing


def test_a_yes_beyond_the_cap_is_refused_and_holds_nothing(session: Session, town: Town) -> None:
    town.partnership.home_school_half_days = 8
    session.commit()
    pairing = all_but_accepted(session, town)
    session.expire_all()
    town.partnership.home_school_half_days = 6
    session.commit()
    with pytest.raises(RuleBroken, match=r"1\.5 days left .* Please talk to your coordinator"):
        say(session, town, pairing, Step.ACCEPT)
    assert account_of(session, town.leader).held == 0
    assert session.get_one(Leader, town.leader.id).engaged == 0


def test_a_reason_given_when_it_was_proposed_stands_when_it_is_accepted(
    session: Session, town: Town
) -> None:
    pairing = all_but_accepted(session, town, by_hand="Their head wants this one too")
    assert say(session, town, pairing, Step.ACCEPT) == "accepted"
    assert account_of(session, town.leader).held == 4


def test_the_page_of_the_plan_counts_what_is_suggested_of_the_school(
    session: Session, town: Town
) -> None:
    town.partnership.home_school_half_days = 9
    session.commit()
    services.plan_queue(acting(session, town.coordinator), town.partnership.id)
    a_need(session, town.partnership, town.school)
    services.plan_queue(acting(session, town.coordinator), town.partnership.id)
    session.expire_all()
    lines = queue.lines(session, town.partnership.id, 1).rows
    session.commit()
    assert sorted(line.pairing is None for line in lines) == [False, True]
    (nobody,) = [line.says for line in lines if line.pairing is None]
    assert "given" in nobody, "to the other need, whose school has no more to give"


def test_of_many_leaders_of_one_school_who_accept_at_once_no_more_give_than_it_gives(
    both: Flask, session: Session
) -> None:
    town = a_town(session, home_school_half_days=6)
    asked = []
    for number in range(12):
        leader = a_leader(session, town.partnership, town.home)
        need = a_need(session, town.partnership, a_school(session), half_days=2)
        pairing = Pairing(
            reference=f"P-{number:05d}",
            partnership_id=town.partnership.id,
            need_id=need.id,
            leader_id=leader.id,
            state=PairingState.CHOSEN,
            order=PairingOrder.RELEASE_CHOOSE_ACCEPT,
            step=Step.ACCEPT,
            asked_at=NOW,
            due_on=TODAY,
            half_days=2,
            year=2026,
            reasons={"school": [], "coordinator": []},
            suggested_at=NOW,
        )
        session.add(pairing)
        session.commit()
        asked.append((acting(session, leader.person), pairing.id))

    def accept(number: int) -> bool | None:
        by, pairing_id = asked[number]
        with both.app_context():
            try:
                services.answer(by, pairing_id, Step.ACCEPT, yes=True)
            except RuleBroken as refused:
                return "no days left to give this year" in refused.sentence
            return None

    with ThreadPoolExecutor(len(asked)) as pool:
        answers = Counter(pool.map(accept, range(len(asked))))
    assert answers == {None: 3, True: 9}
