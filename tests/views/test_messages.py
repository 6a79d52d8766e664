"""What a coordinator sees of the outbox, and how a demo's mail is read without a mail server."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import MessageState, Stop
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


def test_what_somebody_has_seen_to_leaves_the_page_and_the_desk(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    for state in (MessageState.FAILED, MessageState.MAYBE_SENT):
        a_message(session, BY, partnership_id=partnership.id).state = state
    session.commit()
    desk = desk_of(a_coordinator(session, partnership))
    for left in (1, 0):
        desk.open("/desk")
        assert "did not get through" in desk.text
        desk.open("/messages")
        desk.send("I have seen to it")
        assert "It is seen to" in desk.text
        assert len(desk.soup.find_all("h3")) == left
    desk.open("/desk")
    assert "did not get through" not in desk.text


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


def test_a_coordinator_pauses_sending_and_another_lets_it_go_on(
    session: Session, desk_of: DeskOf
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    carol, dora = a_coordinator(session, ours, name="Carol Coe"), a_coordinator(session, theirs)
    a_message(session, BY, a_person(session, name="Ann Own"), partnership_id=ours.id)
    a_message(session, BY, a_person(session, name="Bo Other"), partnership_id=theirs.id)
    desk = desk_of(carol)
    desk.open("/messages/pause")
    desk.send("Pause sending", status=400)
    desk.send("Pause sending", why="A letter is wrong")
    assert "Sending is paused" in desk.text
    assert "Waiting until sending goes on" in desk.text
    assert "2 messages, the oldest since" in desk.text
    assert "Bo Other" not in desk.text
    other = desk_of(dora)
    other.open("/desk")
    assert "Sending is paused: no messages go out" in other.text
    assert "Carol Coe: A letter is wrong" in other.text
    other.open("/messages/resume")
    assert "2 messages would go out" in other.text
    assert "Ann Own" not in other.text
    desk.open("/messages/resume")
    desk.send("Let sending go on")
    desk.open("/messages/pause")
    desk.send("Pause sending", why="Another is wrong")
    other.send("Let sending go on", status=409)  # that was another stop
    assert "Carol Coe: Another is wrong" in other.text
    other.send("Let sending go on")
    other.open("/desk")
    assert "Sending is paused" not in other.text
    desk.open("/messages/resume")
    assert "nothing is to be done" in desk.text


def test_after_a_burst_a_coordinator_decides_kind_by_kind(
    session: Session, desk_of: DeskOf
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    mine = a_message(session, BY, partnership_id=ours.id)
    other = a_message(session, BY, partnership_id=theirs.id)
    stopped = {"stopped_at": NOW, "stopped_name": "the service itself", "why": "Too many."}
    session.add(Sending(id=1, stop=Stop.BURST, **stopped))
    session.commit()
    desk = desk_of(a_coordinator(session, ours, name="Carol Coe"))
    desk.open("/desk")
    assert "Sending has stopped: unusually many messages" in desk.text
    desk.open("/messages")
    assert "It is right: send them" in desk.text
    desk.open("/messages/set-aside")
    desk.send("Set them aside", why="Sent by mistake", status=400)
    assert "Choose at least one kind" in desk.text
    desk.send("Set them aside", why="Sent by mistake", kinds=["change_notice"])
    assert "1 message set aside" in desk.text
    desk.open("/messages?state=failed")
    assert "Set aside by Carol Coe: Sent by mistake" in desk.text
    session.expire_all()
    assert (mine.state, other.state) == (MessageState.FAILED, MessageState.WAITING)
    desk.open("/desk")
    assert "did not get through" not in desk.text


def test_the_queue_says_when_nothing_is_sent_and_why(session: Session, desk_of: DeskOf) -> None:
    desk = desk_of(a_coordinator(session, a_partnership(session)))
    desk.open("/messages")
    assert "never yet" in desk.text
    long_ago = clock.true_now() - timedelta(hours=1)
    fault = {"missed_at": long_ago, "missed_since": long_ago, "server_fault": "It said 421 No"}
    session.add(Sending(id=1, looked_at=long_ago, **fault))
    session.commit()
    desk.open("/messages")
    assert (
        "Nothing goes out: the part of the service that sends messages was last seen" in desk.text
    )
    assert "It said 421 No" in desk.text
    desk.open("/desk")
    assert "No messages go out" in desk.text
    session.get_one(Sending, 1).looked_at = clock.true_now()
    session.commit()
    desk.open("/desk")
    assert "The mail server cannot be reached" in desk.text


def test_a_refused_address_stands_on_the_desk_until_there_is_a_new_one_and_then_what_failed_goes(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    head = a_head(session, a_school(session), name="Grace Hopper", address_refused=True)
    old, fresh, gone = (
        a_message(session, By(SERVICE, NOW - timedelta(days=days)), head, partnership_id=key)
        for days, key in ((15, partnership.id), (2, partnership.id), (1, partnership.id))
    )
    for message in (old, fresh):
        message.state, message.fault = MessageState.FAILED, "The mail server said 550 No"
    gone.state, gone.sent_at = MessageState.SENT, NOW
    session.commit()
    desk = desk_of(a_coordinator(session, partnership))
    desk.open("/desk")
    assert "An address was refused" in desk.text
    desk.open(f"/people/{head.id}")
    assert "Put in a new address" in desk.text
    desk.open(f"/people/{head.id}/change")
    desk.send("Save", email="grace@example.org")
    session.expire_all()
    assert not head.address_refused
    assert (fresh.state, fresh.to_address) == (MessageState.WAITING, "grace@example.org")
    assert (old.state, gone.state) == (MessageState.FAILED, MessageState.SENT)
    desk.open("/desk")
    assert "An address was refused" not in desk.text


def test_an_address_that_is_right_after_all_is_written_to_again(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    head = a_head(session, a_school(session), address_refused=True)
    message = a_message(session, BY, head, partnership_id=partnership.id)
    message.state = MessageState.FAILED
    session.commit()
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/people/{head.id}")
    desk.send("The address is right: try again")
    assert "1 message will be sent again" in desk.text
    session.expire_all()
    assert (head.address_refused, message.state) == (False, MessageState.WAITING)
