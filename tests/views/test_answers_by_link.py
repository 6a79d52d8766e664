"""The three answer by the link that was mailed to them."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.needs.models import NeedBar
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from tests.builders import a_school
from tests.services.pairing_town import Town, a_leader, a_need, a_town, account_of, open_links
from tests.views.conftest import DeskOf
from tests.views.pairing_pages import (
    ACCEPT,
    CHOOSE,
    RELEASE,
    address,
    kinds_to,
    proposed,
    says_yes,
)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_a_releaser_reads_what_it_costs_and_answers_with_one_press(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    town.need.worry = "Something between the school and us"
    session.commit()
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    assert town.school.name in desk.text
    assert "Phonics, primary" in desk.text
    assert "2 days" in desk.text
    assert "£350 a day, paid by: The school" in desk.text
    assert "given by your school this year" in desk.text
    assert "Something between" not in desk.text
    desk.send("Yes, I release them")
    assert "What happens next" in desk.text
    assert kinds_to(session, town.head) == ["choice_asked"]


def test_opening_a_link_changes_nothing(app: Flask, session: Session, town: Town) -> None:
    pairing = proposed(session, town)
    client = app.test_client()
    for _ in range(3):
        assert client.get(address(app, session, RELEASE)).status_code == 200
    session.expire_all()
    assert pairing.state is PairingState.PROPOSED
    assert len(open_links(session, RELEASE)) == 1


def test_conditions_are_kept_and_read_by_those_who_answer_after(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("Yes, on these conditions", status=400)
    assert "Say what your conditions are." in desk.text
    desk.send("Yes, on these conditions", conditions="Fridays only")
    desk.open(address(app, session, CHOOSE))
    assert "Fridays only" in desk.text


def test_a_release_for_the_year_answers_and_next_time_is_a_notice(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("Yes, and for the year", half_days="5")
    assert "released them for the year" in desk.text
    session.expire_all()
    assert (town.leader.standing_half_days, town.leader.standing_until) == (10, date(2027, 8, 31))
    town.need = a_need(session, town.partnership, a_school(session))
    proposed(session, town)
    assert kinds_to(session, town.releaser)[-1] == "release_noted"
    desk.open(address(app, session, "pairings.object_by_link"))
    desk.send("Not this time", words="Too much this month")
    assert "this is stopped for now" in desk.text
    states = set(session.scalars(select(Pairing.state)))
    assert states == {PairingState.RELEASED, PairingState.NOT_RELEASED}


def test_a_no_by_the_releaser_is_seen_by_the_coordinator_alone(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("No, I do not release them", words="We have our own troubles")
    assert "Only the coordinator sees your answer" in desk.text
    assert kinds_to(session, town.leader.person) == kinds_to(session, town.head) == []
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/pairings/{pairing.reference}")
    assert "We have our own troubles" in coordinator.text
    assert "See who is next best" in coordinator.text
    desk_of(town.leader.person).open(f"/asked/{pairing.reference}", status=404)
    desk_of(town.head).open(f"/asked/{pairing.reference}", status=404)


def test_ring_me_tells_the_coordinator_and_leaves_the_pairing_as_it_is(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    link = address(app, session, RELEASE)
    desk = desk_of(None)
    desk.open(link)
    desk.send("Ring me first")
    assert "Somebody will ring you" in desk.text
    assert kinds_to(session, town.coordinator) == ["ring_wanted"]
    assert pairing.state is PairingState.PROPOSED
    coordinator = desk_of(town.coordinator)
    coordinator.open("/pairings")
    assert "wants a call" in coordinator.text
    desk.open(link)
    desk.send("Yes, I release them")
    coordinator.open(f"/pairings/{pairing.reference}")
    assert "wants a call" not in coordinator.text


def test_a_school_chooses_on_cards_with_reasons_and_no_scores_or_addresses(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    second = a_leader(session, town.partnership, town.home)
    first, other = proposed(session, town), proposed(session, town, second.id)
    for pairing in (first, other):
        says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    page = desk.open(address(app, session, CHOOSE, 0))
    assert len(page.select(".app-card")) == 2
    assert "Leads Phonics in a primary school" in desk.text
    assert "points" not in desk.text
    for person in (town.leader.person, second.person, town.releaser):
        assert str(person.email) not in desk.text
    desk.send(f"Yes to {second.person.name}")
    assert "you have made your choice" in desk.text
    session.expire_all()
    assert (first.state, other.state) == (PairingState.NOT_CHOSEN, PairingState.CHOSEN)
    assert kinds_to(session, town.leader.person) == []


def test_not_this_one_leaves_the_other_to_choose_and_please_not_is_kept(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    second = a_leader(session, town.partnership, town.home)
    first, other = proposed(session, town), proposed(session, town, second.id)
    for pairing in (first, other):
        says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    desk.open(address(app, session, CHOOSE, 0))
    desk.send(f"Not this one: {second.person.name}", words="We know them", please_not="y")
    assert "There is somebody else for you to look at." in desk.text
    assert second.person.name not in desk.text
    session.expire_all()
    assert (first.state, other.state) == (PairingState.RELEASED, PairingState.NOT_CHOSEN)
    assert session.scalars(select(NeedBar)).one().leader_id == second.id
    desk.send(f"Not this one: {town.leader.person.name}")
    assert "we look on" in desk.text
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/needs/{town.need.reference}/shortlist")
    assert "The school asked not to be given this person." in coordinator.text


def test_a_leader_reads_who_why_and_when_and_says_yes(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    assert town.head.name in desk.text
    assert "Reading in Year 2 is slipping" in desk.text
    assert f"{town.releaser.name} has agreed" in desk.text
    assert "Leads Phonics in a primary school" in desk.text
    desk.send("Yes, I will")
    assert "the days are held for this" in desk.text
    assert account_of(session, town.leader).held == 4
    assert kinds_to(session, town.coordinator) == ["pairing_agreed"]
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/pairings/{pairing.reference}")
    assert coordinator.soup.find("a", href=f"/pairings/{pairing.reference}/confirm")
    assert not coordinator.soup.find("form", action=f"/pairings/{pairing.reference}/confirm")


def test_a_leader_closes_to_new_requests_on_the_same_page(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    desk.send("Close me until then", status=400)
    desk.send("Close me until then", closed_until=["11", "1", "2027"])
    assert "You are closed to new requests until then." in desk.text
    session.expire_all()
    assert town.leader.closed_until == date(2027, 1, 11)
    desk.send("No, I cannot", words="Too much on")
    assert pairing.state is PairingState.DECLINED or session.refresh(pairing) is None
    assert pairing.state is PairingState.DECLINED


def test_days_taken_meanwhile_are_told_in_a_sentence(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    account_of(session, town.leader).used = 18
    session.commit()
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    desk.send("Yes, I will", status=409)
    assert "Those days have just been taken." in desk.text
