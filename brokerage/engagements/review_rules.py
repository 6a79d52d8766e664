"""Rules about what reviews say of each outcome, and whether they were answered at all. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from brokerage.engagements.rules import (
    LIVE,
    LOOK_BACK_MONTHS,
    WORKING,
    EngagementState,
    ReviewKind,
    mid_point_reached,
    months_after,
)
from brokerage.errors import RuleBroken

MEASURED = (
    ReviewKind.MID_POINT,
    ReviewKind.EVALUATION,
    ReviewKind.LOOK_BACK_3,
    ReviewKind.LOOK_BACK_6,
)
"""The reviews that say of each outcome how it stands, in the order of their time."""
MOST_OUTCOMES = 6
"""So that half way is still one page on a phone."""
NOT_NOW = "Outcomes are kept while the support is agreed or under way."
NOT_AFTER = (
    "The mid-point has been answered, so no outcome can be taken away now. "
    "Change its words, or add another."
)


class Level(StrEnum):
    """How an outcome stands: a colour half way and at the end; against the end, later."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    BETTER = "better"
    STILL_SO = "still so"
    SLIPPED_BACK = "slipped back"


_AFTERWARDS = {
    Level.STILL_SO: "Still so",
    Level.BETTER: "Better still",
    Level.SLIPPED_BACK: "Slipped back",
}
LEVELS: dict[ReviewKind, dict[Level, str]] = {
    ReviewKind.MID_POINT: {
        Level.GREEN: "Green: on track",
        Level.AMBER: "Amber: some way off",
        Level.RED: "Red: not moving",
    },
    ReviewKind.EVALUATION: {
        Level.GREEN: "Green: we are there",
        Level.AMBER: "Amber: part of the way",
        Level.RED: "Red: no change",
    },
    ReviewKind.LOOK_BACK_3: _AFTERWARDS,
    ReviewKind.LOOK_BACK_6: _AFTERWARDS,
}
"""The closed words of each review, as people read them."""


@dataclass(frozen=True)
class Said:
    """What a review says of one outcome; of what was asked for as a whole (None) where the support
    has no outcomes."""

    outcome_id: int | None
    level: Level
    evidence: str = ""


def field_of(name: str, outcome_id: int | None) -> str:
    """The name of a form's field about one outcome."""
    return f"{name}_{outcome_id or 0}"


def check_said(kind: ReviewKind, outcome_ids: Sequence[int], said: Sequence[Said]) -> None:
    """Raise RuleBroken unless each outcome has its level, one of this review's, and at the end its
    evidence too. Support without outcomes may be answered as a whole."""
    found = {one.outcome_id: one for one in said}
    if len(found) < len(said) or not set(found) <= (set(outcome_ids) if outcome_ids else {None}):
        raise RuleBroken("The outcomes have changed meanwhile. Look at them, then send it again.")
    for outcome_id, one in found.items():
        if one.level not in LEVELS[kind]:
            raise RuleBroken("Choose one of the three.", field=field_of("level", outcome_id))
    for outcome_id in outcome_ids:
        if outcome_id not in found:
            sentence = "Say how this stands."
            raise RuleBroken(sentence, field=field_of("level", outcome_id))
        if kind is ReviewKind.EVALUATION and not found[outcome_id].evidence.strip():
            sentence = "Say in a line what is different now, and how you know."
            raise RuleBroken(sentence, field=field_of("evidence", outcome_id))


def kept_now(state: EngagementState) -> bool:
    """Whether outcomes can be added and changed now."""
    return state in WORKING


def check_kept(state: EngagementState) -> None:
    """Raise RuleBroken unless outcomes can be added and changed now."""
    if not kept_now(state):
        raise RuleBroken(NOT_NOW)


def check_removed(state: EngagementState, answered: Collection[ReviewKind]) -> None:
    """Raise RuleBroken unless an outcome can be taken away now."""
    check_kept(state)
    if ReviewKind.MID_POINT in answered:
        raise RuleBroken(NOT_AFTER)


class Answering(StrEnum):
    """How it stands with one review: a non-answer is told apart from what was never asked."""

    TO_COME = "to come"
    ASKED = "asked, not answered yet"
    ANSWERED = "answered"
    NOT_ANSWERED = "not answered"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Course:
    """The course of an engagement, as far as it decides which reviews are asked. ``logged`` are the
    half-days of its visits in the order in which they were logged."""

    state: EngagementState
    half_days: int
    logged: Sequence[int]
    over_on: date | None
    answered: frozenset[ReviewKind]

    @property
    def was_half_way(self) -> bool:
        """Whether half the days were used before all of them were: the mid-point was asked."""
        total = 0
        for half_days in self.logged:
            total += half_days
            if mid_point_reached(self.half_days, total) and total < self.half_days:
                return True
        return False


def answering(kind: ReviewKind, course: Course, today: date) -> Answering:
    """How it stands with one of the MEASURED reviews on a day."""
    if kind in course.answered:
        return Answering.ANSWERED
    if kind in LOOK_BACK_MONTHS:
        return _look_back(LOOK_BACK_MONTHS[kind], course, today)
    live = course.state in LIVE
    if kind is ReviewKind.MID_POINT and course.was_half_way:
        return Answering.ASKED if live else Answering.NOT_ANSWERED
    if kind is ReviewKind.EVALUATION and course.state is EngagementState.COMPLETED:
        return Answering.ASKED
    return Answering.TO_COME if live else Answering.NOT_ASKED


def _look_back(months: int, course: Course, today: date) -> Answering:
    """A look back is asked for when its months are over, and its time is past three months on."""
    if course.state is not EngagementState.CLOSED or course.over_on is None:
        early = course.state is EngagementState.ENDED_EARLY
        return Answering.NOT_ASKED if early else Answering.TO_COME
    if today < months_after(course.over_on, months):
        return Answering.TO_COME
    past = today >= months_after(course.over_on, months + 3)
    return Answering.NOT_ANSWERED if past else Answering.ASKED
