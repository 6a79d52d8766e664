"""The scheduler that holds the lease is stopped in the middle of its work, and woken much later:
by then another has taken over, and the one that wakes sends nothing of what it held."""

import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGCONT, SIGSTOP

from brokerage.scheduler import TICK_SECONDS
from tests.processes import comes
from tests.proofs.due_steps import Steps
from tests.proofs.installation import Installation, installation
from tests.proofs.killed_scheduler import AFTER_CLAIM, AFTER_SEND, Fate, Pace, start
from tests.proofs.mails import Outcome, TimedSink, outcome, still_to_do

MOMENTS = {
    AFTER_CLAIM: "a message is claimed, and not yet begun",
    AFTER_SEND: "the mail server has taken it, and it is not marked as sent",
}
STEPS = 8
NTH = 3
SLEEPER, OTHER = "sleeper@localhost", "other@localhost"
WITHIN = 300


@dataclass
class Sleep:
    """``before`` are the mails that the sleeper sent before it was stopped, ``by_other`` those of
    the one that took over, ``after`` the sleeper's once it was woken."""

    before: int = 0
    by_other: int = 0
    after: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        came = self.outcome
        wrong = self.after, came.lost, came.doubled, came.unseen, came.other.total()
        return not any(wrong) and self.by_other > 0 and came.maybe <= 1 and not self.broken


def stop_and_wake(
    folder: Path,
    database: str,
    server: str | None,
    moment: str,
    *,
    asleep: float = 90,
    pace: Pace | None = None,
) -> Sleep:
    """Stop the holder at this moment for so many seconds; answers who sent what."""
    name = f"asleep_{database}_{moment.replace(' ', '_')}"
    with installation(folder, name, server) as place:
        sink = TimedSink()
        sink.start()
        steps = Steps(place)
        steps.write(STEPS)
        found = _sleep(place, sink, steps, Fate(moment, NTH, SIGSTOP), asleep, pace)
        sink.stop()
        found.outcome = outcome(steps, sink)
        found.broken = place.broken()
    return found


def _sleep(
    place: Installation,
    sink: TimedSink,
    steps: Steps,
    fate: Fate,
    asleep: float,
    pace: Pace | None,
) -> Sleep:
    settings = place.settings
    # It renews its lease no oftener than in life: stopped just then, it would keep SQLite's lock.
    calm = replace(pace, tick=TICK_SECONDS) if pace else None
    sleeper = start(settings, sink.url, "sleeper", fate=fate, pace=calm, MAIL_FROM=SLEEPER)
    assert sleeper.pid is not None
    pid = sleeper.pid
    assert comes(lambda: _is_stopped(pid), within=WITHIN), place.said("sleeper")
    stopped = time.monotonic()
    other = start(settings, sink.url, "other", pace=pace, MAIL_FROM=OTHER)
    comes(lambda: time.monotonic() >= stopped + asleep, within=asleep + 1)
    found = Sleep(before=_sent_by(sink, SLEEPER))
    steps.write(STEPS)  # so that there is something to be sent as it wakes
    os.kill(pid, SIGCONT)
    assert comes(lambda: "scheduler=standby" in place.said("sleeper"), within=WITHIN)

    def is_settled() -> bool:
        with place.looking() as session:
            return not still_to_do(session, steps)

    assert comes(is_settled, within=WITHIN), place.said("other")
    for process in (sleeper, other):
        process.terminate()
        process.join(60)
    found.after = _sent_by(sink, SLEEPER) - found.before
    found.by_other = _sent_by(sink, OTHER)
    return found


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _sent_by(sink: TimedSink, address: str) -> int:
    return sum(address in str(mail["From"]) for mail in sink.mails)
