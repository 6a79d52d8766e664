"""What a proof prints: tables that a person can read and copy."""

import logging
from collections.abc import Iterable, Sequence

from brokerage.web import logs


def be_quiet() -> None:
    """The service's own lines, one for each use case, would bury the tables."""
    logs.set_up("plain")
    logging.getLogger("brokerage").setLevel(logging.ERROR)


def table(title: str, rows: Iterable[Sequence[object]]) -> str:
    """The rows under a title, in columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([title, *lines, ""])


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else 0.0
