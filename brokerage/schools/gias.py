"""Establishments from a GIAS file (“establishment fields CSV”, edubasealldata). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from brokerage.schools import gias_columns
from brokerage.schools.gias_file import NotGias, RowFault, Source
from brokerage.schools.gias_rows import Layout, Reading, Remark, Values, read_file
from brokerage.schools.gias_values import CellError

__all__ = ["Establishment", "NotGias", "Reading", "Remark", "RowFault", "read_establishments"]


@dataclass(frozen=True, slots=True)
class Establishment:
    """One establishment as GIAS has it; None wherever GIAS says nothing.

    `status` is open, closed, closing (open, but proposed to close) or proposed (to open).
    `phase` is nursery, primary, secondary, 16plus, all-through or special (pupil referral units
    and other alternative provision too). Ages in years, `percent_fsm` 0 to 100, `easting` and
    `northing` in metres of the British National Grid, both or neither. `la_code` has three
    digits, `establishment_number` four, `type_code` two. `trust_uid` is the group's UID.
    """

    urn: int
    name: str
    la_code: str
    la_name: str | None
    establishment_number: str | None
    type_code: str | None
    type_name: str | None
    status: str
    phase: str | None
    low_age: int | None
    high_age: int | None
    pupils: int | None
    capacity: int | None
    percent_fsm: float | None
    gender: str | None
    religious_character: str | None
    trust_uid: int | None
    trust_name: str | None
    opened_on: date | None
    closed_on: date | None
    last_changed_on: date | None
    street: str | None
    locality: str | None
    town: str | None
    county: str | None
    postcode: str | None
    easting: int | None
    northing: int | None
    website: str | None
    telephone: str | None
    head_title: str | None
    head_first_name: str | None
    head_last_name: str | None
    head_job_title: str | None


def read_establishments(source: Source) -> Reading[Establishment]:
    """Read and check a whole file of establishments, by path or as bytes.

    A row without a usable URN, name, local authority or status is a fault and left out, as is
    one whose URN came before; any other cell that cannot be read is dropped with a remark.
    Raises NotGias when the file cannot be used, and OSError when it cannot be opened.
    """
    return read_file(source, _LAYOUT)


def _establishment(values: Values, remark: Callable[[str], None]) -> Establishment:
    status = gias_columns.STATUSES.get(values["status"].lstrip("0"))
    if status is None:
        raise CellError(f"its EstablishmentStatus (code) is unknown: “{values['status']}”")
    values["status"] = status
    values["phase"] = gias_columns.phase_of(
        values["phase"], values["type_code"], values.pop("type_group_code")
    )
    if (values["easting"] is None) != (values["northing"] is None):
        remark("it has an Easting without a Northing or the other way round")
        values["easting"] = values["northing"] = None
    return Establishment(**values)


_LAYOUT = Layout("establishments", gias_columns.ESTABLISHMENTS, _establishment, unique="urn")
