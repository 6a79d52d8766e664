"""Rules about partnerships: pure."""

from collections.abc import Mapping
from enum import StrEnum

from brokerage.errors import RuleBroken
from brokerage.matching.scoring import CRITERIA, DEFAULT_WEIGHTS, Weights

MOST_DAYS = 60
MOST_POINTS = 1000
MOST_OF_ONE = 500
"""The most points that one criterion can be worth."""
MOST_HALF_DAYS = 1000
MOST_RIVAL_METRES = 20_000


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
    "first_contact_days": "A first word between leader and school",
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


def weights_as_they_come() -> dict[str, int]:
    """The most points of each criterion where a partnership has set none of its own."""
    return {code: getattr(DEFAULT_WEIGHTS, code) for code in CRITERIA}


def weights_of(kept: Mapping[str, int] | None) -> Weights:
    """The weights that a partnership keeps; as they come where it keeps none, or where they were
    set when there were other criteria."""
    if kept is None or set(kept) != set(CRITERIA):
        return DEFAULT_WEIGHTS
    return Weights(**kept)


def check_weights(points: Mapping[str, int | None]) -> dict[str, int]:
    """Points for each criterion; raises RuleBroken where one is out of bounds, or where they do not
    add up to 1000. The field named is ``points_`` and the criterion's code."""
    for code in CRITERIA:
        given = points.get(code)
        if given is None or not 0 <= given <= MOST_OF_ONE:
            raise RuleBroken(f"Enter points from 0 to {MOST_OF_ONE}.", field=f"points_{code}")
    checked = {code: points[code] or 0 for code in CRITERIA}
    if over := sum(checked.values()) - MOST_POINTS:
        mend = f"take {over} away" if over > 0 else f"give {-over} more"
        raise RuleBroken(
            f"The points add up to {MOST_POINTS + over}, and must be {MOST_POINTS}: {mend}.",
            field=f"points_{next(iter(CRITERIA))}",
        )
    return checked


def check_cap(half_days: int | None) -> int | None:
    """The most half-days that a home school gives in a year, None for no limit; raises RuleBroken
    where it cannot be."""
    if half_days is not None and not 1 <= half_days <= MOST_HALF_DAYS:
        raise RuleBroken(
            f"Enter a number of days from half a day to {MOST_HALF_DAYS // 2}, "
            "or leave it empty for no limit.",
            field="home_school_half_days",
        )
    return half_days


def check_rival_metres(metres: int | None) -> int:
    """How near two schools compete for pupils; raises RuleBroken where it cannot be."""
    if metres is None or not 0 <= metres <= MOST_RIVAL_METRES:
        raise RuleBroken(
            f"Enter a distance from 0 to {MOST_RIVAL_METRES // 1000} km.",
            field="buddy_rival_metres",
        )
    return metres


def check_authority_code(code: str) -> str:
    """A local authority's code; raises RuleBroken where it cannot be one."""
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise RuleBroken(f"“{code[:20]}” is not an authority’s code: it has three digits, as 806.")
    return code
