"""The pages of needs for coordinators and officers, and what schools never see of them."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.needs import services, triage_services
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason, Details, NeedState, Urgency, Words
from brokerage.needs.telling import FOLLOW
from brokerage.people.links import address
from brokerage.people.models import Link
from tests.builders import acting, in_post
from tests.needs_builders import Town
from tests.views.conftest import DeskOf


@pytest.fixture
def town(app: Flask, session: Session) -> Town:
    return Town(session, app=app)


def the_need(town: Town) -> Need:
    need = town.session.scalars(select(Need).order_by(Need.id.desc()).limit(1)).one()
    return town.look(need.reference)


def path_of(app: Flask, session: Session, subject: str, **which: object) -> str:
    """The path that the latest link about ``subject`` opens."""
    query = select(Link).filter_by(subject=subject, **which).order_by(Link.id.desc()).limit(1)
    link = session.scalars(query).one()
    session.commit()
    with app.test_request_context():
        return address(link).removeprefix("http://localhost")


def test_a_coordinator_works_a_need_through(app: Flask, town: Town, desk_of: DeskOf) -> None:
    need, leader = town.posted(), town.leader()
    desk = desk_of(town.coordinator)
    page = f"/needs/{need.reference}"
    desk.open("/needs")
    assert need.reference in desk.text
    assert "a call by 10 Nov 2026" in desk.text
    desk.open(page)
    assert "this is missing: the specialism, how many days" in desk.text
    desk.open(f"{page}/call")
    desk.send(
        "Save",
        urgency="urgent",
        code="phonics",
        half_days="4",
        terms=["spring"],
        weekdays=["Thursday", "Friday"],
        text="Secret note",
    )
    assert "a name by 10 Nov 2026" in desk.text
    assert "Secret note" in desk.text
    assert desk.soup.find("a", string="Find somebody", href=f"{page}/shortlist")
    desk.open(f"{page}/ask")
    desk.send("Send the question", question="Which year?")
    assert "clock stopped since 3 Nov 2026" in desk.text
    head = desk_of(None)
    link = path_of(app, town.session, "need question")
    head.open(link)
    assert "Which year?" in head.text
    head.send("Send the answer", answer="Year 5")
    head.open(link, status=409)
    assert "This was done already" in head.text
    desk.open(page)
    assert "Year 5" in desk.text
    desk.open(f"{page}/bar")
    desk.send("Note it", leader=str(leader.id), reason="A cousin")
    assert "Please not Lena Leader: A cousin" in desk.text
    desk.open(f"{page}/scoping-visit")
    desk.send("Set it up", code="phonics")
    assert "half a day" in desk.text
    desk.open(f"{page}/split")
    desk.send("Make the other need", code="behaviour")
    assert "Split from" in desk.text
    desk.open(f"{page}/wait")
    desk.send("Put it to wait", waiting_for="A phonics lead")
    desk.send("Take it up again")
    desk.open(f"{page}/redirect")
    desk.send("Tell the school", redirected_to="The English hub")
    assert "Sent to: The English hub" in desk.text
    desk.send("Reopen")
    desk.open(f"{page}/close")
    desk.send("Close it", status=400)
    assert "Choose a reason" in desk.text
    desk.send("Close it", reason="nobody could be found")
    assert the_need(town) is not None
    assert town.look(need.reference).over_reason is CloseReason.NOBODY


def test_a_coordinator_notes_an_answer_and_the_head_takes_it_back_by_link(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    need = town.posted()
    town.do(
        triage_services.ask, acting(town.session, town.coordinator), need.id, question="Which year?"
    )
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{need.reference}/answer")
    desk.send("Send the answer", answer="Year 6")
    assert "for Hedda Head, by telephone" in desk.text
    head = desk_of(None)
    head.open(path_of(app, town.session, "need answer"))
    assert "Year 6" in head.text
    head.send("That is not what I said")
    assert town.look(need.reference).state is NeedState.ASKED


def test_the_schools_pages_never_show_notes_or_bars(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    need, leader = town.posted(), town.leader()
    by = acting(town.session, town.coordinator)
    town.do(triage_services.write_note, by, need.id, text="Secret note")
    town.do(triage_services.bar, by, need.id, leader_id=leader.id, reason="Secret reason")
    path = path_of(app, town.session, "need", purpose=FOLLOW)
    deputy = in_post(town.session, PostKind.DEPUTY, school=town.school)
    for person, page in [
        (town.head, f"/needs/{need.reference}"),
        (deputy, f"/needs/{need.reference}"),
        (town.head, "/needs"),
        (None, path),
    ]:
        desk = desk_of(person)
        desk.open(page)
        for secret in ("Secret", "Lena Leader", "wrote a note", "rather not"):
            assert secret not in desk.text


def test_a_need_is_not_there_for_those_it_does_not_concern(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    need = town.posted()
    other = Town(town.session, "902", app)
    officer = in_post(town.session, PostKind.OFFICER, partnership=town.partnership)
    pages = ["", "/change", "/withdraw", "/answer", "/check", "/more", "/sent"]
    for person in (other.head, other.coordinator, officer):
        for page in pages:
            desk_of(person).open(f"/needs/{need.reference}{page}", status=404)
    for page in ["/call", "/ask", "/wait", "/redirect", "/close", "/split", "/bar", "/note"]:
        desk_of(other.coordinator).open(f"/needs/{need.reference}{page}", status=404)
    desk_of(other.coordinator).open("/needs")
    for kind in (PostKind.SYSTEM_LEADER, PostKind.TEACHER):
        where = {"school": town.school} if kind is PostKind.TEACHER else {}
        person = in_post(town.session, kind, **(where or {"partnership": town.partnership}))
        for page in ("/needs", "/needs/new", f"/needs/{need.reference}"):
            desk_of(person).open(page, status=403)


def unmet_town(town: Town) -> None:
    for number in range(7):
        need = town.posted(f"Need {number}")
        by = acting(town.session, town.coordinator)
        given = Details(code="phonics" if number else "art", phase="primary")
        town.do(
            triage_services.record_call,
            by,
            need.id,
            version=None,
            given=given,
            urgency=Urgency.NORMAL,
            rang=True,
        )
        town.do(triage_services.wait, by, need.id, waiting_for="Somebody")


def rows(soup: BeautifulSoup) -> list[list[str]]:
    return [[cell.text for cell in row.find_all(["th", "td"])] for row in soup.select("tbody tr")]


def test_the_register_of_unmet_needs_folds_small_groups_for_officers(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    unmet_town(town)
    desk = desk_of(town.coordinator)
    desk.open("/needs/unmet")
    assert ["Primary", "7", "0", "0", "7"] in rows(desk.soup)
    assert "Art" in desk.text
    officer = desk_of(in_post(town.session, PostKind.OFFICER, partnership=town.partnership))
    officer.open("/needs/unmet")
    assert "Art" not in officer.text
    assert ["All other groups together", "7"] in rows(officer.soup)
    officer.open("/needs/unmet.csv")
    assert officer.response.mimetype == "text/csv"
    assert "authority,Eastburn,7" in officer.response.text
    assert "Art" not in officer.response.text
    desk_of(town.head).open("/needs/unmet", status=403)
    desk_of(Town(town.session, "902", app).coordinator).open("/needs/unmet")


def test_the_queue_is_paged_and_keeps_its_filters(town: Town, desk_of: DeskOf) -> None:
    for number in range(51):
        by = acting(town.session, town.head)
        reference = town.do(services.draft, by, urn=town.school.urn, words=Words(f"Worry {number}"))
        town.do(services.submit, by, town.look(reference).id)
    desk = desk_of(town.coordinator)
    desk.open("/needs?text=worry")
    assert "1 to 50 of 51 needs" in desk.text
    desk.open(desk.soup.find("a", rel="next")["href"])
    assert "51 to 51 of 51 needs" in desk.text
    assert desk.soup.find("input", id="text")["value"] == "worry"
    desk.open("/needs?state=over")
    assert "No need is like that" in desk.text
