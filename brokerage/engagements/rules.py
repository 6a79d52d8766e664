"""Rules about engagements: their life, their visits' and their reviews'. Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from brokerage.life import Life, Part, row


class EngagementState(StrEnum):
    AGREED = "agreed"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    ENDED_EARLY = "ended early"


class VisitState(StrEnum):
    PLANNED = "planned"
    LOGGED = "logged"
    SETTLED = "settled"
    DISPUTED = "disputed"
    DID_NOT_HAPPEN = "did not happen"


class ReviewKind(StrEnum):
    MID_POINT = "mid-point"
    EVALUATION = "evaluation"
    LEADER_COMMENT = "leader's comment"
    LOOK_BACK_3 = "look-back at 3 months"
    LOOK_BACK_6 = "look-back at 6 months"


class NoteKind(StrEnum):
    """What a coordinator can note that somebody said by telephone; of reviews, by their kinds."""

    FIRST_CONTACT = "first contact"
    VISIT = "visit"
    NO_VISIT = "no visit"
    LOG_AGREED = "log agreed"
    LOG_DISPUTED = "log disputed"
    MID_POINT = "mid-point"
    EVALUATION = "evaluation"
    LEADER_COMMENT = "leader's comment"
    LOOK_BACK_3 = "look-back at 3 months"
    LOOK_BACK_6 = "look-back at 6 months"
    SCHOOL_GOES_ON = "school goes on"
    HOME_GOES_ON = "home school goes on"


class Side(StrEnum):
    """Whose place somebody takes who follows another in post."""

    SUPPORTED = "supported school"
    HOME = "home school"
    LEADER = "leader"


class MidPoint(StrEnum):
    KEEP = "keep"
    CHANGE = "change"
    STOP = "stop"


class Difference(StrEnum):
    """What the supported head says it made, from least to most; the number goes into figures."""

    NONE = "no difference"
    LITTLE = "a little"
    CLEAR = "a clear difference"
    LARGE = "a large difference"

    @property
    def level(self) -> int:
        """0 to 3."""
        return list(Difference).index(self)


LIVE = frozenset({EngagementState.AGREED, EngagementState.ACTIVE, EngagementState.PAUSED})
OVER = frozenset({EngagementState.CLOSED, EngagementState.ENDED_EARLY})
WORKING = frozenset({EngagementState.AGREED, EngagementState.ACTIVE})
"""In which there are visits, and outcomes are kept."""
UNDER_WAY = "under way"
"""The name of the live states together, where engagements are filtered."""
COUNTED = frozenset({VisitState.LOGGED, VisitState.SETTLED, VisitState.DISPUTED})
"""Visits whose half-days count as used."""
LOOK_BACK_MONTHS = {ReviewKind.LOOK_BACK_3: 3, ReviewKind.LOOK_BACK_6: 6}
FIRST_CONTACT_DAYS = 7
"""Calendar days after the agreement in which the leader rings the school."""
CONSENT_DAYS = 5
"""School days in which a visit's log can be disputed; silence is consent."""
WENT_WELL = 2
"""From this level of difference on, an engagement counts as having gone well."""

WORKERS = frozenset({Part.HEAD, Part.LEADER, Part.COORDINATOR})
"""Those who work in it: what is said in it is for them."""
SPEAKERS = frozenset({Part.HEAD, Part.COORDINATOR})
"""Who says what is the supported school's to say."""
LOGGERS = frozenset({Part.LEADER, Part.COORDINATOR})
"""Who says what is the leader's to say."""

_S = EngagementState
TOO_LATE = "Too late to undo: it has gone on since. Please ring your coordinator."
"""What somebody reads who would undo what was noted for them, once more was built on it."""
_ALL = (Part.HEAD, Part.LEADER, Part.COORDINATOR, Part.SERVICE)

