"""The register as a file: one row a leader, columns by name in any order. Pure.

Lists are separated by ``;``. A specialism is ``phonics@primary``, and may go on with level, date
and what shows it: ``phonics@primary@can support@12/01/2026@Led the English hub``. A designation is
``SLE``, and may go on with awarding body, awarded on, review due and trained on. A column that is
not there changes nothing; one that is there and empty empties what may be empty.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from brokerage.errors import RuleBroken
from brokerage.leaders import register_cells as cells
from brokerage.leaders.rules import (
    BEEN_THERE,
    FAITHS,
    PHASES,
    TERMS,
    WEEKDAYS,
    Accepting,
    Award,
    Level,
    chosen,
)
from brokerage.schools.gias_file import FETCH, GiasFile, NotGias, Source
from brokerage.web.csv_file import as_typed
from brokerage.web.forms import clean

COLUMNS = (
    "email",
    "name",
    "telephone",
    "home_urn",
    "designations",
    "specialisms",
    "accepting",
    "closed_until",
    "engagements_at_once",
    "max_km",
    "remote",
    "weekdays",
    "terms",
    "faiths",
    "been_there",
    "about",
    "public",
    "releaser_email",
    "standing_days",
    "standing_weekdays",
    "standing_terms",
    "standing_until",
)
FOR_READING = ("home_school", "left", "kept_on")  # written, and passed over when read
DAYS = re.compile(r"days(?: (\d{4})/(\d{2}))?")
AFRESH = "Export the register afresh, change that file, and send it."
MOST_ROWS = 5000
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Said:
    """One specialism as a row says it; the area as it was written, ``phase`` empty if not given."""

    area: str
    phase: str
    level: Level | None = None
    evidence_on: Any = None
    evidence: str | None = None


@dataclass(frozen=True)
class Line:
    """One row: the line where it starts, the values of the columns there are, and the half-days
    pledged by school year (None stands for the present one). Or else its fault."""

    number: int
    values: Mapping[str, Any]
    pledged: Mapping[int | None, int]
    fault: str | None = None


class NotARegister(Exception):
    """The whole file cannot be used; its text is a sentence for the person who sends it."""


@dataclass(frozen=True)
class RegisterFile:
    lines: list[Line]
    unknown: list[str]  # columns that were passed over


def read(source: Source) -> RegisterFile:
    """The file's rows, each with its values or its fault. Raises NotARegister for a file that is
    none, or is damaged as a whole."""
    try:
        with GiasFile(source) as opened:
            header = [" ".join(title.casefold().split()) for title in opened.header]
            _check_header(header)
            lines: list[Line] = []
            for row in opened.rows():
                if len(lines) == MOST_ROWS:
                    raise NotARegister(f"The file has more than {MOST_ROWS} rows: split it.")
                lines.append(_line(row.line, header, row.cells))
            faults = [Line(f.line, {}, {}, f.reason) for f in opened.faults]
    except NotGias as fault:
        raise NotARegister(str(fault).replace(FETCH, AFRESH)) from None
    ignored = [title for title in header if title and not _is_known(title)]
    return RegisterFile(sorted([*lines, *faults], key=lambda line: line.number), ignored)


def _is_known(title: str) -> bool:
    return title in COLUMNS or title.split(" ")[0] in FOR_READING or bool(DAYS.fullmatch(title))


def _check_header(header: list[str]) -> None:
    known = [title for title in header if title]
    for title in known:
        if known.count(title) > 1:
            raise NotARegister(f"The column {title} is there twice. {AFRESH}")
    if "name" not in known and "email" not in known:
        raise NotARegister(
            "This is not a register of leaders: its first line must name the columns, with "
            f"name, email, home_urn and specialisms among them. {AFRESH}"
        )


def _line(number: int, header: list[str], row: list[str]) -> Line:
    values: dict[str, Any] = {}
    pledged: dict[int | None, int] = {}
    try:
        for title, cell in zip(header, row, strict=True):
            text = clean(as_typed(cell))
            if "\N{REPLACEMENT CHARACTER}" in text:
                raise RuleBroken(f"its {title} has a character that cannot be read")
            if title in COLUMNS:
                values[title] = _READERS.get(title, _text)(text, title)
            elif match := DAYS.fullmatch(title):
                amount = cells.half_days(text, title)
                if amount is not None:
                    pledged[int(match[1]) if match[1] else None] = amount
    except RuleBroken as broken:
        return Line(number, {}, {}, broken.sentence)
    return Line(number, values, pledged)


def _text(text: str, column: str) -> str:
    return text


def _words(offered: tuple[str, ...]) -> Callable[[str, str], list[str]]:
    def read_words(text: str, column: str) -> list[str]:
        try:
            return chosen(cells.items(text), offered, column)
        except RuleBroken as broken:
            raise RuleBroken(f"its {column}: {broken.sentence}") from None

    return read_words


def _specialisms(text: str, column: str) -> list[Said]:
    found = []
    for item in cells.items(text):
        area, phase, level, on, evidence = [*cells.split(item, cells.PARTS, 4), *[""] * 4][:5]
        if phase and phase.casefold() not in PHASES:
            raise RuleBroken(f"its {column}: “{phase[:40]}” is none of {', '.join(PHASES)}")
        found.append(
            Said(
                area,
                phase.casefold(),
                cells.one_of(Level, level, f"{column}’ level"),
                cells.day(on, f"{column}’ date"),
                evidence,
            )
        )
    return found


def _designations(text: str, column: str) -> list[Award]:
    found = []
    for item in cells.items(text):
        kind, body, *days = [*cells.split(item, cells.PARTS), *[""] * 4][:5]
        awarded, due, trained = (cells.day(on, f"{column}’ date") for on in days)
        found.append(Award(kind, body or None, awarded, due, trained))
    return found


_READERS: dict[str, Callable[[str, str], Any]] = {
    "home_urn": cells.urn,
    "designations": _designations,
    "specialisms": _specialisms,
    "accepting": lambda text, column: cells.one_of(Accepting, text, column),
    "closed_until": cells.day,
    "engagements_at_once": cells.whole,
    "max_km": cells.whole,
    "remote": cells.yes,
    "weekdays": _words(WEEKDAYS),
    "terms": _words(TERMS),
    "faiths": _words(FAITHS),
    "been_there": _words(BEEN_THERE),
    "public": cells.yes,
    "standing_days": cells.half_days,
    "standing_weekdays": _words(WEEKDAYS),
    "standing_terms": _words(TERMS),
    "standing_until": cells.day,
}


def specialism_text(said: Said) -> str:
    """A specialism as a cell holds it: as short as can be."""
    level = said.level or Level.LEADS
    if level is Level.LEADS and said.evidence_on is None and not said.evidence:
        return cells.join([said.area, said.phase], cells.PARTS)
    on = cells.day_text(said.evidence_on)
    return cells.join([said.area, said.phase, level.value, on, said.evidence or ""], cells.PARTS)


def award_text(award: Award) -> str:
    days = (award.awarded_on, award.review_due, award.trained_on)
    parts = [award.kind, award.awarding_body or "", *map(cells.day_text, days)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return cells.join(parts, cells.PARTS)
