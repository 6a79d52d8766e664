"""The people of a proof, and what is asked of them, as rows that `brokerage check` finds whole."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.models import Person
from brokerage.schools.models import School
from tests.builders import NOW, TODAY, a_coordinator, a_head, a_partnership, a_school
from tests.services.pairing_town import a_leader, a_need

SOON = TODAY + timedelta(7)
_numbers = itertools.count(1)


@dataclass
class Town:
    partnership: Partnership
    coordinator: Person
    home: School
    releaser: Person
    school: School
    head: Person


def a_town(session: Session, **partnership: object) -> Town:
    """A partnership, its coordinator, a home school and a supported one with their heads."""
    together = a_partnership(session, **partnership)
    home, school = a_school(session), a_school(session)
    return Town(
        together,
        a_coordinator(session, together),
        home,
        a_head(session, home),
        school,
        a_head(session, school),
    )


def an_open_need(session: Session, town: Town, **other: object) -> Need:
    """A need of the town's school, with its place in the queue and its promise."""
    promised = {
        "posted_by": town.head.id,
        "coordinator_id": town.coordinator.id,
        "promised_at": NOW,
        "queue_by": SOON,
        "call_by": SOON,
        "name_by": SOON,
    }
    details = {"reference": f"N-{next(_numbers):05d}"} | promised | other
    return a_need(session, town.partnership, town.school, **details)


def a_pairing_to_accept(
    session: Session, partnership_id: int, need_id: int, leader_id: int, half_days: int
) -> Pairing:
    """A pairing that the releaser and the school have agreed to, and that waits for the leader."""
    pairing = Pairing(
        reference=f"P-{next(_numbers):05d}",
        partnership_id=partnership_id,
        need_id=need_id,
        leader_id=leader_id,
        state=PairingState.CHOSEN,
        order=PairingOrder.RELEASE_CHOOSE_ACCEPT,
        step=Step.ACCEPT,
        asked_at=NOW,
        due_on=SOON,
        half_days=half_days,
        year=2026,
        reasons={"school": [], "coordinator": []},
        suggested_at=NOW,
        proposed_at=NOW,
    )
    session.add(pairing)
    session.flush()
    return pairing


def three_leaders(session: Session, town: Town, pledged: int, standing: int) -> list[Leader]:
    """Leaders of so many half-days each: one with few places, one with many, and one with a
    standing release of so many half-days."""
    kinds: list[dict[str, object]] = [
        {"engagements_at_once": 2},
        {"engagements_at_once": 100},
        {
            "engagements_at_once": 100,
            "standing_half_days": standing,
            "standing_until": TODAY + timedelta(200),
        },
    ]
    return [
        a_leader(session, town.partnership, town.home, pledged=pledged, **kind) for kind in kinds
    ]
