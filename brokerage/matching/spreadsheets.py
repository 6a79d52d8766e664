"""From the bytes of a spreadsheet saved as CSV to rows of named cells, with every fault named.

Text may be UTF-8 (with or without a byte order mark) or cp1252, as Excel saves it; columns are
found by name in any order. What is no CSV at all (a workbook, a web page, UTF-16) is refused with
one sentence that says what to do. One bad line costs that line alone: after a broken quote,
reading goes on with the very next line. Cost: one pass, plus one more for each broken line.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


class NotASpreadsheetError(ValueError):
    """Nothing can be read from this file; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file (the header is usually line 1), and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One line that was left out, and why."""

    line: int
    says: str


@dataclass(slots=True)
class Sheet:
    """What a file held: good rows, lines left out, and columns nobody knows."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()


OPENINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a workbook (xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (xls)"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"<", "a web page"),
)
"""How files that are often taken for a CSV begin."""

SAVE_AS = 'Save it as "CSV UTF-8 (comma delimited)" and try again.'


def decode(content: bytes, name: str) -> str:
    """The text of a CSV file, or NotASpreadsheetError with one sentence."""
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise NotASpreadsheetError(f"{name} is empty.")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    for opening, kind in OPENINGS:
        if content.startswith(opening) or start.startswith(opening):
            raise NotASpreadsheetError(f"{name} is {kind}, not a CSV file. {SAVE_AS}")
    if b"\0" in content:
        raise NotASpreadsheetError(f"{name} is not a CSV file: it holds NUL bytes. {SAVE_AS}")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASpreadsheetError(f"{name} is neither UTF-8 nor cp1252 text. {SAVE_AS}")


def read_sheet(content: bytes, name: str, columns: Sequence[str], required: Sequence[str]) -> Sheet:
    """Rows of the known `columns`; a column that is not `required` may be missing altogether."""
    sheet = Sheet()
    header: list[str] | None = None
    for line, cells in _records(decode(content, name), sheet.faults):
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells, name, columns, required)
            sheet.unknown_columns = tuple(
                column for column in header if column and column not in columns
            )
        elif len(cells) != len(header):
            sheet.faults.append(
                Fault(line, f"it has {len(cells)} cells where the header has {len(header)}")
            )
        else:
            by_name = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            sheet.rows.append(Row(line, {column: by_name.get(column, "") for column in columns}))
    if header is None:
        raise NotASpreadsheetError(f"{name} has no header that could be read.")
    return sheet


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each record; a broken one goes to `faults` and costs one line."""
    lines = list(io.StringIO(text, newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader((lines[at] for at in range(start, len(lines))), strict=True)
        begun = start
        try:
            for cells in reader:
                yield begun + 1, cells
                begun = start + reader.line_num
            return
        except csv.Error:
            faults.append(Fault(begun + 1, "its quotes are not closed or stand in the wrong place"))
            start = begun + 1


def _header(
    cells: Sequence[str], name: str, columns: Sequence[str], required: Sequence[str]
) -> list[str]:
    header = [cell.strip().casefold() for cell in cells]
    missing = [column for column in required if column not in header]
    if missing and any(mark in cells[0] for mark in (";", "\t")):
        raise NotASpreadsheetError(
            f"{name} seems to be separated by semicolons or tabs, not commas. {SAVE_AS}"
        )
    if missing:
        raise NotASpreadsheetError(
            f"{name} has no column {', '.join(missing)}; its first line names the columns."
        )
    for column in columns:
        if header.count(column) > 1:
            raise NotASpreadsheetError(f"{name} has the column {column} more than once.")
    return header
