"""What `brokerage check` asks of needs."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from brokerage.needs.models import Need
from brokerage.needs.rules import LIVE, OVER, NeedState


def broken(session: Session) -> Iterator[str]:
    """A sentence for each need that cannot be as it is kept."""
    faults: list[tuple[str, ColumnElement[bool]]] = [
        (
            "is under way without its place in the queue, its promise or when it was sent",
            and_(
                Need.state.in_(LIVE),
                or_(
                    Need.submitted_at.is_(None),
                    Need.queue_since.is_(None),
                    Need.queue_by.is_(None),
                    Need.promised_at.is_(None),
                    Need.call_by.is_(None),
                    Need.name_by.is_(None),
                ),
            ),
        ),
        ("is a draft that was sent", and_(_is(NeedState.DRAFT), Need.submitted_at.is_not(None))),
        ("is over without when", and_(Need.state.in_(OVER), Need.over_at.is_(None))),
        ("has ended, and has not", and_(Need.state.not_in(OVER), Need.over_at.is_not(None))),
        (
            "is closed or withdrawn without a reason",
            and_(
                Need.state.in_([NeedState.CLOSED, NeedState.WITHDRAWN]),
                Need.over_reason.is_(None),
            ),
        ),
        (
            "was sent elsewhere, and nobody noted where",
            and_(_is(NeedState.REDIRECTED), Need.redirected_to.is_(None)),
        ),
        (
            "asks the school nothing, and waits for its answer",
            and_(_is(NeedState.ASKED), or_(Need.question.is_(None), Need.asked_at.is_(None))),
        ),
        (
            "waits, and nobody noted since when and for what",
            and_(
                _is(NeedState.WAITING),
                or_(Need.waiting_since.is_(None), Need.waiting_for.is_(None)),
            ),
        ),
        (
            "was posted for a school without its head's agreement",
            and_(Need.posted_for.is_not(None), Need.head_agreed_on.is_(None)),
        ),
        (
            "was promised before it was sent",
            and_(Need.promised_at.is_not(None), Need.promised_at < Need.submitted_at),
        ),
    ]
    for sentence, fault in faults:
        for reference in session.scalars(select(Need.reference).where(fault).order_by(Need.id)):
            yield f"Need {reference} {sentence}."
    parent = aliased(Need)
    astray = (
        select(Need.reference)
        .join(parent, parent.id == Need.scoping_of)
        .where(or_(parent.partnership_id != Need.partnership_id, parent.urn != Need.urn))
    )
    for reference in session.scalars(astray):
        yield f"Need {reference} scopes a need of another school or partnership."


def _is(state: NeedState) -> ColumnElement[bool]:
    return Need.state == state
