"""What mail servers and clocks do, done to an installation; and what became of its messages.

Real mail goes over real sockets to a server of our own, handed over by `brokerage tick` in a
process of its own each time, or by `brokerage scheduler`. The installation's clock is moved, so
that six hours and a year take seconds.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, Actor, By
from brokerage.database import db
from brokerage.messages import stopping_services
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import MessageState
from brokerage.messages.steps import Recipient, write
from brokerage.people.models import Person
from brokerage.settings import Settings
from tests.builders import NOW
from tests.processes import command, made
from tests.smtp import Sink

OPERATOR = Actor(name="The operator", via="command line")
NO_GUARD = "1000000"
UNSETTLED = (MessageState.WAITING, MessageState.SENDING)
MOST_TICKS, TICK_WITHIN = 40, 200


class Server(Sink):
    """A mail server that takes ``takes`` seconds over each text, and hangs up without a word on
    each ``drops``-th: having kept it (``keeps``) or not."""

    def __init__(self) -> None:
        super().__init__()
        self.takes, self.drops, self.keeps, self.texts = 0.0, 0, True, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.texts += 1
        await asyncio.sleep(self.takes)
        if self.drops and self.texts % self.drops == 0:
            self.keeps = not self.keeps
            if self.keeps:
                self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            server.transport.abort()
            return "421 Gone"
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Came:
    """What became of ``written`` messages. ``lost``: said to be sent, and never came; or neither
    sent nor to be seen by anybody. ``doubled``: came more than once. ``second_ids``: people to whom
    one message came under two Message-IDs."""

    written: int = 0
    sent: int = 0
    doubled: int = 0
    lost: int = 0
    maybe: int = 0
    maybe_came: int = 0
    failed: int = 0
    waiting: int = 0
    second_ids: int = 0
    tries: int = 0
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.doubled or self.lost or self.second_ids or self.wrong)

    def expect(self, what: str, holds: bool) -> None:
        """Note what this outage in particular must have come to."""
        (self.notes if holds else self.wrong).append(what)


class Outage:
    """An installation of its own, with its mail server and its clock."""

    def __init__(self, app: Flask, settings: Settings, server: Server) -> None:
        self.app, self.settings, self.server = app, settings, server
        self.written = 0
        self.guard = NO_GUARD

    def write(self, many: int, at: datetime = NOW) -> list[int]:
        """So many messages, each to somebody else, written ``at`` this instant."""
        by = By(SERVICE, at)
        with self.app.app_context(), Session(db.engine) as session:
            numbers = range(self.written, self.written + many)
            people = [
                Person(name=f"Person {n}", email=f"person{n}@example.org", made_at=at)
                for n in numbers
            ]
            session.add_all(people)
            session.flush()
            messages = [
                write(session, by, "change_notice", Recipient(p.id, p.name, p.email), key=p.name)
                for p in people
            ]
            session.commit()
            self.written += many
            return [message.id for message in messages if message is not None]

    def tick(self, at: datetime) -> str:
        """One `brokerage tick`, with the installation's clock set to this instant."""
        told = command(
            self.settings,
            "tick",
            "--at",
            at.isoformat(),
            within=TICK_WITHIN,
            SMTP_URL=self.server.url,
            BURST_GUARD=self.guard,
        )
        assert told.returncode == 0, told.stderr
        assert "failed (" not in told.stdout, told.stdout
        return next(line for line in told.stdout.splitlines() if "send messages" in line)

    def settle(self, at: datetime, step: timedelta = timedelta(minutes=40)) -> datetime:
        """Ticks until nothing waits, or nothing more happens; answers when that was."""
        before: Counter[MessageState] = Counter()
        for _ in range(MOST_TICKS):
            self.tick(at)
            states = self.states()
            if states == before or not any(states[state] for state in UNSETTLED):
                break
            before, at = states, at + step
        return at

    def states(self) -> Counter[MessageState]:
        with self.app.app_context(), Session(db.engine) as session:
            return Counter(session.scalars(select(Message.state)))

    def go_on(self, at: datetime) -> None:
        """A person says that what waits is right."""
        with self.app.app_context():
            stopping_services.resume(By(OPERATOR, at))

    def is_stopped(self) -> bool:
        with self.app.app_context(), Session(db.engine) as session:
            return session.scalar(select(Sending.stop)) is not None

    def marked(self) -> int:
        """How many addresses are marked as refused."""
        with self.app.app_context(), Session(db.engine) as session:
            query = select(func.count()).select_from(Person).where(Person.address_refused)
            return session.scalar(query) or 0

    def came(self) -> Came:
        """What became of everything, by the mail server and by the rows; and `brokerage check`."""
        arrived = Counter(self.server.message_ids)
        whom: dict[str, set[str]] = {}
        for mail in self.server.mails:
            whom.setdefault(str(mail["To"]), set()).add(str(mail["Message-ID"]))
        found = Came(written=self.written, second_ids=sum(len(ids) > 1 for ids in whom.values()))
        found.doubled = sum(times - 1 for times in arrived.values())
        with self.app.app_context(), Session(db.engine) as session:
            messages = session.scalars(select(Message)).all()
            for message in messages:
                came = arrived[message.message_id]
                found.tries = max(found.tries, message.attempts)
                if message.state is MessageState.SENT:
                    found.sent += 1
                    found.lost += not came
                elif message.state is MessageState.MAYBE_SENT:
                    found.maybe += 1
                    found.maybe_came += came
                elif message.state is MessageState.FAILED:
                    found.failed += 1
                else:
                    found.waiting += 1
            found.lost += self.written - len(messages)
            db.engine.dispose()
        checked = command(self.settings, "check")
        if checked.returncode:
            found.wrong.append(checked.stderr.strip())
        return found


@contextmanager
def an_outage(folder: Path, settings: Settings) -> Iterator[Outage]:
    """A new installation, whose clock can be moved, and a mail server that works."""
    folder.mkdir(parents=True, exist_ok=True)
    app, server = made(settings, demo=True), Server()
    clock.move_to(NOW)
    server.start()
    try:
        yield Outage(app, settings, server)
    finally:
        server.stop()
        clock.allow_moving(None)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
