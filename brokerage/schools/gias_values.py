"""From one cell of a GIAS file to a value: text, number, date, postcode, website. Pure.

Each reader takes a cell and gives its value, or None for any of the spellings of nothing.
It raises CellError, whose text says what is wrong, when something is there that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

NOTHING = frozenset(
    {
        "",
        "-",
        ".",
        "..",
        "n/a",
        "none",
        "null",
        "not applicable",
        "not-applicable",
        "not collected",
        "not recorded",
        "does not apply",
    }
)
NO_CODE = frozenset({"0", "00", "000", "0000", "999", "9999"})
SPONSORED = "supported by a "  # "Supported by a multi-academy trust": a flag, and no name

# ISO-8859-1 turned cp1252's quotation marks and dashes into control characters; turn them back.
C1_CONTROLS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
LOST_CHARACTER = "\N{REPLACEMENT CHARACTER}"
LONGEST = 500  # characters; a longer cell is a sign of quotation marks gone wrong
SHOWN = 60  # characters of a bad cell that are repeated to the reader
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})")
DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?: 0?0:00(?::00)?)?")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
WHOLE = re.compile(r"\d{1,7}(?:\.0+)?")
NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?%?")
SCHEME = re.compile(r"(https?)\s*(?::/*|/+)", re.IGNORECASE)
HOST_AND_PATH = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z]{2,}\.?(?::\d{1,5})?"
    r"(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?",
    re.IGNORECASE,
)


class CellError(Exception):
    """A cell that cannot be read; the text completes “its <column> ...”."""


def text(cell: str) -> str | None:
    """Text with its white space (no-break spaces too) made single."""
    value = name(cell)
    if value is not None and LOST_CHARACTER in value:
        raise CellError(f"has a character that cannot be read: {_shown(value)}")
    return value


def name(cell: str) -> str | None:
    """A name that must not be lost: a character that cannot be read stays in it, replaced."""
    if not cell.isascii():
        cell = cell.translate(C1_CONTROLS)
    tidy = " ".join(cell.split())
    if len(tidy) > LONGEST:
        raise CellError(f"is longer than {LONGEST} characters: {_shown(tidy)}")
    folded = tidy.casefold()
    return None if folded in NOTHING or folded.startswith(SPONSORED) else tidy


def code(width: int) -> Callable[[str], str | None]:
    """A reader of digits, with leading zeros lost in a spreadsheet restored to `width`."""

    def read(cell: str) -> str | None:
        tidy = cell.strip()
        if tidy.casefold() in NOTHING or tidy in NO_CODE:
            return None
        return digits(width)(tidy)

    return read


def digits(width: int) -> Callable[[str], str | None]:
    """Like `code`, where noughts and nines are codes too: authority 000 is Offshore."""

    def read(cell: str) -> str | None:
        tidy = cell.strip()
        if not tidy:
            return None
        if not (tidy.isascii() and tidy.isdigit() and len(tidy) <= width):
            raise CellError(f"is not a code of {width} digits: {_shown(tidy)}")
        return tidy.zfill(width)

    return read


def urn(cell: str) -> int | None:
    """A unique reference number: five to seven digits."""
    tidy = cell.strip()
    if not tidy:
        return None
    if not (tidy.isascii() and tidy.isdigit() and 5 <= len(tidy) <= 7 and tidy[0] != "0"):
        raise CellError(f"is not a number of five to seven digits: {_shown(tidy)}")
    return int(tidy)


def whole(cell: str) -> int | None:
    """A whole number, nought or more; thousands may have commas."""
    tidy = cell.strip().replace(",", "")
    if tidy.casefold() in NOTHING:
        return None
    if not (tidy.isascii() and WHOLE.fullmatch(tidy)):
        raise CellError(f"is not a whole number: {_shown(tidy)}")
    return int(tidy.partition(".")[0])


def identifier(cell: str) -> int | None:
    """A group's UID; nought stands for none."""
    return whole(cell) or None


def percent(cell: str) -> float | None:
    """A percentage, 0 to 100."""
    tidy = cell.strip()
    if tidy.casefold() in NOTHING:
        return None
    if not (tidy.isascii() and NUMBER.fullmatch(tidy)) or float(tidy.rstrip("%")) > 100:
        raise CellError(f"is not a percentage: {_shown(tidy)}")
    return float(tidy.rstrip("%"))


def metres(cell: str) -> int | None:
    """An easting or northing of the British National Grid in metres; nought stands for none."""
    value = whole(cell)
    if value is not None and value >= 1_300_000:
        raise CellError(f"lies off the British National Grid: {_shown(str(value))}")
    return value or None


def day(cell: str) -> date | None:
    """A date: dd-mm-yyyy as downloaded, dd/mm/yyyy after a spreadsheet, or yyyy-mm-dd."""
    tidy = cell.strip()
    if tidy.casefold() in NOTHING:
        return None
    if matched := DATE.fullmatch(tidy):
        d, m, y = matched.groups()
    elif matched := ISO_DATE.fullmatch(tidy):
        y, m, d = matched.groups()
    else:
        raise CellError(f"is not a date: {_shown(tidy)}")
    try:
        return date(int(y), int(m), int(d))
    except ValueError:
        raise CellError(f"is not a date: {_shown(tidy)}") from None


def postcode(cell: str) -> str | None:
    """A postcode in capitals with one space."""
    tidy = " ".join(cell.upper().split())
    if tidy.casefold() in NOTHING:
        return None
    matched = POSTCODE.fullmatch(tidy)
    if matched is None:
        raise CellError(f"is not a postcode: {_shown(tidy)}")
    return f"{matched[1]} {matched[2]}"


def website(cell: str) -> str | None:
    """An http or https address that is safe to put into a link; `http://` where none is given."""
    tidy = cell.strip()
    if tidy.casefold() in NOTHING:
        return None
    scheme = SCHEME.match(tidy)
    rest = tidy[scheme.end() :] if scheme else tidy
    if len(tidy) > LONGEST or not HOST_AND_PATH.fullmatch(rest):
        raise CellError(f"is not a web address: {_shown(tidy)}")
    return f"{scheme[1].lower() if scheme else 'http'}://{rest}"


def telephone(cell: str) -> str | None:
    """A telephone number as digits, with the leading 0 a spreadsheet took away."""
    if cell.strip().casefold() in NOTHING:
        return None
    number = re.sub(r"\(0\)|[\s()+.-]", "", cell)
    if number.startswith("44") and len(number) == 12:
        number = number[2:]
    # 0 and nine or ten digits; only some 01 numbers have nine.
    if re.fullmatch(r"[1-9]\d{9}|1\d{8}", number):
        number = f"0{number}"
    if not re.fullmatch(r"0[1-9]\d{9}|01\d{8}", number):
        raise CellError(f"is not a telephone number: {_shown(cell.strip())}")
    return number


def _shown(cell: str) -> str:
    return f"“{cell}”" if len(cell) <= SHOWN else f"“{cell[:SHOWN]}…”"
