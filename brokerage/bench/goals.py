"""Goals: least or most values of named figures. One that is missed fails the run.

A goals file is a list of `{"figure", "at_least" or "at_most", "says"}`; a figure with `*` in it
is every figure of that pattern, of which the worst one counts. `"warn": true` is for what
depends on the machine (seconds) and for what is only hoped for: missed, it is said and no more. A
figure that was not measured is said too, and fails nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SHIPPED = Path(__file__).with_name("goals.json")


@dataclass(frozen=True, slots=True)
class Goal:
    figure: str
    says: str
    at_least: float | None = None
    at_most: float | None = None
    warn: bool = False

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"The goal {self.figure} needs one of at_least and at_most.")

    def met_by(self, value: float) -> bool:
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    @property
    def asked(self) -> str:
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Judged:
    """One goal against the worst figure of its pattern; `value` None where none was measured."""

    goal: Goal
    figure: str
    value: float | None

    @property
    def word(self) -> str:
        if self.value is None:
            return "not measured"
        if self.goal.met_by(self.value):
            return "met"
        return "missed (warning)" if self.goal.warn else "MISSED"

    @property
    def fails(self) -> bool:
        return self.word == "MISSED"

    def line(self) -> str:
        value = "" if self.value is None else f"{self.value:.6g}, "
        return f"{self.word}: {self.goal.says}: {value}{self.goal.asked} ({self.figure})"


def read_goals(path: Path) -> list[Goal]:
    """The goals of a file; ValueError with a sentence where it cannot be understood."""
    try:
        return [Goal(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, TypeError, json.JSONDecodeError) as fault:
        raise ValueError(f"The goals file cannot be understood: {fault}") from fault


def judge(goals: Sequence[Goal], figures: Mapping[str, float]) -> list[Judged]:
    return [_judged(goal, figures) for goal in goals]


def _judged(goal: Goal, figures: Mapping[str, float]) -> Judged:
    found = [(value, name) for name, value in figures.items() if fnmatchcase(name, goal.figure)]
    if not found:
        return Judged(goal, goal.figure, None)
    value, name = min(found) if goal.at_least is not None else max(found)
    return Judged(goal, name, value)
