"""What an import did, or would do: counted, listed, and said in lines. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

LISTED = 1000  # of each kind; the rest is counted only
KINDS = {
    "new": "New schools",
    "changed": "Changed schools",
    "closed": "Schools that have closed",
    "successor": "Schools that were followed by another",
    "rejected": "Rows that were left out",
    "remarks": "Cells that were left out",
}


@dataclass
class Report:
    """Counts and lists of what changed. ``statuses`` counts the schools of the file."""

    dry_run: bool = False
    read: int = 0
    same: int = 0
    absent: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    lists: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    warnings: list[str] = field(default_factory=list)

    def add(self, kind: str, line: str) -> None:
        self.counts[kind] += 1
        if len(self.lists[kind]) < LISTED:
            self.lists[kind].append(line)

    def count(self, what: str, number: int = 1) -> None:
        """Count something that is not listed: trusts and links."""
        self.counts[what] += number

    @property
    def changes(self) -> int:
        """How many rows of the register the import changes, of every kind."""
        return sum(self.counts[kind] for kind in ("new", "changed", "closed")) + sum(
            self.counts[kind] for kind in ("trusts", "links")
        )

    def sections(self) -> list[tuple[str, int, list[str]]]:
        """Each kind of which there is any: its heading, how many, and those that are listed."""
        return [
            (heading, self.counts[kind], self.lists[kind])
            for kind, heading in KINDS.items()
            if self.counts[kind]
        ]

    def status_line(self) -> str:
        held = ", ".join(f"{word} {number:,}" for word, number in sorted(self.statuses.items()))
        return f"Schools in the file: {held}."

    def summary(self) -> str:
        """One line with every count."""
        parts = [f"new {self.counts['new']:,}", f"changed {self.counts['changed']:,}"]
        parts += [f"closed {self.counts['closed']:,}", f"successor {self.counts['successor']:,}"]
        parts += [f"rejected {self.counts['rejected']:,}", f"as before {self.same:,}"]
        parts += [f"not in the file {self.absent:,}"]
        parts += [f"trusts changed {self.counts['trusts']:,}"]
        parts += [f"links new {self.counts['links']:,}"]
        end = " Dry run: nothing was changed." if self.dry_run else ""
        return f"Read {self.read:,}: {', '.join(parts)}.{end}"

    def lines(self) -> list[str]:
        """The whole report as text; the last line is the summary."""
        lines: list[str] = []
        for heading, number, listed in self.sections():
            lines.append(f"{heading}: {number:,}")
            lines += [f"  {line}" for line in listed]
            if number > len(listed):
                lines.append(f"  and {number - len(listed):,} more")
        return [*lines, *self.warnings, self.status_line(), self.summary()]

    def as_json(self) -> dict[str, Any]:
        kept = {held.name: getattr(self, held.name) for held in fields(self)}
        return kept | {"statuses": dict(self.statuses), "counts": dict(self.counts)}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Report:
        report = cls(**kept)
        report.statuses, report.counts = Counter(report.statuses), Counter(report.counts)
        return report
