"""Pages about new heads: who sees what, and what their coordinator does there."""

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.database import db
from brokerage.headships import own_services
from brokerage.headships.models import Headship
from tests.builders import a_coordinator, a_head, a_partnership, acting, in_post
from tests.views.conftest import DeskOf
from tests.views.new_head_pages import MakeTown, link_of

TOLD = {
    "name": "Ada Newhead",
    "email": "ada@home.example",
    "starts_on": ["4", "1", "2027"],
    "category": "new to headship",
}


def test_a_chair_tells_and_the_coordinator_sees_that_it_is_right(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    chair = desk_of(in_post(session, PostKind.CHAIR, school=town.school))
    chair.open("/new-heads")
    chair.open("/new-heads/tell")
    chair.send("Tell", **TOLD, school=str(town.school.urn))
    assert "the coordinator has it" in chair.text
    headship = session.scalars(select(Headship)).one()
    chair.open(f"/new-heads/{headship.id}", status=404)
    chair.open("/new-heads")
    assert "Ada" not in chair.text
    coordinator = desk_of(town.coordinator)
    coordinator.open("/new-heads")
    assert "to check" in coordinator.text
    coordinator.open(f"/new-heads/{headship.id}")
    coordinator.send("It is right: welcome them")
    assert "No buddy yet" in coordinator.text
    assert "private" in coordinator.text


def test_what_is_missing_or_wrong_is_said_beside_its_box_and_what_was_typed_stays(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    desk = desk_of(town.coordinator)
    desk.open("/new-heads/tell")
    soup = desk.send("Tell", status=400, name="Ada Newhead")
    assert soup.find("input", attrs={"name": "name"})["value"] == "Ada Newhead"  # type: ignore[index]
    assert "Enter the first day in post." in desk.text
    told = TOLD | {"email": "office@hilltop.example.sch.uk", "school": str(town.school.urn)}
    desk.send("Tell", status=409, **told)
    assert "not the school’s" in desk.text


def test_before_the_announcement_the_school_its_head_and_colleagues_see_nothing(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.appointed()
    colleagues = [
        a_head(session, town.school),
        in_post(session, PostKind.DEPUTY, school=town.school),
        in_post(session, PostKind.CHAIR, school=town.school),
        in_post(session, PostKind.OFFICER, partnership=town.partnership),
        town.buddy(),
    ]
    for person in colleagues:
        desk = desk_of(person)
        desk.open(f"/new-heads/{headship.id}", status=404)
        for page in ("/new-heads", f"/schools/{town.school.urn}", "/schools?q=Ada", "/desk"):
            desk.open(page)
            assert "Ada" not in desk.text
    coordinator = desk_of(town.coordinator)
    coordinator.open("/people?q=Ada")
    assert "Ada Newhead" not in coordinator.text


def test_a_new_head_of_another_partnership_does_not_exist_here(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    buddying_id = town.introduced(headship, town.buddy())
    theirs = a_partnership(session, authorities=("902",))
    desk = desk_of(a_coordinator(session, theirs))
    for page in ("", "/buddies", "/announce", "/start", "/wish", "/stop", "/answered"):
        desk.open(f"/new-heads/{headship.id}{page}", status=404)
    desk.open(f"/new-heads/buddyings/{buddying_id}", status=404)
    desk.open("/new-heads")
    assert "There are no new heads just now" in desk.text


def test_the_coordinators_mail_leads_to_the_page_after_signing_in(
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.under_way()
    by, headship_id = acting(session, headship.person), headship.id
    session.commit()
    with town.within():
        own_services.ring_me(by, headship_id)
    link = link_of(app, session, "headships.open_by_link")
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/open/{link}")
    assert "Asks to be rung today" in desk.text
    stranger = desk_of(None).client.get(f"/new-heads/open/{link}", follow_redirects=True)
    assert stranger.request.path == "/sign-in"


def test_an_appointment_is_changed_and_stopped_by_its_coordinator(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.appointed()
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/{headship.id}/announce")
    desk.send("Save")
    assert "Tuesday 3 November 2026" in desk.text
    desk.open(f"/new-heads/{headship.id}/start")
    desk.send("Save", starts_on=["1", "9", "2027"])
    assert "Tuesday 20 July 2027" in desk.text
    desk.open(f"/new-heads/{headship.id}/wish")
    desk.send("Save", worries=["small school"])
    assert "small school" in desk.text
    desk.open(f"/new-heads/{headship.id}")
    desk.send("Invite to sign in")
    desk.send("Send a fresh link")
    desk.open(f"/new-heads/{headship.id}/stop")
    desk.send("Stop it")
    assert "There are no new heads just now" in desk.text


def test_the_list_takes_few_queries_however_many_new_heads(
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    for n in range(30):
        headship = town.announced(name=f"Head {n}", email=f"h{n}@home.example")
        if n < 5:
            town.introduced(headship, town.buddy())
    desk = desk_of(town.coordinator)
    ran: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *a: ran.append(a[2]))
    desk.open("/new-heads")
    assert "Head 29" in desk.text
    assert len([sql for sql in ran if sql.lstrip().upper().startswith("SELECT")]) <= 12
