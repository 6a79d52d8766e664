"""Reading needs.csv and leaders.csv: good rows count, bad ones are named, whatever was saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.need_and_leader_rows import (
    LEADER_COLUMNS,
    LEADER_REQUIRED,
    NEED_COLUMNS,
    NEED_REQUIRED,
    Reading,
    read_leaders,
    read_needs,
)
from brokerage.matching.profiles import NeedProfile, Phase, Place, Term, Urgency
from brokerage.matching.spreadsheets import NotASpreadsheetError

NEED_CELLS = {"need_id": "N1", "specialism": "Phonics", "phase": "primary", "days": "4"}
LEADER_CELLS = {"leader_id": "L1", "specialisms": "Phonics", "phases": "primary", "days": "10"}


def csv_of(*rows: dict[str, str]) -> bytes:
    columns = list(rows[0])
    lines = [columns, *([row[column] for column in columns] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def needs_of(*rows: dict[str, str]) -> Reading[NeedProfile]:
    return read_needs(csv_of(*rows), "needs.csv")


def fault_of_need(**cells: str) -> str:
    reading = needs_of(NEED_CELLS | cells)
    assert reading.profiles == ()
    (fault,) = reading.faults
    assert fault.line == 2
    return fault.says


def fault_of_leader(**cells: str) -> str:
    reading = read_leaders(csv_of(LEADER_CELLS | cells), "leaders.csv")
    assert reading.profiles == ()
    (fault,) = reading.faults
    return fault.says


def test_every_column_of_a_need_is_read() -> None:
    cells = NEED_CELLS | {
        "also": "Early reading",
        "days": "2.5",
        "urgency": "URGENT",
        "terms": "Spring; autumn ;",
        "easting": "449500",
        "northing": "520300.4",
        "school": "100001",
        "trust": " Oak  Trust ",
        "designation": "nle!",
        "not_leaders": "L2;L3",
    }
    (asked,) = needs_of(cells).profiles
    assert asked == NeedProfile(
        need_id="N1",
        specialism="phonics",
        specialism_name="Phonics",
        also="early reading",
        also_name="Early reading",
        phase=Phase.PRIMARY,
        half_days=5,
        urgency=Urgency.URGENT,
        terms=frozenset({Term.AUTUMN, Term.SPRING}),
        place=Place(449500, 520300),
        school="100001",
        trust="OAK TRUST",
        designation="NLE",
        designation_required=True,
        not_leaders=frozenset({"L2", "L3"}),
    )
    assert set(cells) == set(NEED_COLUMNS)


def test_every_column_of_a_leader_is_read() -> None:
    cells = LEADER_CELLS | {
        "specialisms": "Phonics;MATHS",
        "phases": "secondary;Primary",
        "days": "0",
        "engagements": "3",
        "easting": "447900",
        "northing": "519100",
        "terms": "summer",
        "max_km": "20.5",
        "home_school": "100002",
        "trust": "oak trust",
        "designations": "sle; NLE",
        "track_record": "0.85",
    }
    reading = read_leaders(csv_of(cells), "leaders.csv")
    (offered,) = reading.profiles
    assert set(offered.specialisms) == {"phonics", "maths"}
    assert offered.phases == (Phase.SECONDARY, Phase.PRIMARY)
    assert (offered.half_days_left, offered.engagements_free) == (0, 3)
    assert (offered.place, offered.max_metres) == (Place(447900, 519100), 20_500)
    assert offered.terms == frozenset({Term.SUMMER})
    assert (offered.home_school, offered.trust) == ("100002", "OAK TRUST")
    assert offered.designations == frozenset({"SLE", "NLE"})
    assert offered.track_record == 850
    assert set(cells) == set(LEADER_COLUMNS)


def test_what_is_left_empty_or_out_means_any_or_unknown() -> None:
    (asked,) = needs_of(NEED_CELLS).profiles
    assert (asked.urgency, asked.terms, asked.place) == (Urgency.NORMAL, frozenset(), None)
    (offered,) = read_leaders(csv_of(LEADER_CELLS), "leaders.csv").profiles
    assert (offered.engagements_free, offered.max_metres, offered.place) == (None, None, None)
    assert offered.track_record is None


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"need_id": ""}, "need_id is empty"),
        ({"need_id": "N\u00a01\x07"}, "need_id"),
        ({"specialism": ""}, "specialism is empty"),
        ({"phase": "college"}, 'phase "college" is not one of nursery, primary'),
        ({"phase": ""}, "phase is empty"),
        ({"days": ""}, "days is empty"),
        ({"days": "0"}, 'days "0" is not from 0.5 to 60'),
        ({"days": "60.5"}, 'days "60.5" is not from 0.5 to 60'),
        ({"days": "1.3"}, 'days "1.3" is not in steps of 0.5'),
        ({"days": "nan"}, 'days "nan" is not a number'),
        ({"days": "4 days"}, 'days "4 days" is not a number'),
        ({"urgency": "asap"}, 'urgency "asap" is not one of urgent, high, normal'),
        ({"terms": "autumn;winter"}, 'terms "winter" is not one of autumn'),
        ({"easting": "449500", "northing": ""}, "only one of easting and northing is given"),
        ({"easting": "54.5N", "northing": "1"}, 'easting "54.5N" is not a number'),
        ({"easting": "1", "northing": "99999999"}, "is not from -10000000 to 10000000"),
        ({"designation": "!"}, "designation requires something but does not say what"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_each_fault_of_a_need_is_named(cells: dict[str, str], words: str) -> None:
    assert words in fault_of_need(**cells)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"leader_id": ""}, "leader_id is empty"),
        ({"specialisms": " ; "}, "specialisms is empty"),
        ({"phases": ""}, "phases is empty"),
        ({"phases": "primary;infant"}, 'phases "infant" is not one of'),
        ({"days": "-1"}, 'days "-1" is not from 0 to 366'),
        ({"engagements": "1.5"}, 'engagements "1.5" is not a whole number'),
        ({"engagements": "-1"}, 'engagements "-1" is not from 0'),
        ({"max_km": "far"}, 'max_km "far" is not a number'),
        ({"track_record": "85"}, 'track_record "85" is not from 0 to 1'),
    ],
    ids=lambda one: str(one)[:30],
)
def test_each_fault_of_a_leader_is_named(cells: dict[str, str], words: str) -> None:
    assert words in fault_of_leader(**cells)


def test_all_faults_of_a_row_are_said_at_once() -> None:
    assert fault_of_need(phase="college", days="x") == (
        'phase "college" is not one of nursery, primary, secondary, 16plus, special; '
        'days "x" is not a number'
    )


def test_a_bad_row_costs_that_row_alone() -> None:
    good = NEED_CELLS | {"need_id": "N2"}
    reading = needs_of(NEED_CELLS | {"days": "x"}, good)
    assert [asked.need_id for asked in reading.profiles] == ["N2"]
    assert [fault.line for fault in reading.faults] == [2]


def test_a_second_row_of_one_id_is_left_out() -> None:
    reading = needs_of(NEED_CELLS, NEED_CELLS | {"days": "9"})
    assert [asked.half_days for asked in reading.profiles] == [8]
    assert [fault.says for fault in reading.faults] == ['need_id "N1" is on line 2 already']


def test_columns_come_in_any_order_and_unknown_ones_are_told() -> None:
    backwards = dict(reversed((NEED_CELLS | {"Colour": "red"}).items()))
    reading = needs_of(backwards)
    assert reading.unknown_columns == ("colour",)
    assert reading.profiles == needs_of(NEED_CELLS).profiles


def test_names_fold_as_they_are_told_to() -> None:
    codes = {"ict": "computing", "computing": "computing"}
    content = csv_of(NEED_CELLS | {"specialism": "ICT", "also": "Computing"})
    (asked,) = read_needs(content, "needs.csv", lambda name: codes[name.casefold()]).profiles
    assert (asked.specialism, asked.specialism_name, asked.also) == ("computing", "ICT", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_ways_spreadsheets_save_text(encoding: str, ending: str) -> None:
    text = csv_of(NEED_CELLS | {"specialism": "Fran\u00e7ais"}).decode()
    content = text.replace("\n", ending).encode(encoding)
    (asked,) = read_needs(content, "needs.csv").profiles
    assert asked.specialism_name == "Fran\u00e7ais"


def test_after_a_broken_quote_reading_goes_on_with_the_next_line() -> None:
    lines = [
        "need_id,specialism,phase,days",
        'N1,"phonics,primary,4',
        "N2,phonics,primary,4",
        'N3,"mat"hs,primary,4',
        'N4,"two\nlines",primary,4',
        "",
        "N5,phonics,primary",
        'N6,"phonics,primary,4',
        "N7,phonics,primary,4",
    ]
    reading = read_needs("\n".join(lines).encode(), "needs.csv")
    assert [asked.need_id for asked in reading.profiles] == ["N2", "N4", "N7"]
    assert [(fault.line, fault.says.split(",")[0][:26]) for fault in reading.faults] == [
        (2, "its quotes are not closed "),
        (4, "its quotes are not closed "),
        (8, "it has 3 cells where the h"),
        (9, "its quotes are not closed "),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\t", "is empty"),
        (b"PK\x03\x04rest", "is a workbook (xlsx)"),
        (b"\xd0\xcf\x11\xe0rest", "is an old workbook (xls)"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\n <!DOCTYPE html><html>", "is a web page"),
        ("need_id,".encode("utf-16"), "is UTF-16 text"),
        ("need_id,".encode("utf-16-le"), "holds NUL bytes"),
        (b"need_id\x81\xff", "neither UTF-8 nor cp1252"),
        (b"need_id;specialism;phase;days\n", "separated by semicolons or tabs"),
        (b"need_id,specialism\n", "has no column phase, days"),
        (b"need_id,specialism,phase,days,days\n", "has the column days more than once"),
        (b'"need_id\n', "has no header that could be read"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_what_is_no_spreadsheet_gets_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(NotASpreadsheetError) as refused:
        read_needs(content, "needs.csv")
    sentence = str(refused.value)
    assert sentence.startswith("needs.csv ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


rubbish = st.text(alphabet='",;\n\r =N1.5\u00e9', max_size=60)


@given(rubbish)
def test_rubbish_under_a_good_header_never_breaks_the_reading(text: str) -> None:
    header = ",".join(NEED_REQUIRED)
    reading = read_needs(f"{header}\n{text}\nN9,phonics,primary,1\n".encode(), "needs.csv")
    assert {asked.half_days for asked in reading.profiles} <= set(range(1, 121))
    named = len(reading.profiles) + len(reading.faults)
    assert named >= 1


def refusal_of(content: bytes) -> str:
    """The sentence with which this file is refused; nothing where it is read."""
    try:
        read_leaders(content, "leaders.csv")
    except NotASpreadsheetError as refused:
        return str(refused)
    return ""


@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    header = ",".join(LEADER_REQUIRED).encode() + b"\n"
    assert refusal_of(content).startswith("leaders.csv ")
    assert refusal_of(header + content) in ("", refusal_of(b"\x00" + header), refusal_of(b"\x81"))
