"""Term dates from files: what is understood, what is left out and named."""

from datetime import date

import pytest

from brokerage.school_calendar.term_files import NotTermDates, as_csv, read_term_dates
from brokerage.school_calendar.terms import Dates, DayKind, Term, own_before_shared

CSV = """what,first,last,note
Autumn term,01/09/2026,18/12/2026,
half-term,2026-10-26,2026-10-30,
spring term,5 January 2027,26 March 2027,
INSET day,01/09/2026,,Safeguarding
No visits,10/05/2027,13/05/2027,Key Stage 2 tests
"""
AUTUMN = Term(
    "autumn", date(2026, 9, 1), date(2026, 12, 18), Dates(date(2026, 10, 26), date(2026, 10, 30))
)
SPRING = Term("spring", date(2027, 1, 5), date(2027, 3, 26))


def a_calendar(*events: tuple[str, str, str]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Made up//EN"]
    for number, (words, first, end) in enumerate(events):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}@made-up.example",
            f"SUMMARY:{words}",
            f"DTSTART;VALUE=DATE:{first}",
            *([f"DTEND;VALUE=DATE:{end}"] if end else []),
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_a_spreadsheet_of_terms_half_terms_and_closed_days_is_read() -> None:
    found = read_term_dates(CSV.encode(), "terms.csv")
    assert found.terms == (AUTUMN, SPRING)
    said = [(one.kind, one.first, one.last, one.note) for one in found.shut]
    assert said == [
        (DayKind.INSET, date(2026, 9, 1), date(2026, 9, 1), "Safeguarding"),
        (DayKind.NO_VISITS, date(2027, 5, 10), date(2027, 5, 13), "Key Stage 2 tests"),
    ]
    assert found.left_out == ()


def test_what_was_understood_can_be_written_and_read_again() -> None:
    found = read_term_dates(CSV.encode(), "terms.csv")
    assert read_term_dates(as_csv(found).encode(), "again") == found


def test_an_authoritys_calendar_is_read_by_its_words() -> None:
    found = read_term_dates(
        a_calendar(
            ("Autumn Term 2026 starts", "20260901", ""),
            ("Half Term", "20261026", "20261031"),
            ("Autumn term ends", "20261218", "20261219"),
            ("Christmas holidays", "20261219", "20270105"),
            ("Spring Term", "20270105", "20270327"),
            ("INSET Day (staff only)", "20260901", "20260902"),
            ("Governors meet", "20261001", "20261002"),
        ),
        "terms.ics",
    )
    assert found.terms == (AUTUMN, SPRING)
    assert [(one.kind, one.first, one.last) for one in found.shut] == [
        (DayKind.INSET, date(2026, 9, 1), date(2026, 9, 1))
    ]
    assert found.left_out == ("“Governors meet” says nothing known.",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("winter term,01/09/2026,18/12/2026,", "is none of autumn term"),
        ("autumn term,18/12/2026,01/09/2026,", "are no days such as 27/03/2027"),
        ("autumn term,31/02/2026,01/09/2026,", "are no days such as 27/03/2027"),
        ("autumn term,01/09/2026,05/09/2026,", "is too short"),
        ("half-term,01/06/2026,05/06/2026,", "lies in no term"),
        ("autumn term,01/09/2026", "2 cells where the header has 4"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_and_the_others_count(
    line: str, said: str
) -> None:
    found = read_term_dates(
        f"what,first,last,note\n{line}\nspring term,05/01/2027,26/03/2027,\n".encode(), "t.csv"
    )
    assert found.terms == (SPRING,)
    assert len(found.left_out) == 1
    assert said in found.left_out[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"what,first\nsummer fair,01/07/2027\n",
        b"<html>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:nonsense\r\n",
        a_calendar(("Parents' evening", "20261001", "20261002")),
        a_calendar(("Spring term starts", "20270105", "")),
    ],
)
def test_a_file_without_term_dates_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(NotTermDates, match=r"\.$"):
        read_term_dates(content, "this file")


def test_a_school_that_sets_a_season_leaves_its_partnerships_for_the_others() -> None:
    own = Term("autumn", date(2026, 8, 25), date(2026, 12, 11))
    assert own_before_shared([own], [AUTUMN, SPRING]) == (own, SPRING)
