"""What `brokerage check` asks of agreements and their changes."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import RULES, ChangeState
from brokerage.engagements.models import Agreement, Engagement
from brokerage.engagements.rules import LIVE, EngagementState


def broken(session: Session) -> Iterator[str]:
    """A sentence for each agreement that does not say what holds, and each change that is asked
    about in vain or came to no version."""
    newest = select(Agreement.engagement_id, func.max(Agreement.number).label("number"))
    last = newest.group_by(Agreement.engagement_id).subquery()
    query = (
        select(Engagement.reference, Engagement.half_days, Agreement.terms)
        .join(last, last.c.engagement_id == Engagement.id)
        .join(
            Agreement,
            (Agreement.engagement_id == Engagement.id) & (Agreement.number == last.c.number),
        )
        .order_by(Engagement.id)
    )
    for reference, half_days, terms in session.execute(query):
        said = terms.get("half_days", "nothing")
        if said != half_days:
            yield f"{reference}: {half_days} half-days are agreed, its agreement says {said}."
    in_vain = (
        select(Change.id, Engagement.reference, Engagement.state)
        .join(Engagement, Engagement.id == Change.engagement_id)
        .where(Change.state == ChangeState.PROPOSED, Engagement.state.not_in(LIVE))
    )
    for change_id, reference, state in session.execute(in_vain.order_by(Change.id)):
        yield f"Change {change_id} is asked about, but {reference} is {state}."
    with_version = [rule.kind for rule in RULES.values() if rule.new_version]
    unwritten = (
        select(Change.id)
        .outerjoin(
            Agreement,
            (Agreement.engagement_id == Change.engagement_id)
            & (Agreement.number == Change.agreement_number),
        )
        .where(Change.state == ChangeState.AGREED, Change.kind.in_(with_version))
        .where(Agreement.id.is_(None))
    )
    for change_id in session.scalars(unwritten.order_by(Change.id)):
        yield f"Change {change_id} is agreed, but no version of the agreement came of it."
    dated = select(Engagement.reference).where(
        Engagement.paused_until.is_not(None), Engagement.state != EngagementState.PAUSED
    )
    for reference in session.scalars(dated.where(Engagement.state.in_(LIVE))):
        yield f"{reference} has a day on which its pause ends, and is not paused."
