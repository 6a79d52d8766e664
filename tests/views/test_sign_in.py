"""Signing in and out, over the pages as people use them; and what nobody learns by trying."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.messages.models import Message
from brokerage.messages.sending import send_waiting
from brokerage.people.models import Person, SignInAttempt
from tests.builders import NOW, a_coordinator, a_head, a_partnership, a_person, a_school
from tests.services.test_sending import a_mailer
from tests.smtp import Sink, sink
from tests.views.conftest import Desk

__all__ = ["sink"]

DeskOf = Callable[[Person | None], Desk]
PASSWORD = "correct horse battery"
TOGETHER = "The e-mail address and the password do not go together."


@pytest.fixture
def ada(app: Flask, session: Session) -> Person:
    """A head with a password."""
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    a_partnership(session)
    return a_head(
        session, a_school(session), name="Ada Lovelace", email="ada@example.org", password=hashed
    )


def sign_in(desk: Desk, email: str, password: str = PASSWORD, status: int = 200) -> None:
    desk.open("/sign-in")
    desk.send("Sign in", status=status, email=email, password=password)


def signed_in(desk: Desk) -> bool:
    return desk.client.get("/account").status_code == 200


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


def test_a_forgotten_password_is_reset_by_mail(
    session: Session, desk_of: DeskOf, ada: Person, sink: Sink
) -> None:
    elsewhere, desk = desk_of(ada), desk_of(None)
    assert signed_in(elsewhere)
    desk.open("/reset-password")
    desk.send("Send the link", email="ada@example.org")
    assert "a message is on its way" in desk.text
    send_waiting(By(SERVICE, clock.now()), a_mailer(sink.url))
    assert len(sink.mails) == 1
    assert "reset-password/" not in session.scalars(select(Message)).one().body
    path = sink.link("ada@example.org")
    desk.open(path)
    desk.send("Set my password", password="short", password_confirm="short")
    assert desk.soup.find(class_="govuk-error-summary")
    new = "three unlikely words"
    desk.send("Set my password", password=new, password_confirm=new)
    assert "Your new password is set" in desk.text
    desk.send("Sign in", email="ada@example.org", password=new)
    assert signed_in(desk)
    assert not signed_in(elsewhere)
    sign_in(desk_of(None), "ada@example.org")
    again = desk_of(None)
    again.open(path)
    assert "That link was used already" in again.text
    send_waiting(By(SERVICE, clock.now()), a_mailer(sink.url))
    assert "was reset" in str(sink.mails[-1]["Subject"])


def test_nobody_is_written_to_who_is_not_known_or_has_left(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    a_person(session, email="gone@example.org", active=False)
    a_person(session, email="refused@example.org", address_refused=True)
    for address in ("eve@example.org", "gone@example.org", "refused@example.org"):
        desk = desk_of(None)
        desk.open("/reset-password")
        desk.send("Send the link", email=address)
        assert "If that address is known here" in desk.text
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_password_is_changed_and_every_other_session_ends(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    desk, elsewhere, new = desk_of(None), desk_of(None), "three unlikely words"
    sign_in(desk, "ada@example.org")
    sign_in(elsewhere, "ada@example.org")
    desk.open("/change-password")
    typed = {"new_password": new, "new_password_confirm": new}
    desk.send("Change it", password="wrong horse battery", **typed)
    assert desk.soup.find(class_="govuk-error-summary")
    desk.send("Change it", password=PASSWORD, **typed)
    assert "Your password has been changed" in desk.text
    assert signed_in(desk)
    assert not signed_in(elsewhere)
    message = session.scalars(select(Message)).one()
    assert message.kind == "change_notice"
    fresh = desk_of(None)
    sign_in(fresh, "ada@example.org", new)
    assert signed_in(fresh)


def test_a_stolen_session_cannot_try_passwords_for_ever(desk_of: DeskOf, ada: Person) -> None:
    desk, new = desk_of(ada), "three unlikely words"
    desk.open("/change-password")
    for number in range(11):
        desk.send(
            "Change it",
            status=429 if number == 10 else 200,
            password=f"wrong horse {number}",
            new_password=new,
            new_password_confirm=new,
        )


def test_a_session_ends_when_its_person_is_made_inactive(
    session: Session, desk_of: DeskOf, ada: Person
) -> None:
    desk = desk_of(None)
    sign_in(desk, "ada@example.org")
    assert signed_in(desk)
    ada.active = False
    session.commit()
    assert not signed_in(desk)


def test_an_invitation_leads_from_the_mail_to_the_desk_once(
    session: Session, desk_of: DeskOf, sink: Sink
) -> None:
    partnership = a_partnership(session)
    coordinator = a_coordinator(session, partnership)
    head = a_head(session, a_school(session), name="Grace Hopper")
    desk = desk_of(coordinator)
    desk.open(f"/people/{head.id}")
    desk.send("Send an invitation")
    send_waiting(By(SERVICE, clock.now()), a_mailer(sink.url))
    path = sink.link(head.email or "")
    grace = desk_of(None)
    grace.open(path)
    assert "Welcome, Grace Hopper" in grace.text
    grace.send("Sign in", status=400, password=PASSWORD, again="something else")
    grace.send("Sign in", password=PASSWORD, again=PASSWORD)
    assert "You are signed in" in grace.text
    assert signed_in(grace)
    desk_of(None).open(path, status=409)
    later = desk_of(None)
    sign_in(later, head.email or "")
    assert signed_in(later)


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
