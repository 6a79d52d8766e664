"""The pages of outcomes and reviews: each of its people keeps, answers and sees what is theirs."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.engagements import review_services
from brokerage.engagements.models import Concern, Finding, Outcome, Review
from brokerage.engagements.review_rules import Level
from brokerage.engagements.rules import Difference, ReviewKind
from tests.builders import a_coordinator, a_partnership, in_post
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support

FIRST = {"words": "All can blend", "measure": "The check in June", "baseline": "12 of 30"}


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


def with_outcomes(support: Support, desk_of: DeskOf) -> list[int]:
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/outcomes")
    desk.send("Add it", **FIRST)
    desk.send("Add it", words="Staff lead it")
    number = support.look(Outcome).id
    return [number - 1, number]


def test_outcomes_are_kept_by_head_leader_and_coordinator_on_one_page(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.head)
    desk.open(support.page)
    assert "No outcomes are kept yet" in desk.text
    desk.open(f"{support.page}/outcomes")
    desk.send("Add it", status=400, words="")
    assert "Say in a line what is to be different." in desk.text
    first, second = with_outcomes(support, desk_of)
    for person in (support.leader, support.town.coordinator):
        desk = desk_of(person)
        desk.open(f"{support.page}/outcomes")
        assert "1. All can blend How it will be known: The check in June" in desk.text
        desk.send("Move up")
        desk.open(f"{support.page}/outcomes/{second}")
        desk.send("Save", words=f"Staff lead it, says {person.name}")
        assert f"1. Staff lead it, says {person.name}" in desk.text
        desk.send("Move up")
    desk.open(f"{support.page}/outcomes/{first}")
    desk.send("Take it away")
    assert "All can blend" not in desk.text
    deputy = in_post(session, PostKind.DEPUTY, school=support.town.school)
    assert desk_of(deputy).client.get(f"{support.page}/outcomes").status_code == 403
    elsewhere = a_coordinator(session, a_partnership(session, authorities=("902",)))
    for path in ("outcomes", f"outcomes/{second}", "did-it-last", "private"):
        desk_of(elsewhere).open(f"{support.page}/{path}", status=404)
    desk_of(support.town.releaser).open(f"{support.page}/outcomes", status=404)


def test_of_two_at_once_the_second_sees_both(support: Support, desk_of: DeskOf) -> None:
    first, _ = with_outcomes(support, desk_of)
    head, leader = desk_of(support.town.head), desk_of(support.leader)
    for desk in (head, leader):
        desk.open(f"{support.page}/outcomes/{first}")
    head.send("Save", words="All can blend by May")
    leader.send("Save", status=409, words="Most can blend")
    assert "Keep what is saved now All can blend by May" in leader.text
    assert "Most can blend" in str(leader.soup.find("textarea"))
    leader.send("Save", **{"take-words": "typed"})
    assert support.look(Outcome, first).words == "Most can blend"


def test_half_way_by_link_asks_of_each_outcome_and_a_word_in_private(
    support: Support, desk_of: DeskOf
) -> None:
    first, second = with_outcomes(support, desk_of)
    support.log(2)
    desk = desk_of(None)
    desk.open(support.mailed("mid_point_by_link"))
    assert "All can blend How it is known: The check in June" in desk.text
    desk.send("Send", status=400, choice="stop", **{f"level_{first}": "green"})
    assert desk.text.count("Say how it stands: Staff lead it") == 2  # listed, and at its place
    desk.send("Send", choice="stop", private="She is late", **{f"level_{second}": "red"})
    assert "Your coordinator is told, and rings you before anything ends." in desk.text
    assert support.look(Concern).words == "She is late"
    assert support.look(Finding).level is Level.RED
    coordinator = desk_of(support.town.coordinator)
    coordinator.open(support.page)
    assert "Mid-point: stop" in coordinator.text
    assert "Staff lead it: Red: not moving" in coordinator.text
    assert "She is late" in coordinator.text
    leader = desk_of(support.leader)
    leader.open(support.page)
    assert "Staff lead it: Red: not moving" in leader.text
    assert "Mid-point: stop" not in leader.text
    assert "She is late" not in leader.text


def test_by_telephone_each_outcome_is_noted_copied_and_undone_with_the_rest(
    support: Support, desk_of: DeskOf
) -> None:
    first, second = with_outcomes(support, desk_of)
    support.log(2)
    desk = desk_of(support.town.coordinator)
    desk.open(f"{support.page}/mid-point")
    assert "in private" not in desk.text
    levels = {f"level_{first}": "amber", f"level_{second}": "green"}
    desk.send("Send", choice="change", **levels, **{f"evidence_{first}": "Half the class"})
    assert "What is to change in the agreement is yours" in desk.text
    head = desk_of(None)
    head.open(support.mailed("undo_by_link", support.town.head))
    assert "All can blendAmber: some way off. Half the class" in head.text
    head.send("That is not what I said: undo it")
    support.session.expire_all()
    assert support.session.query(Finding).count() == support.session.query(Review).count() == 0
    head.open(support.mailed("mid_point_by_link"))


def test_from_the_end_to_six_months_on_each_outcome_is_asked_again_and_shown_side_by_side(
    support: Support, desk_of: DeskOf
) -> None:
    first, second = with_outcomes(support, desk_of)
    support.log(2)
    support.log(2)
    head = desk_of(support.town.head)
    head.open(f"{support.page}/evaluation")
    answers = {f"level_{first}": "green", f"level_{second}": "red"}
    answers[f"evidence_{first}"] = "28 of 30"
    head.send("Send and close", status=400, difference="a clear difference", **answers)
    assert "Say what is different now, and how you know: Staff lead it" in head.text
    head.send("Send and close", **{f"evidence_{second}": "The lead has left"})
    leader = desk_of(None)
    leader.open(support.mailed("comment_by_link"))
    assert "All can blendGreen: we are there 28 of 30" in leader.text
    leader.send("Send", words="A fine team", private="Ask about the lead")
    clock.move_to(datetime(2027, 3, 2, 10, tzinfo=UTC))
    head.open(f"{support.page}/look-back")
    assert "At the end you said:Green: we are there 28 of 30" in head.text
    assert "How it stood before: 12 of 30" in head.text
    again = {f"level_{first}": "slipped back", f"level_{second}": "better"}
    head.send("Send", difference="a little", **again)
    for person in (support.town.coordinator, support.leader, support.town.head):
        desk = desk_of(person)
        desk.open(f"{support.page}/did-it-last")
        rows = [" ".join(row.text.split()) for row in desk.soup.find_all("tr")]
        assert rows[1] == (
            "All can blendKnown by: The check in June Before: 12 of 30 Half way: not answered "
            "At the end: Green: we are there 28 of 30 3 months on: Slipped back "
            "6 months on: to come on 10 May 2027"
        )
        assert "At the end: A clear difference 3 months on: A little" in rows[3]
        assert ("Ask about the lead" in desk_of(person).open(support.page).text) == (
            person is not support.town.head
        )
    clock.move_to(datetime(2027, 9, 2, 10, tzinfo=UTC))
    assert {review.kind for review in support.session.query(Review)} == {
        ReviewKind.EVALUATION,
        ReviewKind.LEADER_COMMENT,
        ReviewKind.LOOK_BACK_3,
    }
    head.open(support.page)
    assert "6 months on: not answered" in head.text


def test_anybody_with_a_part_tells_the_coordinator_something_in_private(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    deputy = in_post(session, PostKind.DEPUTY, school=support.town.school)
    people = (support.town.head, support.leader, support.town.releaser, deputy)
    for person in people:
        desk = desk_of(person)
        desk.open(support.page)
        desk.open(f"{support.page}/private")
        desk.send("Send", words=f"Between us: {person.id}")
        assert "Your coordinator has it." in desk.text
    for reader in (*people, support.town.coordinator):
        page = desk_of(reader).open(support.page).text
        seen = [person for person in people if f"Between us: {person.id}" in page]
        assert seen == (list(people) if reader is support.town.coordinator else [reader])


def test_what_was_written_into_a_review_that_came_too_late_can_be_copied(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(2)
    half_way, at_the_end = desk_of(support.town.head), desk_of(support.town.head)
    half_way.open(f"{support.page}/mid-point")
    support.log(2)
    at_the_end.open(f"{support.page}/evaluation")
    with support.app.app_context():
        by = support.by(support.town.head)
        number, clear = support.engagement.id, Difference.CLEAR
        review_services.evaluate(by, number, difference=clear, words="Reading is up")
    half_way.send("Send", status=409, choice="keep", evidence_0="Books show it", words="Illness")
    assert _to_copy(half_way) == ["Books show it", "Illness"]
    at_the_end.send("Send and close", status=409, difference="a clear difference", words="Up")
    assert _to_copy(at_the_end) == ["Up"]


def _to_copy(desk: Desk) -> list[str]:
    return [box.text.strip() for box in desk.soup.select("textarea[readonly]")]
