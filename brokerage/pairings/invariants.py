"""What `brokerage check` asks of suggestions, and of the runs that made them."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import PairingState
from brokerage.pairings.run_rules import LIVE, RunState


def broken(session: Session) -> Iterator[str]:
    """A sentence for each suggestion and each run that cannot be as it is kept."""
    suggested = Pairing.state == PairingState.SUGGESTED
    without = select(Pairing.reference).join(Need, Need.id == Pairing.need_id)
    for reference in session.scalars(without.where(suggested, Need.state.not_in(IN_QUEUE))):
        yield f"Suggestion {reference} is for a need that is not to be placed."
    kept = select(Pairing.reference).where(Pairing.kept_at.is_not(None), ~suggested)
    open_kept = kept.where(Pairing.over_at.is_(None))
    for reference in session.scalars(open_kept):
        yield f"Pairing {reference} is kept on the plan, and is no suggestion."
    of_a_run = select(Pairing.reference, PlanRun.partnership_id).where(Pairing.run_id.is_not(None))
    astray = of_a_run.outerjoin(PlanRun, PlanRun.id == Pairing.run_id).where(
        or_(PlanRun.id.is_(None), PlanRun.partnership_id != Pairing.partnership_id)
    )
    for reference, _ in session.execute(astray):
        yield f"Pairing {reference} comes of a run that is not its partnership's."
    yield from _runs(session)


def _runs(session: Session) -> Iterator[str]:
    live = select(PlanRun.partnership_id).where(PlanRun.state.in_(LIVE))
    twice = live.group_by(PlanRun.partnership_id).having(func.count() > 1)
    for partnership_id in session.scalars(twice):
        yield f"Two plans of partnership {partnership_id} are under way at once."
    over = PlanRun.state.not_in(LIVE)
    faults: list[tuple[str, ColumnElement[bool]]] = [
        ("is over without when", and_(over, PlanRun.ended_at.is_(None))),
        ("is under way and has ended", and_(~over, PlanRun.ended_at.is_not(None))),
        (
            "is being carried out by nobody",
            and_(PlanRun.state == RunState.RUNNING, PlanRun.claimed_until.is_(None)),
        ),
        (
            "is done and has no figures",
            and_(PlanRun.state == RunState.DONE, PlanRun.figures.is_(None)),
        ),
        (
            "was used and is not done",
            and_(PlanRun.state != RunState.DONE, PlanRun.used_at.is_not(None)),
        ),
    ]
    for sentence, fault in faults:
        for number in session.scalars(select(PlanRun.id).where(fault).order_by(PlanRun.id)):
            yield f"Plan {number} {sentence}."
