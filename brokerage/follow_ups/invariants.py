"""What `brokerage check` asks of the follow-ups."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.clock import LONDON
from brokerage.follow_ups.models import DigestItem, FollowUp, PutOff
from brokerage.follow_ups.rules import RULES, Round
from brokerage.school_calendar.asking_hours import anybody_may_be_asked


def broken(session: Session) -> Iterator[str]:
    """A sentence for each rung that cannot have been climbed, and each note that leads nowhere."""
    yield from _rungs(session)
    other = DigestItem.recipient_id != FollowUp.recipient_id
    query = select(DigestItem.id).join(FollowUp, FollowUp.id == DigestItem.follow_up_id)
    for number in session.scalars(query.where(other).order_by(DigestItem.id)):
        yield f"Line {number} of a weekly digest is for somebody else than was asked."
    early = select(PutOff.id).where(PutOff.until < PutOff.since)
    for number in session.scalars(early.order_by(PutOff.id)):
        yield f"Wish {number} to be asked later is for a day before it was asked at all."


def _rungs(session: Session) -> Iterator[str]:
    last: tuple[object, ...] = ()
    rungs = select(FollowUp).order_by(
        FollowUp.subject, FollowUp.subject_id, FollowUp.kind, FollowUp.since, FollowUp.id
    )
    rounds, reached = set(Round), 0
    for row in session.scalars(rungs.execution_options(yield_per=1000)):
        what = f"Follow-up {row.id} ({row.kind} of {row.subject} {row.subject_id})"
        if row.kind not in RULES or row.round not in rounds:
            yield f"{what} is of no kind or round that there is."
        if not anybody_may_be_asked(row.asked_at):
            local = row.asked_at.astimezone(LONDON)
            yield f"{what} came on {local:%d %b %Y at %H:%M}, when nobody is asked."
        key = (row.subject, row.subject_id, row.kind, row.since, row.recipient_id)
        if key == last and row.round <= reached:
            yield f"{what} went down the ladder."
        last, reached = key, row.round
