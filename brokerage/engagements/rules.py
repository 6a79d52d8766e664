"""Rules about engagements: their life, and their visits'. Pure."""

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


LIVE = frozenset({EngagementState.AGREED, EngagementState.ACTIVE, EngagementState.PAUSED})

_S = EngagementState
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
    row(
        {_S.AGREED, _S.ACTIVE},
        "complete",
        _S.COMPLETED,
        _ALL,
        "This support is not under way.",
    ),
    row(
        _S.COMPLETED,
        "close",
        _S.CLOSED,
        (Part.HEAD, Part.COORDINATOR),
        "The evaluation comes once the visits are done.",
    ),
    row(
        {_S.AGREED, _S.ACTIVE, _S.PAUSED},
        "end_early",
        _S.ENDED_EARLY,
        Part.COORDINATOR,
        "This support is over already.",
    ),
)
