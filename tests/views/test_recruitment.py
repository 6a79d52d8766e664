"""Where leaders are needed, and what would help most: in words, and for whom."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from brokerage.needs.rules import CloseReason, NeedState
from tests.builders import a_school
from tests.services.pairing_town import Town, a_need, a_town, an_area
from tests.views.conftest import DeskOf
from tests.views.test_reasons import an_officer, planned


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
