"""What mail servers and clocks do, done to an installation; and what became of its messages.

Real mail goes over real sockets to a server of our own, handed over by `brokerage tick` in a
process of its own each time, or by `brokerage scheduler`. The installation's clock is moved, so
that six hours and a year take seconds.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
from brokerage.messages.rules import SENT_WITHIN, MessageState
from brokerage.messages.steps import Recipient, write
from brokerage.people.models import Person
from brokerage.settings import Settings
from tests.builders import NOW
from tests.processes import comes, command, made, running
from tests.smtp import Sink

OPERATOR = Actor(name="The operator", via="command line")
NO_GUARD = "1000000"
UNSETTLED = (MessageState.WAITING, MessageState.SENDING)
MOST_TICKS = 40


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


def down(outage: Outage, many: int, ticks: int) -> Came:
    """The mail server is away for six hours."""
    outage.write(many)
    outage.server.stop()
    for number in range(ticks):
        outage.tick(NOW + timedelta(hours=6) * number / ticks)
    outage.server.start()
    outage.settle(NOW + timedelta(hours=6))
    came = outage.came()
    came.expect("all arrived once it was back", came.sent == many)
    return came


def slow(outage: Outage, many: int, seconds: float) -> Came:
    """It takes its time over each message, and with one of them longer than anybody waits."""
    outage.write(many)
    outage.server.takes = seconds
    outage.settle(NOW)
    came = outage.came()
    came.expect("all arrived, however slowly", came.sent == many)
    return came


def silent(outage: Outage, many: int) -> Came:
    """It takes the connection, and says nothing at all."""
    outage.write(many)
    works = outage.server.port
    with socket.create_server(("127.0.0.1", 0)) as mute:
        outage.server.port = mute.getsockname()[1]
        waits = outage.tick(NOW)
    outage.server.port = works
    outage.settle(NOW + timedelta(minutes=40))
    came = outage.came()
    came.expect("the tick ended after 15 s, and all arrived later", "unreached" in waits)
    return came


def dropping(outage: Outage, many: int) -> Came:
    """It hangs up without a word after every third text: of these it kept every other."""
    outage.write(many)
    outage.server.drops = 3
    outage.settle(NOW)
    outage.server.drops = 0
    outage.settle(NOW + timedelta(days=1))
    came = outage.came()
    came.expect("whatever it dropped may have arrived, and says so", came.maybe == many // 3)
    came.expect(
        "none was sent again unasked", len(outage.server.mails) == came.sent + came.maybe_came
    )
    return came


def refusing(outage: Outage, many: int) -> Came:
    """It refuses every fifth address for good, and another fifth for now."""
    outage.write(many)
    gone = [f"person{n}@example.org" for n in range(0, many, 5)]
    busy = [f"person{n}@example.org" for n in range(1, many, 5)]
    outage.server.answers = dict.fromkeys(gone, "550 5.1.1 No such person")
    outage.server.answers |= dict.fromkeys(busy, "451 4.7.1 Come back later")
    outage.tick(NOW)
    for address in busy:
        del outage.server.answers[address]
    outage.settle(NOW + timedelta(hours=1))
    came = outage.came()
    came.expect("each refused once, and its address marked", came.failed == len(gone))
    came.expect("and those addresses alone", outage.marked() == len(gone))
    came.expect("all others arrived", came.sent == many - len(gone))
    return came


def clock_moved(outage: Outage, many: int, by: timedelta) -> Came:
    """While the mail server is away the clock is moved; then it is back."""
    outage.guard = str(many)
    outage.write(many // 2)
    outage.server.stop()
    outage.tick(NOW)
    outage.server.start()
    moved = NOW + by
    outage.write(many - many // 2, moved)
    outage.settle(moved)
    outage.settle(NOW)  # and is set right again
    came = outage.came()
    old = many // 2 if by > SENT_WITHIN else 0
    came.expect(f"{old} too old, given up; all others arrived", came.sent == many - old)
    came.expect("the burst guard had nothing to stop", not outage.is_stopped())
    return came


def burst(outage: Outage, many: int) -> Came:
    """Twice as many messages as the burst guard lets through are due at once."""
    half = many // 2
    outage.guard = str(half)
    outage.write(many)
    outage.settle(NOW)
    held = outage.states()
    outage.tick(NOW + timedelta(days=365))
    still = len(outage.server.mails)
    clock.move_to(NOW)
    outage.write(half, NOW + timedelta(days=365))
    outage.settle(NOW + timedelta(days=365))
    came_first = len(outage.server.mails)
    outage.go_on(NOW + timedelta(days=365))
    outage.settle(NOW + timedelta(days=365))
    came = outage.came()
    came.expect(f"{half} went out, and then it stopped", held[MessageState.SENT] == half)
    came.expect("no clock lets more through", (still, came_first) == (half, half))
    came.expect("what a person let go arrived; the rest was too old", came.sent == 2 * half)
    return came


def off(outage: Outage, many: int) -> Came:
    """The scheduler is off for three days; some messages were old before that."""
    ages = [timedelta(days=days) for days in (20, 15, 13, 3, 2, 1, 0)]
    each = many // len(ages)
    for age in ages:
        outage.write(each, NOW - age)
    outage.settle(NOW)
    came = outage.came()
    came.expect(
        "nothing older than 14 days was sent", (came.failed, came.sent) == (2 * each, 5 * each)
    )
    return came


def flapping(outage: Outage, many: int, folder: Path, schedulers: int) -> Came:
    """Several schedulers run, while the mail server comes and goes."""
    outage.write(many, clock.now())
    with ExitStack() as stack:
        for number in range(schedulers):
            stack.enter_context(
                running(
                    outage.settings,
                    folder / f"scheduler{number}",
                    "scheduler",
                    SMTP_URL=outage.server.url,
                    BURST_GUARD=NO_GUARD,
                )
            )
        outage.server.takes = 0.02
        for part in (1, 2):
            goal = many * part // 3
            comes(lambda goal=goal: len(outage.server.mails) >= goal, within=60)  # type: ignore[misc]
            outage.server.stop()
            outage.server.start()

        def settled() -> bool:
            clock.move_to(clock.now() + timedelta(minutes=10))
            return not any(outage.states()[state] for state in UNSETTLED)

        comes(settled, within=90)
    came = outage.came()
    came.expect("nothing waits any more", came.waiting == 0)
    return came


Act = Callable[[Outage], Came]
