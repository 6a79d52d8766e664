"""The outbox is sent: each message once, in a named person's name, and none too late."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import NotFound, RuleBroken
from brokerage.messages import services
from brokerage.messages.rules import MessageState
from brokerage.messages.sending import send_waiting
from brokerage.messages.steps import Signatory
from brokerage.people.links import address, make_link, marker
from tests.builders import NOW, a_coordinator, a_head, a_partnership, a_person, a_school, acting
from tests.outbox import a_mailer, a_message, at, states
from tests.smtp import Sink, sink

__all__ = ["sink"]


def test_a_message_goes_out_once_in_the_coordinators_name(
    session: Session, by: By, sink: Sink
) -> None:
    person = a_person(session, name='Ada "Countess" Løvelace, DBE')
    signed = Signatory("Carol Coe", "carol@example.org", "Eastburn")
    message = a_message(session, by, person, signed=signed)
    message_id = message.message_id
    for _ in range(2):
        send_waiting(by, a_mailer(sink.url))
    (mail,) = sink.mails
    assert mail["From"].addresses[0].display_name == "Carol Coe, Eastburn"
    assert mail["From"].addresses[0].addr_spec == "support@example.org"
    assert mail["Reply-To"].addresses[0].addr_spec == "carol@example.org"
    assert mail["To"].addresses[0].display_name == person.name
    assert mail["Message-ID"] == message_id
    assert person.name in mail.get_content()
    assert states(session) == {MessageState.SENT: 1}
    assert message.sent_at == NOW


def test_a_message_waits_for_its_time(session: Session, by: By, sink: Sink) -> None:
    a_message(session, by, not_before=NOW + timedelta(hours=1))
    send_waiting(at(timedelta(minutes=59)), a_mailer(sink.url))
    assert sink.mails == []
    send_waiting(at(timedelta(hours=1)), a_mailer(sink.url))
    assert len(sink.mails) == 1


def test_links_are_filled_as_the_mail_is_sent_for_their_own_person_alone(
    both: Flask, session: Session, by: By, sink: Sink
) -> None:
    ada, eve = a_person(session), a_person(session, name="[[link 1]] [[reset 1]]")
    link = make_link(
        session,
        by,
        "people.accept_invitation",
        ada,
        subject="person",
        subject_id=ada.id,
        partnership_id=None,
    )
    good, bad = a_message(session, by, ada), a_message(session, by, eve)
    good.body = f"Here: {marker(link)} or [[reset {ada.id}]]\n"
    bad.body = f"Dear {marker(link)} [[reset {ada.id}]]\n"
    session.commit()
    send_waiting(by, a_mailer(sink.url))
    (mail,) = sink.mails
    assert address(link) in mail.get_content()
    assert "http://localhost/reset-password/" in mail.get_content()
    session.expire_all()
    assert bad.state is MessageState.FAILED
    assert "[[link" in good.body


def test_no_line_end_of_anybodys_gets_into_a_header(session: Session, by: By, sink: Sink) -> None:
    person = a_person(session, name="Ada\r\nBcc: eve@example.org\r\n\r\nHello")
    signed = Signatory("Carol\nReply-To: eve@example.org", "carol@example.org", "East\x00burn")
    a_message(session, by, person, signed=signed)
    send_waiting(by, a_mailer(sink.url))
    (mail,) = sink.mails
    assert mail["Bcc"] is None
    assert mail.get_all("Reply-To") == ["carol@example.org"]


def test_two_senders_at_once_send_each_message_once(
    both: Flask, session: Session, by: By, sink: Sink
) -> None:
    for _ in range(40):
        a_message(session, by)

    def send(_: int) -> Counter[str]:
        with both.app_context():
            return send_waiting(by, a_mailer(sink.url))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert len(sink.mails) == len(set(sink.message_ids)) == 40
    assert states(session) == {MessageState.SENT: 40}


def test_nothing_older_than_a_fortnight_is_sent(session: Session, by: By, sink: Sink) -> None:
    a_message(session, by)
    send_waiting(at(timedelta(days=14)), a_mailer(sink.url))
    assert sink.mails == []
    assert states(session) == {MessageState.FAILED: 1}


def test_without_a_mail_server_messages_wait_and_in_a_demo_they_are_kept(
    session: Session, by: By
) -> None:
    message = a_message(session, by)
    send_waiting(by, a_mailer(None))
    assert states(session) == {MessageState.WAITING: 1}
    send_waiting(by, a_mailer(None, keep=True))
    session.expire_all()
    assert (message.state, message.sent_at) == (MessageState.SENT, NOW)
    assert "Kept" in (message.fault or "")


def test_a_coordinator_sends_a_failed_message_again_in_their_own_partnership_alone(
    session: Session, by: By, sink: Sink
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    head = a_head(session, a_school(session))
    message = a_message(session, by, head, partnership_id=ours.id)
    coordinator = acting(session, a_coordinator(session, ours))
    other = acting(session, a_coordinator(session, theirs))
    with pytest.raises(RuleBroken, match="not one that failed"):
        services.try_again(coordinator, message.id)
    sink.after_text = "554 No"
    send_waiting(by, a_mailer(sink.url))
    with pytest.raises(NotFound):
        services.try_again(other, message.id)
    with pytest.raises(RuleBroken, match="14 days"):
        services.try_again(replace(coordinator, now=NOW + timedelta(days=14)), message.id)
    services.try_again(coordinator, message.id)
    sink.after_text = "250 OK"
    send_waiting(by, a_mailer(sink.url))
    assert states(session) == {MessageState.SENT: 1}
