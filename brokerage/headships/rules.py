"""Rules about new heads and their buddies: pure."""

from enum import StrEnum

from brokerage.life import Life, Part, row


class Category(StrEnum):
    """What is new about a head."""

    NEW_TO_HEADSHIP = "new to headship"
    NEW_TO_TOWN = "new to the town"
    NEW_TO_TRUST = "new to an academy or trust"
    ACTING = "acting"
    INTERIM = "interim"
    CO_HEAD = "co-head"
    EXECUTIVE = "executive"


class BuddyingState(StrEnum):
    SUGGESTED = "suggested"
    ASKED = "asked"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


BUDDYING_LIVE = frozenset(
    {
        BuddyingState.ASKED,
        BuddyingState.ACCEPTED,
        BuddyingState.CONFIRMED,
        BuddyingState.ACTIVE,
    }
)
PULSE_DAYS = (30, 60, 100)
BEEN_THERE = (
    "first headship",
    "acting headship",
    "new town",
    "academy conversion",
    "inspection in the first year",
    "falling numbers",
    "budget deficit",
    "small school",
)

_S = BuddyingState

BUDDYING_LIFE = Life(
    row(
        _S.SUGGESTED,
        "ask",
        _S.ASKED,
        Part.COORDINATOR,
        "This buddy has been asked already.",
    ),
    row(
        _S.ASKED,
        "accept",
        _S.ACCEPTED,
        (Part.BUDDY, Part.COORDINATOR),
        "This is not being asked any more. Thank you all the same.",
    ),
    row(
        _S.ASKED,
        "decline",
        _S.DECLINED,
        (Part.BUDDY, Part.COORDINATOR),
        "This is not being asked any more. Thank you all the same.",
    ),
    row(_S.ASKED, "lapse", _S.LAPSED, Part.SERVICE, "This is not being asked any more."),
    row(
        _S.ACCEPTED,
        "confirm",
        _S.CONFIRMED,
        Part.COORDINATOR,
        "The buddy has not accepted, or all is settled already.",
    ),
    row(
        _S.CONFIRMED,
        "introduce",
        _S.ACTIVE,
        (Part.COORDINATOR, Part.SERVICE),
        "The buddy has not been confirmed, or they have been introduced already.",
    ),
    row(
        {_S.SUGGESTED, _S.ASKED, _S.ACCEPTED, _S.CONFIRMED},
        "withdraw",
        _S.WITHDRAWN,
        (Part.COORDINATOR, Part.SERVICE),
        "They have been introduced: end the buddying instead.",
    ),
    row(
        {_S.CONFIRMED, _S.ACTIVE},
        "end",
        _S.ENDED,
        (Part.BUDDY, Part.NEW_HEAD, Part.COORDINATOR, Part.SERVICE),
        "This buddying is over already.",
    ),
)
