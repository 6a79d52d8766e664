"""GIAS files made in the test: a good one, and the ways in which files come damaged."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

GOOD_ROW: Mapping[str, str] = {
    "URN": "900001",
    "LA (code)": "806",
    "LA (name)": "Middlesbrough",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Harbour Primary School",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (code)": "4",
    "EstablishmentStatus (code)": "1",
    "OpenDate": "01-09-1962",
    "CloseDate": "",
    "PhaseOfEducation (code)": "2",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Gender (name)": "Mixed",
    "ReligiousCharacter (name)": "Does not apply",
    "SchoolCapacity": "420",
    "NumberOfPupils": "401",
    "PercentageFSM": "41.6",
    "Trusts (code)": "",
    "Trusts (name)": "",
    "LastChangedDate": "14-11-2023",
    "Street": "Quay Road",
    "Locality": "",
    "Town": "Middlesbrough",
    "County (name)": "",
    "Postcode": "TS1 1AA",
    "SchoolWebsite": "www.harbour.example.sch.uk",
    "TelephoneNum": "01632960001",
    "HeadTitle (name)": "Mrs",
    "HeadFirstName": "Blake",
    "HeadLastName": "Testerton",
    "HeadPreferredJobTitle": "Headteacher",
    "Easting": "449500",
    "Northing": "520500",
}
SECOND = {"URN": "900002", "EstablishmentName": "Moor Primary School", "Postcode": "TS2 2BB"}
THIRD = {"URN": "900003", "EstablishmentName": "Beck Primary School", "Postcode": "TS3 3CC"}


def gias_bytes(
    *changes: Mapping[str, str],
    encoding: str = "cp1252",
    line_end: str = "\r\n",
    delimiter: str = ",",
    leave_out: Sequence[str] = (),
) -> bytes:
    """A file with one row for each of `changes` to the good row; unknown titles are added."""
    titles = [title for title in GOOD_ROW if title not in leave_out]
    added = dict.fromkeys(title for row in changes for title in row)
    titles += [title for title in added if title not in GOOD_ROW]
    out = io.StringIO(newline="")
    write = csv.DictWriter(
        out,
        titles,
        restval="",
        extrasaction="ignore",
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL,
        lineterminator=line_end,
    )
    write.writeheader()
    write.writerows({**GOOD_ROW, **row} for row in changes)
    return out.getvalue().encode(encoding)


GOOD = gias_bytes({}, SECOND, THIRD)


class Damaged(NamedTuple):
    """The bytes of a damaged file, and what the sentence about it must contain."""

    content: bytes
    says: str


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


def _lines(start: int, end: int) -> bytes:
    return b"".join(GOOD.splitlines(keepends=True)[start:end])


def _without(title: str) -> Callable[[], Damaged]:
    return lambda: Damaged(gias_bytes({}, SECOND, leave_out=[title]), f"no column “{title}”")


_LAST_ROW = GOOD.index(b'"900003"')
_BUILDERS: dict[str, Callable[[], Damaged]] = {
    "empty": lambda: Damaged(b"", "is empty"),
    "only white space": lambda: Damaged(b"\r\n \r\n", "is empty"),
    "only a byte order mark": lambda: Damaged(b"\xef\xbb\xbf", "is empty"),
    "only commas": lambda: Damaged(b",,,\r\n,,,\r\n", "is empty"),
    "a web page": lambda: Damaged(b"\r\n<!DOCTYPE html><html>Sign in</html>", "a web page"),
    "a renamed workbook": lambda: Damaged(_zip(), "an Excel workbook or a zip archive"),
    "an old workbook": lambda: Damaged(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "old Excel"),
    "a PDF": lambda: Damaged(b"%PDF-1.7\n1 0 obj", "a PDF document"),
    "a gzip archive": lambda: Damaged(b"\x1f\x8b\x08\x00\x00", "a gzip archive"),
    "separated by semicolons": lambda: Damaged(gias_bytes({}, delimiter=";"), "by semicolons"),
    "separated by tabs": lambda: Damaged(gias_bytes({}, delimiter="\t"), "by tabs"),
    "UTF-16 with a mark": lambda: Damaged(gias_bytes({}, encoding="utf-16"), "UTF-16"),
    "UTF-16 without a mark": lambda: Damaged(gias_bytes({}, encoding="utf-16-le"), "UTF-16"),
    "NUL bytes": lambda: Damaged(GOOD.replace(b"Moor", b"Mo\0r"), "line 3 holds a NUL"),
    "marked as UTF-8 and not so": lambda: Damaged(
        b"\xef\xbb\xbf" + gias_bytes({"Town": "Mêlée"}), "says it is UTF-8"
    ),
    "no URN column": _without("URN"),
    "no name column": _without("EstablishmentName"),
    "no authority column": _without("LA (code)"),
    "no status column": _without("EstablishmentStatus (code)"),
    "no header": lambda: Damaged(_lines(1, 4), "no column “URN”"),
    "header only": lambda: Damaged(_lines(0, 1), "header and no establishments"),
    "the URN column twice": lambda: Damaged(GOOD.replace(b"Locality", b"URN"), "twice"),
    "a header cut inside a cell": lambda: Damaged(_lines(0, 1)[:40], "line 1 is never closed"),
    "a header with stray marks": lambda: Damaged(
        GOOD.replace(b'"URN"', b'"URN"x'), "The first line has quotation marks"
    ),
    "cut inside a quoted cell": lambda: Damaged(
        GOOD[: GOOD.index(b"Beck") + 2], "line 4 is never closed"
    ),
    "cut between two cells": lambda: Damaged(
        GOOD[: _LAST_ROW + 8], "cut off: its last row (line 4)"
    ),
    "cut before the last cell": lambda: Damaged(
        GOOD[: GOOD.rindex(b",") + 1], "cut off after a comma"
    ),
    "a mark that is never closed": lambda: Damaged(
        gias_bytes({}) + b'"900002,' + b"far too long a cell " * 9000 + b'"\r\n',
        "line 3 is never closed",
    ),
    "all rows bad": lambda: Damaged(
        gias_bytes({"URN": "x"}, {"URN": ""}), "None of the 2 rows can be used; the first, line 2"
    ),
    "a file of links": lambda: Damaged(
        b'"URN","LinkURN","LinkType"\r\n"900001","900002","Successor"\r\n',
        "not a GIAS file of establishments",
    ),
}

DAMAGED: dict[str, Damaged] = {name: build() for name, build in _BUILDERS.items()}
