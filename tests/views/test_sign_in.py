"""Signing in and out, over the pages as people use them; and what nobody learns by trying."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.people.models import Person, SignInAttempt
from tests.builders import NOW, a_head, a_person, a_school
from tests.views.conftest import Desk, DeskOf
from tests.views.signing_in import PASSWORD, TOGETHER, ada, sign_in, signed_in

__all__ = ["ada"]


def test_one_signs_in_and_out(desk_of: DeskOf, ada: Person) -> None:
    desk = desk_of(None)
    sign_in(desk, " Ada@Example.org ")
    assert "Your desk" in desk.text
    assert signed_in(desk)
    desk.send("Sign out")
    assert not signed_in(desk)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "wrong horse battery"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("bylink@example.org", PASSWORD),
        ("ada@example.org", ""),
        ("not an address", PASSWORD),
        ("", ""),
    ],
)
def test_whatever_is_wrong_the_answer_is_one_sentence(
    session: Session, desk_of: DeskOf, ada: Person, email: str, password: str
) -> None:
    a_person(session, email="gone@example.org", password=ada.password, active=False)
    a_person(session, email="bylink@example.org")
    desk = desk_of(None)
    sign_in(desk, email, password)
    summary = desk.soup.find(class_="govuk-error-summary")
    assert summary is not None
    said = {" ".join(item.text.split()) for item in summary.find_all("li")}
    assert said == {f"{TOGETHER} Check both and try again."}
    assert not signed_in(desk)


def _answer(desk: Desk, page: str, button: str, **typed: str) -> tuple[int, str, list[str]]:
    desk.open(page)
    desk.send(button, **typed)
    assert desk.response is not None
    text = desk.response.text.replace(typed["email"], "(address)")
    text = re.sub(r'(csrf_token"[^>]*value|value|v)="?[^"]*"?', "", text)
    return desk.response.status_code, text, sorted(desk.response.headers.keys())


def test_known_and_unknown_addresses_are_answered_alike(desk_of: DeskOf, ada: Person) -> None:
    for page, button, typed in (
        ("/sign-in", "Sign in", {"password": "wrong horse battery"}),
        ("/reset-password", "Send the link", {}),
    ):
        known = _answer(desk_of(None), page, button, email="ada@example.org", **typed)
        unknown = _answer(desk_of(None), page, button, email="eve@example.org", **typed)
        assert known == unknown


def test_after_ten_tries_the_eleventh_waits_five_minutes(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    other = a_head(session, a_school(session), email="bob@example.org", password=ada.password)
    desk = desk_of(None)
    for number in range(10):
        sign_in(desk, ["ada@example.org", "ADA@example.org "][number % 2], "wrong horse battery")
    sign_in(desk, "ada@example.org", status=429)
    assert desk.response is not None
    assert desk.response.headers["Retry-After"] == "300"
    sign_in(desk_of(None), "ada@example.org", status=429)
    bob = desk_of(None)
    sign_in(bob, other.email or "")
    assert signed_in(bob)
    clock.move_to(NOW + timedelta(minutes=6))
    sign_in(desk, "ada@example.org")
    assert signed_in(desk)


def test_being_told_to_wait_does_not_make_the_wait_longer(desk_of: DeskOf, ada: Person) -> None:
    desk = desk_of(None)
    for _ in range(10):
        sign_in(desk, "ada@example.org", "wrong horse battery")
    clock.move_to(NOW + timedelta(minutes=4))
    for _ in range(3):
        sign_in(desk, "ada@example.org", status=429)
    clock.move_to(NOW + timedelta(minutes=6))
    sign_in(desk, "ada@example.org")
    assert signed_in(desk)


@pytest.mark.slow
def test_signing_in_often_from_one_school_is_not_throttled(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    for _ in range(55):
        sign_in(desk_of(None), "ada@example.org")
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_somebody_signed_in_cannot_clear_the_tries_on_anothers_address(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    for _ in range(10):
        sign_in(desk_of(None), "ada@example.org", "wrong horse battery")
    eve = desk_of(a_head(session, a_school(session)))
    eve.open("/desk")
    token = eve.soup.find("input", attrs={"name": "csrf_token"})
    assert token is not None
    typed = {"csrf_token": token["value"], "email": "ada@example.org", "password": "x"}
    eve.client.post("/sign-in", data=typed)
    sign_in(desk_of(None), "ada@example.org", status=429)


def test_sign_in_takes_forms_only(app: Flask, ada: Person) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        typed = {"email": "ada@example.org", "password": PASSWORD}
        assert app.test_client().post("/sign-in", json=typed).status_code == 415
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_session_ends_when_its_person_is_made_inactive(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    desk = desk_of(None)
    sign_in(desk, "ada@example.org")
    assert signed_in(desk)
    ada.active = False
    session.commit()
    assert not signed_in(desk)


FOREIGN = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "/account\r\nSet-Cookie: a=b",
    "https://evil.example/account",
    "http:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/no-such-page",
    "/people/1/invite",
    "@evil.example",
    "/account\u2028",
    " /account",
]


@pytest.mark.parametrize("wanted", FOREIGN)
@pytest.mark.parametrize("by_form", [False, True])
def test_after_signing_in_one_is_sent_to_no_page_but_ours(
    desk_of: DeskOf, ada: Person, wanted: str, by_form: bool
) -> None:
    desk = desk_of(None)
    desk.open("/sign-in")
    token = desk.soup.find("input", attrs={"name": "csrf_token"})
    assert token is not None
    typed = {"csrf_token": token["value"], "email": "ada@example.org", "password": PASSWORD}
    query = {"next": "/account"} if by_form else {"next": wanted}
    if by_form:
        typed["next"] = wanted
    answer = desk.client.post("/sign-in", data=typed, query_string=query)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_after_signing_in_one_comes_to_the_page_one_wanted(desk_of: DeskOf, ada: Person) -> None:
    desk = desk_of(None)
    desk.open("/schools?q=East&page=2")
    assert "Sign in" in desk.text
    desk.send("Sign in", email="ada@example.org", password=PASSWORD)
    assert desk.response is not None
    assert desk.response.request.full_path == "/schools?q=East&page=2"


def test_a_form_without_its_token_or_its_key_is_sent_back(desk_of: DeskOf, ada: Person) -> None:
    desk = desk_of(ada)
    desk.open("/account")
    fields = {
        str(box["name"]): str(box.get("value", ""))
        for box in desk.soup.find_all("form")[-1].find_all("input")
    }
    assert {"csrf_token", "form_key"} <= set(fields)
    for missing in ("csrf_token", "form_key"):
        typed = {name: value for name, value in fields.items() if name != missing}
        answer = desk.client.post("/account", data=typed | {"name": "Changed"})
        assert answer.status_code == 400
        assert "This page had become old" in answer.text
    for page in ("/sign-in", "/sign-out", "/reset-password", "/change-password"):
        assert desk.client.post(page, data={"email": "ada@example.org"}).status_code == 400
    assert signed_in(desk)
    desk.open("/account")
    assert "Changed" not in desk.text


def test_in_a_demo_one_signs_in_as_anybody_and_elsewhere_as_nobody(
    app: Flask, session: Session, desk_of: DeskOf, ada: Person
) -> None:
    app.config["DEMO"] = True
    bob = a_head(session, a_school(session), name="Bob Boole")
    desk = desk_of(None)
    desk.open("/sign-in")
    desk.send("Ada Lovelace")
    assert signed_in(desk)
    desk.open("/demo/people")
    desk.send(bob.name)
    desk.open("/account")
    assert "Bob Boole" in desk.text
    ada.active = False
    session.commit()
    stranger = desk_of(None)
    stranger.open("/sign-in")
    assert "Ada Lovelace" not in stranger.text
    ada.active = True
    session.commit()
    stranger.open("/sign-in")
    app.config["DEMO"] = False
    stranger.send("Ada Lovelace", status=404)
    stranger.open("/demo/people", status=404)
    assert not signed_in(stranger)


def test_one_session_is_not_anothers_way_in(desk_of: DeskOf, ada: Person) -> None:
    desk = desk_of(None)
    sign_in(desk, "ada@example.org")
    with desk.client.session_transaction() as cookie:
        assert cookie["_user_id"] == ada.fs_uniquifier
        assert "ada" not in str(dict(cookie)).lower()
    for header in desk.response.headers.getlist("Set-Cookie") if desk.response else []:
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
