"""The reading of a GIAS file as a whole: checked from end to end before anything is given. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from brokerage.schools.gias_columns import Column
from brokerage.schools.gias_file import GiasFile, NotGias, Row, RowFault, Source
from brokerage.schools.gias_values import CellError

Record = TypeVar("Record")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remark:
    """A cell that was dropped from a row that is kept: the line (from 1), the URN or UID, why."""

    line: int
    about: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[Record]):
    """A whole file, read and checked.

    `fields_missing` are fields whose column the file lacks: they are None in every row, and an
    import must leave what it holds of them as it is.
    """

    rows: tuple[Record, ...]
    faults: tuple[RowFault, ...]
    remarks: tuple[Remark, ...]
    encoding: str
    columns_found: tuple[str, ...]
    columns_missing: tuple[str, ...]
    columns_ignored: tuple[str, ...]
    fields_missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Layout(Generic[Record]):
    """One kind of GIAS file: what it is called in sentences, its columns, what a row becomes.

    The first column is the key by which remarks name a row. `build` makes a record of a row's
    values, saying with its second argument what it dropped; a CellError it raises leaves the row
    out. `unique` names a field that no two rows may share: the later one is a fault.
    """

    what: str
    columns: tuple[Column, ...]
    build: Callable[[Values, Callable[[str], None]], Record]
    unique: str | None = None


class Notes:
    """What the rows of one file gave cause to say, in their order."""

    def __init__(self) -> None:
        self.faults: list[RowFault] = []
        self.remarks: list[Remark] = []


def read_file(source: Source, layout: Layout[Record]) -> Reading[Record]:
    """Read a whole file of that layout, by path or as bytes.

    Raises NotGias, before anything is given, if it cannot be used; OSError if not opened.
    """
    notes = Notes()
    with GiasFile(source) as opened:
        places = _places(opened.header, layout)
        found = [column for column in layout.columns if column.title.casefold() in places]
        rows = tuple(_records(opened.rows(), layout, found, places, notes))
    faults = sorted([*opened.faults, *notes.faults], key=lambda fault: fault.line)
    if not rows:
        raise NotGias(_nothing_left(layout.what, faults))
    missing = [column for column in layout.columns if column not in found]
    read = {column.title.casefold() for column in found}
    return Reading(
        rows=rows,
        faults=tuple(faults),
        remarks=tuple(notes.remarks),
        encoding=opened.encoding,
        columns_found=tuple(column.title for column in found),
        columns_missing=tuple(column.title for column in missing),
        columns_ignored=tuple(title for title in opened.header if title.casefold() not in read),
        fields_missing=frozenset(column.field for column in missing),
    )


def _places(header: Sequence[str], layout: Layout[Record]) -> dict[str, int]:
    """Where each column stands. Raises NotGias if a needed one is missing, or one is twice."""
    wanted = {column.title.casefold() for column in layout.columns}
    places: dict[str, int] = {}
    for at, title in enumerate(header):
        folded = title.casefold()
        if folded in places and folded in wanted:
            raise NotGias(f"The column “{title}” is in the file twice.")
        places[folded] = at
    lacking = [c.title for c in layout.columns if c.needed and c.title.casefold() not in places]
    if lacking:
        named = ", ".join(f"“{title}”" for title in lacking)
        raise NotGias(
            f"This is not a GIAS file of {layout.what}: it has no column {named}. "
            "The first line must hold the column names."
        )
    return places


def _records(
    rows: Iterable[Row],
    layout: Layout[Record],
    found: Sequence[Column],
    places: dict[str, int],
    notes: Notes,
) -> Iterator[Record]:
    pick = itemgetter(*(places[column.title.casefold()] for column in found))
    absent: Values = {column.field: None for column in layout.columns if column not in found}
    key = layout.columns[0].field
    first_lines: dict[object, int] = {}
    for row in rows:
        dropped: list[str] = []
        try:
            values = absent | _values(found, pick(row.cells), dropped)
            if layout.unique is not None:
                _check_unrepeated(layout.unique, values[layout.unique], row.line, first_lines)
            about = values[key]
            record = layout.build(values, dropped.append)
        except CellError as bad:
            notes.faults.append(RowFault(row.line, str(bad)))
            continue
        notes.remarks.extend(Remark(row.line, about, reason) for reason in dropped)
        yield record


def _values(columns: Sequence[Column], cells: Sequence[str], dropped: list[str]) -> Values:
    """The fields of one row; `dropped` takes what had to go. Raises CellError to leave it out."""
    values: Values = {}
    for column, cell in zip(columns, cells, strict=True):
        value = None
        try:
            value = column.read(cell) if cell else None
        except CellError as bad:
            if column.must:
                raise CellError(f"its {column.title} {bad}") from None
            dropped.append(f"its {column.title} {bad}")
        if value is None and column.must:
            raise CellError(f"has no {column.title}")
        values[column.field] = value
    return values


def _check_unrepeated(field: str, value: object, line: int, first_lines: dict[object, int]) -> None:
    first = first_lines.setdefault(value, line)
    if first != line:
        raise CellError(f"repeats {field.upper()} {value} of line {first}")


def _nothing_left(what: str, faults: Sequence[RowFault]) -> str:
    if not faults:
        return f"The file has a header and no {what} below it."
    return (
        f"None of the {len(faults)} rows can be used; the first, line {faults[0].line}, "
        f"{faults[0].reason}."
    )
