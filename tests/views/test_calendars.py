"""Pages of a calendar: who keeps it, what it shows, how a file is looked at before it is taken."""

import io

from sqlalchemy.orm import Session

from tests.builders import a_coordinator, a_head, a_partnership, a_school
from tests.views.conftest import DeskOf

FILE = b"what,first,last,note\nautumn term,01/09/2026,11/12/2026,\nsnow day,01/12/2026,,\n"


def test_a_coordinator_sets_a_term_notes_a_day_and_takes_both_back(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    desk = desk_of(a_coordinator(session, partnership))
    address = f"/partnerships/{partnership.id}/calendar"
    desk.open(f"/partnerships/{partnership.id}")
    desk.open(address)
    assert "the usual pattern" in desk.text
    assert "None noted" in desk.text
    desk.open(f"{address}/2026/autumn")
    desk.send("Save the term", status=409, last=["1", "9", "2026"])
    assert "The last day of term comes after the first." in desk.text
    desk.send("Save the term", last=["11", "12", "2026"])
    assert "1 Sep 2026 to 11 Dec 2026" in desk.text
    assert "set here" in desk.text
    desk.open(f"{address}/shut")
    desk.send("Note it", status=400)
    assert "Enter the day." in desk.text
    desk.send("Note it", first=["1", "12", "2026"], note="Moderation")
    assert "1 Dec 2026 INSET day: Moderation" in desk.text
    desk.send("Remove 1 Dec 2026")
    assert "None noted" in desk.text
    desk.open(f"{address}/2026/autumn")
    desk.send("Use the usual pattern instead")
    assert "set here" not in desk.text
    desk.open(f"{address}/2026/winter", status=404)
    desk.open(f"{address}/2036/autumn", status=404)


def test_a_file_is_shown_before_any_of_it_is_taken(session: Session, desk_of: DeskOf) -> None:
    partnership = a_partnership(session)
    desk = desk_of(a_coordinator(session, partnership))
    address = f"/partnerships/{partnership.id}/calendar"
    desk.open(f"{address}/file")
    desk.send("Read the file", status=400, file=(io.BytesIO(b"no dates"), "a.csv"))
    assert "a.csv has no column what, first" in desk.text
    desk.send("Read the file", file=(io.BytesIO(FILE), "a.csv"))
    assert "Autumn term: 1 Sep 2026 to 11 Dec 2026, no half-term" in desk.text
    assert "“snow day” is none of autumn term" in desk.text
    desk.send("Take these dates")
    assert "The term dates are taken in." in desk.text
    assert "1 Sep 2026 to 11 Dec 2026" in desk.text


def test_a_head_keeps_their_own_schools_calendar_and_reads_the_partnerships(
    session: Session, desk_of: DeskOf
) -> None:
    partnership, school, other = a_partnership(session), a_school(session), a_school(session)
    desk = desk_of(a_head(session, school))
    desk.open(f"/schools/{school.urn}/calendar")
    assert "What is not set here is the partnership’s." in desk.text
    desk.open(f"/schools/{school.urn}/calendar/2026/spring")
    desk.send("Save the term", first=["11", "1", "2027"])
    assert "11 Jan 2027" in desk.text
    desk.open(f"/partnerships/{partnership.id}/calendar")
    assert "Change" not in desk.text
    desk.open(f"/partnerships/{partnership.id}/calendar/2026/spring", status=404)
    desk.open(f"/schools/{other.urn}/calendar")
    desk.open(f"/schools/{other.urn}/calendar/shut", status=404)


def test_another_partnerships_calendar_is_not_there(session: Session, desk_of: DeskOf) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    school = a_school(session, la_code="902")
    desk = desk_of(a_coordinator(session, ours))
    desk.open(f"/partnerships/{theirs.id}/calendar", status=404)
    desk.open(f"/schools/{school.urn}/calendar", status=404)
    desk.open(f"/schools/{school.urn}/calendar/file", status=404)
