"""The service's own scheduler, in a process that kills (or stops) itself at a named point.

Nothing of the service knows of it: the points are reached through SQLAlchemy's events and through
the connection to the mail server, both of which lie outside the product.
"""

import multiprocessing
import os
import signal
import smtplib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from brokerage import scheduler
from brokerage.app import application
from brokerage.database import WriteSession
from brokerage.follow_ups.models import FollowUp
from brokerage.messages import sending
from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from brokerage.settings import Settings
from brokerage.upkeep import steps
from brokerage.upkeep.running import WITH_PARENT, end_with_parent
from tests.processes import environment

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.proofs.killing_schedulers"])
"""Each is forked from a process that has imported everything: real processes, begun in no time."""

BEFORE_COMMIT = "before commit"
AFTER_COMMIT = "after commit"
AFTER_CLAIM = "after claim"
BEFORE_SEND = "before send"
AFTER_SEND = "after send"
AFTER_MARK = "after mark"

POINTS = {
    BEFORE_COMMIT: "a step or a message is written, and not yet committed",
    AFTER_COMMIT: "it is committed",
    BEFORE_SEND: "the message is marked as begun, its text has not gone to the mail server",
    AFTER_SEND: "the mail server has taken it, and it is not marked as sent",
    AFTER_MARK: "it is marked as sent",
}
AFTER_MOVE = {MessageState.SENDING: AFTER_CLAIM, MessageState.SENT: AFTER_MARK}


@dataclass(frozen=True)
class Fate:
    """At the ``nth`` coming to ``point``, the process gets ``signal``."""

    point: str
    nth: int
    signal: int = signal.SIGKILL


@dataclass(frozen=True)
class Pace:
    """Seconds that the service takes its time by, made shorter for a short form."""

    lease: float
    tick: float
    claim: float
    begun: float

    def set(self) -> None:
        for room, name, value in (
            (steps, "LASTS", timedelta(seconds=self.lease)),
            (scheduler, "TICK_SECONDS", self.tick),
            (sending, "CLAIM_LASTS", timedelta(seconds=self.claim)),
            (sending, "BEGUN_LASTS", timedelta(seconds=self.begun)),
        ):
            assert hasattr(room, name)
            setattr(room, name, value)


def start(
    settings: Settings,
    smtp_url: str,
    name: str,
    *,
    fate: Fate | None = None,
    pace: Pace | None = None,
    **other: str,
) -> BaseProcess:
    """Start one; it ends with this process at the latest. Its log is ``name``.log."""
    environ = environment(settings, SMTP_URL=smtp_url, BURST_GUARD="1000000", **other)
    log = str(settings.instance / f"{name}.log")
    process = FORKS.Process(target=run, args=(environ, log, fate, pace), daemon=True)
    process.start()
    return process


def run(environ: Mapping[str, str], log: str, fate: Fate | None, pace: Pace | None) -> None:
    """Be `brokerage scheduler` with these settings, until told to end or until ``fate``."""
    os.environ.update(environ, **{WITH_PARENT: "1"})
    end_with_parent()
    with open(log, "ab", buffering=0) as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    if pace is not None:
        pace.set()
    if fate is not None:
        countdown = _Countdown(fate)
        _watch_commits(countdown)
        _watch_mail(countdown)
    with application() as (app, _):
        pass
    scheduler.run(app)


class _Countdown:
    def __init__(self, fate: Fate) -> None:
        self.fate, self.left, self.lock = fate, fate.nth, threading.Lock()

    def reached(self, point: str) -> None:
        if point != self.fate.point:
            return
        with self.lock:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), self.fate.signal)


def _watch_commits(countdown: _Countdown) -> None:
    """Come to the points around each commit of a step or a message."""

    @event.listens_for(WriteSession, "after_flush")
    def note(session: Session, _context: Any) -> None:
        changed = [*session.new, *session.dirty]
        messages = [row for row in changed if isinstance(row, Message)]
        if messages or any(isinstance(row, FollowUp) for row in changed):
            session.info["matters"] = True
            session.info["state"] = messages[-1].state if messages else None

    @event.listens_for(WriteSession, "before_commit")
    def before(session: Session) -> None:
        if session.in_nested_transaction():
            return
        session.flush()
        if session.info.get("matters"):
            countdown.reached(BEFORE_COMMIT)

    @event.listens_for(WriteSession, "after_commit")
    def after(session: Session) -> None:
        if session.info.pop("matters", False):
            countdown.reached(AFTER_COMMIT)
            countdown.reached(AFTER_MOVE.get(session.info.pop("state", None), ""))


def _watch_mail(countdown: _Countdown) -> None:
    """Come to the points around each text that goes to the mail server."""

    class Watched(smtplib.SMTP):
        text = False

        def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
            if cmd == "DATA":
                countdown.reached(BEFORE_SEND)
                self.text = True
            return super().docmd(cmd, args)

        def getreply(self) -> tuple[int, bytes]:
            answer = super().getreply()
            if self.text and answer[0] == 250:  # 354 came before the text, this after it
                self.text = False
                countdown.reached(AFTER_SEND)
            return answer

    smtplib.SMTP = Watched  # type: ignore[misc]
