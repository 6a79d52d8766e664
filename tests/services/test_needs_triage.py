"""Needs as coordinators work them through, on both databases."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.needs import bars, register, services, triage_services
from brokerage.needs.invariants import broken
from brokerage.needs.models import Need, NeedBar
from brokerage.needs.rules import CloseReason, Details, NeedState, Urgency
from brokerage.pairings import ending_services
from brokerage.people.models import Link
from brokerage.specialisms.models import Specialism
from tests.builders import NOW, acting
from tests.needs_builders import Town, days_on


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def kinds(session: Session) -> list[tuple[str, int | None]]:
    return [(m.kind, m.to_person_id) for m in session.scalars(select(Message).order_by(Message.id))]


def coordinator(town: Town, days: int = 0) -> By:
    return acting(town.session, town.coordinator, days_on(days))


def head(town: Town, days: int = 0) -> By:
    return acting(town.session, town.head, days_on(days))


def test_the_call_fills_in_the_details_and_takes_the_need_on(town: Town) -> None:
    need = town.posted()
    given = Details(
        code="phonics",
        also_code="english",
        phase="primary",
        half_days=8,
        terms=("spring",),
        weekdays=("Thursday",),
        designation="SLE",
        outcomes="Fluent by July",
        baseline="61 in 100",
        remote=True,
    )
    triage_services.record_call(
        coordinator(town),
        need.id,
        version=need.version,
        given=given,
        urgency=Urgency.URGENT,
        rang=True,
        text="The head is new.",
    )
    need = town.look(need.reference)
    assert need.state is NeedState.OPEN
    assert (need.called_at, need.half_days, need.weekdays) == (NOW, 8, ["Thursday"])
    assert need.name_by == need.queue_by == date(2026, 11, 10)  # urgent: 5 school days
    assert [note.text for note in need.notes] == ["The head is new."]
    assert not list(broken(town.session))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "no such"}, "code"),
        ({"phase": "all-through"}, "phase"),
        ({"half_days": 0}, "half_days"),
        ({"half_days": 121}, "half_days"),
        ({"terms": ("winter",)}, "terms"),
        ({"weekdays": ("Sunday",)}, "weekdays"),
        ({"designation_required": True}, "designation"),
        ({"outcomes": "x" * 4001}, "outcomes"),
    ],
)
def test_details_that_cannot_be_are_refused_at_their_field(
    town: Town, wrong: dict[str, object], field: str
) -> None:
    need = town.posted()
    with pytest.raises(RuleBroken) as refused:
        triage_services.record_call(
            coordinator(town),
            need.id,
            version=None,
            given=Details(**wrong),
            urgency=Urgency.NORMAL,
            rang=True,
        )
    assert refused.value.field == field
    assert town.look(need.reference).state is NeedState.SUBMITTED


def test_while_the_school_is_asked_the_clock_stands_still(town: Town) -> None:
    need = town.posted()
    triage_services.ask(coordinator(town), need.id, question="Which year?")
    link = town.session.scalars(select(Link).filter_by(subject="need question")).one()
    link_id = link.id
    town.session.commit()
    services.answer_by_link(head(town, 7), link_id, text="Year 5")
    need = town.look(need.reference)
    assert (need.state, need.answer) == (NeedState.OPEN, "Year 5")
    assert need.paused_days == 5
    assert need.name_by == need.queue_by == date(2026, 11, 24)
    assert ("need_answered", town.coordinator.id) in kinds(town.session)
    with pytest.raises(RuleBroken, match="already answered"):
        services.answer_by_link(head(town, 7), link_id, text="Year 6")


def test_a_coordinator_notes_an_answer_by_telephone_and_the_head_gets_a_copy(town: Town) -> None:
    need = town.posted()
    triage_services.ask(coordinator(town), need.id, question="Which year?")
    services.answer(coordinator(town, 1), need.id, text="Year 5")
    assert ("need_answer_noted", town.head.id) in kinds(town.session)
    entry = town.session.scalars(select(LedgerEntry).filter_by(action="need.answered")).one()
    assert (entry.actor_id, entry.on_behalf_of) == (town.coordinator.id, town.head.id)
    link = town.session.scalars(select(Link).filter_by(subject="need question")).one()
    assert link.revoked_at is not None
    undo_id = town.session.scalars(select(Link.id).filter_by(subject="need answer")).one()
    town.session.commit()
    services.undo_answer(head(town, 2), undo_id)
    need = town.look(need.reference)
    assert (need.state, need.answer) == (NeedState.ASKED, None)
    assert kinds(town.session)[-1] == ("need_answer_undone", town.coordinator.id)
    assert not list(broken(town.session))


def test_nobody_suitable_yet_is_kept_as_unmet_with_the_gap(town: Town) -> None:
    needs = [town.posted(f"Need {n}") for n in range(3)]
    by = coordinator(town)
    triage_services.record_call(
        by,
        needs[0].id,
        version=None,
        given=Details(code="phonics", phase="primary"),
        urgency=Urgency.NORMAL,
        rang=True,
    )
    triage_services.wait(by, needs[0].id, waiting_for="A phonics lead with Thursdays")
    ending_services.redirect(by, needs[1].id, redirected_to="The English hub")
    ending_services.close(by, needs[2].id, reason=CloseReason.NOBODY)
    area_name = town.session.get_one(Specialism, "phonics").name
    unmet = register.unmet(town.session, [town.partnership.id])
    assert [(gap.group, gap.total) for gap in unmet["authority"]] == [("Eastburn", 3)]
    assert {(gap.group, gap.waiting) for gap in unmet["specialism"]} == {
        (area_name, 1),
        (register.NO_SPECIALISM, 0),
    }
    assert not register.unmet(town.session, [])["phase"]
    town.session.rollback()
    told = [kind for kind, to in kinds(town.session) if to == town.head.id]
    assert told[-3:] == ["need_waiting", "need_over", "need_over"]
    triage_services.take_up(by, needs[0].id)
    assert town.look(needs[0].reference).waiting_for is None


def test_a_scoping_visit_is_a_need_of_half_a_day_whose_findings_go_back(town: Town) -> None:
    need = town.posted()
    by = coordinator(town)
    with pytest.raises(RuleBroken, match="specialism"):
        triage_services.scoping_visit(by, need.id)
    visit = town.look(triage_services.scoping_visit(by, need.id, code="phonics"))
    assert (visit.half_days, visit.scoping_of, visit.state) == (1, need.id, NeedState.OPEN)
    assert visit.queue_since == NOW
    with pytest.raises(RuleBroken, match="Nothing is noted"):
        triage_services.copy_findings(by, need.id, visit_id=visit.id)
    found = Details(code="phonics", outcomes="All fluent", baseline="61 in 100", half_days=1)
    triage_services.record_call(
        by, visit.id, version=None, given=found, urgency=Urgency.NORMAL, rang=False
    )
    triage_services.copy_findings(by, need.id, visit_id=visit.id)
    need = town.look(need.reference)
    assert (need.outcomes, need.baseline) == ("All fluent", "61 in 100")
    with pytest.raises(RuleBroken, match="itself"):
        triage_services.scoping_visit(by, visit.id)
    assert not list(broken(town.session))


def test_a_need_turns_into_another_with_its_words_its_place_and_its_bars(town: Town) -> None:
    need, leader = town.posted("Reading, and behaviour too"), town.leader()
    by = coordinator(town, 1)
    triage_services.bar(by, need.id, leader_id=leader.id, reason="A cousin")
    other = town.look(triage_services.split(by, need.id, code="behaviour"))
    assert (other.worry, other.code, other.queue_since) == (need.worry, "behaviour", NOW)
    assert other.split_from == need.id
    assert [bar.leader_id for bar in other.bars] == [leader.id]
    with pytest.raises(RuleBroken):
        triage_services.split(by, need.id, code="no such")


def test_please_not_this_leader_and_taken_back(town: Town) -> None:
    need, leader = town.posted(), town.leader()
    by = coordinator(town)
    triage_services.bar(by, need.id, leader_id=leader.id, reason="A cousin")
    triage_services.bar(by, need.id, leader_id=leader.id, reason="An old friend")
    (kept,) = town.session.scalars(select(NeedBar))
    assert kept.reason == "An old friend"
    town.session.commit()
    with pytest.raises(RuleBroken, match="from the list"):
        triage_services.bar(by, need.id, leader_id=leader.id + 1)
    triage_services.unbar(by, need.id, leader_id=leader.id)
    assert town.session.scalar(select(func.count()).select_from(NeedBar)) == 0


def test_a_bar_on_nobody_is_not_found(town: Town) -> None:
    need = town.posted()

    @use_case("test.bar")
    def bar_nobody(by: By, session: Session, need_id: int) -> None:
        bars.bar(session, by, session.get_one(Need, need_id), 999_999)

    with pytest.raises(NotFound):
        bar_nobody(coordinator(town), need.id)


def test_history_says_in_words_what_was_done_and_keeps_notes_from_the_head(town: Town) -> None:
    need = town.posted()
    triage_services.take_on(coordinator(town), need.id)
    triage_services.write_note(coordinator(town), need.id, text="Between us")
    need = town.look(need.reference)
    for_head = register.history_in_words(town.session, need, for_coordinator=False)
    assert [(line.who, line.did) for line in for_head] == [
        ("Hedda Head", "wrote this down"),
        ("Hedda Head", "sent it"),
        ("Cora Ordinator", "took it on"),
    ]
    all_of_it = register.history_in_words(town.session, need, for_coordinator=True)
    assert all_of_it[-1].did == "wrote a note"
