"""Somebody’s details and posts: what two change at once is shown to the second, who can go on; what
is sent twice is done once."""

from sqlalchemy.orm import Session

from brokerage.people.models import Person
from tests.builders import a_coordinator, a_head, a_partnership, a_school, hand_pick
from tests.views.conftest import Desk, DeskOf


def _clash(session: Session, person: Person, desk: Desk, address: str) -> None:
    desk.open(address)
    person.telephone = "07700 900999"
    session.commit()
    desk.send("Save", telephone="07700 900111", status=409)
    assert "Keep what is saved now 07700 900999" in desk.text
    desk.send("Save", status=400)
    assert "Choose for each of these which is to be kept." in desk.text
    desk.send("Save", **{"take-telephone": "typed"})
    session.expire_all()
    assert person.telephone == "07700 900111"


def test_ones_own_account_can_be_saved_after_a_clash(session: Session, desk_of: DeskOf) -> None:
    head = a_head(session, a_school(session))
    _clash(session, head, desk_of(head), "/account")


def test_a_coordinator_can_save_somebodys_details_after_a_clash(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    school = a_school(session)
    hand_pick(session, partnership, school)
    head = a_head(session, school)
    desk = desk_of(a_coordinator(session, partnership))
    _clash(session, head, desk, f"/people/{head.id}/change")


def test_the_end_of_somebodys_only_post_sent_again_is_answered_as_the_first_time(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    school = a_school(session)
    hand_pick(session, partnership, school)
    head = a_head(session, school)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/people/{head.id}/post/{head.posts[0].id}/end")
    page = desk.page
    for _ in range(2):  # the second time by going back
        desk.page = page
        desk.send("Save", to_on=["2", "11", "2026"])
        assert "The post is ended." in desk.text
    desk.open(f"/people/{head.id}", status=404)
