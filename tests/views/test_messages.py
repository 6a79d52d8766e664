"""What a coordinator sees of the outbox, and how a demo's mail is read without a mail server."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from tests.builders import (
    NOW,
    a_coordinator,
    a_head,
    a_partnership,
    a_person,
    a_school,
)
from tests.outbox import a_message
from tests.views.conftest import DeskOf

BY = By(SERVICE, NOW)


def test_a_coordinator_sees_what_waits_and_what_failed_of_their_own_without_the_texts(
    session: Session, desk_of: DeskOf
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    waits, failed, sent = (
        a_message(session, BY, a_person(session, name=name), partnership_id=ours.id)
        for name in ("Waiting Wanda", "Failing Fred", "Sent Sally")
    )
    a_message(session, BY, a_person(session, name="Foreign Fay"), partnership_id=theirs.id)
    a_message(session, BY, a_person(session, name="Private Pat"))
    failed.state, failed.fault = MessageState.FAILED, "The mail server said 550 No such person"
    sent.state, sent.sent_at = MessageState.SENT, NOW
    waits.body = "A private text"
    session.commit()
    desk = desk_of(a_coordinator(session, ours))
    desk.open("/messages")
    assert "Waiting Wanda" in desk.text
    assert "550 No such person" in desk.text
    for hidden in ("Sent Sally", "Foreign Fay", "Private Pat", "A private text"):
        assert hidden not in desk.text
    desk.open("/messages?state=failed")
    assert "Waiting Wanda" not in desk.text
    assert "Failing Fred" in desk.text
    desk.open("/messages?state=nonsense")
    assert "Waiting Wanda" in desk.text


def test_a_failed_message_is_sent_again_with_one_button_and_once(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    message = a_message(session, BY, partnership_id=partnership.id)
    message.state, message.fault, message.attempts = MessageState.FAILED, "No", 4
    session.commit()
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/messages")
    desk.send("Send again")
    assert "will be sent within a minute" in desk.text
    session.refresh(message)
    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    assert not any("Send again" in button.text for button in desk.soup.find_all("button"))


def test_another_partnerships_message_cannot_be_sent_again(
    session: Session, desk_of: DeskOf
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    our_message = a_message(session, BY, partnership_id=ours.id)
    message = a_message(session, BY, partnership_id=theirs.id)
    for one in (our_message, message):
        one.state = MessageState.FAILED
    session.commit()
    desk = desk_of(a_coordinator(session, ours))
    desk.open("/messages")
    button = desk.soup.find("form", action=f"/messages/{our_message.id}/try-again")
    assert button is not None
    button["action"] = f"/messages/{message.id}/try-again"
    desk.send("Send again", status=404)
    session.refresh(message)
    assert message.state is MessageState.FAILED


def test_an_empty_queue_says_so(session: Session, desk_of: DeskOf) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/messages")
    assert "No messages wait" in desk.text


@pytest.mark.parametrize("path", ["/demo/mailbox", "/demo/mailbox/1"])
def test_there_is_no_mailbox_outside_a_demo(session: Session, desk_of: DeskOf, path: str) -> None:
    a_message(session, BY)
    desk_of(None).open(path, status=404)
    desk_of(a_coordinator(session, a_partnership(session))).open(path, status=404)


def test_in_a_demo_a_journey_goes_on_from_the_mailbox(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    app.config["DEMO"] = True
    head = a_head(session, a_school(session), name="Grace Hopper")
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/demo/mailbox")
    assert "No messages yet" in desk.text
    desk.open(f"/people/{head.id}")
    desk.send("Send an invitation")
    stranger = desk_of(None)
    stranger.open("/demo/mailbox")
    message = session.scalars(select(Message)).one()
    link = stranger.soup.find("a", string=message.subject)
    assert link is not None
    stranger.open(str(link["href"]))
    assert "[[link" not in stranger.text
    followed = stranger.soup.find("a", href=lambda href: href and "/invitation/" in href)
    assert followed is not None
    stranger.open(str(followed["href"]).removeprefix("http://localhost"))
    assert "Welcome, Grace Hopper" in stranger.text
    stranger.open(f"/demo/mailbox/{message.id + 1}", status=404)


def test_nobodys_text_becomes_code_in_the_mailbox(
    app: Flask, session: Session, desk_of: DeskOf
) -> None:
    app.config["DEMO"] = True
    clock.move_to(NOW)
    message = a_message(session, BY, a_person(session, name="<script>alert(1)</script>"))
    message.body = 'See http://localhost/x"onmouseover="alert(1) <b>or</b> [[link 999]]\n'
    session.commit()
    desk = desk_of(None)
    desk.open(f"/demo/mailbox/{message.id}")
    card = desk.soup.find(class_="app-mail")
    assert card is not None
    assert card.find("b") is None
    (link,) = card.find_all("a")
    assert set(link.attrs) == {"class", "href"}
    assert "[[link 999]]" in desk.text
