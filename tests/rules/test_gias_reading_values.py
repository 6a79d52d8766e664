"""What stands in a cell of a GIAS file becomes a value, nothing, or a remark."""

from datetime import date

import pytest

from brokerage.schools.gias import Establishment, Remark, read_establishments
from tests.damaged_gias import GOOD, GOOD_ROW, SECOND, gias_bytes


def only(**cells: str) -> Establishment:
    titles = {title.split(" ")[0]: title for title in GOOD_ROW if not title.endswith("(name)")}
    (school,) = read_establishments(gias_bytes({titles[t]: c for t, c in cells.items()})).rows
    return school


@pytest.mark.parametrize(
    ("phase", "kind", "group", "word"),
    [
        ("1", "15", "4", "nursery"),
        ("2", "01", "4", "primary"),
        ("3", "01", "4", "primary"),
        ("4", "34", "10", "secondary"),
        ("5", "01", "4", "secondary"),
        ("6", "31", "1", "16plus"),
        ("0", "18", "1", "16plus"),
        ("7", "34", "10", "all-through"),
        ("0", "07", "5", "special"),
        ("0", "7", "", "special"),
        ("2", "44", "10", "special"),
        ("0", "14", "4", "special"),
        ("0", "42", "10", "special"),
        ("0", "11", "3", None),
    ],
)
def test_phases_in_our_words(phase: str, kind: str, group: str, word: str | None) -> None:
    school = only(PhaseOfEducation=phase, TypeOfEstablishment=kind, EstablishmentTypeGroup=group)
    assert school.phase == word


@pytest.mark.parametrize(
    ("status", "word"), [("1", "open"), ("2", "closed"), ("3", "closing"), ("4", "proposed")]
)
def test_statuses_in_our_words(status: str, word: str) -> None:
    assert only(EstablishmentStatus=status).status == word


def test_what_a_spreadsheet_takes_away_is_restored() -> None:
    school = only(
        LA="1",
        EstablishmentNumber="42",
        TypeOfEstablishment="2",
        OpenDate="03/09/1962",
        TelephoneNum="1632960001",
        Postcode="ts11aa",
    )
    assert (school.la_code, school.establishment_number, school.type_code) == ("001", "0042", "02")
    assert school.opened_on == date(1962, 9, 3)
    assert (school.telephone, school.postcode) == ("01632960001", "TS1 1AA")


@pytest.mark.parametrize(
    "nothing", ["", " ", "Not applicable", "DOES NOT APPLY", "None", "Not collected", "\xa0"]
)
def test_every_spelling_of_nothing_is_nothing(nothing: str) -> None:
    titles = ["Street", "OpenDate", "NumberOfPupils", "PercentageFSM", "SchoolWebsite"]
    titles += ["TelephoneNum", "Postcode"]
    reading = read_establishments(gias_bytes(dict.fromkeys(titles, nothing)))
    (school,) = reading.rows
    assert reading.remarks == ()
    assert {school.street, school.opened_on, school.pupils, school.website} == {None}
    assert {school.telephone, school.postcode, school.percent_fsm} == {None}


def test_codes_and_names_that_stand_for_nothing() -> None:
    school = only(EstablishmentNumber="0000", TypeOfEstablishment="00", PercentageFSM="..")
    assert {school.establishment_number, school.type_code, school.percent_fsm} == {None}
    sponsored = gias_bytes({"Trusts (name)": "Supported by a multi-academy trust"})
    assert read_establishments(sponsored).rows[0].trust_name is None


def test_numbers_that_look_like_nothing_are_kept_where_they_mean_something() -> None:
    school = only(LA="000", NumberOfPupils="999", SchoolCapacity="0", PercentageFSM="0.0")
    assert (school.la_code, school.pupils, school.capacity) == ("000", 999, 0)
    assert school.percent_fsm == 0.0


@pytest.mark.parametrize(("east", "north"), [("", ""), ("0", "0"), ("0", "520500")])
def test_a_school_is_somewhere_or_nowhere(east: str, north: str) -> None:
    school = only(Easting=east, Northing=north)
    assert school.easting is school.northing is None


def test_white_space_in_names_is_made_single() -> None:
    assert only(EstablishmentName=" UTC@harbour  side \xa0").name == "UTC@harbour side"


def test_control_characters_of_a_wrong_conversion_become_what_they_were() -> None:
    content = gias_bytes({"EstablishmentName": "St John\x92s"}, encoding="utf-8")
    assert read_establishments(content).rows[0].name == "St John’s"


def test_a_character_that_cannot_be_read_does_not_lose_the_school() -> None:
    content = GOOD.replace(b"Harbour", b"H\x81rbour").replace(b"Quay", b"Qu\x8dy")
    reading = read_establishments(content)
    assert reading.rows[0].name == "H\N{REPLACEMENT CHARACTER}rbour Primary School"
    assert reading.rows[0].street is None
    assert "cannot be read" in reading.remarks[0].reason


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("www.harbour.example.sch.uk/", "http://www.harbour.example.sch.uk/"),
        ("HTTPS://harbour.example/a?b=1&c=d", "https://harbour.example/a?b=1&c=d"),
        ("http:www.harbour.example", "http://www.harbour.example"),
        ("http:/harbour.example", "http://harbour.example"),
        ("javascript:alert(1)", None),
        ("javascript://x.example/%0aalert(1)", None),
        ("ftp://harbour.example", None),
        ("office@harbour.example", None),
        ("http://harbour.example@evil.example", None),
        ('harbour.example/"onclick="', None),
        ("harbour.example and others", None),
        ("under construction", None),
    ],
)
def test_only_safe_web_addresses_pass(written: str, safe: str | None) -> None:
    reading = read_establishments(gias_bytes({"SchoolWebsite": written}))
    assert reading.rows[0].website == safe
    assert bool(reading.remarks) == (safe is None)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("01632 960 001", "01632960001"),
        ("+44 (0)1632 960001", "01632960001"),
        ("2079460001", "02079460001"),
        ("120462345", "0120462345"),
        ("960001", None),
        ("ask the office", None),
    ],
)
def test_telephone_numbers(written: str, number: str | None) -> None:
    assert only(TelephoneNum=written).telephone == number


@pytest.mark.parametrize(
    ("title", "cell", "field", "reason"),
    [
        ("OpenDate", "31-02-2020", "opened_on", "is not a date: “31-02-2020”"),
        ("CloseDate", "soon", "closed_on", "is not a date: “soon”"),
        ("NumberOfPupils", "-3", "pupils", "is not a whole number: “-3”"),
        ("PercentageFSM", "101", "percent_fsm", "is not a percentage: “101”"),
        ("Postcode", "2036", "postcode", "is not a postcode: “2036”"),
        ("Easting", "9999999", "easting", "lies off the British National Grid: “9999999”"),
        ("Trusts (code)", "TR01", "trust_uid", "is not a whole number: “TR01”"),
    ],
)
def test_another_bad_cell_is_dropped_and_the_school_kept(
    title: str, cell: str, field: str, reason: str
) -> None:
    reading = read_establishments(gias_bytes({}, {**SECOND, title: cell}))
    assert getattr(reading.rows[1], field) is None
    assert reading.faults == ()
    assert reading.remarks[0] == Remark(3, 900002, f"its {title} {reason}")


def test_a_cell_of_endless_length_is_not_repeated_back() -> None:
    reading = read_establishments(gias_bytes({"Street": "a" * 2000, "SchoolWebsite": "b" * 9000}))
    assert len(reading.remarks) == 2
    assert all(len(remark.reason) < 150 for remark in reading.remarks)
