"""The pages of conflicts of interest, and of support for a coordinator's own school."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.leaders.models import Conflict
from brokerage.leaders.rules import ConflictKind
from brokerage.people.models import Person
from tests.builders import NOW, a_coordinator, a_partnership, a_school, in_post
from tests.services.pairing_town import Town, a_leader, a_town, all_say_yes
from tests.views.conftest import DeskOf
from tests.views.pairing_pages import proposed


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def declared(session: Session, town: Town, kind: ConflictKind = ConflictKind.FAMILY) -> Conflict:
    conflict = Conflict(
        partnership_id=town.partnership.id,
        leader_id=town.leader.id,
        urn=town.school.urn,
        kind=kind,
        words="cousins",
        noted_by=town.coordinator.id,
        noted_at=NOW,
    )
    session.add(conflict)
    session.commit()
    return conflict


def test_a_coordinator_notes_one_from_the_leaders_page_and_ends_it(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    desk = desk_of(town.coordinator)
    page = desk.open(f"/leaders/{town.leader.id}")
    assert page.find("a", string="Note or end a conflict of interest")
    address = f"/leaders/{town.leader.id}/conflicts"
    desk.open(address)
    assert "None is noted" in desk.text
    desk.send("Note it", status=400, school=str(town.school.urn))
    assert "Choose what stands between them" in desk.text
    desk.send("Note it", status=409, school=str(town.school.urn), kind="something else")
    assert "Say in a few words what it is" in desk.text
    desk.send("Note it", kind="family", words="cousins", until=["31", "12", "2026"])
    assert f"{town.school.name}: family. cousins" in desk.text
    assert f"Until 31 Dec 2026. Noted by {town.coordinator.name}" in desk.text
    desk.open(f"/leaders/{town.leader.id}")
    assert f"{town.school.name}: family, until 31 Dec 2026" in desk.text
    desk.open(address)
    desk.send(f"End it: {town.school.name}")
    assert "It stands between them no longer" in desk.text
    assert "None is noted" in desk.text


def test_a_coordinator_notes_one_from_the_needs_page_by_way_of_the_school(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/schools/{town.school.urn}")
    assert "Conflicts of interest with leaders" in desk.text
    page = desk.open(f"/needs/{town.need.reference}")
    assert page.find("a", href=f"/schools/{town.school.urn}/conflicts")
    desk.open(f"/schools/{town.school.urn}/conflicts")
    desk.send("Note it", status=400, kind="a line manager")
    assert "Choose a leader" in desk.text
    desk.send("Note it", leader=str(town.leader.id))
    assert f"{town.leader.person.name}: a line manager" in desk.text
    desk.open(f"/needs/{town.need.reference}")
    assert f"Conflict of interest: {town.leader.person.name}, a line manager" in desk.text
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "A conflict of interest is declared (a line manager). For your eyes only." in desk.text
    desk.open(f"/schools/{town.school.urn}/conflicts")
    desk.send(f"End it: {town.leader.person.name}")
    session.expire_all()
    assert session.scalars(select(Conflict)).one().ended_by == town.coordinator.id


def test_a_coordinator_of_two_partnerships_says_in_which(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    other = a_partnership(session, name="Another")
    in_post(session, PostKind.COORDINATOR, partnership=other, person=town.coordinator)
    in_post(session, PostKind.SYSTEM_LEADER, partnership=other, person=town.leader.person)
    desk = desk_of(town.coordinator)
    desk.open(f"/leaders/{town.leader.id}/conflicts")
    school = str(town.school.urn)
    desk.send("Note it", school=school, kind="family", partnership=str(other.id))
    assert session.scalars(select(Conflict)).one().partnership_id == other.id


def test_who_is_no_coordinator_finds_no_page_of_conflicts(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    conflict = declared(session, town)
    officer = in_post(session, PostKind.OFFICER, partnership=town.partnership)
    pages = [f"/leaders/{town.leader.id}/conflicts", f"/schools/{town.school.urn}/conflicts"]
    for person in (town.leader.person, town.head, town.releaser, officer):
        desk = desk_of(person)
        for page in pages:
            desk.open(page, status=403)
        desk.open(f"/schools/{town.school.urn}")
        assert "onflict" not in desk.text
    stranger = desk_of(a_coordinator(session, a_partnership(session, authorities=("902",))))
    for page in pages:
        stranger.open(page, status=404)
    for person in (town.leader.person, officer):
        desk = desk_of(person)
        desk.open(f"/leaders/{town.leader.id}")
        assert "onflict" not in desk.text
    desk = desk_of(town.head)
    desk.open(f"/needs/{town.need.reference}")
    assert "onflict" not in desk.text
    session.expire_all()
    assert conflict.ended_at is None


def test_a_coordinator_who_is_the_leader_or_leads_the_school_is_not_shown_it(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    declared(session, town)
    for person in (town.leader.person, town.head):
        in_post(session, PostKind.COORDINATOR, partnership=town.partnership, person=person)
    desk = desk_of(town.leader.person)
    desk.open(f"/leaders/{town.leader.id}/conflicts", status=404)
    desk.open(f"/leaders/{town.leader.id}")
    assert "onflict" not in desk.text
    desk = desk_of(town.head)
    desk.open(f"/schools/{town.school.urn}/conflicts", status=404)
    desk.open(f"/needs/{town.need.reference}")
    assert "onflict" not in desk.text


def test_nor_do_they_read_it_where_they_would_propose(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    declared(session, town)
    for person in (town.leader.person, town.head):
        in_post(session, PostKind.COORDINATOR, partnership=town.partnership, person=person)
        desk = desk_of(person)
        desk.open(f"/needs/{town.need.reference}/shortlist")
        assert "Another coordinator knows why" in desk.text
        assert "family" not in desk.text
        desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
        assert "Another coordinator knows why" in desk.text
        desk.send("Send it", status=409)
        assert "Another coordinator knows why" in desk.text
        assert "family" not in desk.text


def test_a_pairings_page_warns_of_a_conflict(session: Session, desk_of: DeskOf, town: Town) -> None:
    pairing = proposed(session, town)
    declared(session, town, ConflictKind.COLLEAGUE)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}")
    assert "A conflict of interest is declared between the two (a recent colleague)" in desk.text


# A coordinator's own school.


@pytest.fixture
def second(session: Session, town: Town) -> Person:
    """The town's coordinator is of the supported school; this is another one."""
    in_post(session, PostKind.DEPUTY, school=town.school, person=town.coordinator)
    return a_coordinator(session, town.partnership, name="Sekunda Person")


