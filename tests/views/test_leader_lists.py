"""The public list of leaders, the register as a file, areas of expertise."""

import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.leaders.models import Designation, Leader
from brokerage.leaders.rules import Accepting
from tests.builders import a_coordinator, a_partnership, a_school
from tests.leader_builders import a_leader, areas
from tests.views.conftest import DeskOf


def fresh(session: Session, leader: Leader) -> Leader:
    session.expire_all()
    return session.get_one(Leader, leader.id)


def test_the_public_list_shows_no_way_to_reach_anybody_and_nobody_who_would_not_be_shown(
    session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    partnership = a_partnership(session)
    contact = {"email": "ada@example.org", "telephone": "01632 960001"}
    claims = (("phonics", "primary"), ("phonics", "nursery"))
    ada = a_leader(session, partnership, name="Ada Brown", claims=claims, **contact)
    ada.designations = [Designation(kind="SLE")]
    a_leader(session, partnership, name="Hidden Person", claims=claims, public=False)
    session.commit()
    desk = desk_of(None)
    desk.open(f"/leaders/public/{partnership.id}")
    for words in ("Ada Brown", ada.home.name, "nursery, primary", "SLE", "Phonics"):
        assert words in desk.text
    page = desk.response.text if desk.response else ""
    download = desk.client.get(f"/leaders/public/{partnership.id}/csv")
    assert download.mimetype == "text/csv"
    assert "Ada Brown" in download.text
    for text in (page, download.text):
        for secret in ("ada@example.org", "960001", "Hidden Person", "@example"):
            assert secret not in text
    desk.open("/leaders/public/999", status=404)


def test_a_register_is_taken_out_and_in_again_on_its_page(
    session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    partnership = a_partnership(session)
    leader = a_leader(session, partnership, email="ada@example.org")
    desk = desk_of(a_coordinator(session, partnership))
    file = desk.client.get(f"/leaders/export/{partnership.id}").data
    changed = file.replace(b",accepting,,2,", b",closed,,2,")
    assert changed != file
    desk.open("/leaders/import")
    desk.send("Send the file", register=(io.BytesIO(file), "register.csv"))
    assert "0 new, 0 changed, 1 unchanged" in desk.text
    desk.send("Send the file", register=(io.BytesIO(changed), "register.csv"))
    assert "What would change" in desk.text
    assert "0 new, 1 changed" in desk.text
    assert fresh(session, leader).accepting is Accepting.YES


def test_the_tick_taken_off_a_file_is_taken_in_and_a_bad_one_says_why(
    session: Session, desk_of: DeskOf
) -> None:
    areas(session)
    partnership, school = a_partnership(session), a_school(session)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/leaders/import")
    desk.send("Send the file", status=400, register=(io.BytesIO(b"<html>"), "x.csv"))
    assert "This is a web page" in desk.text
    rows = f"name,email,home_urn\nAda,ada@example.org,{school.urn}\nBad,no,{school.urn}\n"
    sent = (io.BytesIO(rows.encode()), "register.csv")
    desk.send("Send the file", register=sent, dry_run="")
    assert "1 new" in desk.text
    assert "Line 3: Enter an e-mail address" in desk.text
    assert session.scalar(select(Leader)) is not None


def test_a_coordinator_adds_and_retires_an_area(session: Session, desk_of: DeskOf) -> None:
    areas(session)
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/specialisms")
    desk.send("Add the area", status=409, name="ICT")
    assert "on the list already" in desk.text
    desk.send("Add the area", name="Forest School", aliases="outdoor learning, woods")
    assert "also: outdoor learning, woods" in desk.text
    desk.send("Retire Forest School")
    assert "retired" in desk.text
