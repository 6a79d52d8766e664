"""needs.csv and leaders.csv: their columns, and how a line becomes a profile.

A line with any fault is left out and named; the others still count. A second line with an id
already read is left out too. Names that may be written in several ways are folded: specialisms by
the `fold` handed in, designations and trusts by case and outer space.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from brokerage.matching.cells import (
    MOST_DAYS,
    MOST_ENGAGEMENTS,
    MOST_KM,
    RowReader,
    plain_fold,
    shown,
)
from brokerage.matching.profiles import (
    Claim,
    LeaderProfile,
    NeedProfile,
    Phase,
    SameTrust,
    Term,
    Urgency,
)
from brokerage.matching.spreadsheets import Fault, Row, Sheet, read_sheet

Fold = Callable[[str], str]
Profile = TypeVar("Profile")

NEED_COLUMNS = (
    "need_id",
    "specialism",
    "also",
    "phase",
    "days",
    "urgency",
    "terms",
    "easting",
    "northing",
    "school",
    "trust",
    "designation",
    "not_leaders",
)
NEED_REQUIRED = ("need_id", "specialism", "phase", "days")
LEADER_COLUMNS = (
    "leader_id",
    "specialisms",
    "phases",
    "days",
    "engagements",
    "easting",
    "northing",
    "terms",
    "max_km",
    "home_school",
    "trust",
    "designations",
    "track_record",
)
LEADER_REQUIRED = ("leader_id", "specialisms", "phases", "days")

MOST_NEED_DAYS = 60
REQUIRED_MARK = "!"
"""After a designation in needs.csv: nobody without it will do."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[Profile]):
    """What a file gave: profiles in its order, lines left out, columns that are not known."""

    profiles: tuple[Profile, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]


def read_needs(
    content: bytes, name: str, fold: Fold = plain_fold, same_trust: SameTrust = SameTrust.BARRED
) -> Reading[NeedProfile]:
    """Read needs.csv; raises NotASpreadsheetError where nothing at all can be read."""
    sheet = read_sheet(content, name, NEED_COLUMNS, NEED_REQUIRED)
    return _read(sheet, "need_id", lambda reader: _need(reader, fold, same_trust))


def read_leaders(content: bytes, name: str, fold: Fold = plain_fold) -> Reading[LeaderProfile]:
    """Read leaders.csv; raises NotASpreadsheetError where nothing at all can be read."""
    sheet = read_sheet(content, name, LEADER_COLUMNS, LEADER_REQUIRED)
    return _read(sheet, "leader_id", lambda reader: _leader(reader, fold))


def _read(
    sheet: Sheet, identity: str, build: Callable[[RowReader], Profile | None]
) -> Reading[Profile]:
    profiles, faults, line_of = [], list(sheet.faults), dict[str, int]()
    for row in sheet.rows:
        reader = RowReader(row.cells)
        _refuse_second(reader, row, identity, line_of)
        profile = build(reader)
        if profile is None:
            faults.append(Fault(row.line, "; ".join(reader.faults)))
            continue
        line_of[row.cells[identity]] = row.line
        profiles.append(profile)
    faults.sort(key=lambda fault: fault.line)
    return Reading(tuple(profiles), tuple(faults), sheet.unknown_columns)


def _refuse_second(reader: RowReader, row: Row, identity: str, line_of: dict[str, int]) -> None:
    first = line_of.get(row.cells[identity])
    if first is not None:
        reader.faults.append(f"{identity} {shown(row.cells[identity])} is on line {first} already")


def _name(text: str | None) -> str | None:
    """One spelling of a name whatever its case and spaces."""
    return " ".join(text.split()).upper() if text else None


def _names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in map(_name, texts) if name)


def _need(reader: RowReader, fold: Fold, same_trust: SameTrust) -> NeedProfile | None:
    specialism, also = reader.required("specialism"), reader.optional("also") or ""
    code, also_code = (
        reader.folded("specialism", specialism, fold),
        reader.folded("also", also, fold),
    )
    wanted, required = _designation(reader)
    need = NeedProfile(
        need_id=reader.identity("need_id"),
        specialism=code,
        specialism_name=specialism,
        also=also_code if also_code and also_code != code else None,
        also_name=also,
        phase=reader.choice("phase", Phase),
        half_days=reader.half_days("days", 1, 2 * MOST_NEED_DAYS),
        urgency=reader.choice("urgency", Urgency, if_empty=Urgency.NORMAL),
        terms=frozenset(reader.choices("terms", Term)),
        place=reader.place(),
        school=reader.optional("school"),
        trust=_name(reader.optional("trust")),
        designation=wanted,
        designation_required=required,
        not_leaders=frozenset(reader.list_of("not_leaders")),
        same_trust=same_trust,
    )
    return None if reader.faults else need


def _designation(reader: RowReader) -> tuple[str | None, bool]:
    text = reader.optional("designation") or ""
    required = text.endswith(REQUIRED_MARK)
    wanted = _name(text.removesuffix(REQUIRED_MARK))
    if required and wanted is None:
        reader.faults.append("designation requires something but does not say what")
    return wanted, required


def _leader(reader: RowReader, fold: Fold) -> LeaderProfile | None:
    specialisms = [
        reader.folded("specialisms", name, fold) for name in reader.required_list("specialisms")
    ]
    reader.required_list("phases")
    leader = LeaderProfile(
        leader_id=reader.identity("leader_id"),
        specialisms=dict.fromkeys(specialisms, Claim()),
        phases=reader.choices("phases", Phase) or (Phase.PRIMARY,),
        half_days_left=reader.half_days("days", 0, 2 * MOST_DAYS),
        engagements_free=reader.whole("engagements", MOST_ENGAGEMENTS),
        max_metres=reader.thousandths("max_km", MOST_KM),
        place=reader.place(),
        terms=frozenset(reader.choices("terms", Term)),
        home_school=reader.optional("home_school"),
        trust=_name(reader.optional("trust")),
        designations=_names(reader.list_of("designations")),
        track_record=reader.thousandths("track_record", 1),
    )
    return None if reader.faults else leader
