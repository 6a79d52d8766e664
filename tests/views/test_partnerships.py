"""A partnership's settings and schools are its coordinators' to change."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.ledger.models import LedgerEntry
from brokerage.partnerships.models import Partnership
from brokerage.schools.models import SchoolStatus
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.views.conftest import DeskOf


def saved(session: Session, partnership: Partnership) -> Partnership:
    session.expire_all()
    return session.get_one(Partnership, partnership.id)


def test_a_coordinator_reads_and_changes_every_setting(session: Session, desk_of: DeskOf) -> None:
    partnership = a_partnership(session, name="Tees Valley")
    number = partnership.id
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/partnerships")
    assert "A call about a new need 5 school days" in desk.text
    desk.open(f"/partnerships/{number}/change")
    desk.send(
        "Save",
        name="Tees  Valley schools",
        telephone="01632 960001",
        email="Office@Tees.example",
        about="We help each other.\n\nRing us.",
        pairing_order="choose, release, accept",
        call_days="4",
        buddy_days="1",
        hundred_in_school_days="y",
    )
    assert "The settings are saved" in desk.text
    assert "A call about a new need 4 school days" in desk.text
    assert "A buddy for an acting head 1 school day" in desk.text
    now = saved(session, partnership)
    assert (now.name, now.email, now.hundred_in_school_days) == (
        "Tees Valley schools",
        "office@tees.example",
        True,
    )
    assert (now.pairing_order.value, now.release_days) == ("choose, release, accept", 3)
    entry = session.scalars(select(LedgerEntry)).one()
    assert entry.fields == [
        "about",
        "buddy_days",
        "call_days",
        "email",
        "hundred_in_school_days",
        "name",
        "pairing_order",
        "telephone",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Enter the partnership’s name"),
        ("name", "Other", "There is a partnership of that name already"),
        ("email", "office", "Enter an e-mail address in the right form"),
        ("call_days", "soon", "Enter a whole number from 1 to 60"),
        ("call_days", "0", "Enter a whole number from 1 to 60"),
        ("call_days", "", "Enter a number of days"),
        ("urgent_call_days", "9", "Something urgent cannot be promised later"),
        ("pairing_order", "whoever", "Choose one of these"),
    ],
)
def test_a_setting_that_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    session: Session, desk_of: DeskOf, field: str, typed: str, says: str
) -> None:
    partnership = a_partnership(session)
    a_partnership(session, name="Other", authorities=())
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}/change")
    refused_by_rule = typed in ("Other", "9")
    desk.send("Save", status=409 if refused_by_rule else 400, about="Kept.", **{field: typed})
    assert says in desk.text
    about = desk.soup.find("textarea", id="about")
    assert about is not None
    assert about.text.strip() == "Kept."
    assert saved(session, partnership).about == ""


def test_of_two_editors_the_second_sees_both_and_may_then_save(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    address = f"/partnerships/{partnership.id}/change"
    one = desk_of(a_coordinator(session, partnership))
    two = desk_of(a_coordinator(session, partnership))
    one.open(address)
    two.open(address)
    one.send("Save", telephone="111", hundred_in_school_days="y")
    two.send("Save", status=409, telephone="222")
    assert "Somebody else changed these settings" in two.text
    assert "Keep what is saved now 111" in two.text
    assert "A new head’s first 100 days are: 100 school days" in two.text
    typed = two.soup.find("input", id="telephone")
    assert typed is not None
    assert typed["value"] == "222"
    assert saved(session, partnership).telephone == "111"
    two.send("Save", **{"take-telephone": "typed"})
    assert saved(session, partnership).telephone == "222"
    assert saved(session, partnership).hundred_in_school_days


def test_an_officer_reads_and_changes_nothing(session: Session, desk_of: DeskOf) -> None:
    partnership = a_partnership(session)
    desk = desk_of(in_post(session, PostKind.OFFICER, partnership=partnership))
    desk.open(f"/partnerships/{partnership.id}")
    assert "Change settings" not in desk.text
    assert "400 points" in desk.text
    desk.open(f"/partnerships/{partnership.id}/change", status=403)
    desk.open(f"/partnerships/{partnership.id}/suggesting", status=403)
    desk.open(f"/partnerships/{partnership.id}/schools", status=403)


def test_another_partnerships_settings_do_not_exist_here(session: Session, desk_of: DeskOf) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    person = a_coordinator(session, ours)
    a_head(session, a_school(session, la_code="902"), email="head@example.org")
    in_post(session, PostKind.HEADTEACHER, school=a_school(session, la_code="902"), person=person)
    desk = desk_of(person)  # who belongs to theirs through a school, and coordinates ours
    for page in ("", "/change", "/suggesting", "/schools"):
        desk.open(f"/partnerships/{theirs.id}{page}", status=404)
    desk.open(f"/partnerships/{ours.id}/schools")
    desk.soup.find("form", method="post")
    form = desk._form("Add the school")
    form["action"] = f"/partnerships/{theirs.id}/schools"
    desk.send("Add the school", status=404, school="School")


def test_a_coordinator_of_several_chooses_one(session: Session, desk_of: DeskOf) -> None:
    one, two = a_partnership(session, name="Tees"), a_partnership(session, name="Wear")
    person = a_coordinator(session, one)
    desk = desk_of(in_post(session, PostKind.COORDINATOR, partnership=two, person=person))
    page = desk.open("/partnerships")
    assert page.find("a", href=f"/partnerships/{one.id}")
    assert page.find("a", href=f"/partnerships/{two.id}")


def test_authorities_are_added_and_removed_by_code_with_their_names(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session, authorities=("901",))
    a_school(session)
    a_school(session, la_code="902", la_name="Westburn")
    a_school(session, la_code="902", la_name="Westburn", status=SchoolStatus.CLOSED)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}/schools")
    assert "1 open school." in desk.text
    desk.send("Add the authority", la_code="902")
    assert "2 open schools." in desk.text
    assert "902 Westburn 1" in desk.text
    desk.send("Remove 901 Eastburn")
    assert [held.la_code for held in saved(session, partnership).authorities] == ["902"]
    desk.send("Add the authority", status=409, la_code="999")
    assert "Choose one of the authorities in the register" in desk.text


def test_schools_of_any_place_are_picked_by_hand(session: Session, desk_of: DeskOf) -> None:
    partnership = a_partnership(session, authorities=())
    school = a_school(session, name="Far Primary", la_code="902")
    closed = a_school(session, name="Gone Primary", status=SchoolStatus.CLOSED)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}/schools")
    desk.send("Add the school", status=400, school="")
    assert "Choose a school" in desk.text
    desk.send("Add the school", status=409, school=str(closed.urn))
    assert "Gone Primary is closed and takes no new work" in desk.text
    for _ in range(2):  # the second time changes nothing
        desk.send("Add the school", school="far primary")
    assert [held.urn for held in saved(session, partnership).hand_picked] == [school.urn]
    assert "1 open school." in desk.text
    desk.send("Remove Far Primary")
    assert saved(session, partnership).hand_picked == []
