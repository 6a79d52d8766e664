"""The page on which what was noted of a visit is put right."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.engagements import visit_services
from brokerage.engagements.models import Visit
from brokerage.engagements.rules import VisitState
from tests.views.conftest import DeskOf
from tests.views.support_town import Support

DONE = "Watched phonics in Year 2"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


def test_a_note_is_corrected_from_the_page_of_the_support(
    support: Support, desk_of: DeskOf
) -> None:
    visit = support.log(1)
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/visits/{visit.id}/correct")
    assert desk.soup.find("input", {"name": "half_days", "value": "1"}).has_attr("checked")
    page = desk.page
    desk.send("Correct this note", half_days="2", done=DONE)
    assert "The note is corrected, and the school has a copy." in desk.text
    assert "Visit: 1 day" in desk.text
    desk.page = page
    desk.send("Correct this note", status=409, half_days="1", done="Something else")
    assert "Check it, and send it again to change it." in desk.text
    assert "Something else" in str(desk.soup)
    desk.send("Correct this note")
    assert "Visit: half a day" in desk.text
    assert "Something else" in desk.text
    with support.app.app_context():
        visit_services.agree(support.by(support.town.head), visit.id)
    desk.open(f"{support.page}/visits/{visit.id}/correct", status=409)
    assert "Ring your coordinator, who can put it right." in desk.text
    links = [link["href"] for link in desk.open(support.page).find_all("a")]
    assert not any(link.endswith("/correct") for link in links)
    desk = desk_of(support.town.coordinator)
    links = [link["href"] for link in desk.open(support.page).find_all("a")]
    assert f"{support.page}/visits/{visit.id}/correct" in links


def test_a_press_on_a_page_older_than_a_correction_agrees_to_nothing(
    support: Support, desk_of: DeskOf
) -> None:
    visit = support.log(1)
    head, leader = desk_of(support.town.head), desk_of(support.leader)
    head.open(support.page)
    leader.open(f"{support.page}/visits/{visit.id}/correct")
    leader.send("Correct this note", half_days="2")
    head.send("That is right", status=409)
    assert "look at how it is now" in head.text
    assert support.look(Visit, visit.id).state is VisitState.LOGGED
    head.open(support.page)
    head.send("That is right")
    assert support.look(Visit, visit.id).state is VisitState.SETTLED


def test_whoever_uses_the_last_days_by_a_correction_reads_that_they_are_used(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(2)
    last = support.log(1)
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/visits/{last.id}/correct")
    desk.send("Correct this note", half_days="2")
    assert "The days are now used up" in desk.text
    desk.open(f"{support.page}/visits/{last.id}/correct")
    desk.send("Correct this note", half_days="1")
    assert "The support goes on, since days are left." in desk.text
    assert "The note of a visit was corrected" in desk.text
