"""What nobody answered, and came to the coordinator: read at once, however much it is.

A kind that the desk shows anyway (a pairing past its promise, a need, a change, days that leaders
keep silent about) is not told twice.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from brokerage.clock import london_date
from brokerage.engagements.case_study_models import CaseStudy, CaseStudyConsent
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.models import Engagement, Review, Succession, Visit
from brokerage.engagements.rules import LIVE, WORKING, EngagementState, ReviewKind, Side, VisitState
from brokerage.follow_ups.models import FollowUp, PutOff
from brokerage.follow_ups.rules import RULES, Round, Rule

LOOKED_BACK_WITHIN = timedelta(days=89)
"""A look back is asked for no more once the next one, three months on, is."""

Open = Callable[[date], ColumnElement[bool]]


@dataclass(frozen=True)
class LeftToDesk:
    """Something that the coordinator is to ask for: of which rule, in which engagement, about which
    visit, and since when."""

    rule: Rule
    engagement: Engagement
    visit: Visit | None
    since: date


def _not_reviewed(kind: ReviewKind) -> ColumnElement[bool]:
    return ~exists().where(Review.engagement_id == Engagement.id, Review.kind == kind)


def _not_said(whose: Whose) -> Open:
    """One of the two has said nothing to the case study's text as it is."""
    said = exists().where(
        CaseStudyConsent.case_study_id == CaseStudy.id,
        CaseStudyConsent.revision == CaseStudy.revision,
        CaseStudyConsent.whose == whose,
    )
    this_text = FollowUp.since == CaseStudy.asked_on
    return lambda _: and_(CaseStudy.state == CaseStudyState.ASKED, this_text, ~said)


def _look_back(kind: ReviewKind) -> Open:
    def is_open(today: date) -> ColumnElement[bool]:
        lately = FollowUp.since > today - LOOKED_BACK_WITHIN
        return and_(Engagement.state == EngagementState.CLOSED, lately, _not_reviewed(kind))

    return is_open


# When each kind is not settled yet: as in ``of_engagements.askings``, but as one question to the
# database about all of them.
OPEN: dict[str, Open] = {
    "first_contact": lambda _: and_(
        Engagement.state == EngagementState.AGREED, Engagement.first_contact_on.is_(None)
    ),
    "visit_log": lambda _: and_(
        Engagement.state.in_(WORKING),
        Visit.state == VisitState.PLANNED,
        Visit.planned_on < FollowUp.since,
    ),
    "succession": lambda _: and_(
        Engagement.state.in_(LIVE),
        Succession.answered_at.is_(None),
        Succession.over_at.is_(None),
        Succession.talk_at.is_(None),
    ),
    "mid_point": lambda _: and_(
        Engagement.state == EngagementState.ACTIVE,
        Engagement.used * 2 >= Engagement.half_days,
        _not_reviewed(ReviewKind.MID_POINT),
    ),
    "evaluation": lambda _: Engagement.state == EngagementState.COMPLETED,
    "look_back_3": _look_back(ReviewKind.LOOK_BACK_3),
    "look_back_6": _look_back(ReviewKind.LOOK_BACK_6),
    "case_study": _not_said(Whose.HEAD),
    "case_study_leader": _not_said(Whose.LEADER),
}

OF_HEAD = ("mid_point", "evaluation", "look_back_3", "look_back_6")


def left_to_desk(
    session: Session, partnership_ids: Collection[int], today: date
) -> list[LeftToDesk]:
    """What of these partnerships' support came to the coordinator and is not settled, the longest
    waiting first. What was put off since, or is being asked anew, as it is of a head who follows
    another, is not theirs any more."""
    later = aliased(FollowUp)
    asked_anew = exists().where(
        later.subject == FollowUp.subject,
        later.subject_id == FollowUp.subject_id,
        later.kind == FollowUp.kind,
        later.since > FollowUp.since,
    )
    waits = exists().where(
        PutOff.subject == FollowUp.subject,
        PutOff.subject_id == FollowUp.subject_id,
        PutOff.kind == FollowUp.kind,
        PutOff.until > FollowUp.since,
    )
    new = aliased(Succession)
    followed = exists().where(
        FollowUp.kind.in_(OF_HEAD),
        new.engagement_id == FollowUp.subject_id,
        new.side == Side.SUPPORTED,
        new.person_id.is_not(None),
        func.coalesce(new.answered_at, new.told_at, new.talk_at) > FollowUp.asked_at,
    )
    about_visit = and_(FollowUp.subject == "visit", Visit.id == FollowUp.subject_id)
    told = and_(FollowUp.subject == "case_study", CaseStudy.id == FollowUp.subject_id)
    follows = and_(FollowUp.subject == "succession", Succession.id == FollowUp.subject_id)
    engagement_id = func.coalesce(
        Visit.engagement_id, Succession.engagement_id, CaseStudy.engagement_id, FollowUp.subject_id
    )
    query = (
        select(FollowUp, Engagement, Visit)
        .outerjoin(Visit, about_visit)
        .outerjoin(Succession, follows)
        .outerjoin(CaseStudy, told)
        .join(Engagement, Engagement.id == engagement_id)
        .where(
            FollowUp.partnership_id.in_(partnership_ids),
            FollowUp.round == int(Round.DESK),
            or_(*(and_(FollowUp.kind == kind, still(today)) for kind, still in OPEN.items())),
            ~asked_anew,
            ~waits,
            ~followed,
        )
        .order_by(FollowUp.asked_at, FollowUp.id)
    )
    return [
        LeftToDesk(RULES[row[0].kind], row[1], row[2], london_date(row[0].asked_at))
        for row in session.execute(query)
    ]
