"""A line on somebody's desk: what needs them, by when, and its one next action; and which promises
count on the board as kept. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MOST = 10
"""A desk shows at most so many lines: the rest is counted."""


@dataclass(frozen=True)
class Line:
    """``what`` needs doing about ``whom``; ``action`` is the next thing to press, and leads to the
    page ``endpoint``. ``due_on`` is the last day of the promise; what has no promise has waited
    ``since`` a day. ``later`` leads to the page on which whoever is asked may say that they would
    rather be asked later."""

    what: str
    whom: str
    action: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    since: date | None = None
    at_once: bool = False
    later: dict[str, Any] | None = None

    def late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def in_order(lines: Iterable[Line]) -> list[Line]:
    """What cannot wait first, then the oldest promise; what has no day comes last."""
    return sorted(
        lines,
        key=lambda line: (not line.at_once, line.due_on or line.since or date.max, line.whom),
    )


def in_time(
    answered: Collection[int], late: Collection[int], ever_late: Collection[int]
) -> tuple[int, int]:
    """How many answers came in time, and of how many that were owed: ``answered`` is what was
    answered this year, ``late`` what came onto the coordinator's desk this year and ``ever_late``
    whenever it did. Each counts once, however often it was answered, undone or put off."""
    return len(set(answered) - set(ever_late)), len(set(answered) | set(late))
