"""The life of a message, and when one that could not be sent is tried again: pure."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from brokerage.life import Life, Part, row

SENT_WITHIN = timedelta(days=14)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=30)


class MessageState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MAYBE_SENT = "maybe sent"
    FAILED = "failed"


LIFE = Life(
    row(MessageState.WAITING, "claim", MessageState.SENDING, Part.SERVICE, "It is not waiting."),
    row(MessageState.SENDING, "put back", MessageState.WAITING, Part.SERVICE, "Nobody has it."),
    row(MessageState.WAITING, "keep", MessageState.SENT, Part.SERVICE, "It is not waiting."),
    row(
        (MessageState.SENDING, MessageState.MAYBE_SENT),
        "send",
        MessageState.SENT,
        Part.SERVICE,
        "It is not being sent.",
    ),
    row(
        MessageState.SENDING,
        "leave unsure",
        MessageState.MAYBE_SENT,
        Part.SERVICE,
        "It is not being sent.",
    ),
    row(
        (MessageState.WAITING, MessageState.SENDING),
        "give up",
        MessageState.FAILED,
        Part.SERVICE,
        "It is not to be sent.",
    ),
    row(
        (MessageState.FAILED, MessageState.MAYBE_SENT),
        "try again",
        MessageState.WAITING,
        Part.COORDINATOR,
        "This message is not one that failed. It is on its way, or has been sent.",
    ),
)


def delay(message_id: int, attempts: int) -> timedelta:
    """How long to wait after this many ``attempts``: twice as long each time, up to half an hour,
    and a fifth more or less, told by the message's id so that not all are tried at once."""
    whole = min(LONGEST_DELAY, FIRST_DELAY * (1 << min(attempts - 1, 10)))
    told = hashlib.sha256(f"{message_id}/{attempts}".encode()).digest()[0] / 255
    return whole * (0.8 + 0.4 * told)
