"""Choosing a school in a real browser: with the keyboard, with a mouse, and without JavaScript."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from brokerage.database import db
from brokerage.schools.models import School
from tests.builders import a_coordinator, a_partnership, a_school

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the running service."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def town(app: Flask) -> tuple[str, int, list[School]]:
    """A coordinator (as the cookie of a session), their partnership, and its schools."""
    with app.app_context():
        engine = db.engine.execution_options(sqlite_begin="")
    with Session(engine, expire_on_commit=False) as session:
        partnership = a_partnership(session)
        names = ["Park Infants", "Park Juniors", "St Mary's <b>Primary</b>"]
        schools = [a_school(session, name=name) for name in names]
        person = a_coordinator(session, partnership)
        session.commit()
        made = {"_user_id": person.fs_uniquifier, "_fresh": True, "fs_cc": "set"}
        made |= {"fs_paa": 4102444800.0, "identity.id": person.fs_uniquifier}
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return serializer.dumps(made), partnership.id, schools


def opened(
    browser: Browser, address: str, town: tuple[str, int, list[School]], *, scripted: bool
) -> tuple[Page, Locator]:
    """The page on which a coordinator picks a school, and its box."""
    context = browser.new_context(java_script_enabled=scripted)
    context.add_cookies([{"name": "session", "value": town[0], "url": address}])
    page = context.new_page()
    page.goto(f"{address}/partnerships/{town[1]}/schools")
    return page, page.get_by_label("School", exact=True)


def picked(page: Page) -> Locator:
    return page.locator("table", has_text="Schools picked by hand")


def test_with_the_keyboard_alone(
    browser: Browser, address: str, town: tuple[str, int, list[School]]
) -> None:
    page, box = opened(browser, address, town, scripted=True)
    box.focus()
    page.keyboard.type("park")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-describedby", "school-hint")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"Park Juniors, Eastburn ({town[2][1].urn})")
    page.keyboard.press("Enter")
    expect(picked(page)).to_contain_text("Park Juniors")


def test_enter_sends_what_was_typed_and_what_is_cleared_is_gone(
    browser: Browser, address: str, town: tuple[str, int, list[School]]
) -> None:
    page, box = opened(browser, address, town, scripted=True)
    box.focus()
    page.keyboard.type("park")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Which one? Type the number of one of these")
    expect(box).to_have_value("park")
    box.fill("")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose a school")


def test_a_name_with_marks_in_it_is_shown_as_it_is(
    browser: Browser, address: str, town: tuple[str, int, list[School]]
) -> None:
    page, box = opened(browser, address, town, scripted=True)
    box.focus()
    page.keyboard.type("st marys")
    option = page.get_by_role("option")
    expect(option).to_have_text(f"St Mary's <b>Primary</b>, Eastburn ({town[2][2].urn})")
    option.click()
    page.get_by_role("button", name="Add the school").click()
    expect(picked(page)).to_contain_text("St Mary's <b>Primary</b>")


def test_without_javascript(
    browser: Browser, address: str, town: tuple[str, int, list[School]]
) -> None:
    page, box = opened(browser, address, town, scripted=False)
    box.fill("park")
    page.get_by_role("button", name="Add the school").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Park Juniors, Eastburn ({town[2][1].urn})")
    box.fill(str(town[2][1].urn))
    page.get_by_role("button", name="Add the school").click()
    expect(picked(page)).to_contain_text("Park Juniors")
