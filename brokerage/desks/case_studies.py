"""Case studies on the desks of the two who are asked. Once one of them has not answered, the
coordinator reads it with all else that nobody answered."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.desks.rules import Line
from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.models import Engagement
from brokerage.leaders.models import Leader

PAGE = "engagements.case_study"


def to_agree(session: Session, actor: Actor) -> Iterator[Line]:
    """Those to which the actor, as supported head or as leader, has still to say yes or no."""
    if not actor.heads() and not actor.holds(PostKind.SYSTEM_LEADER):
        return
    query = (
        select(Engagement.reference, CaseStudy.title, CaseStudy.asked_on)
        .join(CaseStudy, CaseStudy.engagement_id == Engagement.id)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(
            CaseStudy.state == CaseStudyState.ASKED,
            or_(
                and_(Engagement.urn.in_(actor.heads()), ~_said(Whose.HEAD)),
                and_(Leader.person_id == actor.person_id, ~_said(Whose.LEADER)),
            ),
        )
    )
    for reference, title, since in session.execute(query.order_by(CaseStudy.id)):
        what, values = "May others learn from this?", {"reference": reference}
        yield Line(what, title, "Read and say", PAGE, values, since=since)


def _said(whose: Whose) -> ColumnElement[bool]:
    """Whether one of the two has said something to the text as it is."""
    return exists().where(
        CaseStudyConsent.case_study_id == CaseStudy.id,
        CaseStudyConsent.revision == CaseStudy.revision,
        CaseStudyConsent.whose == whose,
    )
