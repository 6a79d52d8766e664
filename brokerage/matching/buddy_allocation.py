"""A buddy for every new head at once: as many as possible paired, and then as well as possible.

Pairing new heads one after the other gives the first what the last needed. All at once, the plan
pairs the most new heads that can be paired, and among all ways of doing so takes the one with the
most points. One pair is worth more than all points together, so both are one number.

This is not sent through the engine for leaders, though a buddying could be written as a need of
one half-day. Buddies have rules and points of their own (rivals, line managers, having been there)
which that engine would have to be taught, and since every pairing takes just one place, days never
come into it: what is hard about leaders is gone, and an exact method of its own (`b_matching`) is
shorter than the approximate one. Its prices prove it: value and bound are the same.

Pairings that are settled stand, whatever the rules say of them, and take their places first. What
is asked of each pair are the rules and points that `rank_buddies` tells one by one
(`buddy_columns`). Cost: see those two modules; two thousand new heads and five thousand heads take
about two seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from brokerage.matching.b_matching import NOBODY, IntArray, Offers, match
from brokerage.matching.buddies import DEFAULT_SETTINGS, buddy_points, buddy_reasons
from brokerage.matching.buddy_columns import blocks
from brokerage.matching.buddy_profiles import BuddyProfile, BuddySettings, NewHeadProfile
from brokerage.matching.plans import PLACED_ELSEWHERE, Certificate, PinsError
from brokerage.matching.scoring import FULL, Point

AIMS = ("paired", "points")


@dataclass(frozen=True, slots=True)
class BuddyPair:
    """One buddy for one new head, with the points that add up to the score and the reasons in
    words. `rank` is the buddy's place among the `eligible` of this new head by points; 0 for a
    settled pair that the rules would not have allowed."""

    new_head: NewHeadProfile
    buddy: BuddyProfile
    score: int
    points: tuple[Point, ...]
    reasons: tuple[str, ...]
    rank: int
    eligible: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Unpaired:
    """One new head without a buddy: the rule after which nobody was left, or `placed_elsewhere`
    where the `eligible` are with other new heads."""

    new_head: NewHeadProfile
    code: str
    eligible: int


@dataclass(frozen=True, slots=True)
class BuddyPlan:
    """The answer for all new heads, in the order of their ids, and the proof that comes with it."""

    pairs: tuple[BuddyPair, ...]
    unpaired: tuple[Unpaired, ...]
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class _Candidates:
    """All pairs that no rule bars: those of new head `i` are `starts[i]` to `starts[i + 1]`, best
    first, ties by id. `emptied_by`: for each new head the rule that left nobody, or ""."""

    starts: IntArray
    buddy: IntArray
    score: IntArray
    emptied_by: tuple[str, ...]


def pair_buddies(
    new_heads: Iterable[NewHeadProfile],
    buddies: Iterable[BuddyProfile],
    *,
    settings: BuddySettings = DEFAULT_SETTINGS,
    pinned: Mapping[str, str] | None = None,
) -> BuddyPlan:
    """Pair all new heads. `pinned` maps ids of new heads to ids of buddies whose pairing is
    settled; `buddying` of a buddy does not count these yet.

    Raises ValueError for two of one id, and its subclass PinsError where the settled pairings
    cannot all stand; each with a sentence.
    """
    news = sorted(new_heads, key=lambda one: one.person_id)
    pool = sorted(buddies, key=lambda one: one.person_id)
    _refuse_twins([one.person_id for one in news])
    _refuse_twins([one.person_id for one in pool])
    pins = _check_pins(news, pool, pinned or {})
    found = _candidates(news, pool, settings)
    places = np.array([max(one.at_once - one.buddying, 0) for one in pool], dtype=np.int64)
    places -= np.bincount(list(pins.values()), minlength=len(pool))
    one_pair = FULL * len(news) + 1
    matched = match(_offers(found, pins, places, one_pair))
    buddy_of = [pins.get(new, given) for new, given in enumerate(matched.giver_of)]
    pairs = tuple(
        _pair(news[new], pool[given], found, (new, given), settings, pinned=new in pins)
        for new, given in enumerate(buddy_of)
        if given != NOBODY
    )
    settled = [pair.score for pair in pairs if pair.pinned]
    value, bound = (
        (total // one_pair + len(settled), total % one_pair + sum(settled))
        for total in (matched.value, matched.bound)
    )
    return BuddyPlan(
        pairs=pairs,
        unpaired=tuple(
            _unpaired(news[new], found, new)
            for new, given in enumerate(buddy_of)
            if given == NOBODY
        ),
        certificate=Certificate(AIMS, value, bound),
    )


def _refuse_twins(ids: Sequence[str]) -> None:
    for one, other in pairwise(ids):
        if one == other:
            raise ValueError(f"Two heads have the id {one}.")


def _check_pins(
    news: Sequence[NewHeadProfile], pool: Sequence[BuddyProfile], pinned: Mapping[str, str]
) -> dict[int, int]:
    """The settled pairings as places in the two lists."""
    new_at = {one.person_id: place for place, one in enumerate(news)}
    buddy_at = {one.person_id: place for place, one in enumerate(pool)}
    pins = {}
    for new_id, buddy_id in sorted(pinned.items()):
        if new_id not in new_at:
            raise PinsError(f"The pinned new head {new_id} is not among the new heads.")
        if buddy_id not in buddy_at:
            raise PinsError(f"The pinned buddy {buddy_id} is not among the buddies.")
        pins[new_at[new_id]] = buddy_at[buddy_id]
    taken = np.bincount(list(pins.values()), minlength=len(pool))
    for buddy, count in zip(pool, taken.tolist(), strict=True):
        if count and count > buddy.at_once - buddy.buddying:
            raise PinsError(
                f"{count} new heads are pinned to {buddy.person_id}, who has "
                f"{buddy.buddying} already and takes {buddy.at_once} at a time."
            )
    return pins


def _candidates(
    news: Sequence[NewHeadProfile], pool: Sequence[BuddyProfile], settings: BuddySettings
) -> _Candidates:
    new, buddy, score = [], [], []
    emptied_by = [""] * len(news)
    for block in blocks(news, pool, settings):
        row, column = np.nonzero(block.allowed)
        new.append(block.new[row])
        buddy.append(block.buddy[column])
        score.append(block.score[row, column])
        for place, code in zip(block.new.tolist(), block.emptied_by, strict=True):
            emptied_by[place] = code
    nothing = np.zeros(0, dtype=np.int64)
    of_new, who, points = (np.concatenate([nothing, *one]) for one in (new, buddy, score))
    order = np.argsort(of_new * (FULL + 1) + (FULL - points), kind="stable")
    counts = np.bincount(of_new, minlength=len(news))
    starts = np.concatenate([nothing[:0], [0], np.cumsum(counts)]).astype(np.int64)
    return _Candidates(starts, who[order], points[order], tuple(emptied_by))


def _offers(found: _Candidates, pins: Mapping[int, int], places: IntArray, one_pair: int) -> Offers:
    """What is still to be paired: the candidates of those whose pairing is not settled."""
    counts = np.diff(found.starts)
    is_open = np.ones(len(counts), dtype=np.bool_)
    is_open[list(pins)] = False
    kept = np.repeat(is_open, counts)
    starts = np.concatenate([[0], np.cumsum(np.where(is_open, counts, 0))]).astype(np.int64)
    return Offers(starts, found.buddy[kept], found.score[kept] + one_pair, places)


def _pair(
    new: NewHeadProfile,
    buddy: BuddyProfile,
    found: _Candidates,
    at: tuple[int, int],
    settings: BuddySettings,
    *,
    pinned: bool,
) -> BuddyPair:
    ranking = found.buddy[found.starts[at[0]] : found.starts[at[0] + 1]]
    rank = np.flatnonzero(ranking == at[1])
    points = buddy_points(new, buddy, settings)
    return BuddyPair(
        new_head=new,
        buddy=buddy,
        score=sum(point.points for point in points),
        points=points,
        reasons=buddy_reasons(new, buddy),
        rank=int(rank[0]) + 1 if rank.size else 0,
        eligible=len(ranking),
        pinned=pinned,
    )


def _unpaired(new: NewHeadProfile, found: _Candidates, at: int) -> Unpaired:
    eligible = int(found.starts[at + 1] - found.starts[at])
    return Unpaired(new, found.emptied_by[at] or PLACED_ELSEWHERE, eligible)
