"""Pages of the register of leaders, for each who may come there."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.database import db
from brokerage.leaders.models import Designation, Leader
from brokerage.leaders.rules import Accepting
from brokerage.messages.models import Message
from brokerage.people.links import token
from brokerage.people.models import Link
from tests.builders import TODAY, a_coordinator, a_head, a_partnership, a_school, in_post
from tests.leader_builders import a_leader, areas
from tests.views.conftest import DeskOf


def fresh(session: Session, leader: Leader) -> Leader:
    session.expire_all()
    return session.get_one(Leader, leader.id)


def test_a_coordinator_adds_a_leader_and_finds_them_on_the_register(
    session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/leaders")
    assert "Nobody is on the register yet" in desk.text
    desk.open("/leaders/new")
    typed = {"name": "Ada Brown", "email": "ada@example.org", "school": str(school.urn)}
    desk.send("Add", status=409, **typed)
    assert "Choose an area of expertise" in desk.text
    assert desk.soup.find("input", attrs={"name": "name"})["value"] == "Ada Brown"  # type: ignore[index]
    desk.send("Add", **typed, other="early reading")
    assert "Phonics" in desk.text
    assert school.name in desk.text
    desk.open("/leaders?area=phonics&phase=primary&accepting=accepting")
    assert "Ada Brown" in desk.text
    desk.open("/leaders?days=1")
    assert "No leader fits" in desk.text


def test_an_officer_reads_the_register_without_addresses_and_changes_nothing(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    desk = desk_of(in_post(session, PostKind.OFFICER, partnership=partnership))
    desk.open("/leaders")
    assert "Add a leader" not in desk.text
    desk.open(f"/leaders/{leader.id}")
    assert "Not accepting" not in desk.text
    assert leader.person.email
    assert leader.person.email not in desk.text
    for address in ("new", "import", f"export/{partnership.id}", f"{leader.id}/details"):
        desk.open(f"/leaders/{address}", status=403)
    desk.open(f"/leaders/{leader.id}/release", status=404)


PARTS = ("details", "availability", "specialisms", "designations", "days")


def test_another_partnerships_coordinator_finds_nothing(session: Session, desk_of: DeskOf) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    leader = a_leader(session, ours)
    desk = desk_of(a_coordinator(session, theirs))
    desk.open(f"/leaders?partnership={ours.id}")
    assert leader.person.name not in desk.text
    for part in ("", "/releaser", "/release", f"/end/{ours.id}", *(f"/{part}" for part in PARTS)):
        desk.open(f"/leaders/{leader.id}{part}", status=404)
    desk.open(f"/leaders/export/{ours.id}", status=404)


def test_a_leader_keeps_their_own_record_and_no_other(session: Session, desk_of: DeskOf) -> None:
    areas(session)
    partnership = a_partnership(session)
    leader, other = a_leader(session, partnership), a_leader(session, partnership)
    desk = desk_of(leader.person)
    desk.open("/leaders", status=403)
    for part in ("", *(f"/{part}" for part in PARTS)):
        desk.open(f"/leaders/{other.id}{part}", status=404)
    desk.open(f"/leaders/{leader.id}/release", status=404)
    desk.open(f"/leaders/{leader.id}/details")
    desk.send("Save", max_km="12", weekdays=["Tuesday"], about="Reading")
    assert "Your record" in desk.text
    assert "up to 12 km" in desk.text
    assert fresh(session, leader).weekdays == ["Tuesday"]


def test_not_accepting_is_one_press_and_so_is_accepting_again(
    session: Session, desk_of: DeskOf
) -> None:
    leader = a_leader(session, a_partnership(session))
    desk = desk_of(leader.person)
    desk.open("/leaders/me")
    desk.send("Not accepting")
    assert fresh(session, leader).accepting is Accepting.CLOSED
    desk.send("Accepting again")
    assert fresh(session, leader).accepting is Accepting.YES


def test_a_wrong_form_comes_back_with_what_was_typed(session: Session, desk_of: DeskOf) -> None:
    leader = a_leader(session, a_partnership(session))
    desk = desk_of(leader.person)
    desk.open(f"/leaders/{leader.id}/availability")
    desk.send("Save", status=409, accepting="closed", closed_until=["1", "1", "2020"])
    assert "Choose a date to come" in desk.text
    desk.open(f"/leaders/{leader.id}/days")
    desk.send("Save", status=400, this_year="2.25")
    assert desk.soup.find("input", attrs={"name": "this_year"})["value"] == "2.25"  # type: ignore[index]
    desk.send("Save", this_year="7.5", next_year="")
    assert "7½ days pledged" in desk.text


def test_specialisms_and_designations_are_added_changed_and_removed(
    session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    leader = a_leader(session, a_partnership(session))
    desk = desk_of(leader.person)
    desk.open(f"/leaders/{leader.id}/specialisms")
    desk.send("Save", status=409, code="maths")
    assert "at least one phase" in desk.text
    desk.send(
        "Save", code="maths", phases=["primary"], evidence="Hub", evidence_on=["1", "3", "26"]
    )
    assert "Mathematics , primary" in desk.text.replace("Mathematics,", "Mathematics ,")
    claim = fresh(session, leader).specialisms[0]
    desk.open(f"/leaders/{leader.id}/specialisms/{claim.id}")
    desk.send("Save", level="can support")
    assert "can support" in desk.text
    desk.send("Remove Mathematics, primary")
    assert fresh(session, leader).specialisms == []
    desk.open(f"/leaders/{leader.id}/designations")
    desk.send("Save", kind="SLE", review_due=["20", "11", "2026"])
    desk.open("/leaders/me")
    assert "review due soon" in desk.text
    held = fresh(session, leader).designations[0]
    desk.open(f"/leaders/{leader.id}/designations/{held.id}")
    desk.send("Save", awarding_body="Tees Hub")
    desk.send("Remove SLE")
    assert session.scalar(select(Designation)) is None


def test_what_a_coordinator_changed_says_so_on_the_leaders_page(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    desk = desk_of(a_coordinator(session, partnership, name="Cora Dale"))
    desk.open(f"/leaders/{leader.id}/days")
    desk.send("Save", this_year="12")
    own = desk_of(leader.person)
    own.open("/leaders/me")
    assert "kept by Cora Dale, 3 November" in own.text


def test_the_home_head_gives_a_standing_release_and_takes_it_back(
    session: Session, desk_of: DeskOf
) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader = a_leader(session, partnership, home=school)
    head = a_head(session, school)
    desk = desk_of(head)
    desk.open(f"/leaders/{leader.id}/release")
    desk.send("Release", standing_half_days="5", standing_until=["20", "7", "2027"])
    assert f"given by {head.name}" in desk.text
    assert fresh(session, leader).standing_half_days == 10
    desk.send("Withdraw it")
    assert fresh(session, leader).standing is None
    stranger = desk_of(a_head(session, a_school(session)))
    stranger.open(f"/leaders/{leader.id}/release", status=404)


def test_a_coordinator_names_the_releaser_and_notes_the_release_for_them(
    session: Session, desk_of: DeskOf
) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader = a_leader(session, partnership, home=school)
    chair = in_post(session, PostKind.CHAIR, school=school)
    desk = desk_of(a_coordinator(session, partnership, name="Cora Dale"))
    desk.open(f"/leaders/{leader.id}/release")
    desk.send("Release", status=409, standing_half_days="5", standing_until=["20", "7", "2027"])
    assert "Nobody is known who could release" in desk.text
    desk.open(f"/leaders/{leader.id}/releaser")
    desk.send("Save", email=chair.email)
    desk.open(f"/leaders/{leader.id}/release")
    assert f"noting this for {chair.name}" in desk.text
    desk.send("Release", standing_half_days="5", standing_until=["20", "7", "2027"])
    assert "noted by Cora Dale" in desk.text


def test_a_releaser_answers_by_link_without_signing_in_and_the_link_works_once(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader, head = a_leader(session, partnership, home=school), a_head(session, school)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/leaders/{leader.id}/release")
    desk.send(f"Ask {head.name} by e-mail")
    message = session.scalars(select(Message).filter_by(kind="standing_release_asked")).one()
    assert message.to_person_id == head.id
    link = session.scalars(select(Link)).one()
    with app.app_context():
        address = f"/standing-release/{token(link)}"
    session.rollback()
    answering = desk_of(None)
    answering.open(address)
    assert fresh(session, leader).standing is None  # looking is not answering
    answering.send("Release", standing_half_days="5", standing_until=["20", "7", "2027"])
    assert fresh(session, leader).standing_given_by == head.id
    answering.open(address, status=409)


def test_a_membership_is_ended(session: Session, desk_of: DeskOf) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/leaders/{leader.id}/end/{partnership.id}")
    page = desk.page
    for _ in range(2):  # the second time by going back
        desk.page = page
        desk.send("End their membership", last_day=["2", "11", "2026"])
        assert "the register after that day" in desk.text
    (post,) = fresh(session, leader).person.posts
    assert post.to_on == TODAY - timedelta(days=1)


def test_a_page_of_the_register_runs_at_most_twelve_queries(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    partnership = a_partnership(session)
    for _ in range(8):
        a_leader(session, partnership, claims=(("maths", "primary"), ("phonics", "primary")))
    coordinator = a_coordinator(session, partnership)
    a_school_head = a_school(session)
    in_post(session, PostKind.HEADTEACHER, school=a_school_head, person=coordinator)
    desk = desk_of(coordinator)
    queries: list[str] = []

    def count(*args: object) -> None:
        queries.append(str(args[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        desk.open("/leaders?q=person&area=maths&kind=&accepting=accepting")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    selects = [query for query in queries if query.startswith("SELECT")]
    assert len(selects) <= 12, selects


@pytest.mark.parametrize("address", ["?days=x", "?page=9999", "?phase=attic", "?partnership=zz"])
def test_a_filter_that_means_nothing_is_passed_over(
    session: Session, desk_of: DeskOf, address: str
) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/leaders{address}")
    assert leader.person.name in desk.text
