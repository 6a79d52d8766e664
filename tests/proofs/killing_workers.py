"""Web workers killed in mid-request: what was acknowledged is there, and once."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Visit
from brokerage.leaders.models import DaysMovement
from brokerage.leaders.rules import Movement
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import PairingState, Step
from tests.processes import comes
from tests.proofs.installation import installation
from tests.proofs.posting import ACCEPTANCE, NEED, VISIT, Poster, Sent, Stock, Tally

WORKERS = 4
POSTERS = 12
SERVES_AFTER = 3.0
"""A worker as old as this has begun to answer."""


@dataclass
class Killings:
    """What the kills came to. ``idle`` ones cut nobody off, and are not among ``kills``."""

    kills: int = 0
    idle: int = 0
    tally: Tally = field(default_factory=Tally)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        wrong = self.lost, self.doubled, self.refused, self.tally.faults
        return not (any(one.total() for one in wrong) or self.tally.differing or self.broken)


def kill_workers(
    folder: Path, database: str, server: str | None, *, kills: int, seed: int
) -> Killings:
    """Kill so many workers while people post; answers what came of it."""
    chance, over, found = random.Random(seed), threading.Event(), Killings()
    with installation(folder, f"workers_{database}", server) as place:
        stock = Stock(place)
        stock.fill()
        with place.serving(workers=WORKERS) as master:
            posters = [Poster(stock, found.tally, over, chance.random()) for _ in range(POSTERS)]
            for poster in posters:
                poster.sign_in()
            for poster in posters:
                poster.start()
            assert comes(lambda: len(found.tally.sent) > POSTERS, within=60), place.said("web")
            while found.kills < kills:
                stock.fill()
                answered = len(found.tally.sent)
                comes(lambda so_far=answered: len(found.tally.sent) >= so_far + POSTERS, within=30)
                time.sleep(chance.uniform(0, 0.3))
                _kill_one(master.pid, chance, found)
            over.set()
            for poster in posters:
                poster.join(120)
        with place.looking() as session:
            _count(session, found)
        found.broken = place.broken()
    return found


def _kill_one(master: int, chance: random.Random, found: Killings) -> None:
    """Kill a worker that serves; it counts if somebody was cut off."""
    serving = [pid for pid in _children(master) if _age(pid) > SERVES_AFTER]
    if not serving:
        return
    cut = found.tally.cut
    os.kill(chance.choice(serving), SIGKILL)
    if comes(lambda: found.tally.cut > cut, within=0.5):
        found.kills += 1
    else:
        found.idle += 1


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _age(pid: int) -> float:
    """Seconds since the process began; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    up = float(Path("/proc/uptime").read_text().split()[0])
    return up - int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _count(session: Session, found: Killings) -> None:
    """Look for every effect of each form that was answered, and count it."""
    effects = _effects(session)
    for sent in found.tally.sent:
        if sent.status != 302:
            found.refused[f"{sent.kind}: {sent.status}"] += 1
            continue
        times = effects[sent.kind](sent)
        found.lost[sent.kind] += min(times) == 0
        found.doubled[sent.kind] += max(times) > 1
    found.lost, found.doubled = +found.lost, +found.doubled


def _effects(session: Session) -> dict[str, Callable[[Sent], tuple[int, ...]]]:
    """By kind, how often each effect of such a form is found."""
    needs = Counter(session.scalars(select(Need.worry)))
    accepted = select(PairingAnswer.pairing_id).where(
        PairingAnswer.step == Step.ACCEPT,
        PairingAnswer.pairing_id == Pairing.id,
        Pairing.state == PairingState.ACCEPTED,
    )
    yeses = Counter(session.scalars(accepted))
    visits: dict[str, list[int]] = {}
    for number, done in session.execute(select(Visit.id, Visit.done)):
        visits.setdefault(done, []).append(number)
    held = _movements(session, Movement.HELD, "pairing")
    used = _movements(session, Movement.USED, "visit")

    def of_visit(sent: Sent) -> tuple[int, ...]:
        found = visits.get(f"Watched {sent.key}", [])
        return len(found), sum(used[number] for number in found)

    return {
        NEED: lambda sent: (needs[f"Reading {sent.key}"],),
        ACCEPTANCE: lambda sent: (yeses[sent.thing], held[sent.thing]),
        VISIT: of_visit,
    }


def _movements(session: Session, kind: Movement, cause: str) -> Counter[int | None]:
    query = select(DaysMovement.cause_id).where(
        DaysMovement.kind == kind, DaysMovement.cause == cause
    )
    return Counter(session.scalars(query))
