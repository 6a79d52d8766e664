"""A run's answers put in place of what was suggested: nobody hears of it.

In two parts, so that the database is locked for a moment only. First everything is prepared beside
the lock, from the register as it is now: what can still stand, and in which words. Then, in one
short transaction, what has changed in between is left out, and the rest is written. What a
coordinator keeps, and what is being asked already, is never touched.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import REFERENCE_LETTERS
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.rules import school_year
from brokerage.matching import explanation
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import points, total
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import queries
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import ready
from brokerage.pairings.proposing import queue_of, to_plan
from brokerage.pairings.rules import UNDER_WAY, PairingState
from brokerage.pairings.run_material import Suggested, suggestions, wished
from brokerage.pairings.run_queries import CHUNK, chunks
from brokerage.pairings.run_rules import Wishes
from brokerage.pairings.shortlists import in_the_way
from brokerage.pairings.standing import NO_DAYS, standing
from brokerage.pairings.turns import turns
from brokerage.partnerships.models import Partnership
from brokerage.specialisms.queries import names

ASKED_MEANWHILE = "Somebody is being asked about this need meanwhile, or it was placed."
KEPT = "You keep somebody else for this need."


@dataclass(frozen=True)
class Prepared:
    """Suggestions ready to be written, as the columns of their rows; the needs that they answer
    for (``covered``), and why some were ``left_out``, by need id."""

    rows: list[dict[str, Any]]
    covered: frozenset[int]
    left_out: dict[int, str] = field(default_factory=dict)


def prepare(
    session: Session,
    partnership_id: int,
    wanted: Mapping[int, int],
    covered: Collection[int],
    wishes: Wishes,
    today: date,
) -> Prepared:
    """Work out the suggestions of ``wanted`` (need id, leader id) from the register as it is."""
    house = house_rules(session, partnership_id)
    words = names(session)
    queue = {need.id: need for need in queue_of(session, partnership_id) if ready(need)}
    as_usual = {one.need_id: one for one in to_plan(session, queue.values(), words, today)}
    needs = {one.need_id: one for one in wished(as_usual.values(), wishes)}
    leaders = {
        one.leader_id: one for one in queries.leader_profiles(session, partnership_id, today)
    }
    kept = {
        str(pairing.need_id): str(pairing.leader_id)
        for pairing in suggestions(session, partnership_id)
        if pairing.kept_at is not None and pairing.need_id in queue
    }
    asked = {str(need): str(leader) for need, leader in wanted.items() if str(need) not in kept}
    found = standing(
        needs.values(),
        leaders.values(),
        kept | asked,
        floor=house.floor if wishes.floor is None else wishes.floor,
        weights=house.weights,
        by_hand=kept,
    )
    left_out = {int(n): says for n, says in found.fell.items() if n not in kept}
    left_out |= {
        need: KEPT
        for need, leader in wanted.items()
        if kept.get(str(need), str(leader)) != str(leader)
    }
    order = session.get_one(Partnership, partnership_id).pairing_order
    rows = []
    for need_id, leader_id in found.stand.items():
        if need_id in kept:
            continue
        need, leader = needs[need_id], leaders[leader_id]
        given = points(need, leader, house.weights)
        obstacle = in_the_way(as_usual[need_id], leader, total(given), house.floor, hushed=True)
        rows.append(
            {
                "partnership_id": partnership_id,
                "need_id": int(need_id),
                "leader_id": int(leader_id),
                "state": PairingState.SUGGESTED,
                "order": order,
                "half_days": need.half_days,
                "year": school_year(today),
                "score": total(given),
                "reasons": _reasons(need, leader, words[queue[int(need_id)].code or ""], given),
                "chosen_by_hand": f"Allowed for this plan. {obstacle}" if obstacle else None,
            }
        )
    return Prepared(rows, frozenset(covered), left_out)


def _reasons(need: NeedProfile, leader: LeaderProfile, area: str, given: Any) -> dict[str, Any]:
    for_school = replace(need, specialism_name=area)
    return {
        "school": list(explanation.for_headteacher(for_school, leader)),
        "coordinator": [
            asdict(reason) for reason in explanation.for_coordinator(need, leader, given)
        ],
    }


def put(
    session: Session, by: By, partnership_id: int, run_id: int, prepared: Prepared
) -> dict[int, str]:
    """Write what was prepared, within somebody's open transaction; answers what was left out, and
    why, by need id. Running it again changes nothing more."""
    open_needs = _open_needs(session, partnership_id)
    there = suggestions(session, partnership_id)
    wanted = {row["need_id"]: row for row in prepared.rows}
    stays: list[Suggested] = []
    goes: list[Suggested] = []
    for pairing in there:
        row = wanted.get(pairing.need_id)
        same = row is not None and row["leader_id"] == pairing.leader_id
        fixed = pairing.kept_at is not None or pairing.need_id not in prepared.covered
        (stays if fixed or same else goes).append(pairing)
    settled = {pairing.need_id for pairing in stays}
    left = _what_is_left(session, by, partnership_id, {row["leader_id"] for row in prepared.rows})
    for pairing in stays:
        if pairing.leader_id in left:
            left[pairing.leader_id].take(pairing.half_days)
    left_out, rows = dict(prepared.left_out), []
    for need_id, row in wanted.items():
        if need_id in settled:
            continue
        if need_id not in open_needs:
            left_out[need_id] = ASKED_MEANWHILE
        elif row["leader_id"] in left and left[row["leader_id"]].take(row["half_days"]):
            rows.append(row)
        else:
            left_out[need_id] = NO_DAYS
    _write(session, by, run_id, rows, [pairing.id for pairing in goes])
    return left_out


def _open_needs(session: Session, partnership_id: int) -> set[int]:
    """Needs to be placed of which nobody is asked; all of the queue is locked, in id order."""
    in_queue = select(Need.id).where(
        Need.partnership_id == partnership_id, Need.state.in_(IN_QUEUE)
    )
    found = set(session.scalars(in_queue.order_by(Need.id).with_for_update(of=Need)))
    asked = select(Pairing.need_id).where(
        Pairing.partnership_id == partnership_id, Pairing.state.in_(UNDER_WAY)
    )
    return found - set(session.scalars(asked))


@dataclass
class _Left:
    """What one leader can still be suggested for: half-days and engagements."""

    half_days: int
    places: int

    def take(self, half_days: int) -> bool:
        """Take so much of it, if there is so much."""
        fits = half_days <= self.half_days and self.places > 0
        if fits:
            self.half_days -= half_days
            self.places -= 1
        return fits


def _what_is_left(
    session: Session, by: By, partnership_id: int, leaders: Collection[int]
) -> dict[int, _Left]:
    """What these leaders have left just now."""
    year, found = school_year(london_date(by.now)), {}
    left = DaysAccount.pledged - DaysAccount.held - DaysAccount.agreed - DaysAccount.used
    for some in chunks(sorted(leaders)):
        query = (
            select(Leader.id, left, Leader.engagements_at_once - Leader.engaged)
            .join(DaysAccount, DaysAccount.leader_id == Leader.id)
            .where(Leader.id.in_(some), DaysAccount.year == year)
        )
        for leader_id, half_days, places in session.execute(query):
            found[leader_id] = _Left(half_days, places)
    asked_out = turns(session, partnership_id, london_date(by.now)).asked_out
    for leader_id, (half_days, places) in asked_out.items():
        if leader_id in found:
            found[leader_id].half_days -= half_days
            found[leader_id].places -= places
    return found


def _write(
    session: Session, by: By, run_id: int, rows: list[dict[str, Any]], goes: Iterable[int]
) -> None:
    for some in chunks(goes):
        gone = delete(Pairing).where(
            Pairing.id.in_(some),
            Pairing.state == PairingState.SUGGESTED,
            Pairing.kept_at.is_(None),
        )
        session.execute(gone.execution_options(synchronize_session=False))
    references = _new_references(session, len(rows))
    made = [
        {**row, "reference": reference, "run_id": run_id, "suggested_at": by.now}
        for row, reference in zip(rows, references, strict=True)
    ]
    for at in range(0, len(made), 1000):
        session.execute(insert(Pairing), made[at : at + 1000])


def _new_references(session: Session, number: int) -> list[str]:
    """So many references that no pairing has, found with few questions."""
    found: set[str] = set()
    while len(found) < number:
        tried = {
            "P-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(5))
            for _ in range(min(number - len(found), CHUNK))
        }
        taken = select(Pairing.reference).where(Pairing.reference.in_(tried))
        found |= tried - set(session.scalars(taken))
    return sorted(found)


def count_of(session: Session, partnership_id: int) -> int:
    """How many suggestions there are in a partnership."""
    query = select(func.count()).where(
        Pairing.partnership_id == partnership_id, Pairing.state == PairingState.SUGGESTED
    )
    return session.scalar(query) or 0
