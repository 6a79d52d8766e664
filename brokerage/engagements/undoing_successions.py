"""Taking back what was noted of somebody who follows another in post: that they go on with it."""

from brokerage.actor import By
from brokerage.engagements.models import Succession
from brokerage.engagements.rules import LIVE
from brokerage.engagements.undoable import Undoable


def may_succession(of: Undoable) -> bool:
    """While it is still they who follow, and the support is under way."""
    found = _of(of)
    answered = found.answered_at is not None and found.person_id == of.note.person_id
    return answered and found.over_at is None and of.engagement.state in LIVE


def undo_succession(of: Undoable, _by: By) -> None:
    """They are asked again whether it goes on."""
    _of(of).answered_at = None


def _of(of: Undoable) -> Succession:
    return of.session.get_one(Succession, of.before["succession"])
