"""Between a value and the text in one cell of the register's file, each way. Pure.

What is written is read back the same.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from brokerage.errors import RuleBroken
from brokerage.schools import gias_values

PARTS = "@"
ITEMS = ";"

V = TypeVar("V")
E = TypeVar("E", bound=StrEnum)


def join(parts: Iterable[str], separator: str) -> str:
    """Texts as one, the separator inside a text marked by a backslash."""
    marked = (part.replace("\\", "\\\\").replace(separator, f"\\{separator}") for part in parts)
    return (separator + " " if separator == ITEMS else separator).join(marked)


def split(text: str, separator: str, most: int = 0) -> list[str]:
    """What :func:`join` was given, outer space off; after ``most`` separators the rest is one."""
    parts: list[str] = []
    begun = ""
    position = 0
    while position < len(text):
        letter = text[position]
        following = text[position + 1 : position + 2]
        if letter == "\\" and following in ("\\", separator) and following:
            begun += following
            position += 2
            continue
        if letter == separator and not (most and len(parts) == most):
            parts.append(begun.strip())
            begun = ""
        else:
            begun += letter
        position += 1
    return [*parts, begun.strip()]


def items(text: str) -> list[str]:
    """A list's items; none for an empty cell."""
    return [item for item in split(text, ITEMS) if item]


def day(text: str, column: str) -> date | None:
    """A date, dd/mm/yyyy or ISO; None for an empty cell. Raises RuleBroken."""
    found = _gias(gias_values.day, text, column)
    if found is not None and not 1900 <= found.year <= 2100:
        raise RuleBroken(f"its {column} is not a date of this century: “{text.strip()}”")
    return found


def urn(text: str, column: str) -> int | None:
    return _gias(gias_values.urn, text, column)


def _gias(read: Callable[[str], V], text: str, column: str) -> V:
    try:
        return read(text)
    except gias_values.CellError as fault:
        raise RuleBroken(f"its {column} {fault}") from None


def half_days(text: str, column: str) -> int | None:
    """Days in steps of half a day, as half-days; None for an empty cell."""
    typed = text.strip().replace("½", ".5").replace(",", ".")
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{0,3}(\.[05]?0?)?", typed) or typed == ".":
        raise RuleBroken(f"its {column} is not a number of days in halves: “{text.strip()[:40]}”")
    return int(float(typed) * 2)


def days_text(half_days: int | None) -> str:
    return "" if half_days is None else f"{half_days / 2:g}"


def whole(text: str, column: str) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", typed):
        raise RuleBroken(f"its {column} is not a whole number: “{typed[:40]}”")
    return int(typed)


def yes(text: str, column: str) -> bool | None:
    """Yes or no; None for an empty cell."""
    typed = text.strip().casefold()
    if typed not in ("", "yes", "y", "true", "1", "no", "n", "false", "0"):
        raise RuleBroken(f"its {column} is neither yes nor no: “{text.strip()[:40]}”")
    return typed in ("yes", "y", "true", "1") if typed else None


def yes_text(value: bool) -> str:
    return "yes" if value else "no"


def day_text(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def one_of(kind: type[E], text: str, column: str) -> E | None:
    """One of a closed list of words; None for an empty cell."""
    typed = " ".join(text.split()).casefold()
    if not typed:
        return None
    for member in kind:
        if typed == member.value.casefold():
            return member
    offered = ", ".join(member.value for member in kind)
    raise RuleBroken(f"its {column} is none of {offered}: “{text.strip()[:40]}”")
