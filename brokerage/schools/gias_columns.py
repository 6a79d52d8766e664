"""Which columns of which GIAS file are read, by name, and what their codes mean.

Names as in the downloads of 2021, 2024 and 2025; none of those read has changed between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from brokerage.schools import gias_values as values

Reader = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column to read: the field it fills, its title in the file, and how its cells are read.

    `needed`: a file without it is refused. `must`: a row whose cell is empty or bad is left out;
    elsewhere a bad cell becomes None and a remark.
    """

    field: str
    title: str
    read: Reader
    needed: bool = False
    must: bool = False


def _repeated(read: Reader) -> Reader:
    """For columns whose cells repeat: each spelling is read once, and its value shared."""
    return lru_cache(maxsize=8192)(read)


shared_text = _repeated(values.text)
shared_day = _repeated(values.day)
two_digits = _repeated(values.code(2))

ESTABLISHMENTS: tuple[Column, ...] = (
    Column("urn", "URN", values.urn, needed=True, must=True),
    Column("name", "EstablishmentName", values.name, needed=True, must=True),
    Column("la_code", "LA (code)", _repeated(values.digits(3)), needed=True, must=True),
    Column("la_name", "LA (name)", _repeated(values.name)),
    Column("establishment_number", "EstablishmentNumber", values.code(4)),
    Column("type_code", "TypeOfEstablishment (code)", two_digits, needed=True),
    Column("type_name", "TypeOfEstablishment (name)", shared_text),
    Column("type_group_code", "EstablishmentTypeGroup (code)", two_digits),
    Column("status", "EstablishmentStatus (code)", values.text, needed=True, must=True),
    Column("phase", "PhaseOfEducation (code)", two_digits, needed=True),
    Column("low_age", "StatutoryLowAge", _repeated(values.whole)),
    Column("high_age", "StatutoryHighAge", _repeated(values.whole)),
    Column("pupils", "NumberOfPupils", values.whole),
    Column("capacity", "SchoolCapacity", values.whole),
    Column("percent_fsm", "PercentageFSM", _repeated(values.percent)),
    Column("gender", "Gender (name)", shared_text),
    Column("religious_character", "ReligiousCharacter (name)", shared_text),
    Column("trust_uid", "Trusts (code)", values.identifier),
    Column("trust_name", "Trusts (name)", shared_text),
    Column("opened_on", "OpenDate", shared_day),
    Column("closed_on", "CloseDate", shared_day),
    Column("last_changed_on", "LastChangedDate", shared_day),
    Column("street", "Street", values.text),
    Column("locality", "Locality", shared_text),
    Column("town", "Town", shared_text),
    Column("county", "County (name)", shared_text),
    Column("postcode", "Postcode", values.postcode),
    Column("easting", "Easting", values.metres),
    Column("northing", "Northing", values.metres),
    Column("website", "SchoolWebsite", values.website),
    Column("telephone", "TelephoneNum", values.telephone),
    Column("head_title", "HeadTitle (name)", shared_text),
    Column("head_first_name", "HeadFirstName", values.text),
    Column("head_last_name", "HeadLastName", values.text),
    Column("head_job_title", "HeadPreferredJobTitle", shared_text),
)

LINKS: tuple[Column, ...] = (
    Column("urn", "URN", values.urn, needed=True, must=True),
    Column("other_urn", "LinkURN", values.urn, needed=True, must=True),
    Column("other_name", "LinkName", values.name),
    Column("kind", "LinkType", shared_text, needed=True, must=True),
    Column("since", "LinkEstablishedDate", shared_day),
)

_GROUP: tuple[Column, ...] = (
    Column("uid", "Group UID", values.identifier, needed=True, must=True),
    Column("group_id", "Group ID", values.text),
    Column("name", "Group Name", values.name, needed=True, must=True),
    Column("companies_house_number", "Companies House Number", values.text),
    Column("type_code", "Group Type (code)", two_digits, needed=True),
    Column("type_name", "Group Type", shared_text),
    Column("status", "Group Status (code)", values.text, needed=True, must=True),
    Column("opened_on", "Open date", shared_day),
    Column("incorporated_on", "Incorporated on (open date)", shared_day),
    Column("closed_on", "Closed Date", shared_day),
)

GROUPS: tuple[Column, ...] = (
    *_GROUP,
    Column("street", "Group Street", values.text),
    Column("locality", "Group Locality", values.text),
    Column("town", "Group Town", shared_text),
    Column("county", "Group County", shared_text),
    Column("postcode", "Group Postcode", values.postcode),
)

MEMBERSHIPS: tuple[Column, ...] = (
    Column("urn", "URN", values.urn, needed=True, must=True),
    *_GROUP,
    Column("joined_on", "Joined date", shared_day),
)

STATUSES = {"1": "open", "2": "closed", "3": "closing", "4": "proposed"}
GROUP_STATUSES = {"OPEN": "open", "CLOSED": "closed", "PROPOSED_TO_OPEN": "proposed"}

PHASES = {
    "01": "nursery",
    "02": "primary",
    "03": "primary",  # middle deemed primary
    "04": "secondary",
    "05": "secondary",  # middle deemed secondary
    "06": "16plus",
    "07": "all-through",
}
SPECIAL_GROUP = "05"
# Special schools, and pupil referral units with other alternative provision: they differ more
# from a mainstream school of their pupils' age than special schools of different ages do.
SPECIAL_TYPES = frozenset({"07", "08", "10", "12", "32", "33", "36", "44"}) | frozenset(
    {"14", "38", "42", "43"}
)
SIXTEEN_PLUS_TYPES = frozenset({"18", "31", "39", "45", "46", "57"})  # colleges, 16 to 19


def phase_of(phase: str | None, kind: str | None, group: str | None) -> str | None:
    """Our word for a phase, from the codes of phase, type and type group; None if they say none."""
    if group == SPECIAL_GROUP or kind in SPECIAL_TYPES:
        return "special"
    if kind in SIXTEEN_PLUS_TYPES:
        return "16plus"
    return PHASES.get(phase or "")
