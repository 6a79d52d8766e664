"""Use cases about runs of the plan, and about the suggestions that come of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import LONDON, london_date
from brokerage.database import db, locked, use_case
from brokerage.errors import BrokerageError, NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.needs.models import Need
from brokerage.pairings import proposing, queries, run_queries, run_steps, suggesting
from brokerage.pairings.carrying_out import carry_out, claimed
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import UNDER_WAY, PairingState
from brokerage.pairings.run_rules import Result, RunKind, RunState, Wishes, check_wishes

NOT_DONE = "This plan is not finished."
SENT = "This was sent already, so it is no suggestion any more."


@use_case("plan_run.ask")
def ask(by: By, session: Session, partnership_id: int, wishes: Wishes) -> int:
    """Ask for a plan for the whole queue; answers the run's id. One that is under way is overtaken.

    The scheduler carries it out. Where nothing is suggested yet its answers become suggestions at
    once; else they wait until somebody uses it. Nobody hears of either.
    """
    _coordinated(by, partnership_id)
    check_wishes(wishes)
    return run_steps.ask(session, by, partnership_id, RunKind.PLAN, wishes).id


@use_case("plan_run.look_again")
def look_again(by: By, session: Session, partnership_id: int) -> int:
    """Look for places for needs that have nobody; what is suggested stays as long as it can.

    Raises RuleBroken while a plan is being made.
    """
    _coordinated(by, partnership_id)
    if run_queries.live(session, partnership_id) is not None:
        raise RuleBroken("A plan is being made just now: wait until it is finished.")
    return run_steps.ask(session, by, partnership_id, RunKind.LOOK_AGAIN, Wishes()).id


def look_again_where_due(by: By) -> int:
    """Once a night: look again for needs that have nobody, in each partnership that has any."""
    midnight = datetime.combine(london_date(by.now), time(), LONDON)
    with Session(db.engine) as session:
        due = run_queries.to_look_again(session, midnight)
    return sum(_look_again_at_night(by, partnership_id, midnight) for partnership_id in due)


@use_case("plan_run.look_again_at_night")
def _look_again_at_night(by: By, session: Session, partnership_id: int, since: datetime) -> bool:
    if partnership_id not in run_queries.to_look_again(session, since):
        return False
    run_steps.ask(session, by, partnership_id, RunKind.LOOK_AGAIN, Wishes())
    return True


def use(by: By, run_id: int) -> dict[str, int]:
    """Put a finished plan's answers in place of what is suggested: but for those that are kept,
    those asked already, and whatever cannot stand any more. Nobody hears anything.

    Answers how many were suggested, and how many were left out.
    """
    with Session(db.engine) as session:
        run = run_queries.run_of(session, by.actor, run_id, whole=True)
        _check_usable(run)
        result = Result.of_json(run.answers)
        prepared = suggesting.prepare(
            session,
            run.partnership_id,
            {need: answer.leader for need, answer in result.answers.items()},
            {*result.answers, *result.nobody},
            run.wishes,
            london_date(by.now),
        )
    return _use(by, run_id, prepared)


@use_case("plan_run.use")
def _use(by: By, session: Session, run_id: int, prepared: suggesting.Prepared) -> dict[str, int]:
    run = run_queries.run_of(session, by.actor, run_id)
    _check_usable(run)
    left_out = suggesting.put(session, by, run.partnership_id, run.id, prepared)
    (run,) = locked(session, PlanRun, run_id)
    run.left_out = (run.left_out or {}) | {str(need): says for need, says in left_out.items()}
    run_steps.note_used(session, by, run)
    suggested = suggesting.count_of(session, run.partnership_id)
    return {"suggested": suggested, "left_out": len(left_out)}


def _check_usable(run: PlanRun) -> None:
    if run.state is not RunState.DONE or run.kind is not RunKind.PLAN:
        raise RuleBroken(NOT_DONE)


@use_case("pairing.keep")
def keep(by: By, session: Session, reference: str) -> None:
    """No run changes this suggestion from now on."""
    pairing = _suggestion(by, session, reference)
    if pairing.kept_at is None:
        pairing.kept_at = by.now
        _note(session, by, pairing, "kept")


@use_case("pairing.let_go")
def let_go(by: By, session: Session, reference: str) -> None:
    """The next run may change this suggestion again."""
    pairing = _suggestion(by, session, reference)
    if pairing.kept_at is not None:
        pairing.kept_at = None
        _note(session, by, pairing, "let_go")


@use_case("pairing.suggest_instead")
def suggest_instead(by: By, session: Session, need_id: int, leader_id: int, reason: str) -> str:
    """The coordinator puts somebody of their own choice on the plan, with the reason; it is kept.
    Answers the suggestion's reference.

    Raises RuleBroken where the need is not to be placed, or somebody is being asked about it.
    """
    if not reason.strip():
        raise RuleBroken("Give your reason: it is kept with the suggestion.", field="reason")
    need = proposing.need_to_place(session, by, need_id)
    there = proposing.open_pairings(session, need.id)
    if any(pairing.state in UNDER_WAY for pairing in there):
        raise RuleBroken("Somebody is being asked about this need already.")
    for other in there:
        if other.leader_id != leader_id:
            session.delete(other)
    session.flush()
    half_days = need.half_days or 1
    pairing = proposing.suggested(session, by, need, leader_id, half_days, reason.strip())
    pairing.kept_at = by.now
    _note(session, by, pairing, "suggested_instead", "chosen_by_hand")
    return pairing.reference


def send_chosen(by: By, references: Iterable[str]) -> list[tuple[str, str]]:
    """Send several suggestions, as the needs have them; each its own transaction. Answers for each
    reference the sentence with which it was refused, or none."""
    came = []
    for reference in dict.fromkeys(references):
        key = hashlib.md5(f"{by.form_key} {reference}".encode(), usedforsecurity=False)
        mine = replace(by, form_key=key.hexdigest() if by.form_key else None)
        try:
            send_one(mine, reference)
        except BrokerageError as refused:
            came.append((reference, refused.sentence))
        else:
            came.append((reference, ""))
    return came


@use_case("pairing.send")
def send_one(by: By, session: Session, reference: str) -> str:
    """Send a suggestion as it stands: the days that the need asks for, and who pays as it says."""
    found = _suggestion(by, session, reference)
    need = proposing.need_to_place(session, by, found.need_id)
    half_days, why = found.half_days, found.chosen_by_hand or ""
    pairing = proposing.suggested(session, by, need, found.leader_id, half_days, why)
    pairing.who_pays = pairing.who_pays or need.who_pays
    proposing.send(session, by, pairing)
    return pairing.reference


def plan_at_once(by: By, partnership_id: int) -> dict[str, int]:
    """A plan asked for, carried out here and now, and used: for the command line, a demo, and
    wherever no scheduler runs. Answers how many needs it was for, and how many have somebody."""
    run_id = ask(by, partnership_id, Wishes())
    claim = claimed(by, run_id)
    if claim is not None:
        carry_out(claim, lambda: by.now)
    with Session(db.engine) as session:
        run = session.get_one(PlanRun, run_id)
        if run.state is not RunState.DONE:
            raise RuleBroken(run.says or NOT_DONE)
        used = run.used_at is not None
        needs = run.made_from["needs"]
        placed = sum(one["placed"] for one in run.figures)
    if not used:
        use(by, run_id)
    return {"needs": needs, "suggested": placed}


def _coordinated(by: By, partnership_id: int) -> None:
    if partnership_id not in by.actor.coordinates():
        raise NotFound


def _suggestion(by: By, session: Session, reference: str) -> Pairing:
    """A suggestion of a partnership that the actor coordinates, its need and itself locked."""
    found = queries.pairing_in_partnership(session, by.actor, reference)
    locked(session, Need, found.need_id)
    (pairing,) = locked(session, Pairing, found.id)
    if pairing.state is not PairingState.SUGGESTED:
        raise RuleBroken(SENT)
    return pairing


def _note(session: Session, by: By, pairing: Pairing, what: str, *fields: str) -> None:
    record(
        session,
        by,
        f"pairing.{what}",
        pairing,
        partnership_id=pairing.partnership_id,
        fields=["kept_at", *fields],
    )
