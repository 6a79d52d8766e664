"""Pages about new heads: who sees what, and what is done there."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.headships import own_services
from brokerage.headships.models import Buddying, Headship, PoolMember, RingRequest
from brokerage.headships.rules import BuddyingState
from brokerage.people.links import token
from brokerage.people.models import Link, Person
from tests.builders import TODAY, a_coordinator, a_head, a_partnership, a_school, acting, in_post
from tests.headships_builders import Town
from tests.views.conftest import Desk

DeskOf = Callable[[Person | None], Desk]

TOLD = {
    "name": "Ada Newhead",
    "email": "ada@home.example",
    "starts_on": ["4", "1", "2027"],
    "category": "new to headship",
}


def move_to(day: date) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def link_of(app: Flask, session: Session, purpose: str) -> str:
    """The token of the newest link for this purpose."""
    found = session.scalars(select(Link).filter_by(purpose=purpose).order_by(Link.id.desc()))
    with app.test_request_context():
        return token(found.first())  # type: ignore[arg-type]


def test_a_chair_tells_and_the_coordinator_sees_that_it_is_right(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    desk = desk_of(town.coordinator)
    desk.open("/new-heads/tell")
    soup = desk.send("Tell", status=400, name="Ada Newhead")
    assert soup.find("input", attrs={"name": "name"})["value"] == "Ada Newhead"  # type: ignore[index]
    assert "Enter the first day in post." in desk.text
    told = TOLD | {"email": "office@hilltop.example.sch.uk", "school": str(town.school.urn)}
    desk.send("Tell", status=409, **told)
    assert "not the school’s" in desk.text


def test_before_the_announcement_the_school_its_head_and_colleagues_see_nothing(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    headship = town.under_way()
    buddying_id = town.introduced(headship, town.buddy())
    theirs = a_partnership(session, authorities=("902",))
    desk = desk_of(a_coordinator(session, theirs))
    for page in ("", "/buddies", "/announce", "/start", "/wish", "/stop", "/answered"):
        desk.open(f"/new-heads/{headship.id}{page}", status=404)
    desk.open(f"/new-heads/buddyings/{buddying_id}", status=404)
    desk.open("/new-heads")
    assert "There are no new heads just now" in desk.text


def test_from_the_shortlist_to_a_card_each(app: Flask, session: Session, desk_of: DeskOf) -> None:
    town = Town(session)
    headship = town.announced()
    buddy = town.buddy(been_there=["first headship"])
    rival = town.buddy(school={"easting": 450100, "northing": 520000})
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/{headship.id}/buddies")
    assert "Has been there: first headship" in desk.text
    assert f"{rival.name}, " in desk.text
    assert "is a rival for pupils" in desk.text
    desk.send(f"Ask {buddy.name}")
    assert "Buddy asked" in desk.text
    answering = desk_of(None)
    link = link_of(app, session, "buddies.answer")
    answering.open(f"/buddy/{link}")
    assert "Ada Newhead, Hill Top School" in answering.text
    answering.send("Yes, gladly")
    assert "Thank you for saying yes" in answering.text
    answering.open(f"/buddy/{link}", status=409)
    desk.open(f"/new-heads/{headship.id}")
    desk.send("Confirm and introduce")
    assert "In touch" in desk.text
    own = desk_of(None)
    own.open(f"/new-head/{link_of(app, session, 'new_head.by_link')}")
    assert buddy.name in own.text
    assert str(buddy.telephone) in own.text
    theirs = desk_of(None)
    theirs.open(f"/buddying/{link_of(app, session, 'buddies.by_link')}")
    theirs.send("We spoke today")
    assert "You spoke on 3 Nov 2026" in theirs.text
    own.open(f"/new-head/{link_of(app, session, 'new_head.by_link')}")
    assert "You spoke on 3 Nov 2026" in own.text
    theirs.open(f"/buddying/{link_of(app, session, 'buddies.by_link')}")
    theirs.send("End it")
    assert "Nobody asks why" in theirs.text
    desk.open(f"/new-heads/{headship.id}")
    assert "No buddy yet" in desk.text


def test_a_buddy_asked_early_reads_neither_name_nor_school(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    headship = town.appointed()
    buddy = town.buddy()
    buddying_id = town.asked(headship, buddy)
    for desk, page in (
        (desk_of(None), f"/buddy/{link_of(app, session, 'buddies.answer')}"),
        (desk_of(buddy), f"/new-heads/buddyings/{buddying_id}"),
    ):
        desk.open(page)
        assert "January 2027" in desk.text
        assert "Ada" not in desk.text
        assert "Hill Top" not in desk.text
    desk.send("No, not this time")
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.DECLINED


def test_looking_at_a_link_changes_nothing(app: Flask, session: Session, desk_of: DeskOf) -> None:
    town = Town(session)
    buddying_id = town.asked(town.announced(), town.buddy())
    link = link_of(app, session, "buddies.answer")
    for _ in range(3):
        desk_of(None).open(f"/buddy/{link}")
    desk_of(None).open(f"/buddy/{link[:-1]}x", status=409)
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.ASKED


def test_an_answer_by_telephone_is_recorded_by_the_coordinator(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    headship = town.announced()
    town.asked(headship, town.buddy())
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/{headship.id}/answered")
    desk.send("Save", status=400)
    desk.send("Save", answer="yes")
    assert "Buddy said yes" in desk.text
    assert "They get a copy" in desk.text


def test_the_new_heads_page_has_the_day_a_few_things_and_who_to_ring(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session, hundred_in_school_days=True)
    headship = town.under_way(starts_on=TODAY - timedelta(7))
    desk = desk_of(headship.person)
    desk.open(f"/new-heads/{headship.id}")
    assert "Day 2 of 100" in desk.text  # after a half-term
    assert "counted in school days" in desk.text


def test_can_someone_ring_me_today_is_one_press_by_link_and_stands_until_settled(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    assert "Shared with you, day 30 I could do with a hand" in desk.text


def test_after_day_100_three_choices_and_it_is_over(session: Session, desk_of: DeskOf) -> None:
    town = Town(session)
    headship = town.under_way()
    move_to(TODAY + timedelta(101))
    own = desk_of(headship.person)
    own.open(f"/new-heads/{headship.id}")
    own.send("Finish", status=400, someone="yes")
    own.send("Finish", someone="yes", early="none", next="termly")
    assert "are over" in own.text
    desk = desk_of(town.coordinator)
    desk.open("/new-heads?show=ended")
    assert "Ada Newhead" in desk.text
    desk.open(f"/new-heads/{headship.id}")
    assert "I should like a call once a term" in desk.text


def test_only_the_new_head_acts_on_their_page(session: Session, desk_of: DeskOf) -> None:
    town = Town(session)
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


def test_a_head_says_yes_to_the_pool_and_a_coordinator_on_behalf(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    head = a_head(session, a_school(session))
    own = desk_of(head)
    own.open("/new-heads/pool/me")
    own.send("Save", status=400, at_once="9")
    own.send("Save", willing="yes", at_once="2", been_there=["new town"])
    assert session.scalars(select(PoolMember)).one().at_once == 2
    desk = desk_of(town.coordinator)
    desk.open("/new-heads/pool")
    assert "0 of 2 taken" in desk.text
    other = a_head(session, a_school(session))
    desk.open("/new-heads/pool?show=all")
    assert other.name in desk.text
    desk.open(f"/new-heads/pool/{other.id}")
    desk.send("Save", max_km="15")
    assert "gets a copy" in desk.text
    stranger = a_head(session, a_school(session, la_code="902"))
    desk.open(f"/new-heads/pool/{stranger.id}", status=404)


def test_the_coordinators_mail_leads_to_the_page_after_signing_in(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
    headship = town.under_way()
    own_services.ring_me(acting(session, headship.person), headship.id)
    link = link_of(app, session, "headships.open_by_link")
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/open/{link}")
    assert "Asks to be rung today" in desk.text
    stranger = desk_of(None).client.get(f"/new-heads/open/{link}", follow_redirects=True)
    assert stranger.request.path == "/sign-in"


def test_an_appointment_is_changed_and_stopped_by_its_coordinator(
    session: Session, desk_of: DeskOf
) -> None:
    town = Town(session)
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
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    from sqlalchemy import event

    from brokerage.database import db

    town = Town(session)
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
