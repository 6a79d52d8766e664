"""The plan for the queue on its pages: made, looked over, kept, sent, drawn."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.messages.models import Message
from brokerage.needs.rules import NeedState, Urgency
from brokerage.pairings import carrying_out, run_services, services
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import PairingState, Step
from tests.builders import NOW, a_school, acting
from tests.runs_builders import (
    another_leader,
    more_needs,
    ran,
    suggestion,
    suggestions,
)
from tests.services.pairing_town import Town, a_need, a_town
from tests.views.conftest import Desk, DeskOf
from tests.views.pairing_pages import kinds_to


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


@pytest.fixture
def desk(desk_of: DeskOf, town: Town) -> Desk:
    return desk_of(town.coordinator)


def test_a_plan_is_made_looked_over_and_sent_one_by_one(
    session: Session, desk: Desk, town: Town
) -> None:
    too_long = a_need(session, town.partnership, a_school(session), half_days=40)
    desk.open("/matching")
    assert "Nobody has looked yet: make a plan." in desk.text
    desk.send("Make a plan for the queue")
    assert "Waiting to begin." in desk.text
    assert desk.response is not None
    assert desk.response.headers["Refresh"]
    assert carrying_out.run_waiting(lambda: NOW) == 1
    run_id = session.scalars(select(PlanRun.id)).one()
    desk.open(f"/matching/plans/{run_id}")
    assert "Refresh" not in desk.response.headers
    assert "1 of 2 normal needs have somebody" in desk.text
    assert "In use since" in desk.text
    assert "No plan can place more needs." in desk.text
    desk.open("/matching")
    assert "1 of 2 normal needs have a suggestion" in desk.text
    assert too_long.reference in desk.text
    assert "have the days left" in desk.text
    assert session.scalars(select(Message)).all() == []
    (send,) = (a for a in desk.soup.find_all("a") if a.text.strip().startswith("Propose"))
    desk.open(str(send["href"]))
    desk.send("Send it")
    assert kinds_to(session, town.releaser) == ["release_asked"]
    assert town.need.reference not in desk.open("/matching").text


def test_a_suggestion_dropped_is_not_made_again(session: Session, desk: Desk, town: Town) -> None:
    ran(session, town)
    desk.open("/matching")
    desk.send(f"Drop {town.leader.person.name} for {town.need.reference}")
    ran(session, town)
    desk.open("/matching")
    assert "Everybody who could do this was tried, or is not wanted by the school." in desk.text
    assert session.scalars(select(Message)).all() == []


def test_one_is_kept_and_let_go(session: Session, desk: Desk, town: Town) -> None:
    ran(session, town)
    about = f"{town.leader.person.name} for {town.need.reference}"
    desk.open("/matching")
    desk.send(f"Keep this one {about}")
    assert "Kept: no plan changes this suggestion until you let it go." in desk.text
    assert suggestion(session, town.need.id).kept_at is not None
    desk.send(f"Let it go {about}")
    assert suggestion(session, town.need.id).kept_at is None


def test_somebody_else_is_chosen_with_a_reason(session: Session, desk: Desk, town: Town) -> None:
    ran(session, town)
    second = another_leader(session, town)
    desk.open(f"/needs/{town.need.reference}/instead")
    desk.send("Suggest them instead", status=400, leader=str(second))
    assert "Give your reason." in desk.text
    desk.send("Suggest them instead", leader=str(second), reason="They know each other")
    assert "Your reason: They know each other" in desk.text
    assert suggestions(session) == {town.need.id: second}
    desk.open(f"/needs/{town.need.reference}/instead")
    desk.send("Suggest them instead", status=400, leader="99999", reason="So")


def test_several_are_ticked_and_sent_and_each_result_is_shown(
    session: Session, desk: Desk, town: Town
) -> None:
    more_needs(session, town, 1)
    ran(session, town)
    desk.open("/matching")
    boxes = desk.soup.select("input[name=chosen][form=send-chosen]")
    assert len(boxes) == 2
    references = [str(box["value"]) for box in boxes]
    session.get_one(Pairing, suggestion(session, town.need.id).id).half_days = 99
    session.commit()
    _send(desk, town, references)
    assert "1 suggestion sent: the first of the three is asked." in desk.text
    assert "was not sent." in desk.text
    assert "days left this year" in desk.text
    assert kinds_to(session, town.releaser) == ["release_asked"]
    _send(desk, town, [])
    assert "Tick the suggestions that are to be sent." in desk.text


def _send(desk: Desk, town: Town, references: list[str]) -> None:
    form = desk.soup.select_one("form#send-chosen")
    assert form is not None
    fields = {str(box["name"]): box["value"] for box in form.select("input")}
    with desk.client.application.app_context():
        answer = desk.client.post(
            f"/matching/send/{town.partnership.id}",
            data={**fields, "chosen": references},
            follow_redirects=True,
        )
    desk._seen(answer, 200)


def test_a_waiting_need_that_could_be_placed_now_is_on_the_desk_and_on_the_plan(
    session: Session, desk: Desk, town: Town
) -> None:
    town.need.state = NeedState.WAITING
    town.need.waiting_since, town.need.waiting_for = NOW, "Phonics"
    session.commit()
    desk.open("/matching")
    desk.send("Look again for waiting needs")
    assert "Waiting to begin." in desk.text
    carrying_out.run_waiting(lambda: NOW)
    desk.open("/matching")
    assert "could be placed now" in desk.text
    page = desk.open("/desk")
    assert "1 need that waited could be placed now" in desk.text
    assert "1 new since yesterday" in desk.text
    link = next(a for a in page.find_all("a") if a.text.startswith("Look at"))
    assert str(link["href"]).startswith("/matching")
    clock.move_to(NOW + timedelta(days=3))
    desk.open("/desk")
    assert "could be placed now" in desk.text
    assert "new since yesterday" not in desk.text


def test_the_plan_is_drawn_as_a_map_with_the_same_in_a_table(
    session: Session, desk: Desk, town: Town
) -> None:
    (other,) = more_needs(session, town, 1, urgency=Urgency.URGENT)
    nowhere = a_need(session, town.partnership, a_school(session, easting=None, northing=None))
    another_leader(session, town)
    run = ran(session, town)
    assert set(suggestions(session)) == {town.need.id, other, nowhere.id}
    page = desk.open(f"/matching/map/{town.partnership.id}")
    assert len(page.select("svg line")) == 2
    assert len(page.select("svg .app-map__line--urgent")) == 1
    assert "1 row is not drawn" in desk.text
    rows = page.select("table tbody tr")
    assert [row.select("td")[0].text for row in rows] == ["1", "2", "3"]
    assert "2.0 km" in desk.text
    for value in (v for line in page.select("svg line") for v in (line["x1"], line["y2"])):
        assert 0 <= float(str(value)) <= 480
    desk.open(f"/matching/map/{town.partnership.id}?run={run.id}")
    assert "Plan of 3 November" in desk.text
    desk.open(f"/matching/map/{town.partnership.id}?run=x")


def test_nothing_suggested_is_said_on_the_map(desk: Desk, town: Town) -> None:
    desk.open(f"/matching/map/{town.partnership.id}")
    assert "Nothing is suggested just now." in desk.text


def test_after_a_no_the_plan_says_that_it_came_to_nothing(
    session: Session, desk: Desk, town: Town
) -> None:
    ran(session, town)
    pairing = suggestion(session, town.need.id)
    run_services.send_chosen(acting(session, town.coordinator), [pairing.reference])
    services.record_answer(
        acting(session, town.coordinator),
        pairing.reference,
        Step.RELEASE,
        yes=False,
        on=NOW.date(),
    )
    session.expire_all()
    assert pairing.state is PairingState.NOT_RELEASED
    desk.open("/matching")
    assert "Somebody was found, and it came to nothing since" in desk.text
