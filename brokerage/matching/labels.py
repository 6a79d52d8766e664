"""The best place that each need could move to, by chains of so many ejections: see `ejection`.

All of it is numpy over the whole market at once: needs (n), pairs (e), leaders (m), and the sets
(s) of one or two needs that a leader might let go. Index n stands for no need at all, so that a
set of one is a set of two with nobody in second place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brokerage.matching.draft import Draft
from brokerage.matching.market import NOBODY
from brokerage.matching.objectives import LOAD_FULL
from brokerage.matching.rooms import BoolArray, IntArray, cut, fits

NEIGHBOURS = 6
"""Of a leader's needs, each is paired with the next so many only."""


class Scene:
    """A draft as it stands at the beginning of a round, in arrays.

    `pair_of`, `leader_of` (n): what each need has, or NOBODY. `worth` (n + 1): of that pair;
    `stay` (n): what the plan would lose without it, the load it causes taken off.
    """

    def __init__(self, draft: Draft, among: IntArray) -> None:
        ground = draft.ground
        market = self.market = ground.market
        needs = len(draft.pair_of)
        self.guards = ground.layout.guards
        self.use = [np.append(words, 0) for words in ground.layout.words(market.use)]
        self.size = np.append(market.size, 0)
        self.room = cut(draft.room, len(self.use))
        self.used = np.array(draft.used, dtype=np.int64)
        self.group_room = np.array(draft.group_room, dtype=np.int64)
        self.pair_of = np.array(draft.pair_of, dtype=np.int64)
        placed = np.flatnonzero(self.pair_of != NOBODY)
        pairs = self.pair_of[placed]
        self.leader_of = np.full(needs, NOBODY, dtype=np.int64)
        self.leader_of[placed] = market.leader[pairs]
        self.worth = np.zeros(needs + 1, dtype=np.int64)
        self.worth[placed] = market.worth[pairs]
        self.stay = self.worth[:needs].copy()
        self.stay[placed] -= self.load_change(market.leader[pairs], -market.size[placed])
        self.elsewhere = among[self.leader_of[market.need[among]] != market.leader[among]]

    def load_change(self, leader: IntArray, half_days: IntArray) -> IntArray:
        """Packed worth of each leader's giving so many half-days more."""
        market = self.market
        if not market.load_worth:
            return np.zeros(len(leader), dtype=np.int64)
        used, of = self.used[leader], np.maximum(market.account[leader], 1)
        after = LOAD_FULL * (used + half_days) ** 2 // of >> market.load_shift
        before = LOAD_FULL * used**2 // of >> market.load_shift
        changed: IntArray = market.load_worth * (after - before)
        return changed

    def fits(self, pair: IntArray, let_go: Sequence[IntArray]) -> BoolArray:
        """Whether each pair can be made once these needs of the leader (one array for each place
        in a set) are let go."""
        need, leader = self.market.need[pair], self.market.leader[pair]
        room = [words[leader] for words in self.room]
        for gone in let_go:
            room = [left + use[gone] for left, use in zip(room, self.use, strict=True)]
        held: BoolArray = fits(room, [use[need] for use in self.use], self.guards)
        if not len(self.group_room):
            return held
        freed = sum(self.size[gone] for gone in let_go)
        group = self.market.group[leader]
        short = self.group_room[group] + freed < self.size[need]
        held &= (group == NOBODY) | ~short
        return held


@dataclass(frozen=True, slots=True)
class Sets:
    """Needs that a leader might let go, one or two at a time (s); those of leader j are `starts[j]`
    to `starts[j + 1]`, the cheapest to let go first. `loss` (s): what that costs."""

    starts: IntArray
    first: IntArray
    second: IntArray
    loss: IntArray


@dataclass(frozen=True, slots=True)
class Labels:
    """For each need (n): the `worth` of moving elsewhere, by which `pair` (or NOBODY), which needs
    that ejects, and with how many more ejections after it, at most, this was found."""

    worth: IntArray
    pair: IntArray
    first: IntArray
    second: IntArray
    made_at: IntArray

    def step(self, need: int) -> tuple[int, list[int]]:
        """(pair, needs ejected)."""
        ejected = [int(self.first[need]), int(self.second[need])]
        return int(self.pair[need]), [other for other in ejected if other < len(self.pair)]


def labels_of(scene: Scene, depth: int) -> list[Labels]:
    """The labels with 0, 1, ... `depth` ejections one after another."""
    labels = [_into_room(scene)]
    groups = _by_leader(scene)
    for made_at in range(1, depth + 1):
        labels.append(_by_ejecting(scene, labels[-1], _sets(scene, groups, labels[-1]), made_at))
    return labels


