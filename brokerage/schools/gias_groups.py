"""Links between establishments, groups (trusts, federations), and who is in which group. Pure.

Heads of groups stand in the file of groups too; nothing here needs them, so they are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brokerage.schools import gias_columns
from brokerage.schools.gias_file import Source
from brokerage.schools.gias_rows import Layout, Reading, Values, read_file
from brokerage.schools.gias_values import CellError


@dataclass(frozen=True, slots=True)
class Link:
    """`other_urn` is to `urn` what `kind` says, in GIAS's words: “Successor - merged”."""

    urn: int
    other_urn: int
    other_name: str | None
    kind: str
    since: date | None

    @property
    def is_successor(self) -> bool:
        """Whether the other establishment took over from this one, alone or in part."""
        return self.kind.startswith("Successor")

    @property
    def is_predecessor(self) -> bool:
        """Whether this establishment took over from the other one, alone or in part."""
        return self.kind.startswith("Predecessor")


@dataclass(frozen=True, slots=True)
class Group:
    """A trust, federation or other group; `uid` is its key, `group_id` TRnnnnn for trusts.

    `status` is open, closed or proposed (to open); `type_code` has two digits (06 multi-academy
    trust, 10 single-academy trust); `companies_house_number` has eight characters.
    """

    uid: int
    group_id: str | None
    name: str
    companies_house_number: str | None
    type_code: str | None
    type_name: str | None
    status: str
    opened_on: date | None
    incorporated_on: date | None
    closed_on: date | None
    street: str | None
    locality: str | None
    town: str | None
    county: str | None
    postcode: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A school in a group; the group's own facts are repeated on every row, as in `Group`."""

    urn: int
    uid: int
    group_id: str | None
    name: str
    companies_house_number: str | None
    type_code: str | None
    type_name: str | None
    status: str
    opened_on: date | None
    incorporated_on: date | None
    closed_on: date | None
    joined_on: date | None


def read_links(source: Source) -> Reading[Link]:
    """Read and check a whole file of links, by path or as bytes. Raises NotGias, OSError."""
    return read_file(source, _LINKS)


def read_groups(source: Source) -> Reading[Group]:
    """Read and check a whole file of groups, by path or as bytes. Raises NotGias, OSError.

    A row without a usable UID, name or status, or with a UID that came before, is a fault.
    """
    return read_file(source, _GROUPS)


def read_memberships(source: Source) -> Reading[Membership]:
    """Read and check a whole “all group links” file, by path or as bytes. Raises NotGias, OSError.

    A school may be in several groups, so a URN may stand on several rows.
    """
    return read_file(source, _MEMBERSHIPS)


def _of_group(values: Values) -> Values:
    status = gias_columns.GROUP_STATUSES.get(values["status"].upper())
    if status is None:
        raise CellError(f"its Group Status (code) is unknown: “{values['status']}”")
    number = values["companies_house_number"]
    # A spreadsheet takes the leading noughts of 06625091.
    return values | {
        "status": status,
        "companies_house_number": number and number.zfill(8),
    }


_LINKS = Layout("links", gias_columns.LINKS, lambda values, _: Link(**values))
_GROUPS = Layout(
    "groups", gias_columns.GROUPS, lambda values, _: Group(**_of_group(values)), unique="uid"
)
_MEMBERSHIPS = Layout(
    "group links", gias_columns.MEMBERSHIPS, lambda values, _: Membership(**_of_group(values))
)
