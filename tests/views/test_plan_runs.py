"""Pages of a run: how far it is, what it would change, beside another; and who may come."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.messages.models import Message
from brokerage.needs.rules import Urgency
from brokerage.pairings import carrying_out, run_services
from brokerage.pairings.models import PlanRun
from tests.builders import NOW, a_head, a_school, acting
from tests.runs_builders import (
    another_leader,
    ask,
    let_the_lease_run_out,
    more_needs,
    ran,
    suggestion,
    suggestions,
)
from tests.services.pairing_town import Town, a_town
from tests.views.conftest import Desk, DeskOf


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


@pytest.fixture
def desk(desk_of: DeskOf, town: Town) -> Desk:
    return desk_of(town.coordinator)


def test_while_it_runs_the_page_says_how_far_it_is_and_can_be_kept_still(
    session: Session, desk: Desk, town: Town
) -> None:
    run_id = ask(session, town)
    claim = carrying_out.claimed(acting(session, town.coordinator))
    assert claim is not None
    carrying_out.Progress(claim, lambda: True)("polishing", 30, 120)
    desk.open(f"/matching/plans/{run_id}")
    assert "Under way: polishing, 30 of 120." in desk.text
    assert desk.soup.select_one("progress[value='30'][max='120']")
    desk.open(f"/matching/plans/{run_id}?still=1")
    assert desk.response is not None
    assert "Refresh" not in desk.response.headers
    desk.open("/matching")
    assert "A plan is being made. See how far it is" in desk.text


def test_where_nobody_carries_it_out_the_page_says_so_after_a_while(
    session: Session, desk: Desk, town: Town
) -> None:
    run_id = ask(session, town)
    assert "may not be running" not in desk.open(f"/matching/plans/{run_id}").text
    clock.move_to(NOW + timedelta(minutes=2))
    desk.open(f"/matching/plans/{run_id}")
    assert "may not be running: tell whoever looks after the service" in desk.text


def test_a_second_plan_is_compared_with_what_is_suggested_then_used(
    session: Session, desk: Desk, town: Town
) -> None:
    ran(session, town)
    (other,) = more_needs(session, town, 1, urgency=Urgency.URGENT)
    another_leader(session, town)
    run = ran(session, town)
    desk.open("/matching")
    assert "is ready, and not used yet" in desk.text
    desk.open(f"/matching/plans/{run.id}")
    assert "1 need gets somebody, and had nobody." in desk.text
    assert "This plan is not used yet." in desk.text
    rows = [[cell.text for cell in row.select("th, td")] for row in desk.soup.select("table tr")]
    assert ["Urgent", "0", "1"] in rows
    desk.send("Use this plan")
    assert "2 suggestions now. Nobody has heard anything yet." in desk.text
    assert other in suggestions(session)
    assert session.scalars(select(Message)).all() == []
    desk.open(f"/matching/plans/{run.id}")
    assert "Nobody changes." in desk.text


def test_two_plans_are_compared_side_by_side(session: Session, desk: Desk, town: Town) -> None:
    first = ran(session, town)
    near = another_leader(session, town)
    by = acting(session, town.coordinator)
    was = suggestion(session, town.need.id)
    if was.leader_id == near:
        near = town.leader.id
    run_services.suggest_instead(by, town.need.id, near, "Closer to home")
    second = ran(session, town)
    desk.open(f"/matching/plans/{second.id}?with={first.id}")
    assert "1 need gets somebody else" in desk.text
    row = " ".join(desk.soup.select("table")[-1].text.split())
    assert town.need.reference in row
    assert "points" in row
    assert "Compare with what is suggested now" in desk.text
    desk.open(f"/matching/plans/{second.id}?with=999999")
    assert "Beside what is suggested now" in desk.text


def test_a_run_made_differently_says_how(session: Session, desk: Desk, town: Town) -> None:
    town.partnership.quality_floor = 990
    session.commit()
    desk.open("/matching")
    page = desk.send("Make a plan for the queue", status=400, floor="2000")
    assert page.select_one("#floor-error")
    assert page.select_one("details[open]")
    desk.send("Make a plan for the queue", floor="100", level="instant", same_trust="y")
    assert "Made differently: quick, from 100 points up, same trust allowed." in desk.text
    carrying_out.run_waiting(lambda: NOW)
    desk.open("/matching")
    assert "Your reason: Allowed for this plan." in desk.text


def test_plans_made_so_far_are_listed(session: Session, desk: Desk, town: Town) -> None:
    ran(session, town)
    ask(session, town)
    ask(session, town)
    desk.open("/matching/plans")
    assert "1 of 1 normal needs" in desk.text
    assert "A newer one was asked for" in desk.text
    assert "under way" in desk.text
    overtaken = session.scalars(select(PlanRun.id).order_by(PlanRun.id)).all()[1]
    assert "A newer plan was asked for" in desk.open(f"/matching/plans/{overtaken}").text


def test_plans_are_for_coordinators_of_that_partnership(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    run = ran(session, town)
    addresses = [
        "/matching",
        "/matching/plans",
        f"/matching/plans/{run.id}",
        f"/matching/map/{town.partnership.id}",
        f"/needs/{town.need.reference}/instead",
    ]
    for person in (town.head, town.releaser, a_head(session, a_school(session))):
        for address in addresses:
            desk_of(person).open(address, status=403)
    other = desk_of(a_town(session, authorities=("902",)).coordinator)
    for address in addresses[2:]:
        other.open(address, status=404)
    other.open(f"/matching/map/{town.partnership.id}?run={run.id}", status=404)
    other.open("/matching/plans")
    assert "3 November" not in other.text


def test_a_failed_run_says_why_and_can_be_asked_for_again(
    session: Session, desk: Desk, town: Town
) -> None:
    run_id = ask(session, town)
    for _ in range(4):
        carrying_out.claimed(acting(session, town.coordinator))
        let_the_lease_run_out(session)
    desk.open(f"/matching/plans/{run_id}")
    assert "It was broken off several times." in desk.text
    desk.send("Make a plan for the queue")
    assert "Waiting to begin." in desk.text
