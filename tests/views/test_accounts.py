"""Of two who change one person's details at once, the second reads the first's and can go on."""

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
