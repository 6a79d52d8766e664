"""Pin first, then run the rest: kept suggestions, somebody else instead, looking again, sending."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.errors import RuleBroken
from brokerage.leaders.rules import Accepting
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings import carrying_out, invariants, run_services, services
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import PairingState, Step
from brokerage.pairings.run_rules import Result, RunKind, RunState, Wishes
from tests.builders import NOW, acting
from tests.runs_builders import (
    SERVICE_NOW,
    another_leader,
    ask,
    more_needs,
    ran,
    run_of,
    suggestion,
    suggestions,
)
from tests.services.pairing_town import Town, a_town, messages_to, propose, say


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def looked_again(session: Session, town: Town) -> PlanRun:
    run_id = run_services.look_again(acting(session, town.coordinator), town.partnership.id)
    assert carrying_out.run_waiting(lambda: NOW) == 1
    return run_of(session, run_id)


def test_what_is_kept_stays_in_every_run_until_it_is_let_go(session: Session, town: Town) -> None:
    weaker = another_leader(session, town, max_km=30)
    by = acting(session, town.coordinator)
    reference = run_services.suggest_instead(by, town.need.id, weaker, "She knows the school")
    (other,) = more_needs(session, town, 1)
    ran(session, town)
    run = ran(session, town)
    answers = Result.of_json(run.answers).answers
    assert answers[town.need.id].leader == weaker
    assert answers[town.need.id].fixed
    run_services.use(by, run.id)
    assert suggestions(session)[town.need.id] == weaker
    assert other in suggestions(session)
    assert suggestion(session, town.need.id).reference == reference
    run_services.let_go(by, reference)
    assert suggestion(session, town.need.id).kept_at is None
    run_services.keep(by, reference)
    run_services.keep(by, reference)
    assert suggestion(session, town.need.id).kept_at == NOW
    of_pairings = select(LedgerEntry.action).where(LedgerEntry.thing == "pairing")
    said = list(session.scalars(of_pairings.order_by(LedgerEntry.id)))
    assert said == ["pairing.suggested_instead", "pairing.let_go", "pairing.kept"]


def test_what_was_kept_after_the_run_was_made_is_kept_too(session: Session, town: Town) -> None:
    (other,) = more_needs(session, town, 1)
    ran(session, town)
    second = another_leader(session, town)
    by = acting(session, town.coordinator)
    run = ran(session, town)
    before = {town.leader.id, second}
    away = (before - {Result.of_json(run.answers).answers[town.need.id].leader}).pop()
    run_services.suggest_instead(by, town.need.id, away, "They asked for each other")
    used = run_services.use(by, run.id)
    assert used["left_out"] == 1
    assert "You keep somebody else" in run_of(session, run.id).left_out[str(town.need.id)]
    assert suggestions(session)[town.need.id] == away
    assert other in suggestions(session)


def test_a_kept_one_whose_days_are_gone_is_said_and_not_changed(
    session: Session, town: Town
) -> None:
    ran(session, town)
    by = acting(session, town.coordinator)
    run_services.keep(by, suggestion(session, town.need.id).reference)
    (other,) = more_needs(session, town, 1)
    another_leader(session, town)
    town.need.half_days = 30  # more than the leader has
    session.commit()
    run = ran(session, town)
    assert "given elsewhere" in run.left_out[str(town.need.id)]
    run_services.use(by, run.id)
    assert suggestions(session)[town.need.id] == town.leader.id
    assert other in suggestions(session)


def test_somebody_else_instead_needs_a_reason_which_is_kept_and_asked_for_once(
    session: Session, town: Town
) -> None:
    ran(session, town)
    far = another_leader(session, town, max_km=1)
    by = acting(session, town.coordinator)
    with pytest.raises(RuleBroken, match="Give your reason"):
        run_services.suggest_instead(by, town.need.id, far, "  ")
    reference = run_services.suggest_instead(by, town.need.id, far, "She offers to drive")
    assert suggestions(session) == {town.need.id: far}
    assert suggestion(session, town.need.id).chosen_by_hand == "She offers to drive"
    assert run_services.send_chosen(by, [reference]) == [(reference, "")]
    session.expire_all()
    sent = session.scalars(select(Pairing).filter_by(reference=reference)).one()
    assert (sent.state, sent.chosen_by_hand) == (PairingState.PROPOSED, "She offers to drive")
    assert sent.kept_at is None
    assert list(invariants.broken(session)) == []


def test_nobody_is_put_on_the_plan_for_a_need_that_is_being_asked(
    session: Session, town: Town
) -> None:
    second = another_leader(session, town)
    propose(session, town)
    with pytest.raises(RuleBroken, match="being asked"):
        run_services.suggest_instead(acting(session, town.coordinator), town.need.id, second, "So")


def test_several_are_sent_each_by_itself(session: Session, town: Town) -> None:
    more_needs(session, town, 1)
    ran(session, town)
    by = replace(acting(session, town.coordinator), form_key="b" * 32, form_print="x")
    references = [pairing.reference for pairing in session.scalars(select(Pairing))]
    assert len(references) == 2
    town.leader.engagements_at_once = 9
    gone = session.scalars(select(Need).where(Need.id != town.need.id)).one()
    gone.state = NeedState.CLOSED
    session.commit()
    came = dict(run_services.send_chosen(by, [*references, references[0]]))
    assert sorted(map(bool, came.values())) == [False, True]
    assert "is closed" in " ".join(came.values())
    assert messages_to(session, town.releaser) == ["release_asked"]
    again = dict(run_services.send_chosen(by, references))
    assert messages_to(session, town.releaser) == ["release_asked"], "sent once, however often"
    assert [bool(said) for said in again.values()] == [bool(said) for said in came.values()]


def test_after_a_no_the_second_look_finds_somebody_else_and_moves_nobody(
    session: Session, town: Town
) -> None:
    others = more_needs(session, town, 2)
    second = another_leader(session, town)
    ran(session, town)
    before = suggestions(session)
    by = acting(session, town.coordinator)
    asked = suggestion(session, town.need.id)
    run_services.send_chosen(by, [asked.reference])
    by_phone = acting(session, town.coordinator)
    services.record_answer(
        by_phone, asked.reference, Step.RELEASE, yes=False, on=NOW.date(), words="Not this term"
    )
    heard = len(session.scalars(select(Message)).all())
    run = looked_again(session, town)
    after = suggestions(session)
    assert {need: after[need] for need in others} == {need: before[need] for need in others}
    assert after[town.need.id] == ({town.leader.id, second} - {before[town.need.id]}).pop()
    assert (run.kind, run.used_at) == (RunKind.LOOK_AGAIN, NOW)
    assert len(session.scalars(select(Message)).all()) == heard, "nobody else hears"


def test_a_waiting_need_is_found_somebody_when_days_come_free_and_goes_on_waiting(
    session: Session, town: Town
) -> None:
    town.leader.accepting = Accepting.CLOSED
    town.need.state = NeedState.WAITING
    town.need.waiting_since, town.need.waiting_for = NOW, "Phonics in primary"
    session.commit()
    looked_again(session, town)
    assert suggestions(session) == {}
    town.leader.accepting = Accepting.YES
    session.commit()
    looked_again(session, town)
    assert suggestions(session) == {town.need.id: town.leader.id}
    session.expire_all()
    assert town.need.state is NeedState.WAITING, "it is for the coordinator to say"
    assert session.scalars(select(Message)).all() == []


def test_a_suggestion_that_cannot_stand_any_more_is_found_somebody_else(
    session: Session, town: Town
) -> None:
    ran(session, town)
    town.leader.accepting = Accepting.CLOSED
    session.commit()
    second = another_leader(session, town)
    looked_again(session, town)
    assert suggestions(session) == {town.need.id: second}


def test_nobody_looks_again_while_a_plan_is_made(session: Session, town: Town) -> None:
    ask(session, town)
    with pytest.raises(RuleBroken, match="being made"):
        run_services.look_again(acting(session, town.coordinator), town.partnership.id)


def test_once_a_night_the_service_looks_again_where_a_need_has_nobody(
    session: Session, town: Town
) -> None:
    assert run_services.look_again_where_due(SERVICE_NOW) == 1
    assert run_services.look_again_where_due(SERVICE_NOW) == 0
    assert carrying_out.run_waiting(lambda: NOW) == 1
    run = session.scalars(select(PlanRun)).one()
    assert (run.kind, run.state, run.asked_by) == (RunKind.LOOK_AGAIN, RunState.DONE, None)
    assert set(suggestions(session)) == {town.need.id}
    tomorrow = By(SERVICE, NOW + timedelta(1))
    assert run_services.look_again_where_due(tomorrow) == 0, "nobody waits"
    more_needs(session, town, 1)
    assert run_services.look_again_where_due(tomorrow) == 1


def test_at_night_a_plan_that_somebody_asked_for_is_not_overtaken(
    session: Session, town: Town
) -> None:
    run_id = ask(session, town, Wishes())
    assert run_services.look_again_where_due(SERVICE_NOW) == 0
    assert run_of(session, run_id).state is RunState.ASKED


def test_confirmed_and_accepted_pairings_never_change(session: Session, town: Town) -> None:
    pairing = propose(session, town)
    for step in (Step.RELEASE, Step.CHOOSE, Step.ACCEPT):
        say(session, town, pairing, step)
    more_needs(session, town, 2, half_days=8)
    another_leader(session, town)
    run = ran(session, town)
    run_services.use(acting(session, town.coordinator), run.id)
    looked_again(session, town)
    session.expire_all()
    assert (pairing.state, pairing.half_days) == (PairingState.ACCEPTED, 4)
    assert town.need.id not in suggestions(session)
    given = session.scalars(select(Pairing).filter_by(state=PairingState.SUGGESTED)).all()
    of_leader = [one.half_days for one in given if one.leader_id == town.leader.id]
    assert sum(of_leader) <= 20 - 4
