"""Rules about runs: a plan for the whole queue as a thing that is asked for and carried out. Pure.

A run is asked for on a page and carried out by the scheduler. Nobody hears of it: its answers
become suggestions when the coordinator uses it, and a suggestion is sent by her alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from brokerage.errors import RuleBroken
from brokerage.life import Life, Part, row
from brokerage.matching.plans import Level


class RunState(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class RunKind(StrEnum):
    """A plan anew for the whole queue, or places for those that have nobody yet."""

    PLAN = "plan"
    LOOK_AGAIN = "look again"


class Stage(StrEnum):
    """How far a run is, besides what the engine itself reports."""

    READING = "reading needs and leaders"
    MATCHING = "matching"
    CHECKING = "checking every rule again"
    STORING = "storing"


STAGE_WORDS = {
    "candidates": "finding who could do what",
    "prices": "weighing what is asked for against what there is",
    "first plans": "making first plans",
    "chains": "bettering the plan, one exchange after another",
    "polish": "bettering the plan further",
    "certificate": "working out how good it is",
}
"""What the engine calls its stages, for people."""

LIVE = frozenset({RunState.ASKED, RunState.RUNNING})
"""Of each partnership, at most one run is in these."""

_S = RunState
_OVER = "This plan is finished, or a newer one was asked for."
RUN_LIFE = Life(
    row(LIVE, "claim", _S.RUNNING, Part.SERVICE, _OVER),
    row(_S.RUNNING, "finish", _S.DONE, Part.SERVICE, _OVER),
    row(LIVE, "fail", _S.FAILED, Part.SERVICE, _OVER),
    row(LIVE, "overtake", _S.OVERTAKEN, (Part.COORDINATOR, Part.SERVICE), _OVER),
)

LEASE = timedelta(minutes=5)
"""A run of which nothing is heard for so long is taken up again; each report of progress counts."""
TRIES = 3
IDLE = timedelta(minutes=1)
"""Asked for so long ago, and not begun: nobody may be there to carry it out."""
ANSWERS_KEPT = 30
"""Of so many latest runs of a partnership the answers are kept; of older ones, only the figures."""

BROKEN_OFF = "It was broken off several times. Nothing was changed: ask for it again."
FAULT = "Something went wrong in the service. Nothing was changed; its operator can see why."
REFUSED = "The plan did not stand up to a second check of every rule, so none of it is shown."

LEVEL_WORDS = {
    Level.INSTANT: "Quick: a first answer",
    Level.STANDARD: "Usual",
    Level.THOROUGH: "Thorough: takes longer, and may place a few more",
}


@dataclass(frozen=True)
class Wishes:
    """What a coordinator varies from run to run. ``floor`` is in points (None: as the partnership
    has it); ``same_trust``: leaders of the school's own trust count too."""

    level: Level = Level.STANDARD
    floor: int | None = None
    same_trust: bool = False

    def in_words(self) -> str:
        """What is not as usual, in a few words."""
        said = []
        if self.level is not Level.STANDARD:
            said.append(LEVEL_WORDS[self.level].partition(":")[0].lower())
        if self.floor is not None:
            said.append(f"from {self.floor} points up")
        if self.same_trust:
            said.append("same trust allowed")
        return ", ".join(said)


def check_wishes(wishes: Wishes) -> None:
    """Raise RuleBroken where a run cannot be made so."""
    if wishes.floor is not None and not 0 <= wishes.floor <= 1000:
        raise RuleBroken("Enter points from 0 to 1000.", field="floor")


@dataclass(frozen=True)
class Answer:
    """Whom a run gives to one need: ``rank`` of ``eligible`` by points; ``why`` in few words;
    ``fixed``: the suggestion stood before and was kept."""

    leader: int
    score: int
    rank: int
    eligible: int
    why: str
    fixed: bool = False
    metres: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Nobody:
    """Why a run gives nobody to one need, and how many leaders could do it otherwise."""

    says: str
    eligible: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Result:
    """What came of a run, by need id. Its JSON is what is stored."""

    answers: Mapping[int, Answer]
    nobody: Mapping[int, Nobody]

    def as_json(self) -> dict[str, Any]:
        return {
            "answers": {str(need): one.as_json() for need, one in self.answers.items()},
            "nobody": {str(need): one.as_json() for need, one in self.nobody.items()},
        }

    @staticmethod
    def of_json(stored: Any) -> "Result":
        stored = stored or {}
        answers, nobody = stored.get("answers", {}), stored.get("nobody", {})
        return Result(
            {int(need): Answer(**one) for need, one in answers.items()},
            {int(need): Nobody(**one) for need, one in nobody.items()},
        )


def is_idle(state: RunState, asked_at: datetime, now: datetime) -> bool:
    """Whether it was asked for a while ago and nobody has begun on it."""
    return state is RunState.ASKED and now - asked_at > IDLE


def title(kind: RunKind, on: date) -> str:
    """How a run is called on pages."""
    what = "Plan" if kind is RunKind.PLAN else "Second look at waiting needs"
    return f"{what} of {on.day} {on:%B}"
