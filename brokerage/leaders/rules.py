"""Rules about system leaders and the days they give: pure."""

from datetime import date
from enum import StrEnum


class Accepting(StrEnum):
    """Whether a leader takes new requests now."""

    YES = "accepting"
    CALL_ONLY = "a phone call only"
    CLOSED = "closed"


class Level(StrEnum):
    LEADS = "can lead"
    SUPPORTS = "can support"


class Movement(StrEnum):
    """What moved in a days account, and why."""

    PLEDGED = "pledged"
    HELD = "held"
    FREED = "freed"
    AGREED = "agreed"
    USED = "used"
    UNUSED = "given back"


TERMS = ("autumn", "spring", "summer")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def school_year(day: date) -> int:
    """The school year of a day, by the calendar year in which it began (on 1 September)."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_name(year: int) -> str:
    """``2026/27``."""
    return f"{year}/{(year + 1) % 100:02d}"
