"""What somebody tells the coordinator in private, within somebody's open transaction."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements import steps
from brokerage.engagements.models import Engagement
from brokerage.engagements.telling import coordinator, tell


def tell_in_private(session: Session, by: By, engagement: Engagement, words: str) -> None:
    """Keep it as a concern, which the coordinator and whoever wrote it read, and nobody else; the
    coordinator hears that there is one. Nothing said is nothing kept."""
    if not words.strip():
        return
    concern = steps.note_concern(session, by, engagement, words)
    told, key = coordinator(session, by, engagement), f"concern_raised/{concern.id}"
    tell(session, by, engagement, "concern_raised", told, key=key)
