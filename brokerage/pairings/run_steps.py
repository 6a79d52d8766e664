"""What happens to a run, within somebody's open transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import changes_one
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.pairings.models import PlanRun
from brokerage.pairings.run_queries import waits
from brokerage.pairings.run_rules import (
    ANSWERS_KEPT,
    BROKEN_OFF,
    LEASE,
    LIVE,
    RUN_LIFE,
    TRIES,
    RunKind,
    RunState,
    Wishes,
)

_BY_SERVICE = {Part.SERVICE}


def ask(session: Session, by: By, partnership_id: int, kind: RunKind, wishes: Wishes) -> PlanRun:
    """A new run, to be carried out by the scheduler; one that is under way is overtaken by it."""
    under_way = select(PlanRun).where(
        PlanRun.partnership_id == partnership_id, PlanRun.state.in_(LIVE)
    )
    for old in session.scalars(under_way.with_for_update(of=PlanRun)):
        old.state = RUN_LIFE.after(old.state, "overtake", _BY_SERVICE)
        old.ended_at = by.now
        _record(session, by, old, "overtaken")
    session.flush()
    run = PlanRun(
        partnership_id=partnership_id,
        kind=kind,
        state=RunState.ASKED,
        level=wishes.level,
        floor=wishes.floor,
        same_trust=wishes.same_trust,
        asked_by=by.actor.person_id,
        asked_at=by.now,
    )
    session.add(run)
    session.flush()
    _record(session, by, run, "asked")
    return run


def claim(session: Session, by: By, true_now: datetime, run_id: int | None) -> PlanRun | None:
    """Take the oldest run that waits (or ``run_id``), or whose carrying out was broken off, as
    one's own until the lease runs out. Of two who reach for it, one gets it.

    One that was broken off too often is not tried again: it fails.
    """
    free = waits(true_now)
    query = select(PlanRun).where(free).order_by(PlanRun.id).limit(1)
    run = session.scalar(query if run_id is None else query.where(PlanRun.id == run_id))
    if run is None:
        return None
    mine = update(PlanRun).where(PlanRun.id == run.id, free, PlanRun.claim == run.claim)
    values = {
        "state": RUN_LIFE.after(run.state, "claim", _BY_SERVICE),
        "claim": run.claim + 1,
        "claimed_until": true_now + LEASE,
    }
    if not changes_one(session, mine.values(values)):
        return None
    session.refresh(run)
    if run.claim > TRIES:
        fail(session, by, run, BROKEN_OFF)
        return None
    return run


def heard(session: Session, run_id: int, claimed: int, true_now: datetime, **values: Any) -> bool:
    """Note progress and hold on to the claim; False where the run is somebody else's now, or a
    newer one was asked for."""
    mine = _mine(run_id, claimed)
    return changes_one(session, mine.values(claimed_until=true_now + LEASE, **values))


def give_back(session: Session, run_id: int, claimed: int, true_now: datetime) -> None:
    """Let the next one take it up at once; this does not count as a try."""
    session.execute(_mine(run_id, claimed).values(claimed_until=true_now, claim=claimed - 1))


def finish(
    session: Session, by: By, run_id: int, claimed: int, says: str, **outcome: Any
) -> PlanRun | None:
    """The run is done; None where it is not this claim's any more."""
    target = RUN_LIFE.after(RunState.RUNNING, "finish", _BY_SERVICE)
    values = {"state": target, "ended_at": by.now, "says": says, "stage": "", **outcome}
    if not changes_one(session, _mine(run_id, claimed).values(values)):
        return None
    run = session.get_one(PlanRun, run_id)
    session.refresh(run)
    _record(session, by, run, "done")
    _forget_old_answers(session, run.partnership_id)
    return run


def fail(session: Session, by: By, run: PlanRun, says: str) -> None:
    run.state = RUN_LIFE.after(run.state, "fail", _BY_SERVICE)
    run.ended_at, run.says, run.stage = by.now, says, ""
    session.flush()
    _record(session, by, run, "failed")


def note_used(session: Session, by: By, run: PlanRun) -> None:
    run.used_at, run.used_by = by.now, by.actor.person_id
    _record(session, by, run, "used")


def _mine(run_id: int, claimed: int) -> Any:
    return update(PlanRun).where(
        PlanRun.id == run_id, PlanRun.state == RunState.RUNNING, PlanRun.claim == claimed
    )


def _forget_old_answers(session: Session, partnership_id: int) -> None:
    latest = select(PlanRun.id).filter_by(partnership_id=partnership_id)
    kept = list(session.scalars(latest.order_by(PlanRun.id.desc()).limit(ANSWERS_KEPT)))
    old = update(PlanRun).where(
        PlanRun.partnership_id == partnership_id,
        PlanRun.id < min(kept),
        PlanRun.answers.is_not(None),
    )
    session.execute(old.values(answers=None).execution_options(synchronize_session=False))


def _record(session: Session, by: By, run: PlanRun, what: str) -> None:
    record(session, by, f"plan_run.{what}", run, partnership_id=run.partnership_id)
