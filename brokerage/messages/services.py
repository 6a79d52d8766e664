"""What a coordinator does about the outbox."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.messages.models import Message
from brokerage.messages.queries import message_in_scope
from brokerage.messages.rules import LIFE, MessageState


@use_case("message.try_again")
def try_again(by: By, session: Session, message_id: int) -> None:
    """Send a message that failed, or may not have arrived, once more, under the same Message-ID.

    Raises NotFound where it is not of the coordinator's partnerships, RuleBroken where it is on its
    way, was sent, or is too old.
    """
    message_in_scope(session, by.actor, message_id)
    (message,) = locked(session, Message, message_id)
    state = LIFE.after(message.state, "try again", {Part.COORDINATOR})
    if by.now >= message.expires_at:
        raise RuleBroken("This message is more than 14 days old. Ring or write to them instead.")
    message.state = state
    message.not_before = by.now
    message.leased_by = message.leased_until = message.begun_at = message.fault = None
    message.set_aside_at = message.seen_to_at = None
    message.attempts = message.deaths = 0
    record(session, by, "message.tried_again", message, partnership_id=message.partnership_id)


@use_case("message.see_to")
def see_to(by: By, session: Session, message_id: int) -> None:
    """A message that failed, or may not have arrived, asks for nothing more: somebody has rung.

    Raises NotFound where it is not of the coordinator's partnerships, RuleBroken where it is on its
    way or was sent.
    """
    message_in_scope(session, by.actor, message_id)
    (message,) = locked(session, Message, message_id)
    if message.state not in (MessageState.FAILED, MessageState.MAYBE_SENT):
        raise RuleBroken("This message is on its way, or was sent: there is nothing to see to.")
    message.seen_to_at = by.now
    record(session, by, "message.seen_to", message, partnership_id=message.partnership_id)
