"""Support that goes on with another leader: which was before it, and what it takes over."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import ChangeKind, ChangeState
from brokerage.engagements.models import Engagement, Outcome
from brokerage.engagements.rules import EngagementState


def carry_over(session: Session, engagement: Engagement) -> bool:
    """Where another leader goes on with what was begun for the same need: take over its outcomes
    with their measures and baselines, who is named, and what happens afterwards. Whether it was."""
    swapped = select(Change.engagement_id).where(
        Change.kind == ChangeKind.SWAP, Change.state == ChangeState.AGREED
    )
    query = select(Engagement).where(
        Engagement.need_id == engagement.need_id,
        Engagement.id != engagement.id,
        Engagement.state == EngagementState.ENDED_EARLY,
        Engagement.id.in_(swapped),
    )
    before = session.scalars(query.order_by(Engagement.id.desc())).first()
    if before is None:
        return False
    engagement.goes_on_from = before.id
    for name in ("accountable", "site_contact", "exit_plan", "expected_end"):
        setattr(engagement, name, getattr(before, name))
    for one in before.outcomes:
        session.add(
            Outcome(
                engagement_id=engagement.id,
                number=one.number,
                words=one.words,
                measure=one.measure,
                baseline=one.baseline,
            )
        )
    session.flush()
    return True


def earlier_support(session: Session, engagement: Engagement) -> list[Engagement]:
    """The support that this one goes on from, and that before it, the latest first: its visits can
    be read by whoever may read this one."""
    found: list[Engagement] = []
    number = engagement.goes_on_from
    while number is not None:
        options = [selectinload(Engagement.visits)]
        before = session.get_one(Engagement, number, options=options)
        found.append(before)
        number = before.goes_on_from
    return found


def gone_on_in(session: Session, engagement: Engagement) -> Engagement | None:
    """The support in which this one goes on."""
    return session.scalar(select(Engagement).filter_by(goes_on_from=engagement.id))
