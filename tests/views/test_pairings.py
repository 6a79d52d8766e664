"""A coordinator's pages of pairings; and the three who answer, signed in."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.database import db
from brokerage.messages.models import Message
from brokerage.pairings import services
from brokerage.pairings.rules import PairingState, Step
from tests.builders import NOW, a_person, a_school, acting
from tests.services.pairing_town import Town, a_leader, a_need, a_town, account_of
from tests.views.conftest import DeskOf
from tests.views.pairing_pages import (
    kinds_to,
    proposed,
    says_yes,
)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_an_answer_by_telephone_is_noted_with_its_day_and_they_get_a_copy(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/answer")
    desk.send("Note it", answer="yes", on=["2", "11", "2026"], conditions="Not on Mondays")
    assert "by phone, 2 November 2026" in desk.text
    assert "Not on Mondays" in desk.text
    assert kinds_to(session, town.releaser) == ["release_asked", "answer_recorded"]
    assert kinds_to(session, town.head) == ["choice_asked"]


def test_an_answer_by_telephone_for_a_step_that_is_over_is_refused(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/answer")
    says_yes(session, town, pairing, Step.RELEASE)
    desk.send("Note it", status=409, answer="no")
    assert "not being asked any more" in desk.text
    session.expire_all()
    assert pairing.state is PairingState.RELEASED


def test_asking_again_sends_a_reminder_now(session: Session, desk_of: DeskOf, town: Town) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}")
    desk.send("Ask again now")
    assert f"A reminder is on its way to {town.releaser.name}." in desk.text
    subjects = session.scalars(select(Message.subject).order_by(Message.id)).all()
    assert [subject.startswith("Reminder: ") for subject in subjects] == [False, True]


def test_a_pairing_is_taken_back_with_a_reason_only(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/withdraw")
    desk.send("Take it back", status=400)
    desk.send("Take it back", reason="Their school is being inspected")
    assert "Their school is being inspected" in desk.text
    assert kinds_to(session, town.releaser) == ["release_asked", "pairing_off"]


def test_the_list_shows_what_is_overdue_first_and_filters_by_state(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    early = proposed(session, town)
    need = a_need(session, town.partnership, a_school(session))
    clock.move_to(NOW + timedelta(days=6))
    town.need = need
    late = proposed(session, town)
    late.due_on = date(2026, 11, 20)
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open("/pairings")
    shown = [span.text for span in page.select("tbody th span")]
    assert shown == [early.reference, late.reference]
    assert desk.text.count("overdue") == 1
    desk.open("/pairings?state=over")
    assert "No pairings" in desk.text
    desk.open("/pairings?state=anything")
    assert early.reference in desk.text


def test_the_same_pages_answer_for_people_who_are_signed_in(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    for person, button in (
        (town.releaser, "Yes, I release them"),
        (town.head, f"Yes to {town.leader.person.name}"),
        (town.leader.person, "Yes, I will"),
    ):
        desk = desk_of(person)
        page = desk.open("/asked")
        link = page.select_one(".app-card a")
        assert link is not None
        desk.open(str(link["href"]))
        desk.send(button)
        assert "What happens next" in desk.text
        desk.open("/asked")
        assert "Nothing just now" in desk.text
    session.expire_all()
    assert pairing.state is PairingState.ACCEPTED


def test_a_leader_who_accepted_can_say_that_they_cannot_after_all(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    session.expire_all()
    pairing.half_days = 1
    session.commit()
    desk = desk_of(town.leader.person)
    desk.open(f"/asked/{pairing.reference}")
    assert "With a yes, half a day of these is held for this." in desk.text
    services.answer(acting(session, town.leader.person), pairing.id, Step.ACCEPT, yes=True)
    desk_of(town.head).open(f"/asked/{pairing.reference}/pull-out", status=404)
    desk = desk_of(town.leader.person)
    link = desk.open("/asked").select_one("main li a")
    assert link is not None
    desk.open(str(link["href"]))
    assert "Half a day is yours again" in desk.text
    page = desk.page
    for _ in range(2):  # the second time by going back
        desk.page = page
        desk.send("I cannot after all", words="I have been ill")
        assert "Thank you for saying so" in desk.text
    assert account_of(session, town.leader).held == 0
    assert pairing.state is PairingState.DECLINED
    desk.open(f"/asked/{pairing.reference}/pull-out", status=404)


def test_somebody_who_is_not_asked_finds_nothing(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    for person in (town.head, town.leader.person, a_person(session)):
        desk_of(person).open(f"/asked/{pairing.reference}", status=404)
    says_yes(session, town, pairing, Step.RELEASE)
    desk_of(town.releaser).open(f"/asked/{pairing.reference}", status=410)


def test_the_lists_ask_the_database_no_more_for_many_than_for_few(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    asked: list[str] = []
    desk = desk_of(town.coordinator)

    def count(address: str) -> int:
        desk.open(address)  # whatever is read once is read now
        asked.clear()
        desk.open(address)
        return len(asked)

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        few = {address: count(address) for address in ("/pairings", "/matching")}
        for _ in range(12):
            other = a_school(session, name="Another school")
            a_leader(session, town.partnership, other)
            a_need(session, town.partnership, other)
        services.plan_queue(acting(session, town.coordinator), town.partnership.id)
        for _ in range(6):
            town.need = a_need(session, town.partnership, a_school(session))
            proposed(session, town, a_leader(session, town.partnership, town.home).id)
        many = {address: count(address) for address in few}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    for address in few:
        assert many[address] <= few[address] + 3, address
        assert many[address] <= 20, address
