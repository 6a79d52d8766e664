"""Pages of schools: finding one, reading it, and importing the register."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.schools.models import Phase, SchoolImport, SchoolLink, SchoolStatus
from brokerage.schools.services import run_waiting_imports
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.damaged_gias import GOOD
from tests.views.conftest import DeskOf


@pytest.fixture
def imports(app: Flask) -> Path:
    """Where sent files lie, empty."""
    folder = Path(app.config["SETTINGS"].instance) / "imports"
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    return folder


def tick(app: Flask, imports: Path) -> int:
    """The scheduler's turn."""
    with app.app_context():
        return run_waiting_imports(imports)


def left_over(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def sent(content: bytes = GOOD, name: str = "edubase.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_all_open_schools_of_the_partnership_are_listed_by_page(
    session: Session, desk_of: DeskOf
) -> None:
    a_partnership(session)
    schools = [a_school(session, name=f"School {n:03}") for n in range(60)]
    a_school(session, name="Gone School", status=SchoolStatus.CLOSED)
    a_school(session, name="Far School", la_code="902")
    desk = desk_of(a_head(session, schools[0]))
    desk.open("/schools")
    assert "1 to 50 of 60 schools" in desk.text
    assert "School 049" in desk.text
    assert "Gone School" not in desk.text
    desk.open("/schools?page=2")
    assert "School 059" in desk.text
    assert "Far School" not in desk.text


def test_schools_are_narrowed_by_phase(session: Session, desk_of: DeskOf) -> None:
    a_partnership(session)
    head = a_head(session, a_school(session, name="Primary One"))
    a_school(session, name="Secondary One", phase=Phase.SECONDARY)
    desk = desk_of(head)
    desk.open("/schools?phase=secondary")
    assert "Secondary One" in desk.text
    assert "Primary One" not in desk.text
    desk.open("/schools?phase=nonsense")
    assert "Primary One" in desk.text


@pytest.mark.parametrize("words", ["st marys", "St Mary’s", "ZE9 9ZZ", "ze99zz", "marys seaham"])
def test_a_school_is_found_by_name_postcode_or_town(
    session: Session, desk_of: DeskOf, words: str
) -> None:
    a_partnership(session)
    head = a_head(session, a_school(session, name="Park Primary"))
    a_school(session, name="St Mary's Primary", postcode="ZE9 9ZZ", town="Seaham")
    desk = desk_of(head)
    desk.open("/schools")
    desk.client.get("/schools")
    desk.open(f"/schools?q={words}")
    assert "St Mary's Primary" in desk.text
    assert "Park Primary" not in desk.text


def test_nothing_found_says_what_to_try(session: Session, desk_of: DeskOf) -> None:
    a_partnership(session)
    desk = desk_of(a_head(session, a_school(session)))
    desk.open("/schools?q=zzz")
    assert "Try fewer words" in desk.text


def test_a_closed_school_is_marked_and_leads_to_the_one_that_followed(
    session: Session, desk_of: DeskOf
) -> None:
    a_partnership(session)
    old = a_school(session, name="Old School", status=SchoolStatus.CLOSED)
    new = a_school(session, name="New Academy")
    far = a_school(session, name="Far Academy", la_code="902")
    for later in (new, far):
        session.add(SchoolLink(urn=old.urn, linked_urn=later.urn, kind="Successor - merged"))
    session.commit()
    desk = desk_of(a_head(session, new))
    desk.open("/schools?closed=y&q=old")
    assert f"followed by New Academy and Far Academy ({far.urn})" in desk.text
    page = desk.open(f"/schools/{old.urn}")
    assert "closed and takes no new work" in desk.text
    assert page.find("a", href=f"/schools/{new.urn}")
    assert not page.find("a", href=f"/schools/{far.urn}")


def test_the_type_ahead_offers_schools_of_the_partnership(
    session: Session, desk_of: DeskOf
) -> None:
    ours = a_partnership(session)
    school = a_school(session, name="Park Primary")
    far = a_school(session, name="Park Far", la_code="902")
    a_school(session, name="Park Closed", status=SchoolStatus.CLOSED)
    head = desk_of(a_head(session, school)).client
    offered = head.get("/schools/suggest?q=park").get_json()["schools"]
    assert offered == [{"urn": school.urn, "label": f"Park Primary, Eastburn ({school.urn})"}]
    assert head.get("/schools/suggest?q=").get_json() == {"schools": []}
    assert head.get("/schools/suggest-everywhere?q=park").status_code == 403
    coordinator = desk_of(a_coordinator(session, ours)).client
    everywhere = coordinator.get("/schools/suggest-everywhere?q=park").get_json()["schools"]
    assert [offer["urn"] for offer in everywhere] == [far.urn, school.urn]


def test_without_javascript_what_was_typed_resolves_or_names_the_candidates(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    one = a_school(session, name="Park Infants")
    two = a_school(session, name="Park Juniors")
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/people/new")
    typed = {"name": "Ada Byron", "from_on": ["1", "9", "2026"]}
    desk.send("Add", status=400, school="park", **typed)
    assert f"Park Infants, Eastburn ({one.urn}); Park Juniors, Eastburn ({two.urn})" in desk.text
    assert desk.soup.find("input", id="school")["value"] == "park"
    desk.send("Add", status=400, school="nowhere", **typed)
    assert "No open school of your partnership" in desk.text
    desk.send("Add", school="park juniors", **typed)
    assert "Park Juniors" in desk.text


def test_a_coordinator_sends_a_file_sees_it_wait_and_reads_the_report(
    session: Session, app: Flask, desk_of: DeskOf, imports: Path
) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/schools")
    assert desk.soup.find("a", href="/schools/import")
    desk.open("/schools/import")
    assert "No imports" in desk.text
    desk.send("Send", establishments=sent(name="../../x/edu.csv"), dry_run=[])
    assert desk.response is not None
    assert "Waiting to begin" in desk.text
    assert desk.response.headers["Refresh"] == "5"
    address = desk.response.request.path
    desk.open(f"{address}?still=1")
    assert "Refresh" not in desk.response.headers
    assert tick(app, imports) == 1
    desk.open(address)
    assert "Read 3: new 3" in desk.text
    assert "900001 Harbour Primary School" in desk.text
    assert "Refresh" not in desk.response.headers
    assert left_over(imports) == []
    desk.open("/schools/import")
    assert "edu.csv" in desk.text
    assert "../" not in desk.text


def test_a_dry_run_is_offered_first_and_says_how_to_go_on(
    session: Session, app: Flask, desk_of: DeskOf, imports: Path
) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/schools/import")
    desk.send("Send", establishments=sent())
    tick(app, imports)
    assert desk.response is not None
    desk.open(desk.response.request.path)
    assert "Dry run: nothing was changed" in desk.text
    assert "send the files again without the tick" in desk.text


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    session: Session, app: Flask, desk_of: DeskOf, imports: Path
) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/schools/import")
    desk.send("Send", establishments=sent(b"<html>"))
    tick(app, imports)
    assert desk.response is not None
    desk.open(desk.response.request.path)
    assert "This is a web page, not a CSV file" in desk.text
    assert "Nothing was changed" in desk.text


def test_without_a_file_the_form_says_so(session: Session, desk_of: DeskOf, imports: Path) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/schools/import")
    desk.send("Send", status=400, establishments=sent(b"", ""))
    assert "Choose the establishments file" in desk.text
    assert session.scalar(select(SchoolImport.id)) is None


def test_a_form_that_is_sent_twice_asks_for_one_import_and_keeps_one_file(
    session: Session, desk_of: DeskOf, imports: Path
) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    page = desk.open("/schools/import")
    hidden = {box["name"]: box["value"] for box in page.select("form[method=post] [type=hidden]")}
    hidden = {name: str(value) for name, value in hidden.items()}
    key = page.select_one("form[enctype] [name=form_key]")
    assert key is not None
    answers = {
        desk.client.post(
            "/schools/import",
            data={**hidden, "form_key": str(key["value"]), "establishments": sent()},
            content_type="multipart/form-data",
        ).location
        for _ in range(2)
    }
    assert len(answers) == 1
    assert len(session.scalars(select(SchoolImport)).all()) == 1
    assert len(left_over(imports)) == 1


def test_an_officer_imports_nothing(session: Session, desk_of: DeskOf) -> None:
    officer = in_post(session, PostKind.OFFICER, partnership=a_partnership(session))
    desk = desk_of(officer)
    desk.open("/schools/import", status=403)
    desk.open("/schools")
    assert not desk.soup.find("a", href="/schools/import")


def test_an_import_that_there_is_not_answers_404(session: Session, desk_of: DeskOf) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/schools/import/99", status=404)
