"""Taking back what a coordinator noted for somebody by telephone, within somebody's transaction.

Each kind of note has its row in UNDOINGS: whether it can still be undone, and how. It can while
nothing has been built on it; then everything is put back where it was, days and links included, and
the follow-ups begin anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import undoing_reviews, undoing_successions, undoing_visits
from brokerage.engagements.models import Engagement, PhoneNote
from brokerage.engagements.rules import TOO_LATE, NoteKind
from brokerage.engagements.telling import coordinator, tell
from brokerage.engagements.undoable import Undoable
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.people.steps import revive_links


@dataclass(frozen=True)
class Undoing:
    """How one kind of note is undone, and whether it still can be."""

    may: Callable[[Undoable], bool]
    undo: Callable[[Undoable, By], None]


_REVIEW = Undoing(undoing_reviews.may_review, undoing_reviews.undo_review)
_GOES_ON = Undoing(undoing_successions.may_succession, undoing_successions.undo_succession)
UNDOINGS = {
    NoteKind.FIRST_CONTACT: Undoing(
        undoing_visits.may_first_contact, undoing_visits.undo_first_contact
    ),
    NoteKind.VISIT: Undoing(undoing_visits.may_visit, undoing_visits.undo_visit),
    NoteKind.NO_VISIT: Undoing(undoing_visits.may_no_visit, undoing_visits.undo_no_visit),
    NoteKind.LOG_AGREED: Undoing(undoing_visits.may_log_agreed, undoing_visits.undo_log_agreed),
    NoteKind.LOG_DISPUTED: Undoing(
        undoing_visits.may_log_disputed, undoing_visits.undo_log_disputed
    ),
    NoteKind.MID_POINT: _REVIEW,
    NoteKind.EVALUATION: Undoing(undoing_reviews.may_evaluation, undoing_reviews.undo_evaluation),
    NoteKind.LEADER_COMMENT: _REVIEW,
    NoteKind.LOOK_BACK_3: _REVIEW,
    NoteKind.LOOK_BACK_6: _REVIEW,
    NoteKind.SCHOOL_GOES_ON: _GOES_ON,
    NoteKind.HOME_GOES_ON: _GOES_ON,
}


def can_undo(session: Session, engagement: Engagement, note: PhoneNote, today: date) -> bool:
    """Whether what was noted can still be undone by whoever is said to have said it."""
    of = Undoable(session, note, engagement, today)
    return note.undone_at is None and UNDOINGS[note.kind].may(of)


def undo(session: Session, by: By, engagement: Engagement, note: PhoneNote) -> None:
    """Put everything back where it was before it was noted. The engagement is locked.

    Raises RuleBroken where it has gone on since, or where its place has been taken.
    """
    today = london_date(by.now)
    if not can_undo(session, engagement, note, today):
        raise RuleBroken(TOO_LATE)
    asked = (
        ("engagement", engagement.id),
        ("visit", note.visit_id or 0),
        ("succession", note.before.get("succession", 0)),
    )
    for thing, number in asked:
        revive_links(session, thing, number, note.noted_at)
    UNDOINGS[note.kind].undo(Undoable(session, note, engagement, today), by)
    note.undone_at = by.now
    engagement.next_look_on = today
    action = f"{note.kind.name.lower()}.undone"
    record(session, by, action, note, partnership_id=engagement.partnership_id)
    told = coordinator(session, by, engagement)
    tell(session, by, engagement, "noted_undone", told, key=f"noted_undone/{note.id}")
