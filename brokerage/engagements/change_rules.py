"""Rules about changes of an agreement: what can change, who is asked about it, when. Pure."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from brokerage.engagements.agreement_text import end_in_words, price_in_words
from brokerage.engagements.rules import WORKERS
from brokerage.errors import RuleBroken
from brokerage.life import Life, Part, row
from brokerage.web.words import days, short_day


class ChangeKind(StrEnum):
    MORE_DAYS = "more days"
    FEWER_DAYS = "fewer days"
    DATES = "other dates"
    PRICE = "another price"
    PAUSE = "a pause"
    RESUME = "going on after a pause"
    STOP = "stopping early"
    SWAP = "another leader"


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Asked(StrEnum):
    """Whom a change can be put to."""

    RELEASER = "releaser"
    HEAD = "head"
    LEADER = "leader"
    COORDINATOR = "coordinator"


PART = {
    Asked.RELEASER: Part.RELEASER,
    Asked.HEAD: Part.HEAD,
    Asked.LEADER: Part.LEADER,
    Asked.COORDINATOR: Part.COORDINATOR,
}
WHO = {
    Asked.RELEASER: "The home school, which releases the leader",
    Asked.HEAD: "The head of the supported school",
    Asked.LEADER: "The leader",
    Asked.COORDINATOR: "The coordinator",
}


@dataclass(frozen=True)
class ChangeRule:
    """One kind of change: whom it touches, and so who is asked; who may propose it; and whether a
    new version of the agreement comes of it."""

    kind: ChangeKind
    touches: tuple[Asked, ...]
    proposed_by: tuple[Asked, ...]
    new_version: bool

    @property
    def decided_alone(self) -> bool:
        """Whether it is for the coordinator to decide, whoever wishes for it."""
        return self.touches == (Asked.COORDINATOR,)


_R, _H, _L, _C = Asked.RELEASER, Asked.HEAD, Asked.LEADER, Asked.COORDINATOR
_K = ChangeKind
RULES = {
    rule.kind: rule
    for rule in (
        #          kind           touches           may be proposed by  a new version
        ChangeRule(_K.MORE_DAYS, (_R, _H, _L), (_H, _L, _C), True),
        ChangeRule(_K.FEWER_DAYS, (_H, _L), (_H, _L, _C), True),
        ChangeRule(_K.DATES, (_H, _L), (_H, _L, _C), True),
        ChangeRule(_K.PRICE, (_R, _H), (_H, _C), True),
        ChangeRule(_K.PAUSE, (_C,), (_H, _L, _C), False),
        ChangeRule(_K.RESUME, (_C,), (_H, _L, _C), False),
        ChangeRule(_K.STOP, (_C,), (_H, _L, _C), False),
        ChangeRule(_K.SWAP, (_C,), (_C,), False),
    )
}

_S = ChangeState
GONE = "This change is not being asked any more: it was answered, or taken back."
TOO_LATE = "Too late to undo: it has gone on since. Please ring your coordinator."
_EACH = (Part.RELEASER, Part.HEAD, Part.LEADER, Part.COORDINATOR)

CHANGE_LIFE = Life(
    row(_S.PROPOSED, "agree", _S.AGREED, (*_EACH, Part.SERVICE), GONE),
    row(_S.PROPOSED, "refuse", _S.REFUSED, _EACH, GONE),
    row(_S.PROPOSED, "withdraw", _S.WITHDRAWN, (*_EACH, Part.SERVICE), GONE),
    row(_S.REFUSED, "undo_refuse", _S.PROPOSED, _EACH, TOO_LATE),
)


def to_ask(kind: ChangeKind, said_yes: Collection[Asked]) -> list[Asked]:
    """Who is still to be asked about a change when these, its proposer among them, said yes."""
    return [one for one in RULES[kind].touches if one not in said_yes]


def may_read_why(kind: ChangeKind, mine: Set[Part]) -> bool:
    """Whether somebody with these parts reads why such a change was asked for: those who work in
    the support, and those whom it touches."""
    touched = {PART[asked] for asked in RULES[kind].touches}
    return bool(mine & (touched | WORKERS))


def check_days(half_days: int | None, agreed: int, used: int) -> ChangeKind:
    """Whether so many half-days in all are more or fewer than are agreed; raises RuleBroken where
    they cannot be."""
    if half_days is None:
        raise RuleBroken("Enter how many days it shall be in all.", field="half_days")
    if half_days == agreed:
        raise RuleBroken(f"It is {days(agreed)} already.", field="half_days")
    if half_days <= used:
        raise RuleBroken(
            f"{days(used).capitalize()} of it {'is' if used <= 2 else 'are'} used already: enter "
            "more than that. If nothing more is needed, say that the visits are done.",
            field="half_days",
        )
    return ChangeKind.MORE_DAYS if half_days > agreed else ChangeKind.FEWER_DAYS


def check_end(expected_end: date | None, before: date | None, today: date) -> None:
    """Raise RuleBroken for an end that is past, or that is the end already."""
    if expected_end is None:
        raise RuleBroken("Enter until when it shall go on.", field="expected_end")
    if expected_end <= today:
        raise RuleBroken("Enter a day to come.", field="expected_end")
    if expected_end == before:
        raise RuleBroken("This is the day already.", field="expected_end")
    if expected_end.year > today.year + 2:
        raise RuleBroken("Enter a day within the next two years.", field="expected_end")


def check_until(until: date | None, today: date) -> None:
    """Raise RuleBroken for a pause that would be over already."""
    if until is not None and until <= today:
        raise RuleBroken("Enter a day to come, or leave it empty.", field="until")


def in_words(kind: ChangeKind, new: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """A change in one line, as people read it: ``6 days instead of 4``."""
    if kind in (_K.MORE_DAYS, _K.FEWER_DAYS):
        return f"{days(new['half_days'])} instead of {days(before['half_days'])}"
    if kind is _K.DATES:
        return f"until {end_in_words(new)} instead of {end_in_words(before)}"
    if kind is _K.PRICE:
        return f"{_paid(new)} instead of {_paid(before)}"
    if kind is _K.PAUSE:
        until = new.get("until")
        return f"a pause until {short_day(date.fromisoformat(until))}" if until else "a pause"
    if kind is _K.SWAP:
        return "another leader goes on"
    return kind.value


def _paid(terms: Mapping[str, Any]) -> str:
    price = price_in_words(terms)
    return f"{price} (paid by {terms['who_pays']})" if terms["who_pays"] else price
