"""The commands that run the service: real processes, started and stopped as an operator does."""

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import db
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Person
from brokerage.settings import Settings
from brokerage.upkeep.check import INVARIANTS
from tests.builders import a_coordinator, a_partnership
from tests.conftest import settings_of
from tests.outbox import a_message
from tests.processes import Running, comes, command, made, running
from tests.services.test_use_cases import add
from tests.smtp import a_free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation of its own, which nothing runs yet."""
    yield replace(settings_of(tmp_path / "instance"), port=a_free_port())
    clock.allow_moving(None)


def answers(port: int, path: str = "/health") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def family(pid: int) -> set[int]:
    """The process and all that it started, however far down."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(int(word) for word in line.split()) for line in table.stdout.splitlines()]
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found


def alive(pids: set[int]) -> set[int]:
    def lives(pid: int) -> bool:
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"

    return {pid for pid in pids if lives(pid)}


def served(service: Running, settings: Settings) -> set[int]:
    assert comes(lambda: "The service is at" in service.said), service.said
    assert comes(lambda: answers(settings.port)), service.said
    assert comes(lambda: "scheduler=ticking" in service.said), service.said
    return family(service.process.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_serves_pages_and_ticks_and_stops_within_seconds_leaving_nothing(
    settings: Settings, tmp_path: Path, number: int
) -> None:
    made(settings)
    port = str(settings.port)
    with running(settings, tmp_path / "log", "run", PORT=port, WEB_WORKERS="2") as service:
        pids = served(service, settings)
        assert len(pids) >= 5  # itself, gunicorn and its two, the scheduler
        service.process.send_signal(number)
        assert service.process.wait(10) == 0, service.said
        assert comes(lambda: not alive(pids), within=5)
        assert "Traceback" not in service.said


def test_a_scheduler_that_is_told_to_stop_twice_stops_without_a_word(
    settings: Settings, tmp_path: Path
) -> None:
    made(settings)
    with running(settings, tmp_path / "log", "scheduler") as service:
        assert comes(lambda: "scheduler=ticking" in service.said), service.said
        for number in (signal.SIGTERM, signal.SIGINT):
            service.process.send_signal(number)
        assert service.process.wait(10) == 0
        assert "Traceback" not in service.said


def test_when_the_scheduler_dies_the_web_ends_with_a_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    made(settings)
    port = str(settings.port)
    with running(settings, tmp_path / "log", "run", PORT=port, WEB_WORKERS="1") as service:
        pids = served(service, settings)
        scheduler = next(
            pid for pid in pids if b"\0scheduler" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        os.kill(scheduler, signal.SIGKILL)
        assert service.process.wait(15) == 1
        assert "The scheduler ended by itself" in service.said
        assert comes(lambda: not alive(pids), within=5)


def test_when_run_itself_is_killed_its_children_end_too(settings: Settings, tmp_path: Path) -> None:
    made(settings)
    port = str(settings.port)
    with running(settings, tmp_path / "log", "run", PORT=port, WEB_WORKERS="1") as service:
        pids = served(service, settings)
        service.kill()
        assert comes(lambda: not alive(pids), within=15)


def test_a_taken_port_is_told_in_one_sentence(settings: Settings) -> None:
    made(settings)
    with socket.create_server(("127.0.0.1", settings.port)):
        told = command(settings, "run", PORT=str(settings.port))
    assert told.returncode == 1
    (line,) = told.stderr.strip().splitlines()
    assert f"Port {settings.port} is taken" in line
    assert "PORT" in line


def test_a_demo_says_whom_one_can_be_and_is_served_on_this_machine_alone(
    settings: Settings, tmp_path: Path
) -> None:
    app = made(settings, demo=True)
    with app.app_context(), Session(db.engine) as session:
        name = a_coordinator(session, a_partnership(session)).name
    port = str(settings.port)
    told = command(settings, "run", PORT=port, HOST="0.0.0.0")
    assert told.returncode == 1
    assert "this machine only" in told.stderr
    with running(settings, tmp_path / "log", "run", PORT=port, WEB_WORKERS="1") as service:
        served(service, settings)
        assert comes(lambda: name in service.said), service.said


def test_tick_at_moves_a_demos_clock_for_every_process_and_does_what_is_due(
    settings: Settings,
) -> None:
    app = made(settings, demo=True)
    begun = clock.true_now()
    due_in_a_year = begun + timedelta(days=365)
    with app.app_context(), Session(db.engine) as session:
        message = a_message(session, By(SERVICE, begun), not_before=due_in_a_year)
        person = message.to_person_id
    at = (due_in_a_year + timedelta(days=1)).astimezone(clock.LONDON)
    early = command(settings, "tick")
    assert early.returncode == 0, early.stderr
    assert "send messages: none were due" in early.stdout
    told = command(settings, "tick", "--at", at.replace(tzinfo=None).isoformat())
    assert told.returncode == 0, told.stderr
    assert "send messages: 1 kept" in told.stdout
    with app.app_context():
        assert abs(clock.now() - at) < timedelta(minutes=2)
        sent = db.session.scalars(select(Message).filter_by(to_person_id=person)).one()
        assert sent.sent_at == at.astimezone(UTC)
        db.session.remove()


def test_tick_at_is_refused_outside_a_demo_and_plain_tick_is_not(settings: Settings) -> None:
    made(settings)
    told = command(settings, "tick", "--at", "2030-01-01T09:00")
    assert told.returncode == 1
    assert told.stderr.strip() == "The clock can be moved in a demo only."
    assert not (settings.instance / "clock").exists()
    assert "not a date" in command(settings, "tick", "--at", "soon").stderr
    assert command(settings, "tick").returncode == 0


def _history(app: Flask) -> None:
    with app.app_context():
        for name in ("Ada", "Grace"):
            add(By(SERVICE, datetime(2026, 11, 3, 10, tzinfo=UTC)), name)


def test_check_counts_what_holds_and_names_what_does_not(settings: Settings) -> None:
    app = made(settings)
    _history(app)
    all_of_them = len(INVARIANTS) + 1  # and that the file is whole
    good = command(settings, "check")
    assert good.returncode == 0, good.stderr
    assert f"{all_of_them} of {all_of_them} hold." in good.stdout
    assert "SMTP_URL is not set" in good.stderr
    with app.app_context(), Session(db.engine) as session:
        session.execute(update(LedgerEntry).where(LedgerEntry.id == 1).values(actor_id=99))
        session.commit()
        assert session.scalar(select(Person.id)) is not None
    bad = command(settings, "check")
    assert bad.returncode == 1
    assert "Broken: Ledger entry 1" in bad.stderr
    assert f"{all_of_them - 1} of {all_of_them} hold." in bad.stdout
