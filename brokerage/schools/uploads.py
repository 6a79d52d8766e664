"""Files that were sent: kept in the instance folder under names of our own until they are read."""

import shutil
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePosixPath

KEPT_SECONDS = 3600  # a folder of files that no import names is removed after this


def store(folder: Path, files: Mapping[str, Callable[[Path], object]]) -> dict[str, str]:
    """Save each file (``files`` says how) in a new folder of ``folder``; answers where each lies,
    from ``folder`` on. Names given by people are never used."""
    place = uuid.uuid4().hex
    (folder / place).mkdir(parents=True, mode=0o700)
    stored = {}
    for what, save in files.items():
        save(folder / place / what)
        stored[what] = f"{place}/{what}"
    return stored


def located(folder: Path, stored: Mapping[str, str]) -> dict[str, Path]:
    """Where stored files lie."""
    return {what: folder / place for what, place in stored.items()}


def remove(folder: Path, stored: Mapping[str, str]) -> None:
    """Remove stored files, as far as they are still there."""
    for place in {PurePosixPath(path).parts[0] for path in stored.values()}:
        shutil.rmtree(folder / place, ignore_errors=True)


def sweep(folder: Path, needed: Collection[str]) -> None:
    """Remove what no import needs any more: left by a page or a run that was broken off."""
    if not folder.is_dir():
        return
    places = {PurePosixPath(path).parts[0] for path in needed}
    for found in folder.iterdir():
        old = time.time() - found.stat().st_mtime > KEPT_SECONDS
        if old and found.is_dir() and found.name not in places:
            shutil.rmtree(found, ignore_errors=True)


def shown_name(name: str | None) -> str:
    """The name of a sent file as it may be shown: its last part, printable, not long."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if c.isprintable()).strip()
    return plain[:150] or "a file without a name"
