"""Rules about needs: their life, who is what to one, and what it must have. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from brokerage.actor import HEADS, Actor, PostKind
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
        _S.OPEN,
        "undo_answer",
        _S.ASKED,
        (Part.HEAD, Part.SCHOOL),
        "Too late to undo: it has gone on since. Ring your coordinator.",
    ),
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
        "This need is not open: its school is being asked something, or it was placed or ended.",
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
        _S.CLOSED,
        "undo_close",
        _S.PLACED,
        Part.SERVICE,
        "Too late to undo: this need has gone on since. Please ring your coordinator.",
    ),
    row(
        {_S.CLOSED, _S.REDIRECTED, _S.WITHDRAWN},
        "reopen",
        _S.OPEN,
        _BOTH,
        "This need is not over, so it need not be reopened.",
    ),
)

READERS = HEADS | {PostKind.DEPUTY}
"""Posts of a school whose holders see its needs, and may write one down."""

SPEAKERS = frozenset(
    {PostKind.CHAIR, PostKind.TRUST_LEADER, PostKind.COORDINATOR, PostKind.OFFICER}
)
"""Posts whose holders may post for a school with its head's recorded agreement."""

CHANGEABLE = frozenset({NeedState.DRAFT, NeedState.SUBMITTED, NeedState.OPEN})
"""States in which the school may change what it wrote."""

SCHOOLS_REASONS = (
    CloseReason.NOT_NEEDED,
    CloseReason.SOLVED_OTHERWISE,
    CloseReason.POSTED_TWICE,
    CloseReason.OTHER,
)
COORDINATORS_REASONS = (
    CloseReason.NOT_NEEDED,
    CloseReason.SOLVED_OTHERWISE,
    CloseReason.POSTED_TWICE,
    CloseReason.NOBODY,
    CloseReason.SCHOOL_CLOSED,
    CloseReason.OTHER,
)

STATE_WORDS = {
    NeedState.DRAFT: ("not sent yet", "grey"),
    NeedState.SUBMITTED: ("sent", "blue"),
    NeedState.OPEN: ("looking", "blue"),
    NeedState.ASKED: ("asked", "yellow"),
    NeedState.WAITING: ("nobody yet", "orange"),
    NeedState.PLACED: ("agreed", "green"),
    NeedState.CLOSED: ("closed", "grey"),
    NeedState.REDIRECTED: ("sent elsewhere", "purple"),
    NeedState.WITHDRAWN: ("withdrawn", "grey"),
}
"""How a state is said on pages, and the colour of its tag."""

NEED_PHASES = ("nursery", "primary", "secondary", "16plus", "special")


@dataclass(frozen=True)
class NeedFacts:
    """What must be known of a need to say who is what to it."""

    urn: int
    partnership_id: int
    state: NeedState
    posted_by: int | None
    head_agreed: bool = False


@dataclass(frozen=True)
class Words:
    """The three questions, as they were answered."""

    worry: str
    whom: str = ""
    by_when: date | None = None
    ring_when: str = ""


@dataclass(frozen=True)
class Details:
    """What a need is matched by, and what its agreement will say. Days are half-days."""

    code: str | None = None
    also_code: str | None = None
    phase: str | None = None
    half_days: int | None = None
    terms: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    designation: str | None = None
    designation_required: bool = False
    remote: bool = False
    phone_enough: bool = False
    fragile: bool = False
    outcomes: str = ""
    baseline: str = ""
    site_contact: str = ""
    who_pays: str = ""


def parts(actor: Actor, need: NeedFacts) -> frozenset[Part]:
    """What the actor is to the need. Who writes one down with the head's recorded agreement stands
    for the head until it is sent."""
    found = set()
    if actor.person_id is None and actor.via in ("scheduler", "command line"):
        found.add(Part.SERVICE)
    if need.partnership_id in actor.coordinates():
        found.add(Part.COORDINATOR)
    if need.urn in actor.heads():
        found.add(Part.HEAD)
    if need.urn in actor.schools(*READERS):
        found.add(Part.SCHOOL)
    own = actor.person_id is not None and actor.person_id == need.posted_by
    if own and need.head_agreed and need.state is NeedState.DRAFT:
        found.add(Part.HEAD)
    return frozenset(found)


def may_remind(asked_on: date, today: date) -> bool:
    """Whether the head may be reminded of a draft to send: not on the day they were last asked."""
    return asked_on < today


def missing_to_match(code: str | None, phase: str | None, half_days: int | None) -> list[str]:
    """What must still be filled in before anybody can be looked for, as words for a list."""
    wanted = [("the specialism", code), ("the phase", phase), ("how many days", half_days)]
    return [words for words, value in wanted if not value]
