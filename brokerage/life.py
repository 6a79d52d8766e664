"""The life of a thing as one table: from, event, to, who may, and the sentence where it cannot be.

Each thing's table stands in its room's ``rules.py``; nothing else decides a state.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from brokerage.errors import NotAllowed, RuleBroken

S = TypeVar("S", bound=StrEnum)


class Part(StrEnum):
    """What somebody is to one thing: the table says who may by these."""

    HEAD = "head of the supported school"
    SCHOOL = "of the supported school"
    LEADER = "the leader"
    RELEASER = "the releaser"
    BUDDY = "the buddy"
    NEW_HEAD = "the new head"
    COORDINATOR = "a coordinator"
    SERVICE = "the service itself"


@dataclass(frozen=True)
class Row(Generic[S]):
    """One row: ``event`` leads from any of ``sources`` to ``target``, for any of ``who``; from
    elsewhere it is refused with ``sentence``."""

    sources: frozenset[S]
    event: str
    target: S
    who: frozenset[Part]
    sentence: str


def row(
    sources: S | Iterable[S], event: str, target: S, who: Part | Iterable[Part], sentence: str
) -> Row[S]:
    """A row, from single values or several."""
    return Row(
        frozenset([sources] if isinstance(sources, StrEnum) else sources),
        event,
        target,
        frozenset([who] if isinstance(who, Part) else who),
        sentence,
    )


class Life(Generic[S]):
    """A table of rows; an event may have several, from different states."""

    def __init__(self, *rows: Row[S]) -> None:
        self.rows = rows

    def after(self, state: S, event: str, parts: Collection[Part]) -> S:
        """The state after ``event``.

        Raises RuleBroken with the row's sentence where the event does not lead on from ``state``,
        NotAllowed where it does but not for somebody with these ``parts``.
        """
        rows = [found for found in self.rows if found.event == event]
        if not rows:
            raise KeyError(event)
        for found in rows:
            if state in found.sources:
                if not found.who & set(parts):
                    raise NotAllowed("This is for somebody else to do.")
                return found.target
        raise RuleBroken(rows[0].sentence)

    def may(self, state: S, event: str, parts: Collection[Part]) -> bool:
        """Whether somebody with these ``parts`` can do ``event`` now: for buttons on pages."""
        return any(
            found.event == event and state in found.sources and found.who & set(parts)
            for found in self.rows
        )
