"""From the text in a cell to a value: days, distances, lists, names; each fault in a sentence.

A row's reader remembers every fault and hands back something harmless, so that all that is wrong
with a line is said at once.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from brokerage.matching.profiles import Place

Choice = TypeVar("Choice", bound=StrEnum)

NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
MOST_DAYS = 366
MOST_KM = 2_000
MOST_ENGAGEMENTS = 1_000
FURTHEST_METRES = 10_000_000
SHOWN = 40


def plain_fold(text: str) -> str:
    """Fold by case and outer space alone: "  Phonics " and "phonics" are one specialism."""
    return " ".join(text.split()).casefold()


def shown(text: str) -> str:
    """A cell as it may be quoted in a sentence: in quotes, without line breaks, not too long."""
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return f'"{clean[:SHOWN]}{"..." if len(clean) > SHOWN else ""}"'


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list separated by semicolons, each once, in their order."""
    return tuple(dict.fromkeys(part for part in map(str.strip, text.split(";")) if part))


class RowReader:
    """Reads the cells of one row; `faults` are the sentences said so far."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[str] = []

    def optional(self, column: str) -> str | None:
        return self._cells[column] or None

    def identity(self, column: str) -> str:
        """An id: required, and on one line."""
        text = self.required(column)
        if not text.isprintable():
            self.faults.append(f"{column} {shown(text)} has characters that cannot be printed")
        return text

    def required(self, column: str) -> str:
        if not self._cells[column]:
            self.faults.append(f"{column} is empty")
        return self._cells[column]

    def list_of(self, column: str) -> tuple[str, ...]:
        return listed(self._cells[column])

    def required_list(self, column: str) -> tuple[str, ...]:
        parts = self.list_of(column)
        if not parts:
            self.faults.append(f"{column} is empty")
        return parts

    def folded(self, column: str, text: str, fold: Callable[[str], str]) -> str:
        """The code that a specialism's name folds to."""
        code = fold(text) if text else text
        if text and not code:
            self.faults.append(f"{column} {shown(text)} says nothing")
        return code

    def choice(self, column: str, kind: type[Choice], if_empty: Choice | None = None) -> Choice:
        """One of a few words, in any case."""
        text = self._cells[column]
        if not text and if_empty is not None:
            return if_empty
        return self._one_of(column, text, kind)

    def choices(self, column: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """A list of such words."""
        return tuple(dict.fromkeys(self._one_of(column, p, kind) for p in self.list_of(column)))

    def _one_of(self, column: str, text: str, kind: type[Choice]) -> Choice:
        for word in kind:
            if word.value == text.casefold():
                return word
        known = ", ".join(word.value for word in kind)
        said = f"{column} {shown(text)} is not one of {known}" if text else f"{column} is empty"
        self.faults.append(said)
        return next(iter(kind))

    def half_days(self, column: str, least: int, most: int) -> int:
        """Days in steps of 0.5, as half-days; `least` and `most` are half-days too."""
        if not self.required(column):
            return most
        days = self._number(column, least / 2, most / 2)
        if days is None:
            return most
        if days * 2 != int(days * 2):
            self.faults.append(f"{column} {shown(self._cells[column])} is not in steps of 0.5")
            return most
        return int(days * 2)

    def whole(self, column: str, most: int) -> int | None:
        """A whole number from 0, or None where the cell is empty."""
        number = self._number(column, 0, most)
        if number is not None and number != int(number):
            self.faults.append(f"{column} {shown(self._cells[column])} is not a whole number")
        return None if number is None else int(number)

    def thousandths(self, column: str, most: int) -> int | None:
        """A number from 0 to `most` as whole thousandths: metres from kilometres."""
        number = self._number(column, 0, most)
        return None if number is None else round(number * 1000)

    def place(self) -> Place | None:
        """Easting and northing: both or neither."""
        easting = self._number("easting", -FURTHEST_METRES, FURTHEST_METRES)
        northing = self._number("northing", -FURTHEST_METRES, FURTHEST_METRES)
        if bool(self._cells["easting"]) != bool(self._cells["northing"]):
            self.faults.append("only one of easting and northing is given")
        if easting is None or northing is None:
            return None
        return Place(round(easting), round(northing))

    def _number(self, column: str, least: float, most: float) -> float | None:
        text = self._cells[column]
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self.faults.append(f"{column} {shown(text)} is not a number")
            return None
        if not least <= float(text) <= most:
            self.faults.append(f"{column} {shown(text)} is not from {least:.12g} to {most:.12g}")
            return None
        return float(text)
