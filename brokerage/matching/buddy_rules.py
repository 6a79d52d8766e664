"""Hard rules on who may be the buddy of a new head, each with its reason in words.

Not in the same trust unless wished, no rival for pupils (a school of the same phase nearer than
the partnership's setting), no line manager either way, one new head at a time by default. What a
new head would rather not have, and who manages whom, is for the coordinator's eyes alone.
"""

from collections.abc import Callable

from brokerage.matching.buddy_profiles import (
    BuddyProfile,
    BuddySettings,
    NewHeadProfile,
    metres_apart,
)
from brokerage.matching.eligibility import Bar
from brokerage.matching.profiles import Openness
from brokerage.matching.quantities import km_apart


def _bar_phase(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    ours = ", ".join(buddy.phases)
    return "" if new.phase in buddy.phases else f"leads in {ours}, the new head in {new.phase}"


def _bar_self(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    same = new.person_id == buddy.person_id
    return "is the new head" if same else ""


def _bar_school(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    same = new.school is not None and new.school == buddy.school
    return "works in the same school" if same else ""


def _bar_trust(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    same = new.trust is not None and new.trust == buddy.trust and not new.same_trust_wished
    return f"is in the same trust ({new.trust})" if same else ""


def _bar_manager(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    if buddy.person_id in new.managed_by:
        return "is the new head's line manager"
    return "is managed by the new head" if buddy.person_id in new.manages else ""


def _bar_wish(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    return "is not wished as a buddy" if buddy.person_id in new.not_buddies else ""


def _bar_rival(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    metres = metres_apart(new, buddy)
    rivals = new.phase in buddy.phases and metres is not None and metres < settings.rival_metres
    if not rivals or metres is None:
        return ""
    away, limit = km_apart(metres, settings.rival_metres)
    return f"is a rival for pupils: {away} away, rivals are nearer than {limit}"


def _bar_closed(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    return "is not taking on a new head now" if buddy.openness is Openness.CLOSED else ""


def _bar_distance(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    metres, limit = metres_apart(new, buddy), buddy.max_metres
    by_phone = new.remote_allowed or buddy.openness is Openness.PHONE_ONLY
    if by_phone or metres is None or limit is None or metres <= limit:
        return ""
    travels, away = km_apart(limit, metres)
    return f"travels {travels}, the school is {away} away"


def _bar_capacity(new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings) -> str:
    if buddy.buddying < buddy.at_once:
        return ""
    heads = "new head" if buddy.buddying == 1 else "new heads"
    return f"has {buddy.buddying} {heads} already, and takes {buddy.at_once} at a time"


BUDDY_RULES: dict[str, Callable[[NewHeadProfile, BuddyProfile, BuddySettings], str]] = {
    "self": _bar_self,
    "own_school": _bar_school,
    "phase": _bar_phase,
    "same_trust": _bar_trust,
    "line_manager": _bar_manager,
    "not_wished": _bar_wish,
    "rival": _bar_rival,
    "not_accepting": _bar_closed,
    "distance": _bar_distance,
    "capacity": _bar_capacity,
}
"""Each rule gives the sentence of why not, or nothing; in the order in which they are tried."""
PRIVATE_RULES = frozenset({"line_manager", "not_wished", "rival"})


def buddy_bars(
    new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings
) -> tuple[Bar, ...]:
    """Every rule in the way of this buddying, in the stated order; empty where there is none."""
    said = ((code, rule(new, buddy, settings)) for code, rule in BUDDY_RULES.items())
    return tuple(Bar(code, says, code in PRIVATE_RULES) for code, says in said if says)
