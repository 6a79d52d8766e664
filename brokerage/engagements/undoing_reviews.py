"""Taking back what was noted of a review, within somebody's open transaction: whether it still can
be, and how."""

from sqlalchemy import select

from brokerage.actor import By
from brokerage.database import locked
from brokerage.engagements import steps
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.queries import leader_today, review_of
from brokerage.engagements.rules import LIFE, NoteKind, ReviewKind
from brokerage.engagements.telling import COMMENT, settled
from brokerage.engagements.undoable import Undoable, settle_concern, tell_it_is_undone
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason, NeedState
from brokerage.pairings.models import Pairing


def may_review(of: Undoable) -> bool:
    """A review stands alone: only the state in which it is asked for must still be there."""
    answered = review_of(of.engagement, ReviewKind(of.note.kind.value)) is not None
    return answered and of.engagement.state is of.state_before and of.concern_is_open()


def undo_review(of: Undoable, by: By) -> None:
    review = review_of(of.engagement, ReviewKind(of.note.kind.value))
    of.session.delete(review)
    of.session.flush()
    of.session.expire(of.engagement, ["reviews"])
    of.engagement.exit_plan = of.before["exit_plan"]
    settle_concern(of, by)


def may_evaluation(of: Undoable) -> bool:
    need = of.session.get_one(Need, of.engagement.need_id)
    closed_by_it = (need.state, need.over_reason) == (NeedState.CLOSED, CloseReason.MET)
    alone = of.reviews_are([*of.before["reviews"], NoteKind.EVALUATION.value])
    may = LIFE.may(of.engagement.state, "undo_close", of.whose)
    told = select(CaseStudy.id).where(CaseStudy.engagement_id == of.engagement.id)
    return closed_by_it and alone and may and of.session.scalar(told) is None


def undo_evaluation(of: Undoable, by: By) -> None:
    """Not evaluated, and so neither the support nor its need is closed."""
    session, engagement = of.session, of.engagement
    undo_review(of, by)
    steps.move(session, by, engagement, "undo_close", of.whose)
    engagement.over_at = None
    session.get_one(Pairing, engagement.pairing_id).went_well = None
    (need,) = locked(session, Need, engagement.need_id)
    needs.undo_close(session, by, need)
    settled(session, by, engagement, COMMENT)
    tell_it_is_undone(of, by, leader_today(session, engagement, of.today))
