"""What was measured, kept in a JSON file as it comes, so that a long run can be taken up again."""

import json
from pathlib import Path
from typing import Any

from brokerage.bench.isolation import DONE, FAILED, KILLED

Row = dict[str, Any]
NOT_INSTALLED, SKIPPED = "not installed", "skipped"
_SETTLED = {DONE, KILLED, FAILED, SKIPPED}


class CannotCompare(Exception):
    """Two measurements were not of the same instance; the message says which."""


class Record:
    """The rows of one run and the instances they are of. Without a path nothing is written."""

    def __init__(self, path: Path | None, seed: int, resume: bool) -> None:
        self._path = path
        self.seed = seed
        self.instances: dict[str, Row] = {}
        self.rows: list[Row] = []
        self.machine: Row = {}
        if resume and path is not None and path.exists():
            self._take_up(json.loads(path.read_text(encoding="utf-8")))

    def _take_up(self, kept: Row) -> None:
        if kept["seed"] != self.seed:
            raise CannotCompare(f"The file is of seed {kept['seed']}, this run is of {self.seed}.")
        self.instances, self.rows = kept["instances"], kept["rows"]

    def note_instance(self, name: str, fingerprint: str, counts: Row) -> None:
        """Remember what an instance is; CannotCompare where it was another one before."""
        known = self.instances.get(name)
        if known is not None and known["fingerprint"] != fingerprint:
            raise CannotCompare(f"The instance {name} is not the one measured before.")
        self.instances[name] = {"fingerprint": fingerprint, "counts": counts}

    def has(self, mode: str, size: str, method: str, repeat: int, limit: float) -> bool:
        """Whether this need not be measured again: it was, or it ran over no smaller limit."""
        return any(
            row["status"] in _SETTLED and (row["status"] != KILLED or row["limit"] >= limit)
            for row in self.of(mode, size, method)
            if row["repeat"] == repeat
        )

    def of(self, mode: str, size: str, method: str | None = None) -> list[Row]:
        """The rows of one mode and size, and of one method."""
        return [
            row
            for row in self.rows
            if row["mode"] == mode and row["size"] == size and method in {None, row["method"]}
        ]

    def add(self, row: Row) -> None:
        """Keep a row in place of an older one of the same measurement, and write the file."""
        known = self.instances.get(row["size"])
        given = row.get("fingerprint")
        if known is not None and given is not None and given != known["fingerprint"]:
            raise CannotCompare(
                f"{row['method']} was given another instance of {row['size']} than the others."
            )
        same = [row[key] for key in ("mode", "size", "method", "repeat")]
        self.rows = [
            other
            for other in self.rows
            if [other[key] for key in ("mode", "size", "method", "repeat")] != same
        ]
        self.rows.append(row)
        self.write()

    def write(self) -> None:
        if self._path is None:
            return
        kept = {
            "seed": self.seed,
            "machine": self.machine,
            "instances": self.instances,
            "rows": self.rows,
        }
        part = self._path.with_name(f"{self._path.name}.part")
        part.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        part.replace(self._path)
