"""The register of schools comes from files of the national register, whole or not at all."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.ledger.models import LedgerEntry
from brokerage.partnerships.models import PartnershipSchool
from brokerage.schools import invariants, queries
from brokerage.schools.bundle import Bundle, read_bundle
from brokerage.schools.gias_file import NotGias
from brokerage.schools.models import (
    Phase,
    School,
    SchoolImport,
    SchoolLink,
    SchoolStatus,
    Trust,
)
from brokerage.schools.report import Report
from brokerage.schools.services import import_schools, preview
from tests.builders import a_partnership, a_school
from tests.damaged_gias import DAMAGED, GOOD, SECOND, THIRD, gias_bytes
from tests.rules.test_gias_reading_real import real

LINKS = b"""URN,LinkURN,LinkName,LinkType,LinkEstablishedDate
900001,900002,Moor Primary School,Successor,01-09-2020
900002,900001,Harbour Primary School,Predecessor,01-09-2020
900002,900003,Beck Primary School,Result of Amalgamation,
700001,700002,Far away,Successor,
"""
GROUPS = b"""Group UID,Group Name,Group Type (code),Group Type,Group Status (code)
2053,Harbour Learning Trust,06,Multi-academy trust,OPEN
2054,Moor Federation,01,Federation,OPEN
"""
MEMBERSHIPS = b"""\
URN,Group UID,Group Name,Group Type (code),Group Type,Group Status (code),Joined date
900001,2060,Old Trust,06,Multi-academy trust,OPEN,01/01/2010
900001,2061,New Trust,06,Multi-academy trust,OPEN,01/01/2020
900002,2062,Closed Trust,06,Multi-academy trust,CLOSED,01/01/2021
"""
Send = Callable[..., Report]


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Bundle]:
    """Files of these contents, read."""

    def read(**contents: bytes) -> Bundle:
        files = {}
        for what, content in contents.items():
            files[what] = tmp_path / what
            files[what].write_bytes(content)
        return read_bundle(files)

    return read


@pytest.fixture
def send(session: Session, by: By, bundle: Callable[..., Bundle]) -> Send:
    """Import files of these contents; the report."""

    def run(establishments: bytes, **others: bytes) -> Report:
        session.rollback()
        answer = import_schools(by, bundle(establishments=establishments, **others), "a.csv")
        session.expire_all()
        return Report.of_json(answer)

    return run


def everything(session: Session) -> list[Any]:
    """All that the register holds."""
    session.expire_all()
    found: list[Any] = []
    for model in (Trust, School, SchoolLink, SchoolImport, LedgerEntry):
        table = model.__table__
        found += [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
    session.rollback()
    return found


def test_a_file_fills_the_register_and_again_changes_nothing(session: Session, send: Send) -> None:
    report = send(GOOD)
    assert (report.read, report.counts["new"], report.changes) == (3, 3, 3)
    school = session.get_one(School, 900001)
    assert (school.name, school.phase, school.la_name) == (
        "Harbour Primary School",
        Phase.PRIMARY,
        "Middlesbrough",
    )
    assert (school.head_name, school.head_title) == ("Mrs Blake Testerton", "Headteacher")
    assert [s.urn for s in queries.find_schools(session, "moor ts22bb")] == [900002]
    again = send(GOOD)
    assert (again.changes, again.same) == (0, 3)
    assert list(invariants.broken(session)) == []


def test_what_changed_closed_or_went_is_told_and_closed_schools_stay(
    session: Session, send: Send
) -> None:
    send(GOOD)
    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "31-08-2026"}
    report = send(gias_bytes(closed, SECOND | {"Town": "Redcar", "NumberOfPupils": "12"}))
    assert report.lists["closed"] == ["900001 Harbour Primary School"]
    assert report.lists["changed"] == ["900002 Moor Primary School: pupils, town"]
    assert (report.same, report.absent) == (0, 1)
    assert "not in the file 1" in report.lines()[-1]
    school = session.get_one(School, 900001)
    assert (school.status, school.takes_work) == (SchoolStatus.CLOSED, False)
    assert session.get_one(School, 900003).status is SchoolStatus.OPEN
    assert [s.urn for s in queries.find_schools(session, "redcar")] == [900002]


def test_a_row_that_cannot_be_used_is_left_out_with_its_line_and_reason(
    session: Session, send: Send
) -> None:
    report = send(gias_bytes({}, SECOND | {"URN": "x"}, {}, THIRD | {"OpenDate": "31-02-2020"}))
    assert report.lists["rejected"] == [
        "establishments, line 3: its URN is not a number of five to seven digits: “x”",
        "establishments, line 4: repeats URN 900001 of line 2",
    ]
    assert report.lists["remarks"] == [
        "establishments, line 5 (900003): its OpenDate is not a date: “31-02-2020”"
    ]
    assert {s.urn for s in session.scalars(select(School))} == {900001, 900003}


def test_columns_that_a_file_lacks_are_left_as_they_are(session: Session, send: Send) -> None:
    send(GOOD)
    lacking = ["Town", "HeadLastName", "Trusts (code)", "Trusts (name)", "Postcode", "Locality"]
    report = send(gias_bytes({"EstablishmentName": "Quay Primary School"}, leave_out=lacking))
    assert report.lists["changed"] == ["900001 Quay Primary School: name"]
    school = session.get_one(School, 900001)
    assert (school.town, school.head_name, school.postcode) == (
        "Middlesbrough",
        "Mrs Blake Testerton",
        "TS1 1AA",
    )
    assert [s.urn for s in queries.find_schools(session, "quay ts11aa")] == [900001]


def test_values_longer_than_the_register_holds_are_cut(session: Session, send: Send) -> None:
    long = {"EstablishmentName": "A " * 120, "Locality": "é" * 400, "PhaseOfEducation (code)": "0"}
    assert send(gias_bytes(long)).counts["new"] == 1
    assert send(gias_bytes(long)).changes == 0
    school = session.get_one(School, 900001)
    assert (len(school.name), len(school.locality or ""), school.phase) == (150, 150, Phase.OTHER)


def test_links_say_who_followed_whom(session: Session, send: Send) -> None:
    report = send(GOOD, links=LINKS)
    assert report.lists["successor"] == ["900001 was followed by 900002"]
    assert report.counts["links"] == 3
    assert [school.urn for school in queries.successors(session, 900001)] == [900002]
    assert send(GOOD, links=LINKS).changes == 0
    only_back = b"URN,LinkURN,LinkType\n900003,900002,Predecessor\n"
    assert send(GOOD, links=only_back).lists["successor"] == ["900002 was followed by 900003"]
    assert [school.urn for school in queries.successors(session, 900002)] == [900003]


def test_trusts_come_from_the_schools_and_from_files_of_groups(
    session: Session, send: Send
) -> None:
    with_trust = gias_bytes({"Trusts (code)": "2053", "Trusts (name)": "HARBOUR TRUST"}, SECOND)
    send(with_trust)
    assert session.get_one(School, 900001).trust.name == "HARBOUR TRUST"  # type: ignore[union-attr]
    send(with_trust, groups=GROUPS)
    assert [t.name for t in session.scalars(select(Trust))] == ["Harbour Learning Trust"]
    assert send(with_trust, groups=GROUPS).changes == 0


def test_a_file_of_members_puts_schools_into_the_open_trust_they_joined_last(
    session: Session, send: Send
) -> None:
    send(GOOD, groups=MEMBERSHIPS)
    assert session.get_one(School, 900001).trust_uid == 2061
    assert session.get_one(School, 900002).trust_uid is None
    assert session.get_one(Trust, 2062).open is False
    assert send(GOOD, groups=MEMBERSHIPS).changes == 0


def test_a_dry_run_tells_the_same_and_changes_nothing(
    session: Session, bundle: Callable[..., Bundle], send: Send
) -> None:
    before = everything(session)
    report = preview(bundle(establishments=GOOD, links=LINKS))
    assert report.counts["new"] == 3
    assert report.lines()[-1].endswith("Dry run: nothing was changed.")
    assert everything(session) == before
    told = send(GOOD, links=LINKS)
    assert told.lists == report.lists


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_changes_nothing_and_says_why(
    session: Session, bundle: Callable[..., Bundle], send: Send, name: str
) -> None:
    a_school(session)
    before = everything(session)
    with pytest.raises(NotGias) as refused:
        send(DAMAGED[name].content)
    assert DAMAGED[name].says in str(refused.value)
    assert everything(session) == before


def test_a_damaged_file_of_links_stops_the_whole_import(session: Session, send: Send) -> None:
    before = everything(session)
    with pytest.raises(NotGias, match="The file of links: The file is empty"):
        send(GOOD, links=b"")
    assert everything(session) == before


def test_one_says_so_where_much_of_what_is_known_is_not_in_the_file(
    session: Session, send: Send
) -> None:
    a_partnership(session, authorities=("806",))
    rows = [{"URN": str(900001 + n), "EstablishmentName": f"School {n}"} for n in range(20)]
    send(gias_bytes(*rows))
    assert not send(gias_bytes(*rows[:18])).warnings
    (warning,) = send(gias_bytes(*rows[:17])).warnings
    assert warning.startswith("3 of the 20 open schools")
    assert len(session.scalars(select(School)).all()) == 20


def test_an_import_leaves_a_line_in_the_ledger_and_its_report(session: Session, send: Send) -> None:
    send(GOOD)
    row = session.scalars(select(SchoolImport)).one()
    assert (row.state.value, row.done, row.total, row.file_name) == ("done", 3, 3, "a.csv")
    entry = session.scalars(select(LedgerEntry)).one()
    assert (entry.action, entry.thing, entry.thing_id) == (
        "school.imported",
        "school_import",
        str(row.id),
    )


def test_progress_is_told_up_to_the_end(both: Flask, by: By, bundle: Callable[..., Bundle]) -> None:
    rows = [{"URN": str(900001 + n)} for n in range(2500)]
    seen: list[tuple[int, int]] = []
    files = bundle(establishments=gias_bytes(*rows))
    import_schools(by, files, "a.csv", lambda done, total: seen.append((done, total)))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_the_extract_of_six_authorities_and_again(session: Session, by: By) -> None:
    files = {"establishments": real("gias-extract.csv"), "links": real("gias-links.csv")}
    first = Report.of_json(import_schools(by, read_bundle(files), "gias-extract.csv"))
    assert (first.read, first.counts["new"]) == (1183, 1183)
    assert dict(first.statuses) == {"closed": 662, "open": 521}
    held = Counter(session.scalars(select(School.status)))
    session.rollback()
    assert held == {SchoolStatus.CLOSED: 662, SchoolStatus.OPEN: 521}
    again = Report.of_json(import_schools(by, read_bundle(files), "gias-extract.csv"))
    assert (again.changes, again.same, again.absent) == (0, 1183, 0)


def test_the_check_names_what_does_not_hold(session: Session, send: Send) -> None:
    send(GOOD)
    partnership = a_partnership(session)
    school = session.get_one(School, 900001)
    school.search_text = "lost"
    session.commit()
    session.add(PartnershipSchool(partnership_id=partnership.id, urn=123456))
    session.commit()
    assert list(invariants.broken(session)) == [
        f"Partnership {partnership.id} has picked school 123456, which is not in the register.",
        "School 900001 cannot be found by what it is called.",
    ]


def test_two_imports_at_once_come_one_after_the_other(
    both: Flask, session: Session, by: By, bundle: Callable[..., Bundle]
) -> None:
    rows = [{"URN": str(900001 + n)} for n in range(2000)]
    files = bundle(establishments=gias_bytes(*rows), links=LINKS)

    def send_one(_: int) -> int:
        with both.app_context():
            return Report.of_json(import_schools(by, files, "a.csv")).changes

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(send_one, range(3))) == [0, 0, 2003]
    assert len(session.scalars(select(School.urn)).all()) == 2000
