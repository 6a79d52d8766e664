"""Rules about needs: their life, their words, their clock. Pure."""

from enum import StrEnum

from brokerage.life import Life, Part, row


class NeedState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    OPEN = "open"
    ASKED = "asked"
    WAITING = "waiting"
    PLACED = "placed"
    CLOSED = "closed"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"


class Urgency(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class CloseReason(StrEnum):
    """Why a need came to its end."""

    MET = "met"
    NOT_NEEDED = "no longer needed"
    SOLVED_OTHERWISE = "solved in another way"
    POSTED_TWICE = "posted twice"
    NOBODY = "nobody could be found"
    SCHOOL_CLOSED = "the school has closed"
    OTHER = "another reason"


IN_QUEUE = frozenset({NeedState.SUBMITTED, NeedState.OPEN, NeedState.WAITING})
"""States in which a need is still to be placed; it keeps its place by ``queue_since``."""

LIVE = IN_QUEUE | {NeedState.ASKED, NeedState.PLACED}
OVER = frozenset({NeedState.CLOSED, NeedState.REDIRECTED, NeedState.WITHDRAWN})

_S = NeedState
_BOTH = (Part.HEAD, Part.COORDINATOR)

LIFE = Life(
    row(_S.DRAFT, "submit", _S.SUBMITTED, _BOTH, "This need has been sent already."),
    row(
        _S.SUBMITTED,
        "open",
        _S.OPEN,
        Part.COORDINATOR,
        "This need is not waiting for its first call.",
    ),
    row(
        {_S.SUBMITTED, _S.OPEN, _S.WAITING},
        "ask",
        _S.ASKED,
        Part.COORDINATOR,
        "The school can be asked while its need waits to be placed.",
    ),
    row(_S.ASKED, "answer", _S.OPEN, (*_BOTH, Part.SCHOOL), "Nothing is being asked here now."),
    row(
        {_S.SUBMITTED, _S.OPEN},
        "wait",
        _S.WAITING,
        (Part.COORDINATOR, Part.SERVICE),
        "Only an open need can be put to wait.",
    ),
    row(
        _S.WAITING,
        "take_up",
        _S.OPEN,
        (Part.COORDINATOR, Part.SERVICE),
        "This need is not waiting.",
    ),
    row(
        {_S.SUBMITTED, _S.OPEN, _S.WAITING},
        "place",
        _S.PLACED,
        (Part.COORDINATOR, Part.SERVICE),
        "This need is no longer open: somebody has placed, closed or withdrawn it.",
    ),
    row(
        _S.PLACED,
        "put_back",
        _S.OPEN,
        (Part.COORDINATOR, Part.SERVICE),
        "This need is not placed.",
    ),
    row(
        {_S.SUBMITTED, _S.OPEN, _S.ASKED, _S.WAITING},
        "redirect",
        _S.REDIRECTED,
        Part.COORDINATOR,
        "This need can no longer be sent elsewhere.",
    ),
    row(
        {_S.DRAFT, _S.SUBMITTED, _S.OPEN, _S.ASKED, _S.WAITING},
        "withdraw",
        _S.WITHDRAWN,
        _BOTH,
        "Support has been agreed for this need, or it is over. Talk to your coordinator.",
    ),
    row(
        {_S.SUBMITTED, _S.OPEN, _S.ASKED, _S.WAITING, _S.PLACED},
        "close",
        _S.CLOSED,
        (Part.COORDINATOR, Part.SERVICE),
        "This need is over already.",
    ),
    row(
        {_S.CLOSED, _S.REDIRECTED, _S.WITHDRAWN},
        "reopen",
        _S.OPEN,
        _BOTH,
        "This need is not over, so it need not be reopened.",
    ),
)
