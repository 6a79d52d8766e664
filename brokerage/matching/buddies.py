"""Who could be the buddy of a new head, best first, and of everybody else why not.

The same idea as for leaders, with rules of its own (`buddy_rules`). Points say who is likest and
nearest: phase, distance, having been there, size, type, faith, and few new heads already; they
add up to the score, 0 to 1000, and unknown counts half way.

Sources: a Manchester scheme for new heads matches on "faith, phase, challenges"; a church scheme
has its link heads ring in the first week and meet in the first half-term, so near helps but does
not decide. Cost: every head is looked at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from brokerage.matching.buddy_profiles import (
    BuddyProfile,
    BuddySettings,
    NewHeadProfile,
    metres_apart,
)
from brokerage.matching.buddy_rules import buddy_bars
from brokerage.matching.eligibility import Bar
from brokerage.matching.quantities import km_words
from brokerage.matching.scoring import BANDS_APART, FAR_METRES, FULL, HALF, NEAR_METRES, NONE, Point


def _share_phase(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    return FULL if new.phase is buddy.phases[0] else HALF


def _share_distance(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    metres = metres_apart(new, buddy)
    if metres is None:
        return HALF
    span = FAR_METRES - NEAR_METRES
    return FULL - FULL * min(max(metres - NEAR_METRES, 0), span) // span


def _share_been_there(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    if not new.situation:
        return FULL
    return FULL * len(new.situation & buddy.been_there) // len(new.situation)


def _share_size(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    ours, theirs = new.context.size, buddy.context.size
    return HALF if ours is None or theirs is None else BANDS_APART.get(abs(ours - theirs), NONE)


def _alike(one: str | None, other: str | None) -> int:
    if one is None or other is None:
        return HALF
    return FULL if one == other else NONE


def _share_kind(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    return _alike(new.context.kind, buddy.context.kind)


def _share_faith(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    return _alike(new.context.faith, buddy.context.faith)


def _share_load(new: NewHeadProfile, buddy: BuddyProfile) -> int:
    return FULL // (1 + buddy.buddying)


BUDDY_CRITERIA: dict[str, Callable[[NewHeadProfile, BuddyProfile], int]] = {
    "phase": _share_phase,
    "distance": _share_distance,
    "been_there": _share_been_there,
    "size": _share_size,
    "kind": _share_kind,
    "faith": _share_faith,
    "load": _share_load,
}
"""Each criterion's share of its weight, 0 to 1000."""
DEFAULT_SETTINGS = BuddySettings()


def buddy_points(
    new: NewHeadProfile, buddy: BuddyProfile, settings: BuddySettings = DEFAULT_SETTINGS
) -> tuple[Point, ...]:
    """Whole points per criterion; the score is their sum, 0 to 1000."""
    weights: dict[str, int] = {code: getattr(settings, code) for code in BUDDY_CRITERIA}
    return tuple(
        Point(code, weights[code] * share(new, buddy) // FULL, weights[code])
        for code, share in BUDDY_CRITERIA.items()
    )


def buddy_reasons(new: NewHeadProfile, buddy: BuddyProfile) -> tuple[str, ...]:
    """What speaks for this buddy, in words for the new head; only what is known and good."""
    metres = metres_apart(new, buddy)
    shared = sorted(new.situation & buddy.been_there)
    said = (
        f"Heads a {buddy.phases[0]} school, like you" if buddy.phases[0] is new.phase else "",
        *(f"Has been there: {situation}" for situation in shared),
        "" if metres is None else f"{km_words(metres)} from you",
        "A school about the size of yours" if _share_size(new, buddy) == FULL else "",
        "The same type of school" if _share_kind(new, buddy) == FULL else "",
        _faith_words(new, buddy),
        "In the same trust as you, as you wished" if _shares_trust(new, buddy) else "",
    )
    return tuple(sentence for sentence in said if sentence)


def _faith_words(new: NewHeadProfile, buddy: BuddyProfile) -> str:
    shared = _share_faith(new, buddy) == FULL and new.context.faith != "none"
    return f"Also a {new.context.faith} school" if shared else ""


def _shares_trust(new: NewHeadProfile, buddy: BuddyProfile) -> bool:
    return new.trust is not None and new.trust == buddy.trust


@dataclass(frozen=True, slots=True)
class RankedBuddy:
    """One possible buddy: place from 1, score, the points that make it, reasons in words."""

    rank: int
    buddy: BuddyProfile
    score: int
    points: tuple[Point, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuddyShortlist:
    """Who could, in order; and who cannot, with every reason, the first of them first."""

    ranked: tuple[RankedBuddy, ...]
    left_out: tuple[tuple[BuddyProfile, tuple[Bar, ...]], ...]


def rank_buddies(
    new: NewHeadProfile,
    buddies: Iterable[BuddyProfile],
    settings: BuddySettings = DEFAULT_SETTINGS,
) -> BuddyShortlist:
    """Rank serving heads for one new head: score first, then id, whatever order they come in."""
    scored, left_out = [], []
    for buddy in sorted(buddies, key=lambda one: one.person_id):
        bars = buddy_bars(new, buddy, settings)
        if bars:
            left_out.append((buddy, bars))
            continue
        given = buddy_points(new, buddy, settings)
        scored.append((sum(point.points for point in given), buddy, given))
    scored.sort(key=lambda one: (-one[0], one[1].person_id))
    ranked = tuple(
        RankedBuddy(rank, buddy, score, given, buddy_reasons(new, buddy))
        for rank, (score, buddy, given) in enumerate(scored, start=1)
    )
    return BuddyShortlist(ranked, tuple(left_out))
