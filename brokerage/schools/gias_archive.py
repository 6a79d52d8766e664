"""A GIAS file as it is sent: a CSV, or a zip archive that holds one. Pure but for the files."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brokerage.schools.gias_file import CHUNK, NotGias

LARGEST = 250 * 1024 * 1024  # bytes of a file once unpacked: several times all England


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The CSV of ``path``: the file itself, or what its archive holds, for as long as is needed.

    A workbook, which is an archive without a CSV, is given as it is: the reader says what it is.
    Raises NotGias for an archive that cannot be used or unpacks to too much, OSError where the file
    cannot be opened.
    """
    with path.open("rb"):
        member = _member(path)
    if member is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="brokerage-") as folder:
        target = Path(folder) / "unpacked.csv"
        try:
            _unpack(path, member, target)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
            raise NotGias(
                "The archive is damaged or locked by a password. Unpack it and send the CSV."
            ) from fault
        yield target


def _member(path: Path) -> str | None:
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        named = [name for name in archive.namelist() if name.lower().endswith(".csv")]
    held = [name for name in named if not name.startswith("__MACOSX/")]
    if len(held) > 1:
        raise NotGias(f"The archive holds {len(held)} CSV files. Send each on its own.")
    return held[0] if held else None


def _unpack(path: Path, member: str, target: Path) -> None:
    size = 0
    # What an archive says about sizes may be untrue, so what comes out is counted.
    with zipfile.ZipFile(path) as archive, archive.open(member) as packed, target.open("wb") as out:
        while chunk := packed.read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise NotGias("The archive unpacks to more than any register of schools holds.")
            out.write(chunk)
