"""The pages of visits: planned, moved, noted in three taps and a line, agreed or disputed."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import VisitState
from brokerage.ledger.models import LedgerEntry
from tests.services.test_pairings import messages_to
from tests.views.conftest import DeskOf
from tests.views.support_town import Support

DONE = "Watched phonics in Year 2"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


def test_a_leader_notes_a_visit_in_three_taps_and_a_line(support: Support, desk_of: DeskOf) -> None:
    planned = support.plan(date(2026, 11, 10))
    desk = desk_of(support.leader)
    desk.open(support.page)
    assert "The first visit is on Tuesday 10 November 2026" in desk.text
    desk.open(f"{support.page}/log")
    desk.send("Note this visit", half_days="2", done=DONE, next_date=["17", "11", "2026"])
    assert "The visit is noted" in desk.text
    visit = support.look(Visit, planned.id)
    assert (visit.state, visit.happened_on, visit.half_days) == (
        VisitState.LOGGED,
        date(2026, 11, 10),
        2,
    )
    assert "Tuesday 17 November 2026" in desk.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Say in a line what you did."),
        ({"done": DONE, "half_days": []}, "Say how long."),
        ({"done": DONE, "when": "other"}, "Enter the day of the visit."),
        (
            {"done": DONE, "when": "other", "happened_on": ["1", "10", "2026"]},
            "The visit cannot be before the agreement.",
        ),
        (
            {"done": DONE, "when": "other", "happened_on": ["31", "2", "2026"]},
            "Enter a real date",
        ),
        ({"done": DONE, "next_date": ["14", "11", "2026"]}, "Schools are not open on Saturday"),
        ({"done": DONE, "next_date": ["3", "11", "2026"]}, "Choose today or a day to come."),
        ({"done": DONE, "half_days": "7"}, "A visit is half a day or a day."),
    ],
)
def test_a_log_that_cannot_be_comes_back_with_everything_typed(
    support: Support, desk_of: DeskOf, typed: dict[str, object], sentence: str
) -> None:
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/log")
    kept = {"when": "today", "half_days": "1", "worry": "Kept as typed"}
    desk.send(
        "Note this visit",
        status=409 if "done" in typed and _by_rule(sentence) else 400,
        **(kept | typed),
    )
    assert sentence in desk.text
    assert "Kept as typed" in desk.text
    assert support.look(Engagement).used == 0


def _by_rule(sentence: str) -> bool:
    """Whether a rule says it, not the form."""
    forms = ("Say how long", "Enter the day", "Enter a real date")
    return not sentence.startswith(forms)


def test_a_log_that_is_sent_twice_is_answered_as_the_first_time(
    support: Support, desk_of: DeskOf
) -> None:
    support.plan(date(2026, 11, 6))
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/log")
    page = desk.page
    for _ in range(2):
        desk.page = page
        desk.send("Note this visit", half_days="1", done=DONE)
        assert desk.response is not None
        assert desk.response.request.path == support.page
    assert support.look(Engagement).used == 1


def test_a_planned_visit_that_was_noted_keeps_what_is_typed_after_the_back_button(
    support: Support, desk_of: DeskOf
) -> None:
    address = f"{support.page}/log?visit={support.plan(date(2026, 11, 9)).id}"
    desk = desk_of(support.leader)
    desk.open(address)
    page = desk.page
    desk.send("Note this visit", when="today", half_days="1", done=DONE)
    desk.page = page
    desk.send("Note this visit", status=409, when="today", half_days="1", done="Said better")
    assert "To change what was noted, choose “Correct this note”" in desk.text
    assert "Said better" in str(desk.soup)
    assert "It did not happen" not in desk.text
    desk.open(address)
    assert "This visit was noted already" in desk.text
    assert support.look(Engagement).used == 1


def test_a_visit_that_took_place_though_it_was_called_off_meanwhile_is_noted_as_another(
    support: Support, desk_of: DeskOf
) -> None:
    planned = support.plan(date(2026, 11, 9))
    desk, head = desk_of(support.leader), desk_of(support.town.head)
    desk.open(f"{support.page}/log?visit={planned.id}")
    head.open(f"{support.page}/visits/{planned.id}/did-not-happen")
    head.send("It did not happen")
    desk.send("Note this visit", status=409, when="yesterday", half_days="1", done=DONE)
    assert "is off. To change what was noted" in desk.text
    desk.send("Note this visit")
    assert "The visit is noted" in desk.text
    assert support.look(Visit).happened_on == date(2026, 11, 9)
    assert support.look(Visit, planned.id).state is VisitState.DID_NOT_HAPPEN


def test_a_visit_that_was_logged_is_not_off_too(support: Support, desk_of: DeskOf) -> None:
    planned = support.plan(date(2026, 11, 9))
    desk = desk_of(support.leader)
    for visit in (support.log(1, visit_id=planned.id), support.log(1)):
        desk.open(f"{support.page}/visits/{visit.id}/did-not-happen", 409)
        assert "This visit was noted already, or is off." in desk.text


def test_a_log_made_before_its_planned_day_may_take_its_place(
    support: Support, desk_of: DeskOf
) -> None:
    planned = support.plan(date(2026, 11, 20))
    desk = desk_of(support.leader)
    for instead, states in (
        ([], (VisitState.PLANNED, VisitState.LOGGED)),
        ("y", (VisitState.LOGGED, VisitState.LOGGED)),
    ):
        desk.open(f"{support.page}/log")
        desk.send("Note this visit", when="today", half_days="1", done=DONE, instead=instead)
        assert (support.look(Visit, planned.id).state, support.look(Visit).state) == states


def test_a_visit_that_did_not_happen_takes_one_tap(support: Support, desk_of: DeskOf) -> None:
    planned = support.plan(date(2026, 11, 9))
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/log")
    assert "Yesterday, as planned" in desk.text
    desk.send("It did not happen", status=409, new_date=["15", "11", "2026"])
    assert "Schools are not open on Sunday" in desk.text
    desk.send("It did not happen", new_date=["16", "11", "2026"])
    assert support.look(Visit, planned.id).state is VisitState.DID_NOT_HAPPEN
    assert support.look(Visit).planned_on == date(2026, 11, 16)


def test_visits_are_planned_and_moved_to_school_days_to_come(
    support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/visits/new")
    desk.send("Plan this visit", status=409, planned_on=["25", "12", "2026"])
    desk.send("Plan this visit", status=409, planned_on=["5", "11", "2026"])
    desk.send("Plan this visit", planned_on=["12", "11", "2026"])
    visit = support.look(Visit)
    stale = desk_of(support.leader)
    stale.open(f"{support.page}/visits/{visit.id}/move")
    desk.open(f"{support.page}/visits/{visit.id}/move")
    desk.send("Move it", planned_on=["13", "11", "2026"])
    stale.send("Move it", status=409, planned_on=["16", "11", "2026"])
    assert "Somebody else changed this visit" in stale.text
    assert support.look(Visit).planned_on == date(2026, 11, 13)
    stale.send("Move it", **{"take-planned_on": "typed"})
    assert support.look(Visit).planned_on == date(2026, 11, 16)


def test_the_head_agrees_a_log_or_disputes_it_and_the_coordinator_settles_it(
    support: Support, desk_of: DeskOf
) -> None:
    right, wrong = support.log(1), support.log(2)
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/visits/{wrong.id}/dispute")
    desk.send("Send", words="It was half a day")
    desk.send("That is right")
    assert support.look(Visit, right.id).state is VisitState.SETTLED
    assert support.look(Visit, wrong.id).state is VisitState.DISPUTED
    desk = desk_of(support.town.coordinator)
    desk.open(f"{support.page}/visits/{wrong.id}/resolve")
    assert "The school says: It was half a day" in desk.text
    desk.send("Settle it", half_days="1")
    assert support.look(Engagement).used == 2
    assert "1 day used" in desk.text


@pytest.mark.parametrize(
    ("half_days", "counts"), [("0", "no days count"), ("1", "half a day counts")]
)
def test_what_was_disputed_reads_as_over_once_it_is_settled(
    support: Support, desk_of: DeskOf, half_days: str, counts: str
) -> None:
    wrong = support.log(2)
    head, coordinator = desk_of(support.town.head), desk_of(support.town.coordinator)
    head.open(f"{support.page}/visits/{wrong.id}/dispute")
    head.send("Send", words="It was half a day")
    assert "The school says that this is not right: It was half a day" in head.text
    coordinator.open(f"{support.page}/visits/{wrong.id}/resolve")
    coordinator.send("Settle it", half_days=half_days)
    for desk in (head, coordinator):
        desk.open(support.page)
        assert "The school said that this was not right: It was half a day" in desk.text
        assert f"Settled by the coordinator: {counts}" in desk.text
        assert "this is not right" not in desk.text
    coordinator.open(f"{support.page}/visits/{wrong.id}/resolve")
    assert "The school said: It was half a day" in coordinator.text


def test_a_visit_of_another_engagement_is_not_found_here(support: Support, desk_of: DeskOf) -> None:
    visit = support.log(1)
    other = support.another("Fell View")
    desk = desk_of(support.town.coordinator)
    for page in ("move", "dispute", "did-not-happen", "resolve"):
        desk.open(f"/engagements/{other.reference}/visits/{visit.id}/{page}", status=404)
    desk.open(f"/engagements/{other.reference}/log?visit={visit.id}", status=404)


def test_what_was_said_by_telephone_is_marked_and_copied(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    town = support.town
    desk = desk_of(town.coordinator)
    desk.open(f"{support.page}/log")
    assert "You are writing down what the leader told you by telephone" in desk.text
    desk.send("Note this visit", when="today", half_days="2", done=DONE)
    assert "Noted by Cora Ordinator by phone" in desk.text
    assert messages_to(session, support.leader)[-1] == "noted_for_you"
    desk.send("The head says that it is right")
    assert messages_to(session, town.head)[-1] == "noted_for_you"
    desk.open(f"{support.page}/mid-point")
    desk.send("Send", level_0="green", choice="keep", exit_plan="We lead it ourselves")
    assert "by phone; noted by Cora Ordinator" in desk.text
    session.expire_all()
    behalf = {
        entry.action: entry.on_behalf_of
        for entry in session.query(LedgerEntry)
        if entry.on_behalf_of is not None and entry.thing in ("visit", "review")
    }
    assert behalf == {
        "visit.logged": support.leader.id,
        "visit.agreed": town.head.id,
        "review.mid_point": town.head.id,
    }


def test_that_they_have_spoken_is_noted_in_the_words_of_whoever_notes_it(
    support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/spoken")
    assert "On which day did you speak?" in desk.text
    assert "told you by telephone" not in desk.text
    desk = desk_of(support.town.coordinator)
    desk.open(f"{support.page}/spoken")
    assert "You are writing down what the leader told you by telephone" in desk.text
    assert "On which day did they speak?" in desk.text
    desk.send("They have spoken")
    assert "It is noted that they have spoken." in desk.text


def test_what_comes_next_is_typed_in_words(support: Support, desk_of: DeskOf) -> None:
    desk = desk_of(support.leader)
    desk.open(f"{support.page}/log")
    desk.send("Note this visit", when="today", half_days="1", done="Phonics", next="Guided reading")
    assert support.look(Visit).next == "Guided reading"
