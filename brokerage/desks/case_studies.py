"""Case studies on the desks: for the two who are asked, and for the coordinator once one of them
has not answered."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.desks.rules import Line
from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.models import Engagement
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import Round
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


def not_answered(session: Session, actor: Actor) -> Iterator[Line]:
    """Those in the actor's partnerships that one of the two has let lie until the promise ended."""
    sides = (("case_study", Whose.HEAD), ("case_study_leader", Whose.LEADER))
    left = [and_(FollowUp.kind == kind, ~_said(whose)) for kind, whose in sides]
    query = (
        select(Engagement.reference, CaseStudy.title, CaseStudy.asked_on)
        .join(CaseStudy, CaseStudy.engagement_id == Engagement.id)
        .join(FollowUp, FollowUp.subject_id == CaseStudy.id)
        .where(
            CaseStudy.state == CaseStudyState.ASKED,
            CaseStudy.partnership_id.in_(actor.coordinates()),
            FollowUp.subject == "case_study",
            FollowUp.since == CaseStudy.asked_on,
            FollowUp.round == int(Round.DESK),
            or_(*left),
        )
        .distinct()
    )
    for reference, title, since in session.execute(query.order_by(Engagement.reference)):
        what, values = "A case study is not answered", {"reference": reference}
        yield Line(what, title, "Ring them", PAGE, values, since=since)


def _said(whose: Whose) -> ColumnElement[bool]:
    """Whether one of the two has said something to the text as it is."""
    return exists().where(
        CaseStudyConsent.case_study_id == CaseStudy.id,
        CaseStudyConsent.revision == CaseStudy.revision,
        CaseStudyConsent.whose == whose,
    )
