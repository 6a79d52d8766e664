"""The readers on real files, where the developer data lies beside the repository."""

import lzma
from collections import Counter
from pathlib import Path

import pytest

from brokerage.schools.gias import read_establishments
from brokerage.schools.gias_groups import read_groups, read_links, read_memberships

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the developer data is not beside the repository: {path}")
    return path


def test_the_extract_of_six_authorities() -> None:
    reading = read_establishments(real("gias-extract.csv"))
    assert Counter(school.status for school in reading.rows) == {"closed": 662, "open": 521}
    assert Counter(school.la_code for school in reading.rows) == {
        "806": 166,
        "808": 191,
        "807": 164,
        "805": 90,
        "841": 124,
        "352": 448,
    }
    assert reading.faults == reading.remarks == ()
    assert reading.columns_missing == ()
    telephones = [school.telephone for school in reading.rows if school.telephone]
    assert len(telephones) == 521
    assert all(number.startswith("01632960") for number in telephones)


def test_all_england() -> None:
    with lzma.open(real("gias-england.csv.xz")) as packed:
        reading = read_establishments(packed.read())
    assert len(reading.rows) == 50_515
    assert Counter(school.status for school in reading.rows) == {
        "open": 26_989,
        "closed": 23_359,
        "closing": 86,
        "proposed": 81,
    }
    assert reading.encoding == "cp1252"
    assert reading.faults == ()
    assert len(reading.remarks) == 2
    nowhere = [school for school in reading.rows if school.easting is None]
    assert len(nowhere) == 1_730 + 147
    assert not any("\x80" <= c <= "\x9f" for school in reading.rows for c in school.name)


def test_the_sample_of_2021_that_went_through_a_spreadsheet() -> None:
    reading = read_establishments(real("gias-full-columns-2021.csv"))
    assert Counter(school.status for school in reading.rows) == {
        "open": 88,
        "closed": 9,
        "closing": 1,
        "proposed": 1,
    }
    assert {school.type_code for school in reading.rows} == {"01", "02", "11", "14", "15", "30"}
    assert reading.columns_missing == ()
    assert all(s.telephone.startswith("0") for s in reading.rows if s.telephone)


def test_the_header_of_2025_has_every_column_we_read() -> None:
    header = real("gias-header-2025.csv").read_bytes().rstrip()
    titles = header.decode("ascii").replace('"', "").split(",")
    cells = {"URN": "900001", "EstablishmentName": "Harbour", "LA (code)": "806"}
    cells["EstablishmentStatus (code)"] = "1"
    row = ",".join(cells.get(title, "") for title in titles)
    reading = read_establishments(header + b"\r\n" + row.encode() + b"\r\n")
    assert reading.columns_missing == ()
    assert len(reading.columns_found) + len(reading.columns_ignored) == 135


def test_real_links_groups_and_memberships() -> None:
    links = read_links(real("gias-links.csv"))
    assert (len(links.rows), links.faults, links.remarks) == (993, (), ())
    assert sum(link.is_successor for link in links.rows) == 511
    groups = read_groups(real("gias-groups.csv"))
    assert Counter(group.status for group in groups.rows) == {
        "open": 178,
        "closed": 115,
        "proposed": 2,
    }
    assert [fault.reason for fault in groups.faults] == ["has no Group Name"]  # it says “None”
    memberships = read_memberships(real("gias-group-links-format.csv"))
    assert (len(memberships.rows), memberships.faults) == (60, ())
