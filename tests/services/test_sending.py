"""The outbox is sent: nothing lost, nothing doubled, and what is unsure is said to be."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Timer

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.database import BUSY_SECONDS, db, writing_engine
from brokerage.errors import NotFound, RuleBroken
from brokerage.messages import invariants, services
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState, delay
from brokerage.messages.sending import Mailer, send_waiting
from brokerage.messages.steps import Recipient, Signatory, write
from brokerage.people.links import address, fill, make_link, marker
from brokerage.people.models import Person
from brokerage.people.steps import refuse_address
from tests.builders import NOW, a_coordinator, a_head, a_partnership, a_person, a_school, acting
from tests.smtp import Sink, sink

__all__ = ["sink"]


def a_mailer(url: str | None, *, keep: bool = False) -> Mailer:
    return Mailer(url, "Support <support@example.org>", fill, refuse_address, keep)


def at(later: timedelta) -> By:
    return By(SERVICE, NOW + later)


def a_message(session: Session, by: By, person: Person | None = None, **other: object) -> Message:
    person = person or a_person(session)
    message = write(
        session,
        by,
        "change_notice",
        Recipient(person.id, person.name, person.email),
        key=f"test/{person.id}",
        **other,  # type: ignore[arg-type]
    )
    assert message is not None
    session.commit()
    return message


def states(session: Session) -> Counter[MessageState]:
    session.expire_all()
    return Counter(session.scalars(select(Message.state)))


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


def test_while_the_mail_server_is_away_messages_wait_ever_longer_and_none_is_lost(
    session: Session, by: By, sink: Sink
) -> None:
    message = a_message(session, by)
    sink.stop()
    pauses, now = [], NOW
    for _ in range(4):
        send_waiting(By(SERVICE, now), a_mailer(sink.url))
        session.expire_all()
        assert message.state is MessageState.WAITING
        assert "could not be reached" in (message.fault or "")
        pauses.append(message.not_before - now)
        now = message.not_before
    assert pauses == sorted(pauses)
    assert pauses == [delay(message.id, n) for n in (1, 2, 3, 4)]
    sink.start()
    send_waiting(By(SERVICE, now), a_mailer(sink.url))
    assert sink.message_ids == [message.message_id]


def test_an_address_refused_for_good_fails_and_is_marked_and_the_others_go_out(
    session: Session, by: By, sink: Sink
) -> None:
    gone, here = a_person(session), a_person(session)
    failed = a_message(session, by, gone)
    a_message(session, by, here)
    sink.answers[gone.email or ""] = "550 5.1.1 No such person"
    for days in (0, 1):
        send_waiting(at(timedelta(days=days)), a_mailer(sink.url))
    session.expire_all()
    assert (failed.state, failed.attempts) == (MessageState.FAILED, 1)
    assert gone.address_refused
    assert not here.address_refused
    assert [mail["To"].addresses[0].addr_spec for mail in sink.mails] == [here.email]


def test_a_refusal_that_is_about_us_does_not_mark_the_address(
    session: Session, by: By, sink: Sink
) -> None:
    person = a_person(session)
    message = a_message(session, by, person)
    sink.answers[person.email or ""] = "550 5.7.1 You may not send through here"
    send_waiting(by, a_mailer(sink.url))
    session.expire_all()
    assert message.state is MessageState.FAILED
    assert not person.address_refused


def test_a_refusal_for_now_is_tried_again_later(session: Session, by: By, sink: Sink) -> None:
    person = a_person(session)
    message = a_message(session, by, person)
    sink.answers[person.email or ""] = "451 4.7.1 Come back later"
    send_waiting(by, a_mailer(sink.url))
    sink.answers.clear()
    send_waiting(by, a_mailer(sink.url))
    assert sink.mails == []
    send_waiting(at(timedelta(hours=1)), a_mailer(sink.url))
    assert sink.message_ids == [message.message_id]


def test_a_server_that_hangs_up_after_the_text_leaves_it_unsure_and_it_is_not_sent_again_unasked(
    session: Session, by: By, sink: Sink
) -> None:
    partnership = a_partnership(session)
    coordinator = a_coordinator(session, partnership)
    message = a_message(session, by, partnership_id=partnership.id)
    sink.after_text = None
    send_waiting(by, a_mailer(sink.url))
    sink.after_text = "250 Taken"
    send_waiting(at(timedelta(days=1)), a_mailer(sink.url))
    session.expire_all()
    assert message.state is MessageState.MAYBE_SENT
    assert len(sink.mails) == 1
    services.try_again(acting(session, coordinator), message.id)
    send_waiting(at(timedelta(days=1)), a_mailer(sink.url))
    assert sink.message_ids == [message.message_id] * 2
    assert states(session) == {MessageState.SENT: 1}


def test_a_text_refused_for_good_fails_without_blaming_the_address(
    session: Session, by: By, sink: Sink
) -> None:
    person = a_person(session)
    message = a_message(session, by, person)
    sink.after_text = "554 5.6.0 We do not like this"
    send_waiting(by, a_mailer(sink.url))
    session.expire_all()
    assert message.state is MessageState.FAILED
    assert not person.address_refused
    assert "554" in (message.fault or "")


@pytest.mark.parametrize(
    ("begun", "state", "mails"),
    [(False, MessageState.SENT, 1), (True, MessageState.MAYBE_SENT, 0)],
)
def test_what_a_dead_sender_held_is_sent_unless_it_may_have_gone(
    session: Session, by: By, sink: Sink, begun: bool, state: MessageState, mails: int
) -> None:
    message = a_message(session, by)
    held = {
        "state": MessageState.SENDING,
        "leased_by": "somebody dead",
        "leased_until": NOW - timedelta(days=3650),
        "begun_at": NOW if begun else None,
        "attempts": 1,
    }
    session.execute(update(Message).values(held))
    session.commit()
    assert list(invariants.broken(session))
    session.commit()
    send_waiting(by, a_mailer(sink.url))
    session.expire_all()
    assert message.state is state
    assert len(sink.mails) == mails
    assert list(invariants.broken(session)) == []


def test_what_a_living_sender_holds_is_left_to_it(session: Session, by: By, sink: Sink) -> None:
    a_message(session, by)
    until = NOW + timedelta(days=3650)
    held = {"state": MessageState.SENDING, "leased_by": "another", "leased_until": until}
    session.execute(update(Message).values(held))
    session.commit()
    send_waiting(by, a_mailer(sink.url))
    assert sink.mails == []


def test_nothing_older_than_a_fortnight_is_sent(session: Session, by: By, sink: Sink) -> None:
    a_message(session, by)
    send_waiting(at(timedelta(days=14)), a_mailer(sink.url))
    assert sink.mails == []
    assert states(session) == {MessageState.FAILED: 1}


def test_a_sender_that_is_no_longer_the_one_sends_nothing(
    session: Session, by: By, sink: Sink
) -> None:
    for _ in range(3):
        a_message(session, by)
    asked: list[bool] = []

    def fence(_session: Session) -> bool:
        asked.append(len(asked) < 5)  # tidying, claim, begin; then claim, and not begin
        return asked[-1]

    asked.append(True)
    send_waiting(by, a_mailer(sink.url), fence=fence)
    assert len(sink.mails) == 1
    assert states(session) == {MessageState.SENT: 1, MessageState.WAITING: 2}
    send_waiting(by, a_mailer(sink.url))
    assert len(set(sink.message_ids)) == len(sink.mails) == 3


def test_one_that_cannot_be_composed_does_not_hold_up_the_others(
    session: Session, by: By, sink: Sink
) -> None:
    bad = a_message(session, by)
    good = a_message(session, by)
    bad.body, bad.to_address = "[[link 999]]\n", "ünï@example.org"
    session.commit()
    send_waiting(by, a_mailer(sink.url))
    session.expire_all()
    assert (bad.state, good.state) == (MessageState.FAILED, MessageState.SENT)


@pytest.mark.slow
def test_a_message_is_marked_sent_though_the_database_was_held_for_long_just_then(
    sqlite_app: Flask, tidy: Callable[[Flask], None], sink: Sink
) -> None:
    tidy(sqlite_app)
    by = By(SERVICE, NOW)
    with sqlite_app.app_context(), Session(db.engine) as session:
        message = a_message(session, by)
        writer = writing_engine().connect()

        def hold() -> None:
            writer.begin()
            Timer(BUSY_SECONDS + 1, writer.rollback).start()

        sink.on_text = hold
        assert send_waiting(by, a_mailer(sink.url)) == {"sent": 1}
        session.refresh(message)
        assert message.state is MessageState.SENT
        writer.close()


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
