"""What a run is told as: a line on the machine, plain tables, the goals, and what is wrong."""

import os
import platform
from collections.abc import Sequence

from brokerage.bench.methods import Method, version_of
from brokerage.bench.record import Record, Row
from brokerage.bench.summary import Summary, best_bound, summaries
from brokerage.bench.work import WITHIN

PACKAGES = ("numpy", "scipy", "ortools", "highspy", "networkx", "mentor-match", "munkres")
HASH_SHOWN = 10
Cells = tuple[str, ...]

HEADINGS: Cells = (
    "method",
    "runs",
    "seconds",
    "least",
    "most",
    "x standard",
    "import",
    "candidates",
    "build",
    "solve",
    "repair",
    "MB",
    "value",
    "% of bound",
    "urgent/high/normal",
    "unmatched",
    "no candidate",
    "overbooked raw",
    "raw value",
    "pairs hash",
    "remarks",
)


def machine() -> Row:
    """What the figures depend on: no names of machines or folders."""
    versions = {name: version_of(name) for name in PACKAGES}
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version for name, version in versions.items() if version},
    }


def machine_line(said: Row) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in said["versions"].items())
    return (
        f"{said['cores']} cores, {said['processor']}, {said['system']}; "
        f"Python {said['python']}; {versions}; one thread each"
    )


def table(headings: Cells, rows: Sequence[Cells]) -> list[str]:
    """Columns side by side: the first and the last to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    last = len(widths) - 1
    lines = []
    for row in (headings, *rows):
        cells = [
            cell.ljust(width) if index in {0, last} else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def matching_lines(record: Record, size: str, methods: Sequence[Method]) -> list[str]:
    """The table of one size, with the bound that its percentages are of."""
    drawn = summaries(record.of("matching", size))
    bound, standard = best_bound(drawn), drawn.get("standard")
    order = [method for method in methods if method.name in drawn]
    rows = [_cells(drawn[method.name], method, bound, standard) for method in order]
    known = f"best bound {bound[0]:,} ({bound[1]})" if bound else "no bound"
    return [f"{size}: {known}; seconds are without the import", *table(HEADINGS, rows)]


def _cells(
    one: Summary, method: Method, bound: tuple[int, str] | None, standard: Summary | None
) -> Cells:
    stages = [_seconds(one.stages.get(stage)) for stage in ("import", "build", "solve", "repair")]
    candidates = one.stages.get("candidates", one.stages.get(f"candidates{WITHIN}"))
    time = one.seconds
    base = standard.seconds if standard is not None else None
    return (
        one.method,
        str(one.runs),
        *((_seconds(x) for x in (time.median, time.least, time.most)) if time else ("",) * 3),
        f"{time.median / base.median:.2f}" if time and base else "",
        stages[0],
        _seconds(candidates),
        *stages[1:],
        "" if one.memory_mb is None else f"{one.memory_mb:.0f}",
        "" if one.value is None else f"{one.value:,}",
        f"{100 * one.value / bound[0]:.3f}" if one.value is not None and bound else "",
        "/".join(str(count) for count in one.last.get("placed", {}).values()),
        *(_count(one.last.get(key)) for key in ("unmatched", "no_candidate", "overbooked_raw")),
        _count(one.last.get("raw_value")),
        one.hashes[0][:HASH_SHOWN] if len(one.hashes) == 1 else " ".join(h[:6] for h in one.hashes),
        "; ".join(_remarks(one, method)),
    )


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _remarks(one: Summary, method: Method) -> list[str]:
    found = [] if one.status == "done" else [one.last.get("note") or one.status]
    if one.status == "done" and one.last.get("note"):
        found.append(one.last["note"])
    if method.not_modelled:
        found.append(f"not modelled: {method.not_modelled}")
    if within := _within(one):
        found.append(within)
    for aim in ("value", "urgent placed", "high placed", "high placed, alone"):
        if (own := one.bound(aim)) is not None:
            found.append(f"{aim} at most {own[0]:,} ({own[1]})")
    if one.broken:
        found.append(f"BROKEN: {one.broken[0]}")
    return found


def _within(one: Summary) -> str:
    """The stages within solving."""
    found = [
        f"{name.removesuffix(WITHIN)} {_seconds(time)}"
        for name, time in one.stages.items()
        if name.endswith(WITHIN) and name != f"candidates{WITHIN}"
    ]
    return ", ".join(found)


def wrong(record: Record, own: Sequence[str]) -> list[str]:
    """Why the run fails, goals apart: own answers that break rules or differ between repeats."""
    found = []
    for mode, size in dict.fromkeys((row["mode"], row["size"]) for row in record.rows):
        for one in summaries(record.of(mode, size)).values():
            ours = one.method in own
            if ours and one.status == "failed":
                found.append(f"{size}: {one.method} failed: {one.last.get('note', '')}")
            if one.broken and ours:
                found.append(f"{size}: {one.method} is broken: {one.broken[0]}")
            if len(one.hashes) > 1 and ours:
                found.append(f"{size}: {one.method} gave {len(one.hashes)} different plans.")
    return found
