"""The register of leaders, arranged so that those who could take a need are found at once.

A *claim* is one specialism of one leader. A *bucket* holds the leaders of one specialism and
phase: nobody outside it could take such a need. In a bucket, those whom distance cannot bar come
first, and all others follow from south to north: whoever may be near enough to a school then
stands in one stretch, a window, which two binary searches find (the plane sweep of computational
geometry; Shamos and Hoey 1976).

Built once for a register that stays the same. Cost: a few millionths of a second for each leader
and claim; memory, about 200 bytes for each place in a bucket.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from brokerage.matching.columns import (
    MANY,
    NOT_SAID,
    PHASES,
    WORD,
    IntArray,
    LeaderColumns,
    Vocabularies,
    of_leader,
    table,
    word_and_bit,
)
from brokerage.matching.contexts import Contexts
from brokerage.matching.profiles import Claim, HalfTerm, LeaderProfile
from brokerage.matching.scoring import depth_share, fresh_share

Profile = TypeVar("Profile")


class Register:
    """Leaders in the order of their ids, as columns, claims and buckets.

    `table` has shape (columns, leaders); `row_of` gives the row of a leader's id. Claims are in
    the order of `claim_key` (specialism * leaders + row), and have `depth` and `fresh`, the shares
    that they give; one more claim at the end, of key MANY, stands for "does not offer it".
    """

    def __init__(self, leaders: Iterable[LeaderProfile]) -> None:
        self.leaders = in_order(leaders, lambda leader: leader.leader_id, "leaders")
        self.row_of = {leader.leader_id: row for row, leader in enumerate(self.leaders)}
        self.words = Vocabularies()
        rows = [of_leader(leader, row, self.words) for row, leader in enumerate(self.leaders)]
        self.table = table(rows, len(LeaderColumns._fields))
        self.columns = LeaderColumns(*self.table)
        self.claim_key, self.depth, self.fresh = _claims(self.leaders, self.words)
        self.designations = _designations(self.leaders, self.words)
        self.contexts = Contexts(self.leaders)
        self.half_days_by = _by_half_term([one.half_days_by for one in self.leaders])
        self.engagements_by = _by_half_term([one.engagements_by for one in self.leaders])
        self.buckets = Buckets(self)

    def __len__(self) -> int:
        return len(self.leaders)

    def claim(self, specialism: IntArray, row: IntArray) -> IntArray:
        """The place of each leader's claim to a specialism; the last, empty one for none."""
        key = specialism * len(self.leaders) + row
        place = np.searchsorted(self.claim_key, key)
        place[self.claim_key[place] != key] = NOT_SAID
        return place

    def who_offers(self, specialism: int) -> IntArray:
        """The rows of those who offer a specialism."""
        first = specialism * len(self)
        start, end = self.claim_key.searchsorted((first, first + len(self)))
        return self.claim_key[start:end] - first

    def holds(self, word: IntArray, bit: IntArray, row: IntArray) -> IntArray:
        """More than 0 where the leader holds the designation kept there (`word_and_bit`)."""
        return self.designations[word, row] & bit


