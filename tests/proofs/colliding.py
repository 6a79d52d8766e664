"""Accept, withdraw and confirm at the very same moment, on the same pairings: real concurrency.

What came of it is read from the ledger: of each pairing, the events as they were noted must lead by
its life's table from where it began to where it is.
"""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements.services import confirm
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.life import Part
from brokerage.needs.rules import CloseReason
from brokerage.pairings import ending_services, services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import LIVES, PairingState, Step
from brokerage.people.models import Person
from tests.builders import NOW, acting
from tests.proofs.installation import Installation, installation
from tests.proofs.town import a_pairing_to_accept, a_town, an_open_need
from tests.services.pairing_town import a_leader

AT_ONCE = 12
PLEDGED = 4
Act = Callable[[], object]


@dataclass
class Collisions:
    rounds: int = 0
    done: int = 0
    refused: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    illegal: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.illegal or self.faults or self.broken)


@dataclass
class Asked:
    """Pairings that wait for their leaders' yes, and who may do what about them."""

    pairings: list[tuple[int, str]]
    needs: list[int]
    leaders: dict[int, By]
    coordinator: By
    head: By


def collide(
    folder: Path, database: str, server: str | None, *, rounds: int, seed: int
) -> Collisions:
    """So many rounds; answers what came of them."""
    chance, found = random.Random(seed), Collisions()
    with installation(folder, f"colliding_{database}", server) as place:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in range(rounds):
                asked = _lay_out(place)
                barrier = Barrier(AT_ONCE)
                acts = [_act(asked, chance) for _ in range(AT_ONCE)]
                said = pool.map(lambda act: _at_once(place, barrier, act), acts)  # noqa: B023
                for fault in said:
                    found.done += fault is None
                    found.refused += fault == ""
                    found.faults += [fault] if fault else []
                found.rounds += 1
        with place.looking() as session:
            found.illegal = list(_illegal(session))
            found.ends = Counter(str(state) for state in session.scalars(select(Pairing.state)))
        found.broken = place.broken()
    return found


def _lay_out(place: Installation) -> Asked:
    """Two needs, each with two leaders chosen; each leader has days for one of their two."""
    with place.laying_out() as session:
        town = a_town(session)
        needs = [an_open_need(session, town) for _ in range(2)]
        leaders = [
            a_leader(session, town.partnership, town.home, pledged=PLEDGED) for _ in range(2)
        ]
        pairings = [
            (a_pairing_to_accept(session, town.partnership.id, need.id, leader.id, 3), leader)
            for need in needs
            for leader in leaders
        ]
        return Asked(
            [(pairing.id, pairing.reference) for pairing, _ in pairings],
            [need.id for need in needs],
            {pairing.id: _by(session, leader.person) for pairing, leader in pairings},
            _by(session, town.coordinator),
            _by(session, town.head),
        )


def _by(session: Session, person: Person) -> By:
    return By(acting(session, person).actor, NOW)


def _act(asked: Asked, chance: random.Random) -> Act:
    """What somebody is about to do: accept mostly, and confirm at once what is accepted."""
    (pairing_id, reference), need_id = chance.choice(asked.pairings), chance.choice(asked.needs)
    leader = asked.leaders[pairing_id]

    def accept() -> None:
        services.answer(leader, pairing_id, Step.ACCEPT, yes=True)

    def accept_and_confirm() -> None:
        accept()
        confirm(asked.coordinator, reference)

    def withdraw() -> None:
        services.withdraw(asked.coordinator, reference, reason="No")

    def withdraw_need() -> None:
        ending_services.withdraw(asked.head, need_id, reason=CloseReason.NOT_NEEDED)

    def pull_out() -> None:
        services.pull_out(leader, pairing_id, words="I cannot")

    def confirm_it() -> None:
        confirm(asked.coordinator, reference)

    acts = {
        accept: 4,
        accept_and_confirm: 4,
        confirm_it: 3,
        withdraw: 1,
        withdraw_need: 1,
        pull_out: 1,
    }
    return chance.choices(list(acts), list(acts.values()))[0]


def _at_once(place: Installation, barrier: Barrier, act: Act) -> str | None:
    """None where it was done, nothing where it was refused, else what went wrong."""
    with place.app.app_context():
        barrier.wait(60)
        try:
            act()
        except (RuleBroken, NotFound, NotAllowed):
            return ""
        except Exception as fault:
            return f"{type(fault).__name__}: {fault} {fault.__cause__ or ''}"
    return None


def _illegal(session: Session) -> list[str]:
    """Pairings whose noted events do not lead to the state they are in."""
    query = select(LedgerEntry).filter_by(thing="pairing").order_by(LedgerEntry.id)
    events: dict[str, list[str]] = {}
    for entry in session.scalars(query):
        events.setdefault(str(entry.thing_id), []).append(entry.action.partition(".")[2])
    wrong = []
    for pairing in session.scalars(select(Pairing)):
        state, story = PairingState.CHOSEN, events.get(str(pairing.id), [])
        names = {row.event.replace(" ", "_"): row.event for row in LIVES[pairing.order].rows}
        try:
            for event in story:
                state = LIVES[pairing.order].after(state, names[event], set(Part))
        except RuleBroken:
            wrong.append(f"{pairing.reference}: {story}")
            continue
        if state is not pairing.state:
            wrong.append(f"{pairing.reference}: {story} leads to {state}, it is {pairing.state}")
    return wrong
