"""Choosing, forgetting and changing a password, from the mail to the desk."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.messages.models import Message
from brokerage.people.models import Person
from tests.builders import a_coordinator, a_head, a_partnership, a_person, a_school
from tests.outbox import send_all
from tests.smtp import Sink, sink
from tests.views.conftest import DeskOf
from tests.views.signing_in import PASSWORD, ada, sign_in, signed_in

__all__ = ["ada", "sink"]


def test_a_forgotten_password_is_reset_by_mail(
    app: Flask, session: Session, desk_of: DeskOf, ada: Person, sink: Sink
) -> None:
    elsewhere, desk = desk_of(ada), desk_of(None)
    assert signed_in(elsewhere)
    desk.open("/reset-password")
    desk.send("Send the link", email="ada@example.org")
    assert "a message is on its way" in desk.text
    send_all(app, sink.url)
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
    send_all(app, sink.url)
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


def test_an_invitation_leads_from_the_mail_to_the_desk_once(
    app: Flask, session: Session, desk_of: DeskOf, sink: Sink
) -> None:
    partnership = a_partnership(session)
    coordinator = a_coordinator(session, partnership)
    head = a_head(session, a_school(session), name="Grace Hopper")
    desk = desk_of(coordinator)
    desk.open(f"/people/{head.id}")
    desk.send("Send an invitation")
    send_all(app, sink.url)
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
