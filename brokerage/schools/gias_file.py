"""From the bytes of a GIAS file to rows of cells, refusing what is not such a file. Pure.

Files come from Get Information about Schools: comma-separated, cp1252 or UTF-8, CRLF or LF.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Source = Path | bytes

CHUNK = 1 << 20  # bytes
UTF8_MARK = b"\xef\xbb\xbf"
SAVE_AS = "Save it as “CSV UTF-8 (comma delimited)” and try again."
FETCH = "Download it again from Get Information about Schools."

# First bytes of files that people take for the download, and what to tell them.
OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", f"This is an Excel workbook or a zip archive, not a CSV file. {SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel workbook, not a CSV file. {SAVE_AS}"),
    (b"%PDF", f"This is a PDF document, not a CSV file. {FETCH}"),
    (b"\x1f\x8b", "This is a gzip archive. Unpack it and import the CSV file inside."),
    (b"\xfd7zXZ", "This is an xz archive. Unpack it and import the CSV file inside."),
    (b"\xff\xfe", f"This file is in UTF-16 (“Unicode text”). {SAVE_AS}"),
    (b"\xfe\xff", f"This file is in UTF-16 (“Unicode text”). {SAVE_AS}"),
)


class NotGias(Exception):
    """The whole file cannot be used; its text is one sentence or two for the person importing."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that is left out: the physical line (from 1) where it starts, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, as many as the header has, and the line (from 1) where it starts."""

    line: int
    cells: list[str]


class GiasFile:
    """An open file: its encoding, its header, and its rows once.

    `faults` fills while `rows` is run through. Raises NotGias on opening for what the first line
    and the bytes show, and from `rows` for a file that is cut off. Close it by a `with`.
    """

    def __init__(self, source: Source) -> None:
        self.encoding = _encoding_of(source)
        self.faults: list[RowFault] = []
        # Bytes that cp1252 leaves undefined become U+FFFD, for the values to judge.
        errors = "replace" if self.encoding == "cp1252" else "strict"
        self._text = io.TextIOWrapper(
            _open(source), encoding=self.encoding, errors=errors, newline=""
        )
        try:
            self._reader = csv.reader(self._text, strict=True)
            self.header = self._read_header()
        except BaseException:
            self._text.close()
            raise

    def __enter__(self) -> GiasFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def rows(self) -> Iterator[Row]:
        """Every whole row below the header; blank ones are passed over."""
        width = len(self.header)
        cut: RowFault | None = None  # a short row; fatal if nothing follows it
        for row in self._read():
            if cut is not None:
                self.faults.append(cut)
                cut = None
            # A spreadsheet may have added empty cells at the end.
            if len(row.cells) >= width and not any(row.cells[width:]):
                yield Row(row.line, row.cells[:width])
                continue
            fault = RowFault(row.line, f"has {len(row.cells)} cells instead of {width}")
            if len(row.cells) < width:
                cut = fault
            else:
                self.faults.append(fault)
        if cut is not None:
            raise NotGias(
                f"The file is cut off: its last row (line {cut.line}) {cut.reason}. {FETCH}"
            )

    def _read_header(self) -> list[str]:
        first = next(self._read(), None)
        if self.faults:
            raise NotGias(f"The first line {self.faults[0].reason}: the file is damaged. {FETCH}")
        if first is None:
            raise NotGias("The file is empty.")
        return [title.strip() for title in first.cells]

    def _read(self) -> Iterator[Row]:
        """The rows that hold anything; those whose quotation marks do not pair become faults."""
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                self._misquoted(str(error), line)
            else:
                if cells is None:
                    return
                if any(cells):
                    yield Row(line, cells)

    def _misquoted(self, error: str, line: int) -> None:
        # An open quotation mark swallows lines until the next mark, the end, or csv's cell limit.
        if "unexpected end of data" in error or "field larger" in error:
            raise NotGias(_never_closed(line))
        last = self._reader.line_num
        lines = f" (lines {line} to {last})" if last > line else ""
        self.faults.append(RowFault(line, f"has quotation marks that do not pair up{lines}"))


def _never_closed(line: int) -> str:
    return (
        f"The file is cut off or damaged: a quotation mark in the row at line {line} is never "
        f"closed. {FETCH}"
    )


def _open(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _encoding_of(source: Source) -> str:
    """`utf-8-sig`, `utf-8` or `cp1252`, from the whole file. Raises NotGias for other kinds."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8"
    lines = 1
    with _open(source) as opened:
        chunk = opened.read(CHUNK)
        _check_kind(chunk)
        marked = chunk.startswith(UTF8_MARK)
        quoted = chunk.removeprefix(UTF8_MARK).startswith(b'"')
        while True:
            _check_nul(chunk, lines)
            lines += chunk.count(b"\n")
            if encoding == "utf-8" and not _decodes(decoder, chunk):
                encoding = "cp1252"
            if not chunk:
                break
            ends_open = chunk.endswith(b",")
            chunk = opened.read(CHUNK)
    if quoted and ends_open:  # a quoted file ends with a quotation mark or a line end
        raise NotGias(f"The file is cut off after a comma in its last row. {FETCH}")
    if marked and encoding == "cp1252":
        raise NotGias(
            f"The file says it is UTF-8 and holds bytes that are not: it is damaged. {FETCH}"
        )
    return "utf-8-sig" if marked else encoding


def _check_kind(start: bytes) -> None:
    start = start.removeprefix(UTF8_MARK)
    if not start.strip():
        raise NotGias("The file is empty.")
    if start.lstrip().startswith(b"<"):
        raise NotGias(f"This is a web page, not a CSV file. {FETCH}")
    for magic, sentence in OTHER_KINDS:
        if start.startswith(magic):
            raise NotGias(sentence)
    # Without a byte order mark, UTF-16 of English text still has a NUL in every other byte.
    if start[1:2] == b"\0" or start[:1] == b"\0":
        raise NotGias(f"This file is in UTF-16 (“Unicode text”). {SAVE_AS}")
    _check_delimiter(start.lstrip().partition(b"\n")[0])


def _check_nul(chunk: bytes, lines: int) -> None:
    at = chunk.find(b"\0")
    if at >= 0:
        line = lines + chunk.count(b"\n", 0, at)
        raise NotGias(f"The file is damaged: line {line} holds a NUL byte. {FETCH}")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def _check_delimiter(header: bytes) -> None:
    if header.count(b",") > 1:
        return
    for delimiter, called in ((b";", "semicolons"), (b"\t", "tabs"), (b"|", "vertical bars")):
        if header.count(delimiter) > 1:
            raise NotGias(f"The columns are separated by {called}, not by commas. {SAVE_AS}")
