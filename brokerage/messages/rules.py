"""The life of a message, when one that could not be sent is tried again, and how many go out in an
hour before a person is asked: pure."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from brokerage.life import Life, Part, row

SENT_WITHIN = timedelta(days=14)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=30)
LONGEST_WAIT = LONGEST_DELAY * 1.2
"""No try is further off than that: one that seems to be was put off by a clock since set back."""
MOST_DEATHS = 3
"""A message whose sender died on it so often may be what kills its senders."""

SET_ASIDE = "Set aside by"
"""So begins, in a message's fault, what a person says who set it aside on purpose."""

HOUR = timedelta(hours=1)
WEEKS = 4
TIMES_THE_USUAL = 10
LEAST_GUARD = 200


class MessageState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MAYBE_SENT = "maybe sent"
    FAILED = "failed"


class Stop(StrEnum):
    """Why nothing goes out, in the whole installation."""

    PAUSED = "paused"  # by a person
    BURST = "burst"  # by the burst guard
    RESTORED = "restored"  # since the database came out of a backup


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
        MessageState.WAITING,
        "set aside",
        MessageState.FAILED,
        Part.COORDINATOR,
        "It is not waiting.",
    ),
    row(
        MessageState.FAILED,
        "send to the new address",
        MessageState.WAITING,
        Part.SERVICE,
        "It did not fail.",
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


def burst_guard(busiest: Sequence[int]) -> int:
    """How many messages may go out within an hour: ten times the usual, and never under 200.

    ``busiest`` is how many went out in the busiest hour of each of the last four weeks; usual is
    the second highest of them. So the weekly letter counts as usual, holidays do not make it seem
    unusual, and one burst does not let the next and ten times bigger one through.
    """
    second = sorted(busiest, reverse=True)[1] if len(busiest) > 1 else 0
    return max(LEAST_GUARD, TIMES_THE_USUAL * second)


def let_through(guard: int, raised_to: int | None, raised_on: date | None, today: date) -> int:
    """How many may go out within an hour ``today``: the guard, or what a person raised it to."""
    return max(guard, raised_to or 0) if raised_on == today else guard
