"""What a run is worked out from, read in one go; and what came of it, in the words of the page."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.matching import explanation
from brokerage.matching.eligibility import RULES
from brokerage.matching.plans import BELOW_FLOOR, PLACED_ELSEWHERE, Pair, Plan, Unplaced
from brokerage.matching.profiles import (
    LeaderProfile,
    NeedProfile,
    SameTrust,
    metres_between,
)
from brokerage.matching.scoring import Weights
from brokerage.needs.models import Need
from brokerage.needs.rules import Urgency
from brokerage.pairings import queries
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import ready
from brokerage.pairings.proposing import queue_of, to_plan
from brokerage.pairings.rules import PairingState
from brokerage.pairings.run_rules import Answer, Nobody, Result, RunKind, Wishes
from brokerage.pairings.standing import standing
from brokerage.specialisms.queries import names
from brokerage.web.words import counted

SHORTLY = ("specialism", "distance", "context", "load")
"""Of the points that a pairing has, those that a list says in words."""


@dataclass(frozen=True)
class Material:
    """Needs and leaders as matching sees them. ``pinned`` are suggestions that stay as they are,
    ``before`` all that there are, ``set_aside`` why a kept one cannot stand (its need is left out
    of the run, and the suggestion to the coordinator)."""

    needs: list[NeedProfile]
    leaders: list[LeaderProfile]
    pinned: dict[str, str]
    before: dict[str, str]
    set_aside: dict[str, str]
    floor: int
    weights: Weights
    print: str


def read(
    session: Session, partnership_id: int, kind: RunKind, wishes: Wishes, today: date
) -> Material:
    """What a run of this kind would be worked out from now."""
    house = house_rules(session, partnership_id)
    floor = house.floor if wishes.floor is None else wishes.floor
    queue = [need for need in queue_of(session, partnership_id) if ready(need)]
    needs = wished(to_plan(session, queue, names(session), today), wishes)
    register = queries.register(session, partnership_id, today)
    leaders = [profile for _, profile in register]
    in_queue = {need.id for need in queue}
    suggested = {
        str(pairing.need_id): pairing
        for pairing in suggestions(session, partnership_id)
        if pairing.need_id in in_queue
    }
    kept = {n for n, pairing in suggested.items() if pairing.kept_at is not None}
    before = {n: str(pairing.leader_id) for n, pairing in suggested.items()}
    first_kept = sorted(before, key=lambda n: (n not in kept, int(n)))
    wanted = {n: before[n] for n in first_kept if n in kept or kind is RunKind.LOOK_AGAIN}
    found = standing(needs, leaders, wanted, floor=floor, weights=house.weights, by_hand=kept)
    set_aside = {n: says for n, says in found.fell.items() if n in kept}
    return Material(
        needs=[need for need in needs if need.need_id not in set_aside],
        leaders=leaders,
        pinned=dict(found.stand),
        before={n: leader for n, leader in before.items() if n not in set_aside},
        set_aside=set_aside,
        floor=floor,
        weights=house.weights,
        print=_print(queue, register),
    )


class Suggested(NamedTuple):
    """A suggestion that was not sent, in the few columns that a run is about."""

    id: int
    need_id: int
    leader_id: int
    half_days: int
    kept_at: datetime | None


def suggestions(session: Session, partnership_id: int) -> list[Suggested]:
    """What is suggested in a partnership and not sent."""
    columns = (Pairing.id, Pairing.need_id, Pairing.leader_id, Pairing.half_days, Pairing.kept_at)
    query = select(*columns).where(
        Pairing.partnership_id == partnership_id, Pairing.state == PairingState.SUGGESTED
    )
    return [Suggested(*row) for row in session.execute(query.order_by(Pairing.id))]


def wished(needs: Iterable[NeedProfile], wishes: Wishes) -> list[NeedProfile]:
    """The needs, with what the coordinator wished for this run."""
    if not wishes.same_trust:
        return list(needs)
    return [replace(need, same_trust=SameTrust.SAID) for need in needs]


def _print(queue: Iterable[Need], register: Iterable[tuple[Leader, LeaderProfile]]) -> str:
    """Different where any need, leader or their days are."""
    lines = [f"need {need.id} {need.version}" for need in queue]
    lines += [
        f"leader {leader.id} {leader.version} {fit.half_days_left} {fit.engagements_free}"
        for leader, fit in sorted(register, key=lambda both: both[0].id)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def result(plan: Plan, material: Material) -> Result:
    """What came of it, by need."""
    need_of = {need.need_id: need for need in material.needs}
    leader_of = {leader.leader_id: leader for leader in material.leaders}
    return Result(
        {
            int(pair.need_id): _answer(pair, need_of[pair.need_id], leader_of[pair.leader_id])
            for pair in plan.pairs
        },
        {int(one.need_id): Nobody(why_nobody(one), one.eligible) for one in plan.unplaced},
    )


def _answer(pair: Pair, need: NeedProfile, leader: LeaderProfile) -> Answer:
    given = explanation.for_coordinator(need, leader, pair.points)
    return Answer(
        leader=int(pair.leader_id),
        score=pair.score,
        rank=pair.rank,
        eligible=pair.eligible,
        why=". ".join(reason.says for reason in given if reason.code in SHORTLY),
        fixed=pair.pinned,
        metres=metres_between(need, leader),
    )


def why_nobody(unplaced: Unplaced) -> str:
    """Why a run gives nobody to a need, in one sentence."""
    could = counted(unplaced.eligible, "leader")
    if unplaced.code == PLACED_ELSEWHERE:
        return f"{could} could do this, with their days or engagements given to other needs."
    if unplaced.code == BELOW_FLOOR:
        return f"Nobody suitable yet: {could} could, the best {unplaced.gap_to_floor} points short."
    if unplaced.code == "barred":
        return "Everybody who could do this was tried, or is not wanted by the school."
    stage = next((rule.stage for rule in RULES if rule.code == unplaced.code), "")
    if not stage:
        return "Nobody is on the register yet."
    if unplaced.code == RULES[0].code:
        return f"None of the leaders on the register {stage}."
    return f"None of the leaders who pass all other rules up to then {stage}."


def figures(needs: Iterable[NeedProfile], answers: Mapping[int, Answer]) -> list[dict[str, object]]:
    """By urgency: how many needs there are, and to how many somebody is given."""
    needs = list(needs)
    found: list[dict[str, object]] = []
    for urgency in Urgency:
        ids = [int(need.need_id) for need in needs if need.urgency.value == urgency.value]
        if ids:
            placed = sum(number in answers for number in ids)
            found.append({"urgency": urgency.value, "needs": len(ids), "placed": placed})
    return found
