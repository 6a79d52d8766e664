"""The new head’s own page."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.headships.models import RingRequest
from tests.builders import TODAY, a_head
from tests.views.conftest import Desk, DeskOf
from tests.views.new_head_pages import MakeTown, link_of, move_to


def test_the_new_heads_page_has_the_day_a_few_things_and_who_to_ring(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    desk = desk_of(headship.person)
    desk.open("/new-heads")
    desk.open(f"/new-heads/{headship.id}")
    assert "Day 1 of 100" in desk.text
    assert "Wednesday 10 February 2027" in desk.text
    assert "01000 111111" in desk.text
    assert desk.soup.select("ul.govuk-list li")
    first = str(desk.soup.find("input", attrs={"name": "step"})["value"])  # type: ignore[index]
    form = desk.soup.find("input", attrs={"value": first}).find_parent("form")  # type: ignore[union-attr]
    button = " ".join(form.find("button").text.split())  # type: ignore[union-attr]
    desk.send(button)
    shown = {str(box["value"]) for box in desk.soup.find_all("input", attrs={"name": "step"})}
    assert first not in shown
    assert "done" in desk.text


def test_a_partnership_that_counts_school_days_sees_school_days(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town(hundred_in_school_days=True)
    headship = town.under_way(starts_on=TODAY - timedelta(7))
    desk = desk_of(headship.person)
    desk.open(f"/new-heads/{headship.id}")
    assert "Day 2 of 100" in desk.text  # after a half-term
    assert "counted in school days" in desk.text


def test_can_someone_ring_me_today_is_one_press_by_link_and_stands_until_settled(
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.appointed()
    own = desk_of(None)
    own.open(f"/new-head/{link_of(app, session, 'new_head.by_link')}")
    own.send("Ring me today")
    assert "Cora Dale has been told this minute" in own.text
    assert "Cora Dale was told" in own.text
    assert len(session.scalars(select(RingRequest)).all()) == 1
    desk = desk_of(town.coordinator)
    desk.open("/new-heads")
    assert "asks to be rung" in desk.text
    desk.open(f"/new-heads/{headship.id}")
    assert "07000 123456" in desk.text
    desk.send("I have rung")
    assert "Asks to be rung" not in desk.text


def test_a_pulse_that_was_not_shared_is_not_on_the_coordinators_page(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    move_to(TODAY + timedelta(30))
    own, desk = desk_of(headship.person), desk_of(town.coordinator)
    own.open(f"/new-heads/{headship.id}")
    own.send("Answer", status=400)
    own.send("Answer", choice="hand")
    assert "For you alone" in own.text
    for page in (f"/new-heads/{headship.id}", "/new-heads"):
        desk.open(page)
        assert "I could do with a hand" not in desk.text
        assert "Shared" not in desk.text
    own.send("Share day 30 with Cora Dale")
    desk.open(f"/new-heads/{headship.id}")
    assert "Shared with you, day 30I could do with a hand" in desk.text


def test_after_day_100_three_choices_and_it_is_over(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    move_to(TODAY + timedelta(101))
    own = desk_of(headship.person)
    own.open(f"/new-heads/{headship.id}")
    own.send("Finish", status=400, someone="yes")
    own.send("Finish", someone="yes", early="none", onward="termly")
    assert "are over" in own.text
    desk = desk_of(town.coordinator)
    desk.open("/new-heads?show=ended")
    assert "Ada Newhead" in desk.text
    desk.open(f"/new-heads/{headship.id}")
    assert "I should like a call once a term" in desk.text


def test_only_the_new_head_acts_on_their_page(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    own = desk_of(headship.person)
    soup = own.open(f"/new-heads/{headship.id}")
    csrf = str(soup.find("input", attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
    sent = {"csrf_token": csrf, "form_key": "0" * 32, "do": "ring"}
    for person, status in ((town.coordinator, 409), (a_head(session, town.school), 404)):
        client = desk_of(person).client
        page = client.get("/account")
        token_of = Desk(client)._seen(page, 200)
        sent["csrf_token"] = str(token_of.find("input", attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
        assert client.post(f"/new-heads/{headship.id}", data=sent).status_code == status
    assert not session.scalars(select(RingRequest)).all()
