"""Whatever fails as mail is sent, nothing is lost or doubled, and what is unsure is said to be."""

from collections.abc import Callable
from datetime import timedelta
from threading import Timer

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import BUSY_SECONDS, db, writing_engine
from brokerage.messages import invariants, services
from brokerage.messages.models import Message
from brokerage.messages.queries import did_not_get_through
from brokerage.messages.rules import MessageState, delay
from brokerage.messages.sending import send_waiting
from tests.builders import NOW, a_coordinator, a_partnership, a_person, acting
from tests.outbox import a_mailer, a_message, at, states
from tests.smtp import Sink, sink

__all__ = ["sink"]


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
    until = clock.true_now() + timedelta(seconds=30)
    held = {"state": MessageState.SENDING, "leased_by": "another", "leased_until": until}
    session.execute(update(Message).values(held))
    session.commit()
    send_waiting(by, a_mailer(sink.url))
    assert sink.mails == []


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
    assert list(session.scalars(select(Message).where(did_not_get_through()))) == [bad]


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