class Buckets:
    """Who stands in which bucket, all of them one after another.

    `table` is that of the register in this order, and `claim` the claim for which one stands
    here. `key` grows along the buckets, and within one from south to north. Bucket `b` starts at
    `starts[b]`, its part where distance counts at `near[b]`, and in that part nobody travels more
    than `farthest[b]` metres.
    """

    def __init__(self, register: Register) -> None:
        size, phases = max(len(register), 1), register.columns.phases
        specialism, row = np.divmod(register.claim_key[:-1], size)
        in_phase = (phases[row] >> np.arange(len(PHASES))[:, None]) & 1 == 1
        phase, claim = np.nonzero(in_phase)
        bucket = specialism[claim] * len(PHASES) + phase
        row = row[claim]
        bounded = register.columns.reach[row] < MANY
        northing = register.columns.northing
        self.south = int(northing.min(initial=0)) - 1
        self.span = int(northing.max(initial=0)) - self.south + 1
        key = bucket * self.span + np.where(bounded, northing[row] - self.south, 0)
        order = np.lexsort((row, key))
        self.key, self.claim = key[order], claim[order]
        self.table = np.take(register.table, row[order], axis=1)
        self.columns = LeaderColumns(*self.table)
        count = len(register.words.specialisms) * len(PHASES)
        self.starts = np.searchsorted(self.key, np.arange(count + 1) * self.span)
        self.near = np.searchsorted(self.key, np.arange(count) * self.span, side="right")
        limit = np.sqrt(np.where(bounded, register.columns.reach[row], 0)).astype(np.int64)
        self.farthest = np.zeros(count, dtype=np.int64)
        np.maximum.at(self.farthest, bucket, limit)

    def stretch(self, specialism: int, phase: int) -> tuple[int, int]:
        """(from, to) of one bucket; nothing where nobody offers the specialism."""
        if specialism < 0:
            return 0, 0
        bucket = specialism * len(PHASES) + phase
        return int(self.starts[bucket]), int(self.starts[bucket + 1])

    def window_of(self, bucket: int, northing: int) -> tuple[int, int]:
        """The window of one need."""
        limit, base = int(self.farthest[bucket]), bucket * self.span
        first = min(max(northing - limit - self.south, 1), self.span)
        last = max(min(northing + limit - self.south, self.span - 1), 0)
        low, high = self.key.searchsorted((base + first, base + last + 1))
        return low, high

    def window(self, bucket: IntArray, northing: IntArray) -> tuple[IntArray, IntArray]:
        """(from, to) the stretch of each bucket beyond which everybody is too far from there."""
        limit, base = self.farthest[bucket], bucket * self.span
        first = np.minimum(np.maximum(northing - limit - self.south, 1), self.span)
        last = np.maximum(np.minimum(northing + limit - self.south, self.span - 1), 0)
        return (
            np.searchsorted(self.key, base + first),
            np.searchsorted(self.key, base + last, side="right"),
        )


def in_order(
    profiles: Iterable[Profile], id_of: Callable[[Profile], str], kind: str
) -> tuple[Profile, ...]:
    """By id; raises ValueError for two of one id, which says that they are two of this `kind`."""
    ordered = tuple(sorted(profiles, key=id_of))
    for one, other in pairwise(map(id_of, ordered)):
        if one == other:
            raise ValueError(f"Two {kind} have the id {one}.")
    return ordered


def _claims(
    leaders: Sequence[LeaderProfile], words: Vocabularies
) -> tuple[IntArray, IntArray, IntArray]:
    """(key, depth, fresh) of every claim, by key; the last depth and fresh are those of none."""
    share_of: dict[Claim, tuple[int, int]] = {}
    found = []
    for row, leader in enumerate(leaders):
        for text, claim in leader.specialisms.items():
            shares = share_of.get(claim)
            if shares is None:
                shares = share_of[claim] = (depth_share(claim), fresh_share(claim))
            found.append((words.specialisms.add(text), row, *shares))
    found.append((0, 0, depth_share(None), fresh_share(None)))
    specialism, row_of, depth, fresh = table(found, 4)
    key = specialism * len(leaders) + row_of
    key[-1] = MANY
    order = np.argsort(key)
    return key[order], depth[order], fresh[order]


def _designations(leaders: Sequence[LeaderProfile], words: Vocabularies) -> IntArray:
    """Bits of the designations each leader holds, in as many numbers as it takes: (words, n)."""
    held = [
        (words.designations.add(text), row)
        for row, leader in enumerate(leaders)
        for text in leader.designations
    ]
    found = np.zeros((len(words.designations) // WORD + 1, len(leaders)), dtype=np.int64)
    for number, row in held:
        word, bit = word_and_bit(number)
        found[word, row] |= bit
    return found


def _by_half_term(given: Sequence[Mapping[HalfTerm, int]]) -> IntArray | None:
    """What is free in each half-term, MANY where nothing is said: (6, leaders); None where nobody
    says anything."""
    if not any(given):
        return None
    places = {one: place for place, one in enumerate(HalfTerm)}
    found = np.full((len(places), len(given)), MANY, dtype=np.int64)
    for row, free in enumerate(given):
        for half_term, amount in free.items():
            found[places[half_term], row] = amount
    return found
