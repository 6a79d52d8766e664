"""Schedulers killed at named points while steps fall due: each step is asked once, none is lost.

Several installations at once, each with two schedulers, of which one works and one stands by; both
are to be killed. Whichever dies is started anew at once, and stands by in its turn.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from signal import SIGKILL

from sqlalchemy import select

from brokerage.messages.models import Message
from brokerage.messages.rules import MessageState
from tests.processes import comes
from tests.proofs.due_steps import Steps
from tests.proofs.installation import Installation, installation
from tests.proofs.killed_scheduler import POINTS, Fate, Pace, start
from tests.proofs.mails import Outcome, TimedSink, outcome, still_to_do

AT_A_TIME = 6
FARTHEST = 6
"""A point is passed up to so many times before the kill."""
DRAINS_WITHIN = 3600


@dataclass(frozen=True)
class Kill:
    """``begun`` are the messages that the killed one had begun to hand over, and not marked."""

    fate: Fate
    at: float
    group: str
    begun: frozenset[int]


@dataclass
class Killings:
    """What all the kills of one database came to."""

    kills: list[Kill] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)
    faults: list[str] = field(default_factory=list)
    maybe_of_one: int = 0
    """The most messages that a single kill left as maybe sent."""
    maybe_of_none: int = 0
    """Messages that are maybe sent, and that no killed scheduler had begun."""

    @property
    def at_each_point(self) -> Counter[str]:
        return Counter(kill.fate.point for kill in self.kills)

    @property
    def good(self) -> bool:
        came = self.outcome
        wrong = came.lost, came.doubled, came.unseen, came.other.total(), len(self.faults)
        each_accounted_for = self.maybe_of_one <= 1 and self.maybe_of_none == 0
        return not any(wrong) and each_accounted_for and max(self.resumed) <= 60

    def add(self, group: "Group") -> None:
        self.kills += group.kills
        self.faults += group.faults
        self.resumed += group.resumed()
        self.outcome.add(outcome(group.steps, group.sink))
        maybe = group.maybe_sent()
        for kill in group.kills:
            self.maybe_of_one = max(self.maybe_of_one, len(maybe & kill.begun))
            maybe -= kill.begun
        self.maybe_of_none += len(maybe)


class Group:
    """One installation, its mail server, and the two schedulers that are killed in turn."""

    def __init__(self, place: Installation, sink: TimedSink, fates: list[Fate], pace: Pace | None):
        self.place, self.sink, self.pace = place, sink, pace
        self.to_kill = len(fates)
        self.fates: SimpleQueue[Fate] = SimpleQueue()
        for fate in fates:
            self.fates.put(fate)
        self.steps = Steps(place)
        self.steps.write(AT_A_TIME)
        self.kills: list[Kill] = []
        self.faults: list[str] = []
        self.all_killed, self.over = threading.Event(), threading.Event()
        self.slots = [threading.Thread(target=self._slot, args=(n,), daemon=True) for n in (1, 2)]

    def start(self) -> None:
        for slot in self.slots:
            slot.start()

    def end(self) -> None:
        """Wait until all kills are done and every step is settled; then end the schedulers."""
        drained = comes(self._is_drained, within=DRAINS_WITHIN)
        self.over.set()
        for slot in self.slots:
            slot.join()
        if not drained:
            self.faults.append(f"{self.place.name}: not every step was settled in time")
        self.faults += self.place.broken()

    def _is_drained(self) -> bool:
        if not self.all_killed.is_set():
            return False
        with self.place.looking() as session:
            return not still_to_do(session, self.steps)

    def _slot(self, number: int) -> None:
        """Start a scheduler; when it is dead, the next; the last one ends when all is over."""
        while not self.over.is_set():
            fate = self._next_fate()
            process = start(
                self.place.settings,
                self.sink.url,
                f"scheduler-{number}",
                fate=fate,
                pace=self.pace,
            )
            self._keep_busy_until_dead(process, fate)

    def _next_fate(self) -> Fate | None:
        """The next kill. One that is to live waits until the others are dead: else it could take
        the lease from one that is to die at work."""
        try:
            return self.fates.get_nowait()
        except Empty:
            self.all_killed.wait()
            return None

    def _keep_busy_until_dead(self, process: BaseProcess, fate: Fate | None) -> None:
        while process.is_alive():
            if fate is None and self.over.is_set():
                process.terminate()
            process.join(0.2)
            if fate is not None and self._idle():
                self.steps.write(AT_A_TIME)
        if process.exitcode == -SIGKILL and fate is not None:
            at, begun = time.monotonic(), self._begun_by(process.pid)
            self.kills.append(Kill(fate, at, self.place.name, begun))
            if len(self.kills) == self.to_kill:
                self.all_killed.set()
        elif not self.over.is_set() or process.exitcode != 0:
            if fate is not None:
                self.fates.put(
                    fate
                )  # it ended before it came to its point: the next one dies there
            self.faults.append(f"{self.place.name}: a scheduler ended, status {process.exitcode}")

    def _begun_by(self, pid: int | None) -> frozenset[int]:
        mine = Message.begun_at.is_not(None) & Message.leased_by.contains(f"/{pid}/")
        query = select(Message.id).where(mine, Message.state == MessageState.SENDING)
        with self.place.looking() as session:
            return frozenset(session.scalars(query))

    def maybe_sent(self) -> set[int]:
        with self.place.looking() as session:
            return set(session.scalars(select(Message.id).filter_by(state=MessageState.MAYBE_SENT)))

    def _idle(self) -> bool:
        """Whether everything written so far was sent, so that no point would be reached."""
        return len(self.sink.mails) + len(self.kills) + 2 >= len(self.steps.written)

    def resumed(self) -> Iterator[float]:
        """For each kill, the seconds until work went on: a mail came, or the next died at work."""
        worked = sorted([*self.sink.times, *(kill.at for kill in self.kills)])
        for kill in self.kills:
            after = [at for at in worked if at > kill.at]
            if after:
                yield after[0] - kill.at


def fates(kills: int, chance: random.Random) -> list[Fate]:
    """So many kills, as many at each point, in an order of chance."""
    points = [point for _ in range(-(-kills // len(POINTS))) for point in POINTS][:kills]
    chance.shuffle(points)
    return [Fate(point, chance.randint(1, FARTHEST)) for point in points]


@contextmanager
def _groups(
    folder: Path, database: str, server: str | None, plans: list[list[Fate]], pace: Pace | None
) -> Iterator[list[Group]]:
    with ExitStack() as stack:
        groups = []
        for number, plan in enumerate(plans):
            place = stack.enter_context(installation(folder, f"killed_{database}_{number}", server))
            sink = TimedSink()
            sink.start()
            stack.callback(sink.stop)
            groups.append(Group(place, sink, plan, pace))
        yield groups


def kill_schedulers(
    folder: Path,
    database: str,
    server: str | None,
    *,
    kills: int,
    groups: int,
    seed: int,
    pace: Pace | None = None,
) -> Killings:
    """Kill so many, spread over the groups; answers what came of it."""
    plan = fates(kills, random.Random(seed))
    plans = [plan[number::groups] for number in range(min(groups, kills))]
    found = Killings()
    with _groups(folder, database, server, plans, pace) as all_groups:
        for group in all_groups:
            group.start()
        for group in all_groups:
            group.end()
        for group in all_groups:
            found.add(group)
    return found
