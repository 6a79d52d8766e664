"""Runs carried out: read, matched and checked beside every lock; stored in one short transaction.

A run that is broken off in the middle has changed nothing, and is taken up again when nothing was
heard of it for a while; one that was overtaken meanwhile stops at its next word of progress, and
stores nothing.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.clock import london_date
from brokerage.database import db, locked, use_case, writing
from brokerage.errors import Busy, RuleBroken
from brokerage.matching.allocation import allocate
from brokerage.matching.checker import check_plan
from brokerage.matching.plans import Level, PinsError, Plan
from brokerage.matching.replan import replan
from brokerage.pairings import run_queries, run_steps, suggesting
from brokerage.pairings.models import PlanRun
from brokerage.pairings.run_material import Material, figures, read, result
from brokerage.pairings.run_rules import (
    FAULT,
    REFUSED,
    STAGE_WORDS,
    Result,
    RunKind,
    RunState,
    Stage,
    Wishes,
)
from brokerage.pairings.run_words import certificate_json

log = logging.getLogger("brokerage")

HEARD_EVERY = 1.0
"""Progress is noted once in so many seconds at most, and whenever a new stage begins."""


class NotOurs(Exception):
    """The run was overtaken, or another process has taken it up."""


class ToldToStop(Exception):
    """This process is to end: the run is given back, for the next one to take up."""


@dataclass(frozen=True)
class Claim:
    """A run, while it is ours to carry out."""

    id: int
    number: int
    partnership_id: int
    kind: RunKind
    wishes: Wishes


def always() -> bool:
    """Going on, where nothing ends what takes long."""
    return True


def run_waiting(
    now: Callable[[], datetime] = clock.now, going_on: Callable[[], bool] = always
) -> int:
    """Carry out the runs that wait, one after another, while ``going_on``; how many were tried."""
    ran = 0
    while going_on():
        with Session(db.engine) as session:
            if not run_queries.some_wait(session, clock.true_now()):
                return ran
        claim = claimed(By(SERVICE, now()))
        if claim is None:
            return ran
        carry_out(claim, now, going_on)
        ran += 1
    return ran


def claimed(by: By, run_id: int | None = None) -> Claim | None:
    """The run that is ours from now on; None where there is none to be had."""
    found = _claim(by, run_id)
    if found is None:
        return None
    wishes = Wishes(Level(found["level"]), found["floor"], found["same_trust"])
    kind = RunKind(found["kind"])
    return Claim(found["id"], found["claim"], found["partnership_id"], kind, wishes)


@use_case("plan_run.claim")
def _claim(by: By, session: Session, run_id: int | None) -> dict[str, Any] | None:
    run = run_steps.claim(session, by, clock.true_now(), run_id)
    if run is None:
        return None
    return {
        "id": run.id,
        "claim": run.claim,
        "partnership_id": run.partnership_id,
        "kind": run.kind.value,
        "level": run.level.value,
        "floor": run.floor,
        "same_trust": run.same_trust,
    }


def carry_out(
    claim: Claim, now: Callable[[], datetime] = clock.now, going_on: Callable[[], bool] = always
) -> None:
    """Bring a claimed run to its end, whatever that is."""
    try:
        _carry_out(claim, now, Progress(claim, going_on))
    except (NotOurs, RuleBroken):
        log.warning("plan run %d was overtaken, or taken up by another process", claim.id)
    except (ToldToStop, Busy):
        with suppress(Exception), writing() as session:
            run_steps.give_back(session, claim.id, claim.number, clock.true_now())
    except PinsError as fault:
        _fail(By(SERVICE, now()), claim, str(fault))
    except Exception:
        log.exception("plan run %d failed", claim.id)
        _fail(By(SERVICE, now()), claim, FAULT)


class Progress:
    """Notes how far a run is, which also keeps it ours; raises NotOurs where it no longer is."""

    def __init__(self, claim: Claim, going_on: Callable[[], bool]) -> None:
        self._claim, self._going_on = claim, going_on
        self._stage, self._heard = "", clock.true_now()

    def __call__(self, stage: str, done: int = 0, of: int = 0) -> None:
        if not self._going_on():
            raise ToldToStop
        now = clock.true_now()
        if stage == self._stage and (now - self._heard).total_seconds() < HEARD_EVERY:
            return
        self._stage, self._heard = stage, now
        with writing() as session:
            noted = {"stage": STAGE_WORDS.get(stage, stage)[:60], "done": done, "of": of}
            if not run_steps.heard(session, self._claim.id, self._claim.number, now, **noted):
                raise NotOurs


def _carry_out(claim: Claim, now: Callable[[], datetime], progress: Progress) -> None:
    today = london_date(now())
    progress(Stage.READING)
    with Session(db.engine) as session:
        material = read(session, claim.partnership_id, claim.kind, claim.wishes, today)
    progress(Stage.MATCHING, 0, len(material.needs))
    plan = _matched(claim, material, progress)
    progress(Stage.CHECKING, 0, len(plan.pairs))
    broken = check_plan(
        plan, material.needs, material.leaders, pinned=material.pinned, floor=material.floor
    )
    if broken:
        log.error("plan run %d breaks a rule: %s", claim.id, broken[0].code)
        _fail(By(SERVICE, now()), claim, REFUSED)
        return
    found = result(plan, material)
    progress(Stage.STORING, 0, len(found.answers))
    prepared = _prepared(claim, found, today)
    _finish(By(SERVICE, now()), claim, found, prepared, _about(material, plan))


def _matched(claim: Claim, material: Material, progress: Progress) -> Plan:
    """A plan from scratch where nothing is suggested yet, or all the work there is was asked for;
    else one that keeps to what is suggested, but for what gains by moving."""
    settled: dict[str, Any] = {
        "pinned": material.pinned,
        "floor": material.floor,
        "weights": material.weights,
        "progress": progress,
    }
    level = claim.wishes.level
    if material.before and level is Level.STANDARD:
        return replan(material.needs, material.leaders, material.before, **settled)
    return allocate(
        material.needs, material.leaders, level=level, before=material.before, **settled
    )


def _prepared(claim: Claim, found: Result, today: Any) -> suggesting.Prepared:
    """The answers against the register as it is now, which may have changed meanwhile. A second
    look answers for the needs that nobody stood for; a plan for all that it was made for."""
    fixed = {need for need, answer in found.answers.items() if answer.fixed}
    wanted = {need: one.leader for need, one in found.answers.items() if need not in fixed}
    covered = {*found.answers, *found.nobody} - fixed
    with Session(db.engine) as session:
        return suggesting.prepare(
            session, claim.partnership_id, wanted, covered, claim.wishes, today
        )


def _about(material: Material, plan: Plan) -> dict[str, Any]:
    return {
        "certificate": certificate_json(plan.certificate),
        "made_from": {
            "needs": len(material.needs),
            "leaders": len(material.leaders),
            "kept": len(material.pinned),
            "floor": material.floor,
            "print": material.print,
        },
        "set_aside": material.set_aside,
        "needs": material.needs,
    }


@use_case("plan_run.finish")
def _finish(
    by: By,
    session: Session,
    claim: Claim,
    found: Result,
    prepared: suggesting.Prepared,
    about: dict[str, Any],
) -> bool:
    """Store the result; whether it became the suggestions at once: a second look always does, a
    plan where nothing was suggested yet."""
    first = suggesting.count_of(session, claim.partnership_id) == 0
    at_once = first or claim.kind is RunKind.LOOK_AGAIN
    left_out = dict(prepared.left_out)
    if at_once:
        left_out = suggesting.put(session, by, claim.partnership_id, claim.id, prepared)
    answers = {need: one for need, one in found.answers.items() if need not in left_out}
    left_out |= {int(need): says for need, says in about["set_aside"].items()}
    run = run_steps.finish(
        session,
        by,
        claim.id,
        claim.number,
        "",
        made_from=about["made_from"],
        certificate=about["certificate"],
        figures=figures(about["needs"], answers),
        answers=Result(answers, found.nobody).as_json(),
        left_out={str(need): says for need, says in sorted(left_out.items())},
    )
    if run is None:
        raise RuleBroken("This run was overtaken.")
    if at_once:
        run_steps.note_used(session, by, run)
    return at_once


@use_case("plan_run.fail")
def _fail_it(by: By, session: Session, run_id: int, claimed: int, says: str) -> None:
    (run,) = locked(session, PlanRun, run_id)
    if run.state is RunState.RUNNING and run.claim == claimed:
        run_steps.fail(session, by, run, says)


def _fail(by: By, claim: Claim, says: str) -> None:
    _fail_it(by, claim.id, claim.number, says[:300])
