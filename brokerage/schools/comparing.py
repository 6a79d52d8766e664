"""What the files of an import would change in the register: found by reading alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, Table, select
from sqlalchemy.orm import Session

from brokerage.partnerships.models import PartnershipAuthority, PartnershipSchool
from brokerage.schools.bundle import Bundle
from brokerage.schools.gias import Establishment
from brokerage.schools.models import Phase, School, SchoolLink, SchoolStatus, Trust
from brokerage.schools.report import Report
from brokerage.schools.rules import followed, search_text

Progress = Callable[[int, int], None]
Row = dict[str, Any]

STATUSES = {
    "open": SchoolStatus.OPEN,
    "closing": SchoolStatus.CLOSING,
    "proposed": SchoolStatus.PROPOSED,
    "closed": SchoolStatus.CLOSED,
}
# Where a column is called otherwise here than in the file's reading.
FROM = {"open_date": "opened_on", "close_date": "closed_on", "head_title": "head_job_title"}
OURS = ("search_text", "changed_at")
TABLE: Table = School.__table__  # type: ignore[assignment]
COLUMNS = [column for column in TABLE.columns if column.key not in OURS]
LONGEST = {
    column.key: column.type.length
    for column in COLUMNS
    if type(column.type) is String and column.type.length
}
STEP = 1000
CUT_SHORT = (
    "{absent:,} of the {known:,} open schools known in the partnerships’ areas are not in this "
    "file. They are left as they are. If the file should hold them, it was cut short: download it "
    "again."
)


@dataclass
class Changes:
    """Rows to be written. New schools are made as they are written, to hold few in memory."""

    report: Report
    new_trusts: list[Row] = field(default_factory=list)
    changed_trusts: list[Row] = field(default_factory=list)
    new_schools: list[Establishment] = field(default_factory=list)
    changed_schools: list[Row] = field(default_factory=list)
    new_links: list[Row] = field(default_factory=list)
    changed_links: list[Row] = field(default_factory=list)


class Comparison:
    """One bundle beside the register as it is."""

    def __init__(self, session: Session, bundle: Bundle, *, dry_run: bool, note: Progress) -> None:
        self.session, self.bundle, self.note = session, bundle, note
        self.report = Report(dry_run=dry_run, read=len(bundle.establishments.rows))
        self.changes = Changes(self.report)
        self.trust_of = bundle.trust_of()
        self.authorities: dict[str, str] = {}
        for school in bundle.establishments.rows:
            if school.la_name:
                self.authorities[school.la_code] = school.la_name
        missing = bundle.establishments.fields_missing
        self.unread = {
            column.key for column in COLUMNS if FROM.get(column.key, column.key) in missing
        }
        if missing & {"head_last_name", "head_first_name"}:
            self.unread.add("head_name")

    def run(self) -> Changes:
        for what, reading in self.bundle.readings():
            for fault in reading.faults:
                self.report.add("rejected", f"{what}, line {fault.line}: {fault.reason}")
            for remark in reading.remarks:
                line = f"{what}, line {remark.line} ({remark.about}): {remark.reason}"
                self.report.add("remarks", line)
        self._trusts()
        known = self._schools()
        self._links(known)
        return self.changes

    def _trusts(self) -> None:
        held = {trust.uid: trust for trust in self.session.scalars(select(Trust))}
        for uid, facts in sorted(self.bundle.trusts().items()):
            name = facts.name[:200] if facts.name else None
            kind = facts.kind[:80] if facts.kind else None
            old = held.get(uid)
            row = {
                "uid": uid,
                "name": name or (old.name if old else f"Trust {uid}"),
                "kind": kind or (old.kind if old else None),
                "open": facts.open if facts.open is not None else (old.open if old else True),
            }
            if old is None:
                self.changes.new_trusts.append(row)
            elif any(getattr(old, key) != value for key, value in row.items()):
                self.changes.changed_trusts.append(row)
            else:
                continue
            self.report.count("trusts")

    def _schools(self) -> set[int]:
        """Compare all schools; the URNs known once the import is written."""
        coming = {school.urn: school for school in self.bundle.establishments.rows}
        known = set(coming)
        new = dict.fromkeys(coming)
        for status in (STATUSES[school.status] for school in coming.values()):
            self.report.statuses[status.value] += 1
        area = _Area(self.session)
        done, total = 0, len(coming)
        for old in self._held():
            urn = old["urn"]
            known.add(urn)
            school = coming.get(urn)
            new.pop(urn, None)
            if school is None:
                self._absent(old, area)
                continue
            area.count(old, absent=False)
            done += 1
            self._compare(old, self.values(school, old))
            if done % STEP == 0:
                self.note(done, total)
        for urn in new:
            school = coming[urn]
            self.report.add("new", f"{urn} {school.name} ({STATUSES[school.status].value})")
        self.changes.new_schools = [coming[urn] for urn in new]
        if area.absent * 10 > area.known:
            self.report.warnings.append(CUT_SHORT.format(absent=area.absent, known=area.known))
        return known

    def _held(self) -> Iterator[Row]:
        query = select(*COLUMNS).execution_options(yield_per=STEP)
        for row in self.session.execute(query):
            yield dict(row._mapping)

    def _absent(self, old: Row, area: _Area) -> None:
        if old["status"] is not SchoolStatus.CLOSED:
            self.report.absent += 1
            area.count(old, absent=True)
        trust_uid = self.trust_of.get(old["urn"], old["trust_uid"])
        if trust_uid != old["trust_uid"]:
            self._compare(old, old | {"trust_uid": trust_uid})

    def _compare(self, old: Row, new: Row) -> None:
        changed = [key for key, value in new.items() if old[key] != value]
        if not changed:
            self.report.same += 1
            return
        self.changes.changed_schools.append(new)
        told = f"{new['urn']} {new['name']}"
        if "status" in changed and new["status"] is SchoolStatus.CLOSED:
            self.report.add("closed", told)
        else:
            fields = ", ".join(key.replace("_", " ") for key in changed)
            self.report.add("changed", f"{told}: {fields}")

    def values(self, school: Establishment, old: Row | None = None) -> Row:
        """The school's row as the file has it; of columns the file lacks, as it is held."""
        row: Row = {}
        for column in COLUMNS:
            key = column.key
            if key in self.unread:
                row[key] = old[key] if old else None
            elif key != "head_name":
                row[key] = _fitting(key, getattr(school, FROM.get(key, key)))
        row["status"] = STATUSES[school.status]
        row["phase"] = Phase(school.phase) if school.phase else Phase.OTHER
        row["la_name"] = self._authority(school, old)
        if "head_name" not in self.unread:
            row["head_name"] = _fitting("head_name", _head(school))
        row["trust_uid"] = self.trust_of.get(school.urn, row["trust_uid"])
        return row

    def _authority(self, school: Establishment, old: Row | None) -> str:
        named = self.authorities.get(school.la_code) or (old["la_name"] if old else None)
        return (named or f"Authority {school.la_code}")[:80]

    def _links(self, known: set[int]) -> None:
        if self.bundle.links is None:
            return
        links = SchoolLink.__table__.columns
        held = {
            (row.urn, row.linked_urn, row.kind): row.on
            for row in self.session.execute(select(*links))
        }
        follows = {pair for key in held if (pair := followed(*key))}
        for key, since in self._wanted_links(known).items():
            if key in held and since in (held[key], None):
                continue
            rows = self.changes.changed_links if key in held else self.changes.new_links
            rows.append({"urn": key[0], "linked_urn": key[1], "kind": key[2], "on": since})
            self.report.count("links")
            pair = followed(*key)
            if pair and pair not in follows:
                follows.add(pair)
                self.report.add("successor", f"{pair[0]} was followed by {pair[1]}")

    def _wanted_links(self, known: set[int]) -> dict[tuple[int, int, str], date | None]:
        """The links of schools known here, each once: the file may repeat one without its day."""
        wanted: dict[tuple[int, int, str], date | None] = {}
        for link in self.bundle.links.rows if self.bundle.links else ():
            if link.urn in known or link.other_urn in known:
                key = (link.urn, link.other_urn, link.kind[:60])
                wanted[key] = link.since or wanted.get(key)
        return wanted


class _Area:
    """How many open schools of the partnerships' areas are known, and are not in the file."""

    def __init__(self, session: Session) -> None:
        self.codes = set(session.scalars(select(PartnershipAuthority.la_code)))
        self.picked = set(session.scalars(select(PartnershipSchool.urn)))
        self.known = self.absent = 0

    def count(self, old: Row, *, absent: bool) -> None:
        if old["status"] is SchoolStatus.CLOSED:
            return
        if old["la_code"] in self.codes or old["urn"] in self.picked:
            self.known += 1
            self.absent += absent


def with_search_text(row: Row) -> Row:
    """The row with what it is found by."""
    text = search_text(row["name"], row["urn"], row["postcode"], row["town"])
    return row | {"search_text": text}


def _head(school: Establishment) -> str | None:
    if not school.head_last_name:
        return None
    parts = (school.head_title, school.head_first_name, school.head_last_name)
    return " ".join(part for part in parts if part)


def _fitting(key: str, value: Any) -> Any:
    """The value, cut to what its column holds; half an address of a page is none."""
    longest = LONGEST.get(key)
    if longest is None or value is None or len(value) <= longest:
        return value
    return None if key == "website" else value[:longest]