def test_for_their_own_school_the_pages_say_who_confirms_and_offer_no_button(
    session: Session, desk_of: DeskOf, town: Town, second: Person
) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    assert "Somebody else must confirm this: you hold a post at this school" in desk.text
    pairing = proposed(session, town)
    page = desk.open(f"/pairings/{pairing.reference}")
    assert "Sekunda Person can" in desk.text
    assert not page.find("a", string="Note an answer by telephone")
    all_say_yes(session, town, pairing)
    page = desk.open(f"/pairings/{pairing.reference}")
    assert not page.find("a", string="Look once more and confirm")
    desk.open(f"/pairings/{pairing.reference}/confirm")
    assert "Sekunda Person can" in desk.text
    desk.open("/desk")
    assert "All have agreed: somebody else confirms" in desk.text
    other = desk_of(second)
    other.open("/desk")
    assert "somebody else confirms" not in other.text
    other.open(f"/pairings/{pairing.reference}/confirm")
    other.send("Confirm it")
    assert "It is agreed" in other.text


def test_where_no_coordinator_can_the_officers_desk_leads_to_the_confirmation(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    in_post(session, PostKind.CHAIR, school=town.school, person=town.coordinator)
    officer = in_post(session, PostKind.OFFICER, partnership=town.partnership)
    pairing = proposed(session, town)
    desk = desk_of(officer)
    desk.open(f"/pairings/{pairing.reference}/confirm", status=404)
    all_say_yes(session, town, pairing)
    page = desk.open("/desk")
    assert "All have agreed: you confirm" in desk.text
    link = page.find("a", href=f"/pairings/{pairing.reference}/confirm")
    assert link
    desk.open(f"/pairings/{pairing.reference}/confirm")
    desk.send("Confirm it")
    assert "It is agreed. All three have the agreement" in desk.text
    assert "All have agreed: you confirm" not in desk.text


def test_a_leader_from_their_own_school_is_marked(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    in_post(session, PostKind.DEPUTY, school=town.home, person=town.coordinator)
    a_leader(session, town.partnership, a_school(session))
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert desk.text.count("from your own school") == 1
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    assert "from your own school" in desk.text
    pairing = proposed(session, town)
    desk.open(f"/pairings/{pairing.reference}")
    assert "(from your own school)" in desk.text
