"""The page of a buddy for each new head who waits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.database import db
from brokerage.headships.models import Buddying, Headship
from brokerage.headships.rules import BuddyingState
from brokerage.messages.models import Message
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.headships_builders import Town
from tests.views.conftest import DeskOf
from tests.views.new_head_pages import MakeTown

PAGE = "/new-heads/waiting"


def another(session: Session, town: Town, name: str, easting: int) -> Headship:
    """One more new head, of a school at this easting."""
    code = town.partnership.authorities[0].la_code
    school = a_school(session, easting=easting, northing=520000, la_code=code)
    session.commit()
    return town.announced(
        urn=school.urn, name=name, email=f"{name.split()[0].lower()}@home.example"
    )


def test_all_who_wait_are_looked_at_together_and_nothing_is_sent(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    """Ada would do best with the near head, but Ben can have only that one."""
    town = make_town()
    ada = town.announced()
    another(session, town, "Ben Late", 475000)
    near = town.buddy(school={"easting": 460000}, been_there=["first headship"])
    far = town.buddy(school={"easting": 450000, "northing": 535000}, max_km=16)
    desk = desk_of(town.coordinator)
    desk.open(f"/new-heads/{ada.id}/buddies")
    assert f"1. {near.name}" in desk.text
    before = session.query(Message).count(), session.query(Buddying).count()
    desk.open("/new-heads")
    desk.open(PAGE)
    assert "2 new heads wait. All are looked at together" in desk.text
    rows = [" ".join(row.text.split()) for row in desk.soup.select("tbody tr")]
    of_ada = next(row for row in rows if "Ada" in row)
    of_ben = next(row for row in rows if "Ben" in row)
    assert far.name in of_ada
    assert near.name in of_ben
    assert "Has been there: first headship" in of_ben
    assert "theirs" in of_ben
    assert "yours" not in desk.text
    assert "It is proven that no other way helps more of them" in desk.text
    session.expire_all()
    assert (session.query(Message).count(), session.query(Buddying).count()) == before
    desk.send(f"Ask {far.name}")
    asked = session.query(Buddying).filter_by(buddy_id=far.id).one()
    assert (asked.headship_id, asked.state) == (ada.id, BuddyingState.ASKED)
    desk.open(PAGE)
    assert "1 new head waits." in desk.text
    assert "Ada" not in desk.text


def test_who_can_have_nobody_reads_why(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    town.announced()
    desk = desk_of(town.coordinator)
    desk.open(PAGE)
    assert "there is a buddy for none of them" in desk.text
    assert "No head of this phase is in the pool." in desk.text
    town.buddy(school={"easting": 450100, "northing": 520000})
    desk.open(PAGE)
    assert "All others are rivals for pupils." in desk.text
    only = town.buddy()
    another(session, town, "Ben Late", 451000)
    desk.open(PAGE)
    assert "there is a buddy for 1 of them" in desk.text
    assert "Everybody who could is needed by another new head." in desk.text
    assert f"Ask {only.name}" in desk.text
    assert "See everybody, and why not" in desk.text


def test_somebody_asked_before_is_not_suggested_again(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.announced()
    buddy = town.buddy()
    buddying_id = town.asked(headship, buddy)
    desk = desk_of(town.coordinator)
    desk.open(PAGE)
    assert "Nobody waits: each new head has a buddy, or somebody is being asked." in desk.text
    desk.open(f"/new-heads/{headship.id}")
    desk.send("Take the question back")
    assert session.get_one(Buddying, buddying_id).state is BuddyingState.WITHDRAWN
    desk.open(PAGE)
    assert "All others were asked before, or are not wished." in desk.text
    assert f"Ask {buddy.name}" not in desk.text


def test_a_line_manager_is_nobodys_buddy(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    town.announced()
    above = town.buddy()
    in_post(session, PostKind.EXECUTIVE_HEAD, person=above, school=town.school)
    desk = desk_of(town.coordinator)
    desk.open(PAGE)
    assert f"Ask {above.name}" not in desk.text


def test_a_new_head_of_two_schools_gets_one_buddy(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    first = town.announced()
    second = another(session, town, "Ada Newhead", 456000)
    second.person_id = first.person_id
    session.commit()
    town.buddy()
    town.buddy()
    desk = desk_of(town.coordinator)
    desk.open(PAGE)
    assert len([form for form in desk.soup.find_all("button") if "Ask " in form.text]) == 1
    assert "This new head waits above too." in desk.text


def test_it_is_a_coordinators_page_and_shows_their_own_new_heads(
    session: Session, make_town: MakeTown, desk_of: DeskOf
) -> None:
    town = make_town()
    headship = town.announced()
    town.buddy()
    for person in (
        a_head(session, town.school),
        headship.person,
        in_post(session, PostKind.OFFICER, partnership=town.partnership),
        in_post(session, PostKind.CHAIR, school=town.school),
    ):
        desk_of(person).open(PAGE, status=403)
    theirs = desk_of(a_coordinator(session, a_partnership(session, authorities=("902",))))
    theirs.open(PAGE)
    assert "Nobody waits" in theirs.text
    assert "Ada" not in theirs.text


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_many_who_wait_ask_the_database_no_more_than_few(
    session: Session, make_town: MakeTown, desk_of: DeskOf, asked: list[str]
) -> None:
    town = make_town()
    for number in range(6):
        another(session, town, f"Ben{number} Late", 451000 + 3000 * number)
        town.buddy()
    desk = desk_of(town.coordinator)
    desk.open("/new-heads")
    asked.clear()
    desk.open(PAGE)
    assert "6 new heads wait." in desk.text
    assert 0 < len(asked) <= 12, "\n".join(asked)
