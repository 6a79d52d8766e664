"""Sending stops where a person says so, where a burst would go out, and after a restore; meanwhile
everything waits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, Actor, By
from brokerage.errors import ChangedMeanwhile, RuleBroken
from brokerage.ledger.queries import history
from brokerage.messages import invariants, stopping_services
from brokerage.messages.guarding import busiest_hours
from brokerage.messages.models import Message, Sending
from brokerage.messages.queries import did_not_get_through, queue_state
from brokerage.messages.rules import MOST_DEATHS, MessageState, Stop
from brokerage.messages.sending import send_waiting
from tests.builders import NOW, a_coordinator, a_partnership, acting
from tests.outbox import a_mailer, a_message, at, states
from tests.smtp import Sink, sink

__all__ = ["sink"]

OPERATOR = By(Actor(name="The operator", via="command line"), NOW)


def send(by: By, sink: Sink, guard: int = 3) -> dict[str, int]:
    return send_waiting(by, replace(a_mailer(sink.url), burst_guard=guard))


def sending(session: Session) -> Sending:
    session.expire_all()
    return session.scalars(select(Sending)).one()


def test_what_would_be_a_burst_stops_until_a_person_says_that_it_is_right(
    session: Session, by: By, sink: Sink
) -> None:
    partnership = a_partnership(session)
    carol = a_coordinator(session, partnership, name="Carol Coe")
    for _ in range(8):
        a_message(session, by)
    for _ in range(3):
        send(by, sink)
    row = sending(session)
    assert len(sink.mails) == 3
    assert (row.stop, row.stopped_at, row.stopped_name) == (Stop.BURST, NOW, "the service itself")
    assert "3 messages have gone out within an hour" in (row.why or "")
    assert states(session) == {MessageState.SENT: 3, MessageState.WAITING: 5}
    assert list(invariants.broken(session)) == []
    stopping_services.resume(acting(session, carol), version=row.version)
    send(by, sink)
    assert len(sink.mails) == len(set(sink.message_ids)) == 8
    assert [e.action for e in history(session, "sending", 1)] == [
        "sending.stopped",
        "sending.resumed",
    ]


def test_a_guard_that_was_raised_for_what_waited_stops_a_burst_that_goes_on(
    session: Session, by: By, sink: Sink
) -> None:
    for _ in range(6):
        a_message(session, by)
    send(by, sink)
    stopping_services.resume(OPERATOR)
    assert sending(session).raised_to == 206  # those that went out, those that waited, and 200
    session.execute(update(Sending).values(raised_to=7))
    session.commit()
    for _ in range(6):
        a_message(session, by)
    send(by, sink)
    assert len(sink.mails) == 7
    assert sending(session).stop is Stop.BURST


def test_the_guard_slides_and_a_clock_that_is_moved_lets_nothing_more_through(
    session: Session, by: By, sink: Sink
) -> None:
    for _ in range(4):
        a_message(session, by)
    send(at(timedelta(hours=-1)), sink)
    send(at(timedelta(hours=5)), sink)
    assert len(sink.mails) == 3
    stopping_services.resume(OPERATOR)
    gone = clock.true_now() - timedelta(minutes=61)
    session.execute(update(Message).where(Message.begun_at.is_not(None)).values(begun_at=gone))
    session.execute(update(Sending).values(raised_to=None))
    session.commit()
    send(by, sink)
    assert len(sink.mails) == 4
    assert sending(session).stop is None


def test_the_usual_number_is_counted_from_four_weeks_of_messages(
    session: Session, by: By, sink: Sink
) -> None:
    now = clock.true_now().replace(minute=30)
    for days, many in ((1, 2), (3, 1), (9, 3), (40, 4)):
        for _ in range(many):
            begun = now - timedelta(days=days)
            a_message(session, by).begun_at = begun
    session.commit()
    assert busiest_hours(session, now) == [2, 3, 0, 0]


def test_two_senders_at_once_do_not_let_one_too_many_through(
    both: Flask, session: Session, by: By, sink: Sink
) -> None:
    for _ in range(20):
        a_message(session, by)
    session.rollback()

    def work(_number: int) -> dict[str, int]:
        with both.app_context():
            return send(by, sink, guard=9)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(sink.mails) == len(set(sink.message_ids)) == 9
    assert states(session) == {MessageState.SENT: 9, MessageState.WAITING: 11}


def test_while_sending_is_paused_all_waits_and_only_what_is_too_old_is_given_up(
    session: Session, by: By, sink: Sink
) -> None:
    partnership = a_partnership(session)
    carol = a_coordinator(session, partnership, name="Carol Coe")
    old = a_message(session, at(timedelta(days=-13, hours=-23)))
    a_message(session, by)
    stopping_services.pause(acting(session, carol), "A letter is wrong")
    assert send(by, sink) == {"held back": 2}
    assert send(at(timedelta(hours=2)), sink) == {"held back": 1, "too old": 1}
    assert sink.mails == []
    session.refresh(old)
    assert old.state is MessageState.FAILED
    row = sending(session)
    assert (row.stop, row.stopped_name, row.why) == (Stop.PAUSED, "Carol Coe", "A letter is wrong")
    with pytest.raises(RuleBroken, match="stopped already"):
        stopping_services.pause(OPERATOR, "Me too")
    stopping_services.resume(acting(session, carol), version=row.version)
    send(by, sink)
    assert len(sink.mails) == 1
    with pytest.raises(RuleBroken, match="not stopped"):
        stopping_services.resume(OPERATOR)


def test_a_pause_between_claim_and_handing_over_holds(session: Session, by: By, sink: Sink) -> None:
    a_message(session, by)
    asked: list[bool] = []

    def pause_after_the_claim(_session: Session) -> bool:
        asked.append(True)
        if len(asked) == 3:  # to tidy, to claim, to begin
            _session.execute(update(Sending).values(stop=Stop.PAUSED, stopped_at=NOW, why="x"))
        return True

    send_waiting(by, a_mailer(sink.url), fence=pause_after_the_claim)
    assert sink.mails == []
    assert states(session) == {MessageState.WAITING: 1}


def test_a_page_that_told_of_another_stop_lets_nothing_go(
    session: Session, by: By, sink: Sink
) -> None:
    stopping_services.pause(OPERATOR, "One reason")
    version = sending(session).version
    stopping_services.resume(OPERATOR)
    stopping_services.pause(OPERATOR, "Another reason")
    with pytest.raises(ChangedMeanwhile):
        stopping_services.resume(OPERATOR, version=version)
    assert sending(session).stop is Stop.PAUSED


def test_a_coordinator_sets_aside_what_is_their_own_and_sending_goes_on_once_it_is_no_burst(
    session: Session, by: By, sink: Sink
) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    carol = a_coordinator(session, ours, name="Carol Coe")
    for partnership in (ours, ours, theirs, theirs, ours, ours):
        a_message(session, by, partnership_id=partnership.id)
    send(by, sink, guard=2)
    send(by, sink, guard=2)
    as_carol = acting(session, carol)
    done = stopping_services.set_aside(as_carol, ["change_notice"], "Sent by mistake", setting=2)
    assert done == {"many": 2, "stopped": True}
    aside = session.scalars(select(Message).where(Message.set_aside_at.is_not(None))).all()
    assert {m.partnership_id for m in aside} == {ours.id}
    assert {m.fault for m in aside} == {"Set aside by Carol Coe: Sent by mistake"}
    with pytest.raises(RuleBroken, match="wait any more"):
        stopping_services.set_aside(as_carol, ["change_notice"], "Again")
    done = stopping_services.set_aside(OPERATOR, ["change_notice"], "Enough", setting=2)
    assert done == {"many": 2, "stopped": False}
    assert queue_state(session, NOW).set_aside == 4
    assert list(session.scalars(select(Message).where(did_not_get_through()))) == []
    send(by, sink, guard=2)
    assert len(sink.mails) == 2
    assert list(invariants.broken(session)) == []


def test_a_message_that_its_senders_die_of_is_set_aside_and_the_others_go_out(
    session: Session, by: By, sink: Sink
) -> None:
    poison, good = a_message(session, by), a_message(session, by)
    for _ in range(MOST_DEATHS):
        dead = {
            "state": MessageState.SENDING,
            "leased_by": "somebody dead",
            "leased_until": clock.true_now() - timedelta(seconds=1),
        }
        session.execute(update(Message).where(Message.id == poison.id).values(dead))
        session.commit()
        send_waiting(by, a_mailer(sink.url), most=0)
    send(by, sink)
    session.expire_all()
    assert (poison.state, good.state) == (MessageState.FAILED, MessageState.SENT)
    assert poison.set_aside_at == NOW
    assert "stopped 3 times" in (poison.fault or "")
    assert list(session.scalars(select(Message).where(did_not_get_through()))) == [poison]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1), timedelta(days=365)])
def test_a_clock_that_is_set_back_keeps_nothing_waiting(
    session: Session, by: By, sink: Sink, back: timedelta
) -> None:
    written_ahead = a_message(session, at(back))
    retried = a_message(session, by)
    retried.attempts, retried.not_before = 2, NOW + back
    planned = a_message(session, by, not_before=NOW + timedelta(days=5))
    session.commit()
    send_waiting(By(SERVICE, NOW), a_mailer(sink.url))
    session.expire_all()
    assert {written_ahead.state, retried.state} == {MessageState.SENT}
    assert planned.state is MessageState.WAITING
    assert len(set(sink.message_ids)) == len(sink.mails) == 2


def test_a_sender_that_died_before_the_clock_was_set_back_holds_its_message_no_longer(
    session: Session, by: By, sink: Sink
) -> None:
    a_message(session, by)
    held = {
        "state": MessageState.SENDING,
        "leased_by": "somebody dead",
        "leased_until": clock.true_now() + timedelta(days=1),
    }
    session.execute(update(Message).values(held))
    session.commit()
    send(by, sink)
    assert states(session) == {MessageState.SENT: 1}
