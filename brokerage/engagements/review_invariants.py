"""What `brokerage check` asks of reviews and case studies."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.models import Engagement, Finding, Outcome, Review
from brokerage.engagements.review_rules import LEVELS
from brokerage.engagements.rules import EngagementState, ReviewKind


def broken(session: Session) -> Iterator[str]:
    """A sentence for each finding that is not of its review, and for each case study that is shown
    without the consent of both."""
    yield from _findings(session)
    yield from _case_studies(session)


def _findings(session: Session) -> Iterator[str]:
    of_another = (
        select(Finding.id)
        .join(Review, Review.id == Finding.review_id)
        .join(Outcome, Outcome.id == Finding.outcome_id)
        .where(Outcome.engagement_id != Review.engagement_id)
    )
    for number in session.scalars(of_another.order_by(Finding.id)):
        yield f"Finding {number} is of an outcome of another engagement than its review."
    levels = select(Finding.id, Finding.level, Review.kind).join(
        Review, Review.id == Finding.review_id
    )
    for number, level, kind in session.execute(levels.order_by(Finding.id)):
        if kind is ReviewKind.LEADER_COMMENT or level not in LEVELS[kind]:
            yield f"Finding {number} says “{level}”, which is no answer of a {kind}."


def _case_studies(session: Session) -> Iterator[str]:
    said_yes = (
        select(func.count())
        .where(
            CaseStudyConsent.case_study_id == CaseStudy.id,
            CaseStudyConsent.revision == CaseStudy.revision,
            CaseStudyConsent.yes,
        )
        .scalar_subquery()
    )
    shown = CaseStudy.state == CaseStudyState.PUBLISHED
    query = select(CaseStudy.id).where(shown, said_yes != len(Whose))
    for number in session.scalars(query.order_by(CaseStudy.id)):
        yield f"Case study {number} is shown without the consent of both to its text."
    early = (
        select(CaseStudy.id)
        .join(Engagement, Engagement.id == CaseStudy.engagement_id)
        .where(Engagement.state != EngagementState.CLOSED)
    )
    for number in session.scalars(early.order_by(CaseStudy.id)):
        yield f"Case study {number} is of support that is not closed."
