"""Links that were used, undone, sent twice, or are about something else."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.messages.models import Message
from brokerage.pairings import services
from brokerage.pairings.rules import PairingState, Step
from tests.builders import NOW, acting
from tests.services.pairing_town import Town, a_town
from tests.views.conftest import Desk, DeskOf
from tests.views.pairing_pages import (
    CHOOSE,
    RELEASE,
    address,
    proposed,
    says_yes,
)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_a_link_used_already_says_so_and_names_whom_to_ring(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    link = address(app, session, RELEASE)
    desk = desk_of(None)
    desk.open(link)
    desk.send("Yes, I release them")
    desk.open(link, status=410)
    assert "This link no longer works" in desk.text
    assert town.coordinator.name in desk.text
    assert str(town.coordinator.email) in desk.text
    for made_up, status in (("1-x", 410), ("x", 410), ("999999-" + "0" * 40, 410), ("%00", 404)):
        desk.open(f"/release/{made_up}", status=status)
        assert town.coordinator.name not in desk.text


def test_a_link_of_one_purpose_opens_no_page_of_another(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    release = address(app, session, RELEASE)
    for other in ("choose", "accept", "object", "undo"):
        desk_of(None).open(release.replace("/release/", f"/{other}/"), status=410)


def test_a_form_sent_twice_is_answered_as_the_first_time(
    app: Flask, session: Session, town: Town
) -> None:
    pairing = proposed(session, town)
    client, link = app.test_client(), address(app, session, RELEASE)
    desk = Desk(client)
    desk.open(link)
    form = desk._form("Yes, I release them")
    fields = {str(box["name"]): box.get("value", "") for box in form.find_all("input")}
    answers = [client.post(link, data=fields) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(302, "/thank-you/released")] * 2
    session.expire_all()
    assert pairing.state is PairingState.RELEASED
    assert len(pairing.answers) == 1


def test_another_answer_after_the_back_button_is_not_thanked_for(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    page = desk.page
    desk.send("Yes, I release them")
    desk.page = page
    words = "Not while our own results\nare as they are"
    desk.send("No, I do not release them", status=410, words=words)
    assert "what you sent with it the first time stands" in desk.text
    assert town.coordinator.name in desk.text
    assert [box.text.strip() for box in desk.soup.find_all("textarea")] == [words]
    session.expire_all()
    assert pairing.state is PairingState.RELEASED


def test_an_answer_given_meanwhile_by_telephone_closes_the_page(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    desk.send("No, I do not release them", status=410)
    assert town.coordinator.name in desk.text


def test_what_was_noted_by_telephone_can_be_undone_by_link(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    desk = desk_of(None)
    desk.open(address(app, session, "pairings.undo_by_link"))
    assert "by phone, 3 November 2026" in desk.text
    desk.send("That is not what I said: undo it")
    assert "That answer is undone" in desk.text
    session.expire_all()
    assert (pairing.state, pairing.step) == (PairingState.PROPOSED, Step.RELEASE)
    told = session.scalars(select(Message).filter_by(kind="answer_undone")).one()
    assert pairing.reference in told.body
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}")
    assert "They undid what was noted for them (by phone, 3 November 2026)" in desk.text


def test_a_no_noted_by_telephone_can_be_undone_by_link_and_looking_undoes_nothing(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(
        by, pairing.reference, Step.RELEASE, yes=False, on=NOW.date(), words="Not this term"
    )
    copy = session.scalars(select(Message).filter_by(kind="answer_recorded")).one()
    assert "undo it here until Tuesday 17 November 2026" in copy.body
    link = address(app, session, "pairings.undo_by_link")
    desk = desk_of(None)
    for _ in range(2):
        desk.open(link)
        assert "Not this term" in desk.text
    session.expire_all()
    assert pairing.state is PairingState.NOT_RELEASED
    desk.send("That is not what I said: undo it")
    assert "That answer is undone" in desk.text
    session.expire_all()
    assert (pairing.state, pairing.step) == (PairingState.PROPOSED, Step.RELEASE)
    desk.open(link, status=410)


def test_what_has_gone_on_since_cannot_be_undone_and_says_so(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    says_yes(session, town, pairing, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, "pairings.undo_by_link"))
    assert "It has gone on since" in desk.text


def test_an_answer_about_something_else_is_refused_and_changes_nothing(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    desk.open(address(app, session, CHOOSE))
    desk.send(f"Yes to {town.leader.person.name}", status=409, reference="P-OTHER")
    assert "That one is not being asked any more." in desk.text
    desk.send(f"Yes to {town.leader.person.name}", status=400, answer="perhaps")
    assert "Press one of the buttons to answer." in desk.text
    session.expire_all()
    assert pairing.state is PairingState.RELEASED
