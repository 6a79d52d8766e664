"""The files of one import, read together before anything is changed. Pure but for the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brokerage.schools.gias import Establishment, read_establishments
from brokerage.schools.gias_archive import unpacked
from brokerage.schools.gias_file import GiasFile, NotGias
from brokerage.schools.gias_groups import (
    Group,
    Link,
    Membership,
    read_groups,
    read_links,
    read_memberships,
)
from brokerage.schools.gias_rows import Reading

# Trusts that run schools: foundation, multi-academy, single-academy (an ordinary, a secure one).
TRUST_TYPES = frozenset({"02", "06", "10", "11"})


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """What the files say of one trust; None where they say nothing."""

    name: str | None = None
    kind: str | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """An establishments file, and the links, groups and memberships sent with it."""

    establishments: Reading[Establishment]
    links: Reading[Link] | None = None
    groups: Reading[Group] | None = None
    memberships: Reading[Membership] | None = None

    def readings(self) -> Iterator[tuple[str, Reading[Any]]]:
        """Each file that was sent, with what it is called."""
        for what in ("establishments", "links", "groups", "memberships"):
            reading = getattr(self, what)
            if reading is not None:
                yield what, reading

    def trusts(self) -> dict[int, TrustFacts]:
        """Each trust that a file names. A file of groups knows more than a school's row."""
        found = {
            school.trust_uid: TrustFacts(name=school.trust_name)
            for school in self.establishments.rows
            if school.trust_uid is not None
        }
        for reading in (self.memberships, self.groups):
            for group in reading.rows if reading is not None else ():
                if group.type_code in TRUST_TYPES or group.uid in found:
                    found[group.uid] = TrustFacts(
                        group.name, group.type_name, group.status != "closed"
                    )
        return found

    def trust_of(self) -> dict[int, int]:
        """School by school, the trust that the file of memberships puts it in: of several open
        ones, that which it joined last."""
        if self.memberships is None:
            return {}
        joined = [
            (row.joined_on or date.min, row.uid, row.urn)
            for row in self.memberships.rows
            if row.type_code in TRUST_TYPES and row.status == "open"
        ]
        return {urn: uid for _, uid, urn in sorted(joined)}


def read_bundle(files: Mapping[str, Path]) -> Bundle:
    """Read the files: ``establishments``, and perhaps ``links``, ``groups`` and ``memberships``.

    A file of memberships sent as that of groups is taken for what it is. Raises NotGias, naming
    the file unless it is that of establishments; OSError where one cannot be opened.
    """
    readings: dict[str, Reading[Any]] = {}
    for what, path in files.items():
        try:
            with unpacked(path) as csv:
                kind, reading = _read(what, csv)
        except NotGias as fault:
            named = "" if what == "establishments" else f"The file of {what}: "
            raise NotGias(f"{named}{fault}") from fault
        if kind in readings:
            raise NotGias(f"The file of {what}: another file of {kind} was sent with it.")
        readings[kind] = reading
    return Bundle(**readings)


def _read(what: str, csv: Path) -> tuple[str, Reading[Any]]:
    if what == "establishments":
        return what, read_establishments(csv)
    if what == "links":
        return what, read_links(csv)
    with GiasFile(csv) as opened:
        has_schools = any(title.casefold() == "urn" for title in opened.header)
    if has_schools:
        return "memberships", read_memberships(csv)
    return "groups", read_groups(csv)
