"""Pages of the pool, and of a buddy."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.headships.models import Buddying, PoolMember
from brokerage.headships.rules import BuddyingState
from tests.builders import a_head, a_school
from tests.views.conftest import DeskOf
from tests.views.new_head_pages import MakeTown, link_of


def test_from_the_shortlist_to_a_card_each(
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
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
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.appointed()
    buddy = town.buddy()
    buddying_id = town.asked(headship, buddy)
    for desk, page in (
        (desk_of(None), f"/buddy/{link_of(app, session, 'buddies.answer')}"),
        (desk_of(buddy), "/desk"),
        (desk_of(buddy), f"/new-heads/buddyings/{buddying_id}"),
    ):
        desk.open(page)
        assert "January 2027" in desk.text or page == "/desk"
        assert "Ada" not in desk.text
        assert "Hill Top" not in desk.text
    desk.send("No, not this time")
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.DECLINED


def test_an_answer_sent_again_is_thanked_for_and_another_is_refused(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    buddy = town.buddy()
    buddying_id = town.asked(town.announced(), buddy)
    desk = desk_of(buddy)
    desk.open(f"/new-heads/buddyings/{buddying_id}")
    page = desk.page
    for _ in range(2):
        desk.page = page
        desk.send("Yes, gladly")
        assert "Thank you for saying yes" in desk.text
    desk.page = page
    desk.send("No, not this time", status=409)
    assert "If you said yes and something has come up, open the page again" in desk.text
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.ACCEPTED
    desk.open(f"/new-heads/buddyings/{buddying_id}")
    desk.send("End it")
    assert "It is ended" in desk.text


def test_looking_at_a_link_changes_nothing(
    app: Flask, session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    buddying_id = town.asked(town.announced(), town.buddy())
    link = link_of(app, session, "buddies.answer")
    for _ in range(3):
        desk_of(None).open(f"/buddy/{link}")
    desk_of(None).open(f"/buddy/{link[:-1]}x", status=409)
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.ASKED


def test_an_answer_by_telephone_is_recorded_by_the_coordinator(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.announced()
    town.asked(headship, town.buddy())
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/{headship.id}/answered")
    desk.send("Save", status=400)
    desk.send("Save", answer="yes")
    assert "Buddy said yes" in desk.text
    assert "They get a copy" in desk.text


def test_a_head_says_yes_to_the_pool_and_a_coordinator_on_behalf(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
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
