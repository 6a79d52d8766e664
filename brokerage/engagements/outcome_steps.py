"""Outcomes as they come into an engagement, and what reviews say of them, within somebody's open
transaction."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements.models import Finding, Review
from brokerage.engagements.review_rules import Said
from brokerage.needs import details
from brokerage.needs.models import Need


def bring_findings(session: Session, by: By, need: Need) -> None:
    """What a scoping visit has found comes into the need that it was for, unless the need itself
    says by now what is to be different."""
    if need.outcomes.strip() or need.baseline.strip():
        return
    query = select(Need).where(Need.scoping_of == need.id).order_by(Need.id.desc())
    for visit in session.scalars(query):
        if visit.outcomes.strip() or visit.baseline.strip():
            details.copy_findings(session, by, need, visit)
            return


def keep_findings(review: Review, said: Sequence[Said]) -> None:
    review.findings = [
        Finding(outcome_id=one.outcome_id, level=one.level, evidence=one.evidence) for one in said
    ]
