"""Settled pairings: what they take from each leader, or why they cannot all stand.

A pinned pairing is somebody's word already given, so the rules that would choose a leader are not
asked again; but nobody can give more days or engagements than there are, and that is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brokerage.matching.plans import PinsError
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.quantities import days_words


@dataclass(frozen=True, slots=True)
class Pins:
    """Indexes of pinned needs with their leader's; per leader the half-days and engagements."""

    leader_of: Mapping[int, int]
    half_days: tuple[int, ...]
    engagements: tuple[int, ...]


def check_pins(
    needs: Sequence[NeedProfile], leaders: Sequence[LeaderProfile], pinned: Mapping[str, str]
) -> Pins:
    """Turn need id -> leader id into indexes; raise PinsError with the first that cannot be."""
    need_index = {need.need_id: index for index, need in enumerate(needs)}
    leader_index = {leader.leader_id: index for index, leader in enumerate(leaders)}
    leader_of = {}
    half_days, engagements = [0] * len(leaders), [0] * len(leaders)
    for need_id, leader_id in sorted(pinned.items()):
        if need_id not in need_index:
            raise PinsError(f"The pinned need {need_id} is not among the needs.")
        if leader_id not in leader_index:
            raise PinsError(f"The pinned leader {leader_id} is not among the leaders.")
        need, leader = need_index[need_id], leader_index[leader_id]
        leader_of[need] = leader
        half_days[leader] += needs[need].half_days
        engagements[leader] += 1
    for leader, profile in enumerate(leaders):
        _refuse_too_much(profile, half_days[leader], engagements[leader])
    return Pins(leader_of, tuple(half_days), tuple(engagements))


def _refuse_too_much(leader: LeaderProfile, half_days: int, engagements: int) -> None:
    if half_days > leader.half_days_left:
        raise PinsError(
            f"The pairings pinned to {leader.leader_id} take {days_words(half_days)}, "
            f"{days_words(leader.half_days_left)} are left."
        )
    if leader.engagements_free is not None and engagements > leader.engagements_free:
        raise PinsError(
            f"{engagements} pairings are pinned to {leader.leader_id}, "
            f"who can take on {leader.engagements_free}."
        )
