"""The only source of now and today.

Instants are UTC; dates are London's. In a demo and in tests the clock can be moved, for every
process of the installation at once, through a small file in the instance folder; anywhere else
that file is not looked at.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_moved_by: Path | None = None


class ClockNotMovable(Exception):
    """Only a demo's clock can be moved."""


def allow_moving(file: Path | None) -> None:
    """Let ``file`` (which need not exist) hold by how many seconds the clock is moved."""
    global _moved_by
    _moved_by = file


def now() -> datetime:
    """The present instant, UTC, moved as the installation's clock is."""
    return datetime.now(UTC) + _offset()


def true_now() -> datetime:
    """The present instant, UTC, which nothing moves: for leases, which are about processes."""
    return datetime.now(UTC)


def today() -> date:
    """The present date in London."""
    return london_date(now())


def london_date(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def move_to(instant: datetime) -> None:
    """Set the clock of every process to ``instant``; it runs on from there.

    Raises ClockNotMovable outside a demo or test.
    """
    if _moved_by is None:
        raise ClockNotMovable("The clock can be moved in a demo only.")
    offset = instant.astimezone(UTC) - datetime.now(UTC)
    draft = _moved_by.with_suffix(".draft")
    draft.write_text(str(offset.total_seconds()))
    draft.replace(_moved_by)


def _offset() -> timedelta:
    if _moved_by is None:
        return timedelta()
    try:
        return timedelta(seconds=float(_moved_by.read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()
