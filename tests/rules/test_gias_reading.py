"""A file from Get Information about Schools is read whole, or refused in a sentence."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.schools.gias import Establishment, NotGias, RowFault, read_establishments
from tests.damaged_gias import DAMAGED, GOOD, GOOD_ROW, SECOND, THIRD, gias_bytes


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    damaged = DAMAGED[name]
    path = tmp_path / "edubasealldata.csv"
    path.write_bytes(damaged.content)
    with pytest.raises(NotGias) as refused:
        read_establishments(path)
    assert damaged.says in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_both_encodings_and_line_ends_read_the_same(encoding: str, line_end: str) -> None:
    content = gias_bytes(
        {"EstablishmentName": "St Zoë’s – École"}, SECOND, encoding=encoding, line_end=line_end
    )
    reading = read_establishments(content)
    assert [school.name for school in reading.rows] == ["St Zoë’s – École", "Moor Primary School"]
    assert reading.encoding == encoding
    assert reading.faults == reading.remarks == ()


def test_every_field_of_a_school() -> None:
    (school,) = read_establishments(
        gias_bytes({"Trusts (code)": "2053", "Trusts (name)": "A Trust"})
    ).rows
    assert school == Establishment(
        urn=900001,
        name="Harbour Primary School",
        la_code="806",
        la_name="Middlesbrough",
        establishment_number="2001",
        type_code="01",
        type_name="Community school",
        status="open",
        phase="primary",
        low_age=3,
        high_age=11,
        pupils=401,
        capacity=420,
        percent_fsm=41.6,
        gender="Mixed",
        religious_character=None,
        trust_uid=2053,
        trust_name="A Trust",
        opened_on=date(1962, 9, 1),
        closed_on=None,
        last_changed_on=date(2023, 11, 14),
        street="Quay Road",
        locality=None,
        town="Middlesbrough",
        county=None,
        postcode="TS1 1AA",
        easting=449500,
        northing=520500,
        website="http://www.harbour.example.sch.uk",
        telephone="01632960001",
        head_title="Mrs",
        head_first_name="Blake",
        head_last_name="Testerton",
        head_job_title="Headteacher",
    )


@pytest.mark.parametrize(
    ("title", "cell", "reason"),
    [
        ("URN", "", "has no URN"),
        ("URN", "12x456", "its URN is not a number of five to seven digits: “12x456”"),
        ("EstablishmentName", "", "has no EstablishmentName"),
        ("LA (code)", "", "has no LA (code)"),
        ("LA (code)", "Kent", "its LA (code) is not a code of 3 digits: “Kent”"),
        ("EstablishmentStatus (code)", "", "has no EstablishmentStatus (code)"),
        ("EstablishmentStatus (code)", "9", "its EstablishmentStatus (code) is unknown: “9”"),
    ],
)
def test_a_school_without_its_key_facts_is_left_out(title: str, cell: str, reason: str) -> None:
    reading = read_establishments(gias_bytes({}, {**SECOND, title: cell}, THIRD))
    assert [school.urn for school in reading.rows] == [900001, 900003]
    assert reading.faults == (RowFault(3, reason),)


def test_a_urn_that_comes_twice_is_kept_once() -> None:
    reading = read_establishments(gias_bytes({}, SECOND, {"EstablishmentName": "Impostor School"}))
    assert [school.name for school in reading.rows] == [
        "Harbour Primary School",
        "Moor Primary School",
    ]
    assert reading.faults == (RowFault(4, "repeats URN 900001 of line 2"),)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = gias_bytes({"Street": "Quay\r\nRoad"}, {}, {**SECOND, "URN": "?"}, THIRD)
    reading = read_establishments(content.replace(b'"900003"', b'\r\n"900003"'))
    assert [school.urn for school in reading.rows] == [900001, 900003]
    assert [fault.line for fault in reading.faults] == [4, 5]
    assert "of line 2" in reading.faults[0].reason


def test_a_row_with_too_few_or_too_many_cells_is_left_out() -> None:
    lines = GOOD.splitlines(keepends=True)
    lines[1] = b'"900001","806"\r\n'
    lines[2] = lines[2].rstrip() + b',"stray"\r\n'
    reading = read_establishments(b"".join(lines))
    assert [school.urn for school in reading.rows] == [900003]
    width = len(GOOD_ROW)
    assert reading.faults == (
        RowFault(2, f"has 2 cells instead of {width}"),
        RowFault(3, f"has {width + 1} cells instead of {width}"),
    )


def test_empty_rows_and_cells_that_a_spreadsheet_adds_do_no_harm() -> None:
    lines = [line.rstrip() + b",,\r\n" for line in GOOD.splitlines()]
    lines[0] = GOOD.splitlines(keepends=True)[0]
    reading = read_establishments(b"".join([*lines, b"," * (len(GOOD_ROW) - 1) + b"\r\n\r\n"]))
    assert len(reading.rows) == 3
    assert reading.faults == ()


def test_quotation_marks_that_do_not_pair_cost_only_their_row() -> None:
    content = GOOD.replace(b'"Moor Primary School"', b'"Moor "Primary" School"')
    reading = read_establishments(content)
    assert [school.urn for school in reading.rows] == [900001, 900003]
    assert reading.faults == (RowFault(3, "has quotation marks that do not pair up"),)


def test_columns_are_found_by_name_in_any_order_and_the_rest_is_named() -> None:
    content = gias_bytes(
        {"OfstedRating (name)": "Good"}, leave_out=["Easting", "Northing", "HeadLastName"]
    )
    header, row = content.decode("cp1252").splitlines()
    mirrored = "\r\n".join(",".join(reversed(line.split(","))) for line in (header, row))
    reading = read_establishments(mirrored.encode())
    assert reading.rows[0].name == "Harbour Primary School"
    assert reading.columns_missing == ("Easting", "Northing", "HeadLastName")
    assert reading.fields_missing == {"easting", "northing", "head_last_name"}
    assert reading.columns_ignored == ("OfstedRating (name)",)
    assert "Postcode" in reading.columns_found


def test_a_file_that_is_not_there_is_an_operating_system_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_establishments(tmp_path / "missing.csv")


def test_a_file_cut_anywhere_gives_whole_schools_or_a_refusal() -> None:
    whole = read_establishments(GOOD).rows
    for end in range(len(GOOD)):
        try:
            reading = read_establishments(GOOD[:end])
        except NotGias:
            continue
        assert reading.rows == whole[: len(reading.rows)]
        assert reading.faults == reading.remarks == ()
        # Only a cut between two rows cannot be seen.
        assert GOOD[:end].rstrip() + b"\r\n" in {
            b"".join(GOOD.splitlines(keepends=True)[:rows]) for rows in (2, 3, 4)
        }


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(1, 255)), max_size=9))
def test_changed_bytes_never_break_the_reading(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for at, byte in changes:
        content[at] = byte
    try:
        rows = len(read_establishments(bytes(content)).rows)
    except NotGias:
        rows = 3
    assert 1 <= rows <= 3 + len(changes)
