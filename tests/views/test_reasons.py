"""What if it were somebody else, and what could give way where nobody could: in words, for whom."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.leaders.models import Conflict, Designation
from brokerage.leaders.rules import Accepting, ConflictKind
from brokerage.messages.models import Message
from brokerage.needs.rules import Urgency
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.models import Person
from brokerage.schools.models import School
from tests.builders import NOW, a_person, a_school, acting, in_post
from tests.services.pairing_town import Town, a_leader, a_need, a_town, propose, say
from tests.views.conftest import DeskOf


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def an_officer(session: Session, town: Town) -> Person:
    person = a_person(session)
    in_post(session, PostKind.OFFICER, partnership=town.partnership, person=person)
    session.commit()
    return person


def planned(session: Session, town: Town) -> None:
    services.plan_queue(acting(session, town.coordinator), town.partnership.id)
    session.expire_all()


def a_rival(session: Session, town: Town) -> tuple[School, str]:
    """An urgent need, farther away, which takes the only leader's last days."""
    account = town.leader.accounts[0]
    account.pledged = 4
    school = a_school(session, easting=457000)
    need = a_need(session, town.partnership, school, urgency=Urgency.URGENT, reference="N-RIVAL")
    session.commit()
    return school, need.reference


def test_somebody_suggested_elsewhere_can_be_asked_about_and_the_cost_is_said(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    school, reference = a_rival(session, town)
    planned(session, town)
    name = town.leader.person.name
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert f"In the plan for {reference}, {school.name}." in desk.text
    link = page.find("a", string=re.compile("What if it were"))
    assert link is not None
    page = desk.open(str(link["href"]))
    assert f"Giving {name} here finds this need a leader" in desk.text
    assert f"costs {school.name} ({reference}) its only leader." in desk.text
    assert "The plan as a whole would be worse, with 1 fewer urgent need placed" in desk.text
    assert "Nobody else could" in desk.text
    assert "Every way to make room was tried" in desk.text
    propose = page.find("a", string=re.compile("all the same"))
    assert propose is not None
    assert str(propose["href"]).endswith(f"/propose/{town.leader.id}")


def test_asking_changes_nothing_and_tells_nobody(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    a_rival(session, town)
    planned(session, town)
    before = [(p.need_id, p.leader_id, p.version) for p in session.scalars(select(Pairing))]
    desk_of(town.coordinator).open(f"/needs/{town.need.reference}/what-if/{town.leader.id}")
    session.expire_all()
    after = [(p.need_id, p.leader_id, p.version) for p in session.scalars(select(Pairing))]
    assert before == after
    assert session.scalars(select(Message)).all() == []


def test_somebody_who_is_free_or_fits_better_is_said_to_better_the_plan(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    planned(session, town)
    near = a_leader(session, town.partnership, a_school(session, easting=455500))
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/what-if/{near.id}")
    assert f"in place of {town.leader.person.name} gains" in desk.text
    assert "leaves no other need without its leader" in desk.text
    assert "The plan as a whole would be better" in desk.text
    desk.open(f"/needs/{town.need.reference}/what-if/{town.leader.id}")
    assert f"{town.leader.person.name} is suggested for this need already." in desk.text


def test_whoever_was_tried_before_is_said_to_be_left_out_by_plans(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    address = f"/needs/{town.need.reference}/what-if/{town.leader.id}"
    desk = desk_of(town.coordinator)
    desk.open(address)
    assert "No plan suggests" not in desk.text
    pairing = propose(session, town)
    say(session, town, pairing, Step.RELEASE, yes=False)
    desk.open(address)
    assert f"No plan suggests {town.leader.person.name} for this need by itself" in desk.text


def test_a_rule_in_the_way_is_the_answer_with_its_numbers(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    far = a_leader(session, town.partnership, town.home, max_km=2)
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/what-if/{far.id}")
    assert f"{far.person.name} is left out by the rules." in desk.text
    assert "Travels 2 km, the school is 5 km away." in desk.text


def test_a_conflict_is_not_told_to_whom_it_concerns(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    session.add(
        Conflict(
            partnership_id=town.partnership.id,
            leader_id=town.leader.id,
            urn=town.school.urn,
            kind=ConflictKind.FAMILY,
            noted_by=town.coordinator.id,
            noted_at=NOW,
        )
    )
    in_post(session, PostKind.COORDINATOR, partnership=town.partnership, person=town.head)
    session.commit()
    address = f"/needs/{town.need.reference}/what-if/{town.leader.id}"
    desk = desk_of(town.coordinator)
    desk.open(address)
    assert "A conflict of interest is declared (family)." in desk.text
    concerned = desk_of(town.head)
    concerned.open(address)
    assert "family" not in concerned.text
    assert "Another coordinator knows why." in concerned.text


def test_what_if_is_for_the_needs_own_coordinator_and_its_own_leaders(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    other = a_town(session, authorities=("902",))
    address = f"/needs/{town.need.reference}/what-if"
    desk_of(other.coordinator).open(f"{address}/{town.leader.id}", status=404)
    desk_of(town.coordinator).open(f"{address}/{other.leader.id}", status=404)
    for person in (town.head, town.releaser, an_officer(session, town)):
        desk_of(person).open(f"{address}/{town.leader.id}", status=403)
    town.need.half_days = None
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"{address}/{town.leader.id}")
    assert "Say first what is needed" in desk.text


def test_where_nobody_could_the_least_that_must_give_way_is_offered_and_can_be_done(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.leader.max_km = 2
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Let help from afar do: 1 leader" in desk.text
    assert "Ask to travel 3 km further: 1 leader" in desk.text
    assert page.find("a", href=f"/needs/{town.need.reference}/call")
    assert page.find("a", href=f"/needs/{town.need.reference}/propose/{town.leader.id}")
    town.need.remote = True
    session.commit()
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert f"1. {town.leader.person.name}" in desk.text
    assert "What could give way" not in desk.text


def test_more_days_are_asked_for_on_the_leaders_own_record(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.need.half_days = 24
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Ask the leader for 2 days more: 1 leader" in desk.text
    assert "Ask for 2 days less (10 days in all): 1 leader" in desk.text
    assert page.find("a", href=f"/leaders/{town.leader.id}/days")


def test_below_the_floor_it_is_said_by_how_much_it_must_give_way(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.partnership.quality_floor = 990
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert re.search(r"Go \d+ points below the floor: 1 leader", desk.text)


def test_what_stands_between_people_is_never_offered_to_give_way(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.leader.accepting = Accepting.CLOSED
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "it needs somebody new" in desk.text


def test_a_required_designation_can_give_way(session: Session, desk_of: DeskOf, town: Town) -> None:
    town.need.designation, town.need.designation_required = "NLE", True
    session.commit()
    assert session.scalars(select(Designation)).all() == []
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Do without NLE: 1 leader" in desk.text


def test_what_a_coordinator_keeps_does_not_make_room(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    a_rival(session, town)
    planned(session, town)
    suggested = session.scalars(select(Pairing)).one()
    suggested.kept_at = NOW
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/what-if/{town.leader.id}")
    assert "What is settled already leaves no room" in desk.text