def _into_room(scene: Scene) -> Labels:
    """Label 0: the best pair elsewhere that fits as things are."""
    market, needs = scene.market, len(scene.pair_of)
    nothing, nobody = np.zeros(needs, dtype=np.int64), np.full(needs, needs, dtype=np.int64)
    none = Labels(nothing, np.full(needs, NOBODY, dtype=np.int64), nobody, nobody, nothing)
    pair = scene.elsewhere
    pair = pair[scene.fits(pair, ())]
    worth = market.worth[pair]
    worth = worth + scene.load_change(market.leader[pair], market.size[market.need[pair]])
    nobody = np.full(len(pair), needs, dtype=np.int64)
    return _bettered(scene, none, 0, pair, nobody, nobody, worth)


def _by_leader(scene: Scene) -> tuple[IntArray, IntArray, IntArray]:
    """(leader, first, second) of every set of needs that may be let go."""
    needs = len(scene.pair_of)
    placed = np.flatnonzero(scene.leader_of != NOBODY)
    placed = placed[np.argsort(scene.leader_of[placed], kind="stable")]
    at = scene.leader_of[placed]
    leader, first, second = [at], [placed], [np.full(len(placed), needs)]
    for apart in range(1, NEIGHBOURS + 1):
        together = np.flatnonzero(at[:-apart] == at[apart:])
        leader.append(at[together])
        first.append(placed[together])
        second.append(placed[together + apart])
    return np.concatenate(leader), np.concatenate(first), np.concatenate(second)


def _sets(scene: Scene, groups: tuple[IntArray, IntArray, IntArray], labels: Labels) -> Sets:
    """The sets in order of what they cost, with these labels to fall back on."""
    leader, first, second = groups
    loss_of = scene.worth - np.append(labels.worth, 0)
    loss = loss_of[first] + loss_of[second]
    order = np.lexsort((loss, leader))
    starts = np.searchsorted(leader[order], np.arange(len(scene.market.room) + 1))
    return Sets(starts, first[order], second[order], loss[order])


def _by_ejecting(scene: Scene, labels: Labels, sets: Sets, made_at: int) -> Labels:
    """Labels with one ejection more: for each pair, the cheapest set that makes room enough."""
    market = scene.market
    trying = scene.elsewhere
    spare = market.worth[trying] - labels.worth[market.need[trying]]
    leader = market.leader[trying]
    place, end = sets.starts[leader], sets.starts[leader + 1]
    loss = np.append(sets.loss, 0)
    found_pair, found_set = [trying[:0]], [trying[:0]]
    while len(trying):
        more = np.flatnonzero((place < end) & (spare > loss[place]))
        trying, spare, place, end = trying[more], spare[more], place[more], end[more]
        held = scene.fits(trying, (sets.first[place], sets.second[place]))
        found_pair.append(trying[held])
        found_set.append(place[held])
        rest = np.flatnonzero(~held)
        trying, spare, place, end = trying[rest], spare[rest], place[rest] + 1, end[rest]
    pair, chosen = np.concatenate(found_pair), np.concatenate(found_set)
    first, second = sets.first[chosen], sets.second[chosen]
    taken = scene.size[market.need[pair]] - scene.size[first] - scene.size[second]
    worth = market.worth[pair] - loss[chosen] + scene.load_change(market.leader[pair], taken)
    return _bettered(scene, labels, made_at, pair, first, second, worth)


def _bettered(
    scene: Scene,
    labels: Labels,
    made_at: int,
    pair: IntArray,
    first: IntArray,
    second: IntArray,
    worth: IntArray,
) -> Labels:
    """The labels, each replaced by the best of these ways where that is worth more; of ways worth
    the same, that of the first pair."""
    more = np.flatnonzero(worth > labels.worth[scene.market.need[pair]])
    more = more[np.argsort(pair[more], kind="stable")]
    pair, worth = pair[more], worth[more]
    need = scene.market.need[pair]
    starts = np.flatnonzero(np.diff(need, prepend=-1))
    if not len(starts):
        return labels
    best = np.repeat(np.maximum.reduceat(worth, starts), np.diff(starts, append=len(need)))
    ties = np.flatnonzero(worth == best)
    best = ties[np.flatnonzero(np.diff(need[ties], prepend=-1))]
    new = Labels(
        worth=labels.worth.copy(),
        pair=labels.pair.copy(),
        first=labels.first.copy(),
        second=labels.second.copy(),
        made_at=labels.made_at.copy(),
    )
    at, way = need[best], more[best]
    new.worth[at], new.pair[at], new.made_at[at] = worth[best], pair[best], made_at
    new.first[at], new.second[at] = first[way], second[way]
    return new
