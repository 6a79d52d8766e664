"""The use case of whoever undoes what a coordinator noted for them."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case
from brokerage.engagements import undoing
from brokerage.engagements.models import Engagement, PhoneNote
from brokerage.engagements.phone_notes import note_by_id, part_of
from brokerage.engagements.queries import parts
from brokerage.errors import NotFound
from brokerage.people.steps import use_link


@use_case("phone_note.undo")
def undo(by: By, session: Session, note_id: int, link_id: int) -> None:
    """Somebody undoes what was noted for them by telephone, by the link in their copy; once.

    Raises RuleBroken where something has been built on it since, NotFound for anybody else, and for
    somebody who is no longer what they were when it was noted.
    """
    found = note_by_id(session, note_id)
    if found.person_id != by.actor.person_id:
        raise NotFound
    (engagement,) = locked(session, Engagement, found.engagement_id)
    (note,) = locked(session, PhoneNote, note_id)
    if part_of(note.kind) not in parts(by.actor, engagement):
        raise NotFound
    use_link(session, by, link_id)
    undoing.undo(session, by, engagement, note)
