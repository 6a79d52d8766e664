"""A run of the plan: asked for, carried out beside every lock, taken up again, overtaken, stale."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.database import writing
from brokerage.errors import NotFound
from brokerage.matching.plans import Level
from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState, Urgency
from brokerage.pairings import carrying_out, invariants, run_services, run_steps
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.run_rules import (
    BROKEN_OFF,
    TRIES,
    Result,
    RunKind,
    RunState,
    Stage,
    Wishes,
)
from tests.builders import NOW, acting
from tests.runs_builders import (
    SERVICE_NOW,
    USUAL,
    ask,
    let_the_lease_run_out,
    more_needs,
    ran,
    run_of,
    suggestions,
)
from tests.services.pairing_town import Town, a_town


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_asking_changes_nothing_until_the_scheduler_carries_it_out(
    session: Session, town: Town
) -> None:
    run = run_of(session, ask(session, town))
    assert (run.state, run.kind, suggestions(session)) == (RunState.ASKED, RunKind.PLAN, {})
    assert carrying_out.run_waiting(lambda: NOW) == 1
    assert carrying_out.run_waiting(lambda: NOW) == 0
    run = run_of(session, run.id)
    assert run.state is RunState.DONE
    assert run.figures == [{"urgency": "normal", "needs": 1, "placed": 1}]
    assert (run.made_from["needs"], run.made_from["leaders"]) == (1, 1)
    assert run.certificate["value"] == run.certificate["bound"]


def test_the_first_plan_becomes_the_suggestions_and_nobody_hears(
    session: Session, town: Town
) -> None:
    run = ran(session, town)
    assert run.used_at == NOW
    assert suggestions(session) == {town.need.id: town.leader.id}
    pairing = session.scalars(select(Pairing)).one()
    assert pairing.run_id == run.id
    answer = Result.of_json(run.answers).answers[town.need.id]
    assert (answer.leader, answer.rank, answer.eligible) == (town.leader.id, 1, 1)
    assert pairing.score == answer.score
    assert session.scalars(select(Message)).all() == []
    assert list(invariants.broken(session)) == []


def test_broken_off_in_the_middle_it_changed_nothing_and_is_taken_up_again(
    session: Session, town: Town
) -> None:
    run_id = ask(session, town)
    assert carrying_out.claimed(SERVICE_NOW) is not None  # and its process is killed
    assert run_of(session, run_id).state is RunState.RUNNING
    assert carrying_out.run_waiting(lambda: NOW) == 0, "it may still be at work"
    assert suggestions(session) == {}
    let_the_lease_run_out(session)
    assert carrying_out.run_waiting(lambda: NOW) == 1
    assert run_of(session, run_id).state is RunState.DONE
    assert set(suggestions(session)) == {town.need.id}


def test_one_that_slept_through_its_lease_stores_nothing(session: Session, town: Town) -> None:
    run_id = ask(session, town)
    sleeper = carrying_out.claimed(SERVICE_NOW)
    assert sleeper is not None
    let_the_lease_run_out(session)
    assert carrying_out.run_waiting(lambda: NOW) == 1
    done = run_of(session, run_id)
    ended, claim = done.ended_at, done.claim
    carrying_out.carry_out(sleeper, lambda: NOW)
    run = run_of(session, run_id)
    assert (run.state, run.ended_at, run.claim) == (RunState.DONE, ended, claim)
    assert len(session.scalars(select(Pairing)).all()) == 1


def test_broken_off_again_and_again_it_fails_with_a_sentence(session: Session, town: Town) -> None:
    run_id = ask(session, town)
    for _ in range(TRIES):
        assert carrying_out.claimed(SERVICE_NOW) is not None
        let_the_lease_run_out(session)
    assert carrying_out.claimed(SERVICE_NOW) is None
    run = run_of(session, run_id)
    assert (run.state, run.says) == (RunState.FAILED, BROKEN_OFF)
    assert ask(session, town) > run_id


def test_a_process_told_to_stop_gives_it_back_at_once(session: Session, town: Town) -> None:
    run_id = ask(session, town)
    told = iter([True, True, False])
    carrying_out.run_waiting(lambda: NOW, lambda: next(told, False))
    run = run_of(session, run_id)
    assert (run.state, run.claim, suggestions(session)) == (RunState.RUNNING, 0, {})
    assert carrying_out.run_waiting(lambda: NOW) == 1
    assert run_of(session, run_id).state is RunState.DONE


def test_progress_is_seen_while_it_runs_and_no_lock_is_held(session: Session, town: Town) -> None:
    run_id = ask(session, town)
    seen = []

    def looking_on() -> bool:
        with writing():  # on SQLite, whoever else held the write lock would make this fail
            seen.append(run_of(session, run_id).stage)
        return True

    carrying_out.run_waiting(lambda: NOW, looking_on)
    stages = list(dict.fromkeys(filter(None, seen)))
    assert stages[:2] == [Stage.READING, Stage.MATCHING]
    assert run_of(session, run_id).stage == ""


def test_asked_for_again_the_newer_run_overtakes_the_older(session: Session, town: Town) -> None:
    first = ask(session, town)
    held = carrying_out.claimed(SERVICE_NOW)
    assert held is not None
    second = ask(session, town, Wishes(Level.INSTANT))
    assert run_of(session, first).state is RunState.OVERTAKEN
    carrying_out.carry_out(held, lambda: NOW)
    assert suggestions(session) == {}
    assert carrying_out.run_waiting(lambda: NOW) == 1
    assert run_of(session, first).state is RunState.OVERTAKEN
    assert run_of(session, second).level is Level.INSTANT
    assert set(suggestions(session)) == {town.need.id}
    assert list(invariants.broken(session)) == []


def test_the_database_itself_holds_one_run_at_a_time(session: Session, town: Town) -> None:
    ask(session, town)
    session.add(PlanRun(partnership_id=town.partnership.id, asked_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_two_partnerships_run_beside_each_other(session: Session, town: Town) -> None:
    other = a_town(session, authorities=("902",))
    ask(session, town)
    ask(session, other)
    assert carrying_out.run_waiting(lambda: NOW) == 2
    assert set(suggestions(session)) == {town.need.id, other.need.id}


def test_a_form_sent_twice_asks_once(session: Session, town: Town) -> None:
    by = replace(acting(session, town.coordinator), form_key="a" * 32)
    first = run_services.ask(by, town.partnership.id, USUAL)
    assert run_services.ask(by, town.partnership.id, USUAL) == first
    assert len(session.scalars(select(PlanRun)).all()) == 1


def test_runs_of_another_partnership_do_not_exist(session: Session, town: Town) -> None:
    run = ran(session, town)
    pairing = session.scalars(select(Pairing)).one()
    stranger = acting(session, a_town(session, authorities=("902",)).coordinator)
    with pytest.raises(NotFound):
        run_services.ask(stranger, town.partnership.id, USUAL)
    with pytest.raises(NotFound):
        run_services.look_again(stranger, town.partnership.id)
    with pytest.raises(NotFound):
        run_services.use(stranger, run.id)
    with pytest.raises(NotFound):
        run_services.keep(stranger, pairing.reference)
    with pytest.raises(NotFound):
        run_services.let_go(stranger, pairing.reference)
    with pytest.raises(NotFound):
        run_services.suggest_instead(stranger, town.need.id, town.leader.id, "So")
    ((_, refused),) = run_services.send_chosen(stranger, [pairing.reference])
    assert "does not exist" in refused


def test_urgent_needs_come_first_in_the_figures(session: Session, town: Town) -> None:
    more_needs(session, town, 2, urgency=Urgency.URGENT)
    run = ran(session, town)
    assert [one["urgency"] for one in run.figures] == ["urgent", "normal"]


def test_answers_of_old_runs_are_forgotten_and_their_figures_stay(
    session: Session, town: Town
) -> None:
    first = ran(session, town)
    with writing() as other:
        for _ in range(40):
            run = run_steps.ask(other, SERVICE_NOW, town.partnership.id, RunKind.PLAN, USUAL)
            run.state, run.ended_at, run.figures = RunState.DONE, NOW, []
            other.flush()
    ran(session, town)
    kept = run_of(session, first.id)
    assert kept.answers is None
    assert kept.figures


def test_what_is_broken_is_named(session: Session, town: Town) -> None:
    run = ran(session, town)
    session.execute(update(Need).values(state=NeedState.CLOSED))
    session.execute(update(PlanRun).values(ended_at=None))
    session.commit()
    said = " ".join(invariants.broken(session))
    assert "is for a need that is not to be placed" in said
    assert f"Plan {run.id} is over without when." in said


def test_nothing_waits_nothing_is_written(session: Session, town: Town) -> None:
    assert carrying_out.run_waiting(clock.now) == 0
    assert session.scalars(select(PlanRun)).all() == []
