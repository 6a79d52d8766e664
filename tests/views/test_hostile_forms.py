"""Whatever is sent: nothing breaks, and nothing of another partnership changes."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from brokerage.actor import Actor
from brokerage.people.queries import actor_for
from brokerage.web.access import permitted
from brokerage.web.access_table import PERMISSIONS
from tests.builders import TODAY
from tests.views.addresses import WORDS, addresses
from tests.views.conftest import browser_of
from tests.views.hostile_rows import everything_of
from tests.views.hostile_town import Towns

# What would be set by somebody who guesses at the columns of a row.
GUESSES = ["version", "state", "id", "leader_id", "person_id", "coordinator_id", "engagement_id"]
PRESSED = ["answer", "do", "reference", "la_code", "urn", "step", "day", "done", "then", "choice"]
GARBAGE = [
    "", "x" * 100_000, "a\x00b", "\u202e😀", "-1", "1e309", "NaN", "29/2/2027", "31",
    "99999999999999999999", "²",
]  # fmt: skip
WORST = ["a\x00b", "2147483648", "99999999999999999999", "9999"]
ROLES = ["coordinator", "head", "leader", "new head", "releaser"]
Fields = dict[str, list[str]]


def posts(towns: Towns) -> Iterator[Rule]:
    for rule in towns.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("security."):
            yield rule


def token_of(browser: FlaskClient) -> str:
    """The CSRF token of this browser's session."""
    box = BeautifulSoup(browser.get("/sign-in").text, "html.parser").find(id="csrf_token")
    if box is None:
        page = BeautifulSoup(browser.get("/account").text, "html.parser")
        box = page.find("input", attrs={"name": "csrf_token"})
    assert box is not None
    return str(box["value"])


def fields_of(browser: FlaskClient, rule: Rule, address: str) -> Fields:
    """The fields of the address's own page, filled in as well as can be guessed."""
    found: Fields = {}
    page = browser.get(address).text if "GET" in (rule.methods or ()) else ""
    for form in BeautifulSoup(page, "html.parser").find_all("form", method="post"):
        if form.get("action") not in (None, "", address):
            continue
        for box in form.find_all(["input", "select", "textarea"]):
            name = str(box.get("name") or "")
            if name in ("", "csrf_token", "form_key"):
                continue
            if box.get("type") in ("radio", "checkbox"):
                found.setdefault(name, [str(box.get("value", "y"))])
            else:
                found.setdefault(name, []).append(_likely(box))
    return found


def _likely(box: Any) -> str:
    if box.name == "select":
        options = [str(o.get("value", "")) for o in box.find_all("option")]
        return next((value for value in options if value), "")
    if value := box.get("value"):
        return str(value)
    name = str(box.get("id") or "")
    if box.get("inputmode") == "numeric" or "day" in name:
        return next(
            (
                v
                for end, v in (("day", "20"), ("month", "1"), ("year", "2027"))
                if name.endswith(end)
            ),
            "2",
        )
    return "person@example.org" if box.get("type") == "email" else "Some words"


def send(browser: FlaskClient, address: str, fields: Fields, token: str) -> Any:
    data = {**fields, "csrf_token": token, "form_key": uuid.uuid4().hex}
    return browser.post(address, data=data)


def guesses(towns: Towns) -> Fields:
    """Fields that no form has, naming what is theirs."""
    theirs = towns.theirs.ids
    named = {kind: [str(values[0])] for kind, values in theirs.items() if values}
    return {**{name: ["1"] for name in GUESSES}, "state": ["closed"], **named}


def test_a_form_without_its_token_or_its_key_is_sent_back(towns: Towns) -> None:
    before = everything_of(towns.session, towns.ours)
    accepted = []
    for what in ("coordinator", "head"):
        browser = browser_of(towns.app, towns.ours.people[what])
        token = token_of(browser)
        for rule in posts(towns):
            address = addresses(towns.app, rule, towns.ours)[0]
            key = {"form_key": uuid.uuid4().hex}
            for data in ({}, key, {"csrf_token": "x", **key}, {"csrf_token": token}):
                if browser.post(address, data=data).status_code != 400:
                    accepted.append((what, address, sorted(data)))
    assert accepted == []
    assert everything_of(towns.session, towns.ours) == before


def test_nothing_of_another_partnership_is_there_to_be_changed(towns: Towns) -> None:
    before = everything_of(towns.session, towns.theirs)
    let_in = []
    for what, person in towns.ours.people.items():
        browser = browser_of(towns.app, person)
        token = token_of(browser)
        actor: Actor = actor_for(towns.session, person.id, TODAY)
        for rule in posts(towns):
            permission = getattr(towns.app.view_functions[rule.endpoint], "permission", "")
            if rule.arguments <= set(WORDS):
                continue
            expected = 404 if permitted(actor, PERMISSIONS[permission]) else 403
            for address in addresses(towns.app, rule, towns.theirs)[:2]:
                status = send(browser, address, {"confirm": ["y"]}, token).status_code
                if status != expected:
                    let_in.append((what, address, status))
    assert let_in == []
    assert everything_of(towns.session, towns.theirs) == before


def test_a_thing_of_ours_does_not_let_in_to_a_part_of_theirs(towns: Towns) -> None:
    before = everything_of(towns.session, towns.theirs)
    for what in ROLES:
        browser = browser_of(towns.app, towns.ours.people[what])
        token = token_of(browser)
        for rule in posts(towns):
            if len(rule.arguments) > 1:
                for address in addresses(towns.app, rule, towns.ours, towns.theirs):
                    status = send(browser, address, guesses(towns), token).status_code
                    assert status < 500, address
    assert everything_of(towns.session, towns.theirs) == before


def attacks(fields: Fields, values: list[str], *, each: bool) -> Iterator[Fields]:
    """Garbage in every field at once; and, for ``each``, in one after the other."""
    names = [*fields, *PRESSED] if not fields else [*fields]
    for value in values:
        yield {name: [value] * len(fields.get(name, "x")) for name in names}
        for name in names if each else ():
            yield {**fields, name: [value] * len(fields.get(name, "x"))}
    yield {f"{name}[0][{name}]": ["x"] for name in names}
    yield {name: ["1", "2", "3", "x"] for name in names}


def broken(towns: Towns, what: str, values: list[str], *, each: bool) -> list[object]:
    browser = browser_of(towns.app, towns.ours.people[what])
    token, found = token_of(browser), []
    for rule in posts(towns):
        address = addresses(towns.app, rule, towns.ours)[-1]
        fields = fields_of(browser, rule, address)
        for attack in attacks(fields, values, each=each):
            status = send(browser, address, {**guesses(towns), **attack}, token).status_code
            if status >= 500:
                found.append((address, {k: v[0][:24] for k, v in attack.items()}, status))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", ROLES[:3])
def test_no_garbage_breaks_a_form(towns: Towns, what: str) -> None:
    before = everything_of(towns.session, towns.theirs)
    assert broken(towns, what, GARBAGE, each=False) == []
    assert everything_of(towns.session, towns.theirs) == before


@pytest.mark.slow
def test_postgres_takes_no_less_than_sqlite(postgres_towns: Towns) -> None:
    before = everything_of(postgres_towns.session, postgres_towns.theirs)
    assert broken(postgres_towns, "coordinator", WORST, each=False) == []
    assert everything_of(postgres_towns.session, postgres_towns.theirs) == before


@pytest.mark.slow
@pytest.mark.parametrize("what", ROLES[:3])
def test_no_garbage_in_a_single_field_breaks_a_form(postgres_towns: Towns, what: str) -> None:
    assert broken(postgres_towns, what, WORST, each=True) == []
