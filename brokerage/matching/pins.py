"""Settled pairings: what they take from each leader, or why they cannot all stand.

A pinned pairing is somebody's word already given, so the rules that would choose a leader are not
asked again; but nobody can give more days or engagements than there are, and that is refused. A
half-term or a home school that is full beyond its limit only keeps everything else out of it.
"""

from collections.abc import Mapping, Sequence

from brokerage.matching.plans import PinsError
from brokerage.matching.profiles import HalfTerm, LeaderProfile, NeedProfile, occupies
from brokerage.matching.quantities import days_words

Pins = Mapping[int, int]
"""Index of each pinned need, and of its leader."""


def check_pins(
    needs: Sequence[NeedProfile], leaders: Sequence[LeaderProfile], pinned: Mapping[str, str]
) -> Pins:
    """Turn need id -> leader id into indexes; raise PinsError with the first that cannot be."""
    need_index = {need.need_id: index for index, need in enumerate(needs)}
    leader_index = {leader.leader_id: index for index, leader in enumerate(leaders)}
    leader_of = {}
    taken: dict[int, list[NeedProfile]] = {}
    for need_id, leader_id in sorted(pinned.items()):
        if need_id not in need_index:
            raise PinsError(f"The pinned need {need_id} is not among the needs.")
        if leader_id not in leader_index:
            raise PinsError(f"The pinned leader {leader_id} is not among the leaders.")
        need, leader = need_index[need_id], leader_index[leader_id]
        leader_of[need] = leader
        taken.setdefault(leader, []).append(needs[need])
    for leader, theirs in sorted(taken.items()):
        _refuse_too_much(leaders[leader], theirs)
    return leader_of


def _refuse_too_much(leader: LeaderProfile, taken: Sequence[NeedProfile]) -> None:
    half_days = sum(need.half_days for need in taken)
    if half_days > leader.half_days_left:
        raise PinsError(
            f"The pairings pinned to {leader.leader_id} take {days_words(half_days)}, "
            f"{days_words(leader.half_days_left)} are left."
        )
    at_once = max(sum(occupies(need, one) for need in taken) for one in HalfTerm)
    if leader.engagements_free is not None and at_once > leader.engagements_free:
        raise PinsError(
            f"{at_once} pairings are pinned to {leader.leader_id}, "
            f"who can take on {leader.engagements_free}."
        )