LIFE = Life(
    row(_S.AGREED, "start", _S.ACTIVE, _ALL, "This support has begun already."),
    row(
        {_S.AGREED, _S.ACTIVE},
        "pause",
        _S.PAUSED,
        Part.COORDINATOR,
        "Only support that is under way can be paused.",
    ),
    row(_S.PAUSED, "resume", _S.ACTIVE, Part.COORDINATOR, "This support is not paused."),
    row(_S.PAUSED, "resume_unbegun", _S.AGREED, Part.COORDINATOR, "This support is not paused."),
    row(_S.ACTIVE, "complete", _S.COMPLETED, _ALL, "This support is not under way."),
    row(
        _S.COMPLETED,
        "close",
        _S.CLOSED,
        (Part.HEAD, Part.COORDINATOR),
        "The evaluation comes once the visits are done, and once only.",
    ),
    row(
        {_S.AGREED, _S.ACTIVE, _S.PAUSED},
        "end_early",
        _S.ENDED_EARLY,
        Part.COORDINATOR,
        "This support is over already.",
    ),
    row(_S.ACTIVE, "undo_start", _S.AGREED, Part.LEADER, TOO_LATE),
    row(_S.COMPLETED, "undo_complete", _S.ACTIVE, (Part.LEADER, Part.SERVICE), TOO_LATE),
    row(_S.CLOSED, "undo_close", _S.COMPLETED, Part.HEAD, TOO_LATE),
)

_V = VisitState

VISIT_LIFE = Life(
    row(
        _V.PLANNED,
        "log",
        _V.LOGGED,
        (Part.LEADER, Part.COORDINATOR),
        "This visit was noted already, or is off.",
    ),
    row(
        _V.LOGGED,
        "correct",
        _V.LOGGED,
        (Part.LEADER, Part.COORDINATOR),
        "There is no note of this visit to correct.",
    ),
    row(_V.SETTLED, "correct", _V.LOGGED, Part.COORDINATOR, "There is no such note."),
    row(
        _V.PLANNED,
        "did_not_happen",
        _V.DID_NOT_HAPPEN,
        (Part.LEADER, Part.HEAD, Part.COORDINATOR),
        "This visit was noted already, or is off.",
    ),
    row(
        _V.LOGGED,
        "dispute",
        _V.DISPUTED,
        (Part.HEAD, Part.COORDINATOR),
        "The days for disputing this log are over. Please ring your coordinator.",
    ),
    row(
        _V.LOGGED,
        "settle",
        _V.SETTLED,
        (Part.HEAD, Part.COORDINATOR, Part.SERVICE),
        "This log is settled already.",
    ),
    row(
        _V.DISPUTED,
        "resolve",
        _V.SETTLED,
        Part.COORDINATOR,
        "This log is not disputed.",
    ),
    row(_V.LOGGED, "undo_log", _V.PLANNED, Part.LEADER, TOO_LATE),
    row(_V.LOGGED, "undo_log_unplanned", _V.DID_NOT_HAPPEN, Part.LEADER, TOO_LATE),
    row(_V.DID_NOT_HAPPEN, "undo_did_not_happen", _V.PLANNED, Part.LEADER, TOO_LATE),
    row(_V.SETTLED, "undo_settle", _V.LOGGED, Part.HEAD, TOO_LATE),
    row(_V.DISPUTED, "undo_dispute", _V.LOGGED, Part.HEAD, TOO_LATE),
)


def look_back_due(
    state: EngagementState, over_on: date | None, answered: Collection[ReviewKind], today: date
) -> ReviewKind | None:
    """Which look-back is to be answered now: the latest whose months are over, unless it was; and
    none before its time."""
    if state is not EngagementState.CLOSED or over_on is None:
        return None
    reached = [k for k, n in LOOK_BACK_MONTHS.items() if months_after(over_on, n) <= today]
    return reached[-1] if reached and reached[-1] not in answered else None


def outcomes_of(outcomes: str, baseline: str) -> list[tuple[str, str]]:
    """A need's outcomes, one a line, each with how it stood before where the baseline has as many
    lines; without it otherwise."""
    wanted, before = _lines(outcomes), _lines(baseline)
    if len(before) != len(wanted):
        before = [""] * len(wanted)
    return list(zip(wanted, before, strict=True))


def _lines(text: str) -> list[str]:
    """The lines of a text that say something, without the marks of a list."""
    found = (line.strip().lstrip("-*•").strip() for line in text.splitlines())
    return [line for line in found if line]


def mid_point_reached(half_days: int, used: int) -> bool:
    """Whether half the days (or more) are used: the time to keep, change or stop."""
    return used * 2 >= half_days


def mid_point_passed(half_days: int, before: int, used: int) -> bool:
    """Whether it came just now, between so many half-days used and so many."""
    return mid_point_reached(half_days, used) and not mid_point_reached(half_days, before)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)
