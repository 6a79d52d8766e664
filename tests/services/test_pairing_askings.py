"""Around the asking: who is told, who is asked again, who is not suggested a second time."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.database import reading
from brokerage.errors import RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.pairings import asking_services, services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from tests.builders import NOW, acting
from tests.services.pairing_town import a_leader, a_town, account_of, messages_to, propose, say


def test_an_answer_by_phone_is_in_the_ledger_as_theirs(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    entry = session.scalars(select(LedgerEntry).filter_by(action="pairing.yes_release")).one()
    assert (entry.actor_id, entry.on_behalf_of) == (town.coordinator.id, town.releaser.id)


def test_those_who_had_agreed_to_a_card_not_chosen_are_told_that_it_is_settled(
    session: Session,
) -> None:
    town = a_town(session, pairing_order=PairingOrder.RELEASE_ACCEPT_CHOOSE)
    first = propose(session, town)
    leader = town.leader
    town.leader = a_leader(session, town.partnership, town.home)
    second = propose(session, town)
    for pairing, person in ((second, town.leader), (first, leader)):
        town.leader = person
        say(session, town, pairing, Step.RELEASE)
        say(session, town, pairing, Step.ACCEPT)
    say(session, town, second, Step.CHOOSE)
    session.expire_all()
    assert first.state is PairingState.NOT_CHOSEN
    assert messages_to(session, leader.person)[-1] == "pairing_off"
    assert account_of(session, leader).held == 0


def test_who_came_to_nothing_for_a_need_is_not_suggested_again(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    say(session, town, pairing, Step.RELEASE, yes=False)
    by = acting(session, town.coordinator)
    assert services.plan_queue(by, town.partnership.id) == {"needs": 1, "suggested": 0}
    next_best = a_leader(session, town.partnership, town.home)
    assert services.plan_queue(by, town.partnership.id) == {"needs": 1, "suggested": 1}
    suggested = session.scalars(select(Pairing).filter_by(state=PairingState.SUGGESTED)).one()
    assert suggested.leader_id == next_best.id


def test_a_sent_pairing_is_not_dropped_and_a_suggestion_is_in_silence(session: Session) -> None:
    town = a_town(session)
    by = acting(session, town.coordinator)
    services.plan_queue(by, town.partnership.id)
    suggested = session.scalars(select(Pairing)).one()
    asking_services.drop(by, suggested.reference)
    assert session.scalars(select(Message)).all() == []
    pairing = propose(session, town)
    with pytest.raises(RuleBroken, match="sent already"):
        asking_services.drop(acting(session, town.coordinator), pairing.reference)


def test_nobody_is_asked_again_who_cannot_be_written_to(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    town.releaser.email = None
    session.commit()
    with pytest.raises(RuleBroken, match="Ring them instead"):
        asking_services.ask_again(acting(session, town.coordinator), pairing.reference)


def test_a_release_for_the_year_holds_the_answer_and_the_standing_release_or_neither(
    session: Session,
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by = acting(session, town.releaser)
    with pytest.raises(RuleBroken):
        services.release_for_the_year(by, pairing.id, half_days=8, until=date(2026, 1, 1))
    session.expire_all()
    assert (pairing.state, town.leader.standing_half_days) == (PairingState.PROPOSED, None)
    services.release_for_the_year(by, pairing.id, half_days=8, until=date(2027, 8, 31))
    session.expire_all()
    assert (pairing.state, town.leader.standing_half_days) == (PairingState.RELEASED, 8)


def test_a_page_reads_what_its_own_write_changed(session: Session, both: Flask) -> None:
    town = a_town(session)
    pairing_id = propose(session, town).id
    seen = reading().get_one(Pairing, pairing_id)
    assert seen.state is PairingState.PROPOSED
    services.answer(acting(session, town.releaser), pairing_id, Step.RELEASE, yes=True)
    assert seen.state is PairingState.RELEASED
