"""One process ticks; what it leaves, another takes up; and a sleeper that wakes does nothing."""

import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage import clock, scheduler
from brokerage.actor import SERVICE, By
from brokerage.database import FormKey, writing
from brokerage.follow_ups import services as follow_ups
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.messages.sending import send_waiting
from brokerage.upkeep import daily, steps
from brokerage.upkeep.models import Lease
from brokerage.upkeep.queries import last_tick
from tests.builders import NOW
from tests.outbox import a_mailer, a_message
from tests.processes import comes, running, usable
from tests.smtp import Sink, sink

__all__ = ["sink"]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    logger = logging.getLogger("brokerage")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ticked, by one tick that only says so."""
    said: list[str] = []

    def say(turn: scheduler.Turn) -> str:
        said.append("tick")
        return "said"

    monkeypatch.setattr(scheduler, "TICKS", [("say", say)])
    return said


def end_lease(session: Session) -> None:
    long_ago = clock.true_now() - timedelta(seconds=1)
    session.execute(update(Lease).values(until=long_ago))
    session.execute(update(Message).values(leased_until=long_ago))
    session.commit()


def test_a_lease_is_had_by_one_until_it_runs_out_and_each_holder_has_a_higher_token(
    both: Flask,
) -> None:
    with writing() as session:
        first = steps.take(session, "it", "one", NOW)
        assert first is not None
        assert steps.take(session, "it", "two", NOW + timedelta(seconds=29)) is None
        assert steps.keep(session, "it", first, NOW + timedelta(seconds=29))
        assert steps.take(session, "it", "two", NOW + timedelta(seconds=58)) is None
        second = steps.take(session, "it", "two", NOW + timedelta(seconds=60))
        assert second is not None
        assert second > first
        assert not steps.keep(session, "it", first, NOW + timedelta(seconds=61))
        assert not steps.holds(session, "it", first, NOW + timedelta(seconds=61))
        assert steps.holds(session, "it", second, NOW + timedelta(seconds=61))
        steps.give_back(session, "it", second, NOW + timedelta(seconds=62))
        assert steps.take(session, "it", "one", NOW + timedelta(seconds=62)) is not None


def test_a_standby_takes_over_within_a_minute_of_a_death() -> None:
    noticed_at_worst = steps.LASTS + timedelta(seconds=scheduler.TICK_SECONDS)
    assert noticed_at_worst + timedelta(seconds=scheduler.TICK_SECONDS) <= timedelta(minutes=1)


def test_of_two_schedulers_one_ticks_and_a_sleeper_that_wakes_does_nothing(
    both: Flask, session: Session, ticks: list[str], told: pytest.LogCaptureFixture
) -> None:
    one, two = scheduler.Ticker(both), scheduler.Ticker(both)
    for ticker in (one, two):
        ticker.keep_lease()
        ticker.tick()
    assert ticks == ["tick"]
    end_lease(session)  # "one" sleeps longer than its lease
    two.keep_lease()
    two.tick()
    assert ticks == ["tick", "tick"]
    one.tick()
    assert ticks == ["tick", "tick"]
    one.keep_lease()
    assert one.token is None
    two.give_back()
    one.keep_lease()
    one.tick()
    assert ticks == ["tick"] * 3
    lines = [line for line in told.messages if line.startswith("scheduler=")]
    assert [line.split()[0] for line in lines] == [
        "scheduler=ticking",
        "scheduler=standby",
        "scheduler=ticking",
        "scheduler=standby",
        "scheduler=ticking",
    ]


def test_a_woken_sleeper_sends_nothing_in_the_middle_of_its_tick(
    both: Flask, session: Session, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = By(SERVICE, NOW)
    for _ in range(3):
        a_message(session, by)
    sleeper = scheduler.Ticker(both)
    sleeper.keep_lease()

    def doze_and_send(turn: scheduler.Turn) -> str:
        end_lease(session)
        other = scheduler.Ticker(both)
        other.keep_lease()
        assert other.token is not None
        return str(send_waiting(turn.by, a_mailer(sink.url), fence=turn.fence))

    monkeypatch.setattr(scheduler, "TICKS", [("send", doze_and_send)])
    sleeper.tick()
    assert sink.mails == []


def test_a_tick_that_fails_is_logged_by_name_and_the_others_go_on(
    both: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    def fails(turn: scheduler.Turn) -> str:
        raise ZeroDivisionError

    def works(turn: scheduler.Turn) -> str:
        return "done"

    monkeypatch.setattr(scheduler, "TICKS", [("break things", fails), ("mend things", works)])
    assert last_tick(session, scheduler.LEASE) is None
    session.commit()
    assert scheduler.tick(both, NOW) == [
        ("break things", "failed (ZeroDivisionError)"),
        ("mend things", "done"),
    ]
    assert "tick=break-things failed" in told.messages
    ended = last_tick(session, scheduler.LEASE)
    assert ended is not None
    assert clock.true_now() - ended < timedelta(minutes=1)


def test_what_is_done_once_a_day_is_done_again_where_it_failed(both: Flask) -> None:
    done: list[By] = []

    def fails_at_first(by: By) -> int:
        done.append(by)
        return 7 // (len(done) - 1)

    by = By(SERVICE, NOW)
    with pytest.raises(ZeroDivisionError):
        daily.once(by, "it", fails_at_first)
    assert [daily.once(by, "it", fails_at_first) for _ in range(2)] == [7, None]
    tomorrow = By(SERVICE, NOW + timedelta(days=1))
    assert daily.once(tomorrow, "it", fails_at_first) == 3


def test_the_nights_sweep_is_made_up_for_where_it_failed(
    both: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = scheduler.Turn(By(SERVICE, NOW))
    with monkeypatch.context() as patch:
        patch.setattr(follow_ups, "SUBJECTS", None)
        with pytest.raises(AttributeError):
            scheduler.sweep(turn)
    assert [scheduler.sweep(turn) for _ in range(2)] == ["0 to be looked at", "done today"]
    days = [scheduler.ask_about_days(turn) for _ in range(2)]
    assert days == ["0 new questions", "done today"]


def test_form_keys_are_kept_a_week(both: Flask, session: Session) -> None:
    for days in (6, 8):
        at = NOW - timedelta(days=days)
        session.add(FormKey(key=f"{days}", use_case="x", at=at))
    session.commit()
    turn = scheduler.Turn(By(SERVICE, NOW))
    assert scheduler.forget_form_keys(turn) == "1 forgotten"
    assert scheduler.forget_form_keys(turn) == "none are old"
    assert session.scalars(select(FormKey.key)).all() == ["6"]


def _settings(app: Flask) -> Any:
    return app.config["SETTINGS"]


@pytest.mark.slow
def test_a_scheduler_killed_before_it_hands_a_message_over_loses_nothing(
    both: Flask, session: Session, sink: Sink, tmp_path: Path
) -> None:
    usable(both)
    by = By(SERVICE, clock.true_now())
    message = a_message(session, by)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with running(_settings(both), tmp_path / "log", "scheduler", SMTP_URL=url) as one:

            def claimed() -> bool:
                session.expire_all()
                return message.state is MessageState.SENDING

            assert comes(claimed), one.said
            session.rollback()
            one.kill()
    end_lease(session)
    send_waiting(by, a_mailer(sink.url))
    assert sink.message_ids == [message.message_id]


@pytest.mark.slow
def test_a_scheduler_killed_between_handing_over_and_marking_leaves_it_unsure_and_sent_once(
    both: Flask, session: Session, sink: Sink, tmp_path: Path
) -> None:
    usable(both)
    by = By(SERVICE, clock.true_now())
    message = a_message(session, by)
    sink.after_text = ""
    with running(_settings(both), tmp_path / "log", "scheduler", SMTP_URL=sink.url) as one:
        assert comes(lambda: sink.mails), one.said
        one.kill()
    end_lease(session)
    send_waiting(by, a_mailer(sink.url))
    session.expire_all()
    assert message.state is MessageState.MAYBE_SENT
    assert sink.message_ids == [message.message_id]


@pytest.mark.slow
def test_a_second_scheduler_stands_by_and_takes_over_from_one_that_was_killed(
    both: Flask, session: Session, tmp_path: Path
) -> None:
    usable(both)
    logs = tmp_path / "one", tmp_path / "two"
    with running(_settings(both), logs[0], "scheduler") as one:
        assert comes(lambda: "scheduler=ticking" in one.said), one.said
        with running(_settings(both), logs[1], "scheduler") as two:
            assert comes(lambda: "scheduler=standby" in two.said), two.said
            one.kill()
            end_lease(session)
            assert comes(lambda: "scheduler=ticking" in two.said, within=15), two.said
            two.process.terminate()
            assert two.process.wait(10) == 0
            assert "scheduler=stopped" in two.said
