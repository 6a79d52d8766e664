"""Rules about partnerships: pure."""

from enum import StrEnum

from brokerage.errors import RuleBroken

MOST_DAYS = 60
MOST_POINTS = 1000


class PairingOrder(StrEnum):
    """In which order the three who must agree are asked."""

    RELEASE_CHOOSE_ACCEPT = "release, choose, accept"
    CHOOSE_RELEASE_ACCEPT = "choose, release, accept"
    RELEASE_ACCEPT_CHOOSE = "release, accept, choose"


# Each promise: its column, and what is promised within so many school days.
PROMISES = {
    "call_days": "A call about a new need",
    "urgent_call_days": "A call, when it is urgent",
    "name_days": "A name for a need",
    "urgent_name_days": "A name, when it is urgent",
    "release_days": "A releaser’s answer",
    "choice_days": "The school’s choice",
    "acceptance_days": "The leader’s answer",
    "visit_log_days": "The log of a visit",
    "buddy_days": "A buddy for an acting head",
}


def tidy_name(name: str) -> str:
    """A partnership's name with single spaces; raises RuleBroken where it cannot be one."""
    tidy = " ".join(name.split())
    if not 3 <= len(tidy) <= 120:
        raise RuleBroken("Enter the partnership’s name, up to 120 letters.", field="name")
    return tidy


def check_promise(field: str, days: int | None) -> int:
    """The school days of a promise; raises RuleBroken where they cannot be."""
    if days is None or not 1 <= days <= MOST_DAYS:
        raise RuleBroken(f"Enter a number of school days from 1 to {MOST_DAYS}.", field=field)
    return days


def check_promises(promised: dict[str, int]) -> None:
    """Raise RuleBroken where an urgent need would wait longer than another."""
    for field in ("call_days", "name_days"):
        if promised[f"urgent_{field}"] > promised[field]:
            raise RuleBroken(
                "Something urgent cannot be promised later than the rest.", field=f"urgent_{field}"
            )


def check_floor(points: int | None) -> int:
    """The quality floor in points; raises RuleBroken where it cannot be one."""
    if points is None or not 0 <= points <= MOST_POINTS:
        raise RuleBroken(f"Enter points from 0 to {MOST_POINTS}.", field="quality_floor")
    return points


def check_authority_code(code: str) -> str:
    """A local authority's code; raises RuleBroken where it cannot be one."""
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise RuleBroken(f"“{code[:20]}” is not an authority’s code: it has three digits, as 806.")
    return code
