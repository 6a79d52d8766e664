"""Which pairings of those wanted can stand, all together: by the rules, then by days. Pure.

A run is worked out while life goes on: by the time its answers are put to use, a leader may have
given their days elsewhere. Whatever cannot stand any more falls, with a sentence; the rest stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from brokerage.matching import explanation
from brokerage.matching.eligibility import first_bar
from brokerage.matching.pins import check_pins
from brokerage.matching.plans import PinsError
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import Weights, score

GONE_NEED = "This need is not to be placed any more."
GONE_LEADER = "This leader is no longer on the register."
NO_DAYS = "Their days or engagements were given elsewhere meanwhile."
PRIVATE = "Something stands between the two: their shortlist says what, to those who may read it."


@dataclass(frozen=True)
class Standing:
    """Need ids with their leader's: those that ``stand``, and why the others ``fell``."""

    stand: Mapping[str, str]
    fell: Mapping[str, str]


def standing(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    wanted: Mapping[str, str],
    *,
    floor: int,
    weights: Weights,
    by_hand: Collection[str] = (),
) -> Standing:
    """What of ``wanted`` can stand. Earlier ones in it come before later ones where there are not
    days for both. Those of ``by_hand`` were chosen by a person, so only their days are asked about.
    """
    need_of = {need.need_id: need for need in needs}
    leader_of = {leader.leader_id: leader for leader in leaders}
    fell: dict[str, str] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    for need_id, leader_id in wanted.items():
        need, leader = need_of.get(need_id), leader_of.get(leader_id)
        if need is None or leader is None:
            fell[need_id] = GONE_NEED if need is None else GONE_LEADER
            continue
        obstacle = "" if need_id in by_hand else _in_the_way(need, leader, floor, weights)
        if obstacle:
            fell[need_id] = obstacle
        else:
            # Leaders of one home school may share a limit of days; others have nothing in common.
            groups[leader.home_school or f"leader {leader_id}"].append(need_id)
    stand: set[str] = set()
    for together in groups.values():
        fitting = _fitting(need_of, leader_of, wanted, together)
        stand.update(fitting)
        fell.update({need_id: NO_DAYS for need_id in together if need_id not in fitting})
    return Standing({n: wanted[n] for n in wanted if n in stand}, fell)


def _in_the_way(need: NeedProfile, leader: LeaderProfile, floor: int, weights: Weights) -> str:
    bar = first_bar(need, leader)
    if bar is not None:
        return PRIVATE if bar.private else explanation.why_not(bar)
    below = floor - score(need, leader, weights)
    return f"This is {below} points below what the partnership asks for." if below > 0 else ""


def _fitting(
    need_of: Mapping[str, NeedProfile],
    leader_of: Mapping[str, LeaderProfile],
    wanted: Mapping[str, str],
    together: list[str],
) -> list[str]:
    """As many of those that draw on the same days as there are days for, in their order."""

    def fit(some: list[str]) -> bool:
        leaders = {wanted[need_id]: leader_of[wanted[need_id]] for need_id in some}
        pinned = {need_id: wanted[need_id] for need_id in some}
        limits = [one.home_school_half_days for one in leaders.values()]
        least = min((limit for limit in limits if limit is not None), default=None)
        if least is not None and sum(need_of[one].half_days for one in some) > least:
            return False
        try:
            check_pins([need_of[need_id] for need_id in some], list(leaders.values()), pinned)
        except PinsError:
            return False
        return True

    if fit(together):
        return together
    fitting: list[str] = []
    for need_id in together:
        if fit([*fitting, need_id]):
            fitting.append(need_id)
    return fitting
