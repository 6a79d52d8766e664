"""Use cases about an engagement's outcomes: what is to be different, and how it will be known."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.engagements.models import Engagement, Outcome
from brokerage.engagements.queries import parts
from brokerage.engagements.review_rules import MOST_OUTCOMES, check_kept, check_removed
from brokerage.engagements.rules import WORKERS
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record


@use_case("outcome.add")
def add(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    words: str,
    measure: str = "",
    baseline: str = "",
) -> int:
    """One more outcome, after the others; answers its id."""
    engagement = _kept(session, by, engagement_id)
    check_kept(engagement.state)
    _said(words)
    if len(engagement.outcomes) >= MOST_OUTCOMES:
        raise RuleBroken(f"There are {MOST_OUTCOMES} outcomes already: more cannot be followed up.")
    number = max((one.number for one in engagement.outcomes), default=0) + 1
    outcome = Outcome(
        engagement_id=engagement.id,
        number=number,
        words=words,
        measure=measure,
        baseline=baseline,
    )
    session.add(outcome)
    session.flush()
    fields = ["words", "measure", "baseline"]
    _record(session, by, engagement, "outcome.added", outcome, fields)
    return outcome.id


@use_case("outcome.change")
def change(
    by: By,
    session: Session,
    outcome_id: int,
    *,
    words: str,
    measure: str,
    baseline: str,
    version: int | None = None,
) -> None:
    """Say it in other words. Of two people at once the second sees what the first has saved."""
    engagement, outcome = _one(session, by, outcome_id)
    check_version(outcome, version, "this outcome")
    check_kept(engagement.state)
    _said(words)
    changed = set_changed(outcome, {"words": words, "measure": measure, "baseline": baseline})
    if changed:
        _record(session, by, engagement, "outcome.changed", outcome, changed)


@use_case("outcome.remove")
def remove(by: By, session: Session, outcome_id: int, *, version: int | None = None) -> None:
    """Take one away, until the mid-point has said how it stands."""
    engagement, outcome = _one(session, by, outcome_id)
    check_version(outcome, version, "this outcome")
    check_removed(engagement.state, {review.kind for review in engagement.reviews})
    _record(session, by, engagement, "outcome.removed", outcome, [])
    session.delete(outcome)


@use_case("outcome.move_up")
def move_up(by: By, session: Session, outcome_id: int) -> None:
    """Put it before the one that stands above it; the first stays where it is."""
    engagement, outcome = _one(session, by, outcome_id)
    check_kept(engagement.state)
    above = [one for one in engagement.outcomes if one.number < outcome.number]
    if not above:
        return
    other, number = above[-1], outcome.number
    # By way of nought, since no two have one number; and not as a change of anybody's words, so
    # that whoever is at them need not look again.
    for row, place in ((outcome, 0), (other, number), (outcome, other.number)):
        statement = update(Outcome).where(Outcome.id == row.id).values(number=place)
        session.execute(statement.execution_options(synchronize_session=False))
    _record(session, by, engagement, "outcome.moved", outcome, ["number"])


def _kept(session: Session, by: By, engagement_id: int) -> Engagement:
    """The engagement, locked, for those who keep its outcomes."""
    (engagement,) = locked(session, Engagement, engagement_id)
    if not parts(by.actor, engagement) & WORKERS:
        raise NotFound
    return engagement


def _one(session: Session, by: By, outcome_id: int) -> tuple[Engagement, Outcome]:
    found = session.get(Outcome, outcome_id)
    if found is None:
        raise NotFound
    engagement = _kept(session, by, found.engagement_id)
    (outcome,) = locked(session, Outcome, outcome_id)
    return engagement, outcome


def _said(words: str) -> None:
    if not words.strip():
        raise RuleBroken("Say in a line what is to be different.", field="words")


def _record(
    session: Session,
    by: By,
    engagement: Engagement,
    action: str,
    outcome: Outcome,
    fields: list[str],
) -> None:
    where = engagement.partnership_id
    record(session, by, action, outcome, partnership_id=where, fields=fields)
