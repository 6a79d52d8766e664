"""What if it were her, what could give way, where leaders are needed: in words, and for whom."""

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.leaders.models import Designation
from brokerage.leaders.rules import Accepting
from brokerage.messages.models import Message
from brokerage.needs.rules import CloseReason, NeedState, Urgency
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.people.models import Person
from brokerage.schools.models import School
from tests.builders import a_person, a_school, acting, in_post
from tests.services.pairing_town import Town, a_leader, a_need, a_town, an_area
from tests.views.conftest import DeskOf


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def rows(page: BeautifulSoup, caption: str) -> list[list[str]]:
    """The rows of the table whose caption has this id, cell by cell."""
    found = page.select_one(f"table:has(#{caption})")
    assert found is not None
    return [
        [cell.text.strip() for cell in row.select("th, td")] for row in found.select("tbody tr")
    ]


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


def test_a_rule_in_the_way_is_the_answer_with_its_numbers(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    far = a_leader(session, town.partnership, town.home, max_km=2)
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/what-if/{far.id}")
    assert f"{far.person.name} travels 2 km, the school is 5 km away." in desk.text


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


def unmet_needs(session: Session, town: Town, number: int = 6) -> None:
    """Needs of attendance, which nobody offers, in Northport; and one each of other fates."""
    school = a_school(session, easting=461000, town="Northport")
    for n in range(number):
        a_need(session, town.partnership, school, code=attendance(session), reference=f"N-A{n}")
    far = a_school(session, easting=700000, town="Farwick")
    a_need(session, town.partnership, far, state=NeedState.WAITING, reference="N-FAR")
    a_need(
        session,
        town.partnership,
        far,
        state=NeedState.CLOSED,
        over_reason=CloseReason.NOBODY,
        reference="N-CLOSED",
    )
    a_need(session, town.partnership, far, state=NeedState.WAITING, code=None, reference="N-VAGUE")
    session.commit()


def attendance(session: Session) -> str:
    return an_area(session, "attendance").code


def test_where_leaders_are_needed_is_told_by_specialism_phase_and_place_and_why(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    unmet_needs(session, town)
    town.leader.max_km = 40
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open("/recruitment")
    assert rows(page, "groups") == [
        ["Attendance, primary", "Northport", "6", "12 days", "Nobody offers it"],
        ["Phonics, primary", "Farwick", "2", "4 days", "Nobody in reach"],
    ]
    assert rows(page, "places") == [["Northport", "6", "12 days"], ["Farwick", "2", "4 days"]]
    assert "1 unmet need says too little" in desk.text
    assert "1 need that somebody could take is not counted" in desk.text
    drawn = [text.text.strip() for text in page.select("svg text")]
    assert drawn[:4] == ["6", "Northport", "2", "Farwick"]
    desk.open("/recruitment?phase=secondary")
    assert "Nothing is needed that is like that." in desk.text
    desk.open("/recruitment?specialism=attendance")
    assert "Farwick" not in desk.text


def test_the_spreadsheet_has_the_same_figures(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    unmet_needs(session, town)
    town.leader.max_km = 40
    session.commit()
    desk = desk_of(town.coordinator)
    answer = desk.client.get("/recruitment.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1] == ["Attendance", "primary", "Northport", "6", "12", "nobody offers it: 6"]
    assert rows[2] == ["Phonics", "primary", "Farwick", "2", "4", "nobody in reach: 2"]


def test_officers_read_of_no_small_group_and_no_name(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    unmet_needs(session, town)
    desk = desk_of(an_officer(session, town))
    desk.open("/recruitment")
    assert "Northport" not in desk.text
    assert "All other groups together: 8 needs." in desk.text
    midway = a_school(session, easting=462000, town="Midway")
    for n in range(3):
        a_need(session, town.partnership, midway, code="attendance", reference=f"N-M{n}")
    page = desk.open("/recruitment")
    assert rows(page, "groups") == [
        ["Attendance, primary", "Northport", "6", "12 days", "Nobody offers it"]
    ]
    assert rows(page, "places") == [["Northport", "6", "12 days"]]
    assert "Farwick" not in desk.text
    assert "All other groups together: 5 needs." in desk.text
    assert town.leader.person.name not in page.select_one("main").text  # type: ignore[union-attr]
    assert town.school.name not in desk.text
    text = desk.client.get("/recruitment.csv").get_data(as_text=True)
    assert "Farwick" not in text
    assert "all other groups together,,,5" in text
    desk.open("/recruitment/what-would-help", status=403)


def test_another_partnerships_needs_are_not_in_it_and_others_do_not_come_in(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    unmet_needs(session, town)
    other = a_town(session, authorities=("902",))
    desk = desk_of(other.coordinator)
    desk.open(f"/recruitment?partnership={town.partnership.id}")
    assert "Northport" not in desk.text
    desk.open(f"/recruitment/what-would-help?partnership={town.partnership.id}")
    assert "Northport" not in desk.text
    desk_of(town.head).open("/recruitment", status=403)
    desk_of(town.head).open("/recruitment.csv", status=403)


def test_where_nothing_is_unmet_the_page_says_so(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    planned(session, town)
    desk = desk_of(town.coordinator)
    desk.open("/recruitment")
    assert "Nothing is needed that nobody could be found for." in desk.text
    desk.open("/recruitment/what-would-help")
    assert "Every need in the queue has somebody suggested." in desk.text


def test_what_would_help_names_another_leader_or_more_days_with_the_needs_they_would_place(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    unmet_needs(session, town)
    town.need.half_days, town.leader.max_km = 24, 40
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open("/recruitment/what-would-help")
    assert "Attendance, primary, near Northport" in desk.text
    assert "2 more needs placed: " in desk.text
    assert f"2 days more of {town.leader.person.name}, Phonics, primary" in desk.text
    assert f"1 more need placed: {town.need.reference}, {town.school.name}." in desk.text


def test_a_required_designation_can_give_way(session: Session, desk_of: DeskOf, town: Town) -> None:
    town.need.designation, town.need.designation_required = "NLE", True
    session.commit()
    assert session.scalars(select(Designation)).all() == []
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Do without NLE: 1 leader" in desk.text
