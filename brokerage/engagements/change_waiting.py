"""Which changes wait for a coordinator."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import RULES, ChangeKind, ChangeState
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState


def waits_for_coordinator(today: date) -> ColumnElement[bool]:
    """Changes that a coordinator sees to: theirs to decide, agreed but not to be made, unanswered
    past their day; and pauses whose day to go on has come."""
    decided = [rule.kind for rule in RULES.values() if rule.decided_alone]
    paused = select(Engagement.id).where(
        Engagement.state == EngagementState.PAUSED, Engagement.paused_until <= today
    )
    newest = select(func.max(Change.id)).where(Change.kind == ChangeKind.PAUSE)
    newest = newest.where(Change.state == ChangeState.AGREED).group_by(Change.engagement_id)
    return or_(
        and_(
            Change.state == ChangeState.PROPOSED,
            or_(Change.kind.in_(decided), Change.stuck != "", Change.due_on < today),
        ),
        and_(Change.id.in_(newest), Change.engagement_id.in_(paused)),
    )
