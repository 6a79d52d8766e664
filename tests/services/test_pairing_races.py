"""Many leaders' yeses at once: the days there are are given, and no more, and everybody is told."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, url_for
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import RuleBroken
from brokerage.leaders.days import TAKEN
from brokerage.pairings import services
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.links import make_link, token
from tests.builders import NOW, a_school, acting
from tests.services.pairing_town import Town, a_need, a_town, account_of

AT_ONCE = 50
DAYS_LEFT = 3


@pytest.fixture
def town(session: Session) -> Town:
    """A leader with three days left, who takes on any number of engagements."""
    town = a_town(session)
    account_of(session, town.leader).pledged = DAYS_LEFT * 2
    town.leader.engagements_at_once = 1000
    session.commit()
    return town


def pairings_to_accept(session: Session, town: Town) -> list[int]:
    """So many pairings of one day each, for so many needs, that wait for this leader's yes."""
    found = []
    for number in range(AT_ONCE):
        need = a_need(session, town.partnership, a_school(session), half_days=2)
        pairing = Pairing(
            reference=f"P-{number:05d}",
            partnership_id=town.partnership.id,
            need_id=need.id,
            leader_id=town.leader.id,
            state=PairingState.CHOSEN,
            order=PairingOrder.RELEASE_CHOOSE_ACCEPT,
            step=Step.ACCEPT,
            asked_at=NOW,
            due_on=NOW.date(),
            half_days=2,
            year=2026,
            reasons={"school": [], "coordinator": []},
            suggested_at=NOW,
        )
        session.add(pairing)
        session.flush()
        found.append(pairing.id)
    session.commit()
    return found


def check_what_was_given(session: Session, town: Town) -> None:
    account = account_of(session, town.leader)
    assert (account.held, account.left) == (DAYS_LEFT * 2, 0)
    assert town.leader.engaged == DAYS_LEFT
    assert session.query(Pairing).filter_by(state=PairingState.ACCEPTED).count() == DAYS_LEFT
    assert session.query(PairingAnswer).filter_by(step=Step.ACCEPT).count() == DAYS_LEFT


def test_of_fifty_accepts_at_once_exactly_those_fit_that_there_are_days_for(
    both: Flask, session: Session, town: Town
) -> None:
    ids = pairings_to_accept(session, town)
    by = acting(session, town.leader.person)

    def accept(pairing_id: int) -> str:
        with both.app_context():
            try:
                return services.answer(by, pairing_id, Step.ACCEPT, yes=True)
            except RuleBroken as refused:
                return refused.sentence

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(accept, ids))
    assert answers == {"accepted": DAYS_LEFT, TAKEN: AT_ONCE - DAYS_LEFT}
    check_what_was_given(session, town)


def accept_links(both: Flask, session: Session, town: Town, by: By) -> list[str]:
    addresses = []
    for pairing_id in pairings_to_accept(session, town):
        link = make_link(
            session,
            by,
            "pairings.accept_by_link",
            town.leader.person,
            subject="pairing",
            subject_id=pairing_id,
            partnership_id=town.partnership.id,
        )
        with both.test_request_context():
            addresses.append(url_for(link.purpose, token=token(link)))
    session.commit()
    return addresses


@pytest.mark.slow
def test_fifty_accepts_by_link_at_once_are_all_answered_with_a_page(
    both: Flask, session: Session, town: Town, by: By
) -> None:
    def accept(address: str) -> tuple[int, str]:
        client = both.test_client()
        page = client.get(address)
        assert page.status_code == 200
        fields = dict(
            re.findall(r'name="(csrf_token|form_key|reference)" value="([^"]+)"', page.text)
        )
        answer = client.post(address, data={**fields, "answer": "yes"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(accept, accept_links(both, session, town, by)))
    assert Counter(status for status, _ in answers) == {302: DAYS_LEFT, 409: AT_ONCE - DAYS_LEFT}
    assert all(TAKEN in text for status, text in answers if status == 409)
    check_what_was_given(session, town)
