"""The use case of whoever tells the coordinator something in private."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case
from brokerage.engagements.concern_steps import tell_in_private
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts
from brokerage.errors import NotFound, RuleBroken


@use_case("concern.raise")
def raise_concern(by: By, session: Session, engagement_id: int, *, words: str) -> None:
    """Somebody with a part in the support tells its coordinator something that nobody else reads;
    at any time, be it over or not."""
    (engagement,) = locked(session, Engagement, engagement_id)
    if not parts(by.actor, engagement):
        raise NotFound
    if not words.strip():
        raise RuleBroken("Write a line or two.", field="words")
    tell_in_private(session, by, engagement, words)
