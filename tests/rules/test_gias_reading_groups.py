"""Links, groups and memberships from Get Information about Schools."""

from datetime import date

import pytest

from brokerage.schools.gias_file import NotGias, RowFault
from brokerage.schools.gias_groups import Group, Link, read_groups, read_links, read_memberships

LINKS = b"""URN,LinkURN,LinkName,LinkType,LinkEstablishedDate
900001,900101,Harbour Academy,Successor - merged,08-03-2013
900101,900001,Harbour Primary School,Predecessor,
900001,none,Nowhere,Successor,
"""
GROUPS = b"""Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type,\
Closed Date,Open date,Incorporated on (open date),Group Status (code),Group County,Group Postcode
2053,TR00008,Harbour Trust,6625091,6,Multi-academy trust,,,19/06/2008,OPEN,Not recorded,W12 7TF
2054,,Moor Federation,,01,Federation,01/05/2011,01/01/2010,,CLOSED,,
2055,,Beck Trust,,06,Multi-academy trust,,,,PROPOSED_TO_OPEN,,
2053,TR00008,Harbour Trust again,,06,,,,,OPEN,,
2056,,Odd Trust,,06,,,,,DORMANT,,
"""
MEMBERSHIPS = b"""URN,Group UID,Group Name,Group Type (code),Group Status (code),Joined date
900001,2053,Harbour Trust,06,OPEN,29/05/2013
900001,2054,Moor Federation,01,CLOSED,01/01/2010
"""


def test_links_say_who_followed_whom() -> None:
    reading = read_links(LINKS)
    follows, followed = reading.rows
    assert follows == Link(
        900001, 900101, "Harbour Academy", "Successor - merged", date(2013, 3, 8)
    )
    assert follows.is_successor
    assert not follows.is_predecessor
    assert followed.is_predecessor
    assert not followed.is_successor
    assert [fault.line for fault in reading.faults] == [4]


def test_groups_with_their_dates_and_statuses() -> None:
    reading = read_groups(GROUPS)
    assert reading.rows[0] == Group(
        uid=2053,
        group_id="TR00008",
        name="Harbour Trust",
        companies_house_number="06625091",
        type_code="06",
        type_name="Multi-academy trust",
        status="open",
        opened_on=None,
        incorporated_on=date(2008, 6, 19),
        closed_on=None,
        street=None,
        locality=None,
        town=None,
        county=None,
        postcode="W12 7TF",
    )
    assert [group.status for group in reading.rows] == ["open", "closed", "proposed"]
    assert reading.faults == (
        RowFault(5, "repeats UID 2053 of line 2"),
        RowFault(6, "its Group Status (code) is unknown: “DORMANT”"),
    )
    assert "street" in reading.fields_missing


def test_a_school_may_be_in_several_groups() -> None:
    reading = read_memberships(MEMBERSHIPS)
    assert [(row.urn, row.uid, row.status) for row in reading.rows] == [
        (900001, 2053, "open"),
        (900001, 2054, "closed"),
    ]
    assert reading.rows[0].joined_on == date(2013, 5, 29)
    assert reading.faults == ()


def test_one_file_is_not_taken_for_another() -> None:
    with pytest.raises(NotGias, match="not a GIAS file of groups: it has no column “Group UID”"):
        read_groups(LINKS)
    with pytest.raises(NotGias, match="not a GIAS file of links"):
        read_links(GROUPS)
    with pytest.raises(NotGias, match="not a GIAS file of group links"):
        read_memberships(GROUPS)
