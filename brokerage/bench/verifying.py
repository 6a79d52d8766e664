"""What an answer is worth, and whether it holds: worked out alike for every method, from its ids.

Nothing an answer says of itself is believed. Values are added up from the product's score; an
answer of our own engine goes through the product's independent checker, and one of another
solver, once repaired, is turned into plain pairs and checked for days and engagements here.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from brokerage.bench.edges import PLACED, Edges, IndexPair
from brokerage.bench.instances import Instance
from brokerage.bench.repair import overbooked
from brokerage.bench.work import Bound, Figures, Planned, Solved
from brokerage.matching.checker import check_plan
from brokerage.matching.eligibility import is_eligible
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Urgency
from brokerage.matching.scoring import score

Ids = Sequence[tuple[str, str]]
SHOWN_FAULTS = 5


def verified(instance: Any, answer: Solved | Planned | Figures) -> dict[str, Any]:
    """Everything to be told of the answer; `broken` is empty where it holds."""
    if isinstance(answer, Figures):
        hashed = {"hash": answer.hash} if answer.hash else {}
        told = {"figures": dict(answer.figures), "bounds": _bounds(answer.bounds)}
        return {**told, "broken": list(answer.broken), **hashed}
    if isinstance(answer, Planned):
        return _of_plan(instance, answer)
    return _of_solver(instance, answer)


def _of_plan(whole: Instance, answer: Planned) -> dict[str, Any]:
    instance = answer.instance or whole
    faults = check_plan(answer.plan, instance.needs, instance.leaders, pinned=answer.pinned)
    pairs = [(pair.need_id, pair.leader_id) for pair in answer.plan.pairs]
    unplaced = answer.plan.unplaced
    return {
        **worth(instance, pairs),
        "broken": [fault.says for fault in faults[:SHOWN_FAULTS]],
        "faults": len(faults),
        "overbooked_raw": sum(fault.code in {"days", "engagements"} for fault in faults),
        "no_candidate": sum(one.eligible == 0 for one in unplaced),
        "bounds": _bounds(answer.bounds),
        "figures": dict(answer.figures),
    }


def _of_solver(instance: Instance, answer: Solved) -> dict[str, Any]:
    edges, raw = answer.edges, answer.raw
    bounds = {} if raw.bound is None else {"value": raw.bound}
    return {
        **worth(instance, edges.ids(answer.repaired)),
        "broken": _faults(instance, edges, answer.repaired),
        "overbooked_raw": overbooked(edges, raw.pairs),
        "raw_value": sum(map(edges.value_of().__getitem__, raw.pairs)),
        "raw_pairs": len(raw.pairs),
        "no_candidate": len(edges.need_ids) - len(set(edges.need.tolist())),
        "bounds": _bounds(bounds),
        "note": raw.note,
    }


def _faults(instance: Instance, edges: Edges, pairs: Sequence[IndexPair]) -> list[str]:
    """What is wrong with repaired pairs, checked from the profiles and not from the edges."""
    found = []
    if len({need for need, _ in pairs}) < len(pairs):
        found.append("A need is given twice.")
    if over := overbooked(edges, pairs):
        found.append(f"{over} leaders are overbooked after the repair.")
    known = _profiles(instance, edges.ids(pairs))
    if barred := sum(not is_eligible(need, leader) for need, leader in known):
        found.append(f"{barred} pairs break a rule.")
    return found


def _bounds(bounds: Mapping[str, Bound]) -> dict[str, Any]:
    return {aim: {"value": one.value, "source": one.source} for aim, one in bounds.items()}


def worth(instance: Instance, pairs: Ids) -> dict[str, Any]:
    """Value, needs placed by urgency, and the hash of the pairs."""
    known = _profiles(instance, pairs)
    placed = Counter(need.urgency for need, _ in known)
    return {
        "value": sum(PLACED[need.urgency] + score(need, leader) for need, leader in known),
        "placed": {urgency.value: placed[urgency] for urgency in Urgency},
        "pairs": len(known),
        "unmatched": len(instance.needs) - len(known),
        "hash": hash_of(pairs),
    }


def _profiles(instance: Instance, pairs: Ids) -> list[tuple[NeedProfile, LeaderProfile]]:
    need_of = {need.need_id: need for need in instance.needs}
    leader_of = {leader.leader_id: leader for leader in instance.leaders}
    return [
        (need_of[need_id], leader_of[leader_id])
        for need_id, leader_id in pairs
        if need_id in need_of and leader_id in leader_of
    ]


def hash_of(pairs: Ids) -> str:
    """One hash for one plan: of its (need id, leader id), sorted."""
    lines = "".join(f"{need_id} {leader_id}\n" for need_id, leader_id in sorted(pairs))
    return hashlib.sha256(lines.encode()).hexdigest()
