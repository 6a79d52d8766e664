"""Making a plan better by chains of ejections, until nothing helps or the work is done.

A need takes a leader who has no room for it; one or two of that leader's needs are ejected to make
room, and look for a new place themselves: one with room, or one where they eject others in turn
(ejection chains; Glover 1996). Searching chains one by one is slow. Here the best chain from every
need is found at once, like shortest paths (Bellman 1958; for exchanges between groups, Thompson
and Orlin 1989):

    label 0 of a need    the most that it can be worth elsewhere, where there is room now
    label d of a need    the most over its pairs: worth of the pair, less what ejecting costs there;
                         an ejected need costs what it is worth now, less its own label d - 1

A need whose last label is worth more than what it has now starts a chain that betters the plan.
Labels take each step by itself as if the others had not happened, so a chain is then walked for
real, and undone unless the plan is worth more after it; hence more work never gives a worse plan.
Many chains are walked in each round, the best first. The end comes by work done and never by the
clock: a busy machine gives the same answer as a quiet one.

Cost: per round and label, the pairs times the sets of needs that may be ejected at a leader, in
numpy; most pairs are left out at once, being worth too little for even the cheapest ejection.
"""

import numpy as np

from brokerage.matching.draft import Draft
from brokerage.matching.labels import Labels, Scene, labels_of
from brokerage.matching.market import NOBODY
from brokerage.matching.progress import Progress, quiet
from brokerage.matching.rooms import IntArray


def better(
    draft: Draft, among: IntArray, rounds: int, depth: int, progress: Progress = quiet
) -> int:
    """Better the draft in place by at most so many rounds, with chains as short as still help and
    at most `depth` ejections long; gives the rounds that were worked. Only the pairs `among` are
    made (indexes, ascending)."""
    length = 1
    for done in range(rounds):
        progress("chains", done, rounds)
        if not one_round(draft, among, length):
            length += 1
        if length > depth:
            return done + 1
    return rounds


def one_round(draft: Draft, among: IntArray, depth: int) -> int:
    """Walk the chain of every need that promises to better the plan; gives how many did."""
    scene = Scene(draft, among)
    return _walk_chains(draft, scene, labels_of(scene, depth))


def _walk_chains(draft: Draft, scene: Scene, labels: list[Labels]) -> int:
    """Walk the chain of every need that promises to better the plan; gives how many did."""
    gain = labels[-1].worth - scene.stay
    promising = np.flatnonzero(gain > 0)
    best_first = promising[np.argsort(-gain[promising], kind="stable")]
    return sum(_walk(draft, need, labels) for need in best_first.tolist())


def _walk(draft: Draft, need: int, labels: list[Labels]) -> bool:
    """Walk the chain from this need; take it back unless it betters the plan."""
    undo: list[tuple[int, int]] = []
    gained = _drop(draft, need, undo) if draft.pair_of[need] != NOBODY else 0
    gained += _place(draft, need, labels, len(labels) - 1, undo)
    if gained > 0:
        return True
    for moved, pair in reversed(undo):
        if draft.pair_of[moved] != NOBODY:
            draft.drop(moved)
        if pair != NOBODY:
            draft.add(moved, pair)
    return False


def _drop(draft: Draft, need: int, undo: list[tuple[int, int]]) -> int:
    undo.append((need, draft.pair_of[need]))
    return draft.drop(need)


def _place(
    draft: Draft, need: int, labels: list[Labels], depth: int, undo: list[tuple[int, int]]
) -> int:
    """Place an unplaced need as its label says, as far as that still can be; gives the worth."""
    depth = int(labels[depth].made_at[need])
    pair, ejected = labels[depth].step(need)
    if pair == NOBODY:
        return 0
    leader = draft.ground.leader[pair]
    if any(draft.leader_of(other) != leader for other in ejected):
        return 0
    gained = sum(_drop(draft, other, undo) for other in ejected)
    if draft.fits(need, leader):
        undo.append((need, NOBODY))
        gained += draft.add(need, pair)
    return gained + sum(_place(draft, other, labels, depth - 1, undo) for other in ejected)
