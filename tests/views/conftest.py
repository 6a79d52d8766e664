"""A person at the desk: signs in, opens pages, sends forms; each page is looked at as it comes."""

import contextvars
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brokerage import clock
from brokerage.database import db
from brokerage.people.models import Person
from tests.conftest import NOW, empty
from tests.headships_builders import Town
from tests.views.hostile_town import OURS, THEIRS, Towns, a_side
from tests.views.new_head_pages import MakeTown


def check_page(response: TestResponse, soup: BeautifulSoup) -> None:
    """What every page promises: one heading, a title, labels, keyed forms, no stray code."""
    address = response.request.path
    assert len(soup.find_all("h1")) == 1, f"{address}: one first heading"
    assert soup.title, f"{address}: a title"
    assert "{{" not in soup.text, f"{address}: an unfilled template"
    assert not soup.find_all("script", src=False), f"{address}: inline script"
    assert not soup.find_all(style=True), f"{address}: inline style"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{address}: an id used twice"
    for box in soup.find_all(["input", "select", "textarea"]):
        if box.get("type") not in ("hidden", "submit"):
            labelled = box.get("aria-label") or soup.find("label", attrs={"for": box.get("id")})
            assert labelled, f"{address}: no label for {box.get('name')}"
    for form in soup.find_all("form", method="post"):
        names = {box.get("name") for box in form.find_all("input")}
        assert "csrf_token" in names, f"{address}: a form without its token"
        security = re.match(r"/(sign-|reset-|change-|confirm-)", form.get("action") or address)
        assert "form_key" in names or security, f"{address}: a form without its key"


class Client(FlaskClient):
    """A client whose every request has an app context of its own, as it has in real life: inside a
    test's it would share what the request before it had read."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **kwargs)


class Desk:
    """A browser at somebody's desk.

    Each request has an app context of its own, as on a server: in the test's own one, the first
    person to have signed in would stay so at every other desk.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.soup = BeautifulSoup("", "html.parser")
        self.response: TestResponse | None = None

    def open(self, address: str, status: int = 200) -> BeautifulSoup:
        with self.client.application.app_context():
            answer = self.client.get(address, follow_redirects=True)
        return self._seen(answer, status)

    def send(self, button: str, status: int = 200, **typed: Any) -> BeautifulSoup:
        """Press a button of the page's form, having typed into its boxes."""
        form = self._form(button)
        fields: dict[str, Any] = {}
        for box in form.find_all(["input", "textarea", "select"]):
            name, kind = str(box.get("name") or ""), box.get("type")
            if not name or (kind in ("radio", "checkbox") and not box.has_attr("checked")):
                continue
            if box.name == "select":
                chosen = box.find("option", selected=True) or box.find("option")
                value: Any = chosen.get("value", "") if isinstance(chosen, Tag) else ""
            else:
                value = box.text if box.name == "textarea" else box.get("value", "")
            fields.setdefault(name, []).append(value)
        for name, value in typed.items():
            fields[name] = value if isinstance(value, list) else [value]
        address = str(form.get("action") or self._path())
        upload = form.get("enctype") == "multipart/form-data"
        data = {k: v[0] if upload and len(v) == 1 else v for k, v in fields.items()}
        kind = "multipart/form-data" if upload else None
        with self.client.application.app_context():
            answer = self.client.post(address, data=data, follow_redirects=True, content_type=kind)
        return self._seen(answer, status)

    def _form(self, button: str) -> Tag:
        for form in self.soup.find_all("form"):
            for pressed in form.find_all("button"):
                if " ".join(pressed.text.split()) == button:
                    return form
        raise AssertionError(f"no button {button!r} on {self._path()}")

    def _path(self) -> str:
        assert self.response is not None
        return self.response.request.full_path.rstrip("?")

    def _seen(self, response: TestResponse, status: int) -> BeautifulSoup:
        self.response = response
        self.soup = BeautifulSoup(response.text, "html.parser")
        assert response.status_code == status, self.soup.text
        if "html" in response.content_type:
            check_page(response, self.soup)
        return self.soup

    @property
    def page(self) -> tuple[BeautifulSoup, TestResponse | None]:
        """The page as it stands; set again, it is what the Back button shows."""
        return self.soup, self.response

    @page.setter
    def page(self, page: tuple[BeautifulSoup, TestResponse | None]) -> None:
        self.soup, self.response = page

    @property
    def text(self) -> str:
        """The page's words, as one line."""
        return " ".join(self.soup.text.split())


DeskOf = Callable[[Person | None], Desk]


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session to lay out what a test begins with, and to look at what came of it."""
    with app.app_context(), Session(db.engine.execution_options(sqlite_begin="")) as session:
        yield session


def browser_of(app: Flask, person: Person | None) -> FlaskClient:
    """A browser in which this person is signed in (nobody, for None)."""
    client = Client(app, app.response_class)
    if person is not None:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = person.fs_uniquifier
            cookie["_fresh"] = True
            cookie["fs_cc"] = "set"
            cookie["fs_paa"] = 4102444800.0
            cookie["identity.id"] = person.fs_uniquifier
    return client


@pytest.fixture
def desk_of(app: Flask) -> DeskOf:
    """A desk at which this person is signed in (nobody, for None)."""

    return lambda person: Desk(browser_of(app, person))


@pytest.fixture
def make_town(app: Flask, session: Session) -> MakeTown:
    """Lays out a partnership with a school that gets a new head."""
    return partial(Town, session, app)


@pytest.fixture(scope="module")
def towns(sqlite_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    """Two whole partnerships, for all tests of a module."""
    yield from two_towns(sqlite_app, tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def postgres_towns(
    postgres_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Towns]:
    """The same on PostgreSQL, which takes less than SQLite does."""
    yield from two_towns(postgres_app, tmp_path_factory.mktemp("clock"))


def two_towns(app: Flask, folder: Path) -> Iterator[Towns]:
    clock.allow_moving(folder / "clock")
    clock.move_to(NOW)
    with app.app_context(), Session(db.engine.execution_options(sqlite_begin="")) as session:
        ours, theirs = a_side(session, "901", OURS), a_side(session, "902", THEIRS)
        session.commit()
        yield Towns(app, session, ours, theirs)
    clock.allow_moving(None)
    empty(app)
