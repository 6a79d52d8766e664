"""Every page of the product, as people meet it who use a phone, a keyboard or a screen reader."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.app import create_app, note_demo
from brokerage.database import Base, db
from brokerage.demo.loading import load
from brokerage.engagements.models import Visit
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from tests.conftest import NOW, settings_of
from tests.conftest import Browser as Client
from tests.journeys.looking import AXE, Fault, faults
from tests.journeys.walking import Place, Walk, ask_about_days, cookie_of, links, people, starts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

FIELDS = "main form[method=post]:has(input:not([type=hidden]), textarea, select)"
EMPTIED = """form => {
  for (const box of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (["checkbox", "radio"].includes(box.type)) box.checked = false;
    else box.value = "";
  }
}"""


@dataclass
class Town:
    """The demo, served; who is in it, and every page of it that somebody can come to."""

    address: str
    browser: Browser
    walk: Walk
    cookies: dict[str, str]
    _desks: dict[str, Page] = field(default_factory=dict)

    def desk(self, role: str) -> Page:
        if role not in self._desks:
            context = self.browser.new_context(base_url=self.address)
            context.set_default_timeout(15_000)
            if cookie := self.cookies.get(role):
                context.add_cookies([{"name": "session", "value": cookie, "url": self.address}])
            self._desks[role] = context.new_page()
        return self._desks[role]

    def open(self, place: Place) -> Page:
        page = self.desk(place.role)
        answer = page.goto(place.address)
        assert answer is not None
        assert answer.status == 200, place
        return page


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(settings_of(tmp_path_factory.mktemp("demo")))
    app.test_client_class = Client
    with app.app_context():
        Base.metadata.create_all(db.engine)
        load(NOW)
        note_demo(app)
    clock.move_to(NOW)
    yield app
    clock.allow_moving(None)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def town(demo: Flask, browser: Browser) -> Iterator[Town]:
    assert AXE.is_file(), "axe is not there: make test fetches it"
    today = NOW.date()
    with demo.app_context(), Session(db.engine.execution_options(sqlite_begin="")) as session:
        cookies = {role: cookie_of(demo, who) for role, who in people(session, today).items()}
        ask_about_days(session, NOW)
        begin = starts(demo, session)
        mailed = links(demo, session, By(SERVICE, NOW), today)
    walk = Walk(demo)
    for role in [*cookies, "nobody"]:
        walk.goes(role, cookies.get(role, ""), begin)
    walk.goes("by link", "", mailed)
    server = make_server("127.0.0.1", 0, demo, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    town = Town(f"http://127.0.0.1:{server.port}", browser, walk, cookies)
    yield town
    for role in town._desks:
        town.desk(role).context.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def undone(demo: Flask) -> Iterator[None]:
    """What the test does to the demo's database is undone when it is over."""
    with demo.app_context():
        file = str(db.engine.url.database)
    with closing(sqlite3.connect(file)) as real, closing(sqlite3.connect(":memory:")) as kept:
        real.backup(kept)
        yield
        kept.backup(real)


def written(found: list[Fault]) -> str:
    return "\n".join(map(str, found))


def test_every_page_is_come_to(town: Town) -> None:
    assert town.walk.unseen() == set()


def test_no_page_bars_anybody(town: Town) -> None:
    found: list[Fault] = []
    for place in town.walk.places:
        found += faults(town.open(place), f"{place.role} at {place.address}")
    assert not found, written(found)


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("coordinator", "/nothing-here", 404),
        ("nobody", "/nothing-here", 404),
        ("head", "/messages", 403),
        ("by link", "/needs/by-link/read/1-0000", 409),
    ],
)
def test_no_refusal_bars_anybody(town: Town, role: str, address: str, status: int) -> None:
    page = town.desk(role)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    found = faults(page, address)
    assert not found, written(found)


def test_a_pasted_address_makes_no_page_wider_than_a_phone(
    town: Town, demo: Flask, undone: None
) -> None:
    pasted = "https://example.org/" + "abcdefghij" * 14
    with demo.app_context(), Session(db.engine.execution_options(sqlite_begin="")) as session:
        session.execute(update(Visit).values(done=pasted, next=pasted))
        session.execute(update(Message).values(subject=pasted, state=MessageState.WAITING))
        session.commit()
    page, shown = town.desk("coordinator"), 0
    page.set_viewport_size({"width": 390, "height": 900})
    for place in town.walk.places:
        if place.role == "coordinator":
            town.open(place)
            shown += pasted in page.locator("main").inner_text()
            wide = page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= 390, place.address
    assert shown > 1, "messages, and the support"


def test_a_page_that_had_become_old_says_so_to_everybody(town: Town) -> None:
    page = town.desk("coordinator")
    page.goto("/people/new")
    page.locator("main [name=csrf_token]").evaluate("box => box.value = 'old'")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("This page had become old")
    found = faults(page, "an old page")
    assert not found, written(found)


def test_the_skip_link_leads_past_the_menu(town: Town) -> None:
    for role in ("coordinator", "nobody"):
        page = town.desk(role)
        page.goto("/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to main content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main-content")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tab_key_goes_through_a_page_in_its_order_and_is_seen(town: Town, width: int) -> None:
    for address in ("/desk", "/needs", "/leaders", "/new-heads", "/board", "/needs/new"):
        page = town.desk("coordinator")
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        expected, reached = page.evaluate(_TO_REACH), []
        for _ in range(expected):
            page.keyboard.press("Tab")
            here = page.evaluate(_REACHED)
            assert here["seen"], f"{address} ({width}): {here['what']} has no focus to be seen"
            reached.append(here["at"])
        assert reached == list(range(expected)), f"{address} ({width})"


_REACHABLE = """
  const reachable = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']",
  )].filter((one) => one.checkVisibility() && !one.disabled);
"""
_TO_REACH = "() => {" + _REACHABLE + "return reachable.length; }"
_REACHED = (
    "() => {"
    + _REACHABLE
    + """
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const ringed = style.outlineStyle !== "none" || style.boxShadow !== "none"
    || getComputedStyle(one, "::before").boxShadow !== "none"
    || (one.labels?.[0] && getComputedStyle(one.labels[0], "::before").boxShadow !== "none");
  const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { at: reachable.indexOf(one), what: one.outerHTML.slice(0, 80), seen: ringed && within };
}"""
)


@pytest.mark.usefixtures("undone")
def test_no_form_that_was_sent_empty_bars_anybody(town: Town) -> None:
    """It comes back with what to put right at the top, in focus."""
    found: list[Fault] = []
    tried: set[str] = set()
    refused = 0
    for place in town.walk.places:
        if place.endpoint in tried or not place.has_form:
            continue
        page = town.desk(place.role)
        page.goto(place.address)  # gone, perhaps, since a form before it was taken as it was
        forms = page.locator(FIELDS)
        if not forms.count() or not forms.first.is_visible():
            continue
        tried.add(place.endpoint)
        forms.first.evaluate(EMPTIED)
        with page.expect_navigation():
            forms.first.locator("button[type=submit]").last.click()
        summary = page.locator(".govuk-error-summary")
        if summary.count():
            refused += 1
            expect(summary.first).to_be_focused()
            found += faults(page, f"{place.address}, sent empty by {place.role}")
    assert refused >= 30
    assert not found, written(found)
