"""CSV files that people take away and bring back: no cell is one that a spreadsheet runs."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """The text of a cell, made such that no spreadsheet runs it."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def as_typed(cell: str) -> str:
    """What :func:`inert` was given."""
    if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA):
        return cell[1:]
    return cell


def write(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A CSV as text, in pieces, its cells inert; with a byte order mark, so that spreadsheets read
    its accents."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in (header, *rows):
        writer.writerow([inert(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def download(pieces: Iterable[str], name: str) -> Response:
    """The answer to a request by which such a file is saved."""
    answer = Response("".join(pieces), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
