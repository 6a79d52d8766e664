"""Making a plan better, one small change at a time, until nothing helps or the work is done.

For each need in turn the best of three moves is found: give it a leader with room; give it a
leader by letting one other need of theirs go; the same, and find that other need a new leader
(ejection and relocation, the shortest of the ejection chains; Glover 1996). Only moves that make
the plan worth more are kept, so more work never gives a worse plan. The end comes by work done
and never by the clock: a busy machine gives the same answer as a quiet one.

Cost: per round, candidates x needs of a leader x options of the need that was let go.
"""

from dataclasses import dataclass

from brokerage.matching.draft import NOBODY, Draft


@dataclass(slots=True)
class Budget:
    """How many more options may be looked at."""

    left: int
    spent: int = 0

    def spend(self, steps: int) -> None:
        self.left -= steps
        self.spent += steps


@dataclass(frozen=True, slots=True)
class Move:
    """Give `need` to `leader`; `ejected`, if any need, is let go and given to `new_leader`."""

    value: int
    leader: int
    worth: int
    ejected: int = NOBODY
    new_leader: int = NOBODY
    new_worth: int = 0


def improve(draft: Draft, budget: Budget) -> None:
    """Better the draft in place until a whole round changes nothing or the budget is spent."""
    changed = True
    while changed and budget.left > 0:
        changed = False
        for need in range(len(draft.leader_of)):
            if budget.left <= 0:
                break
            changed = _better_one(draft, need, budget) or changed


def _better_one(draft: Draft, need: int, budget: Budget) -> bool:
    """Apply the best move for this need, if any betters the plan; the draft is as before if not."""
    before, old = draft.value, draft.leader_of[need]
    old_worth = draft.worth_of[need]
    if old != NOBODY:
        draft.drop(need)
    best: Move | None = None
    for worth, leader in draft.problem.options[need]:
        if old != NOBODY and worth < old_worth:
            break  # a worse leader for this need helps only where another need is the gainer
        if leader == old:
            continue
        move = _best_at(draft, need, leader, worth, budget)
        if move is not None and (best is None or move.value > best.value):
            best = move
    if best is None or best.value <= before:
        if old != NOBODY:
            draft.add(need, old, old_worth)
        return False
    _apply(draft, need, best)
    return True


def _best_at(draft: Draft, need: int, leader: int, worth: int, budget: Budget) -> Move | None:
    """The best way to give this leader to this need, which has none just now."""
    budget.spend(1)
    if draft.fits(need, leader):
        return Move(draft.value + draft.gain(need, leader, worth), leader, worth)
    best: Move | None = None
    for other in sorted(draft.needs_of[leader]):
        _, other_worth = draft.drop(other)
        if draft.fits(need, leader):
            draft.add(need, leader, worth)
            new_leader, new_worth, gain = _best_home(draft, other, budget)
            move = Move(draft.value + gain, leader, worth, other, new_leader, new_worth)
            if best is None or move.value > best.value:
                best = move
            draft.drop(need)
        draft.add(other, leader, other_worth)
    return best


def _best_home(draft: Draft, need: int, budget: Budget) -> tuple[int, int, int]:
    """(leader, worth, gain) of the best leader with room for this need; nobody gains 0."""
    best = (NOBODY, 0, 0)
    budget.spend(len(draft.problem.options[need]) + 1)
    for worth, leader in draft.problem.options[need]:
        if worth <= best[2]:
            break  # load only takes away, and the options after this one are worth no more
        if draft.fits(need, leader):
            gain = draft.gain(need, leader, worth)
            if gain > best[2]:
                best = (leader, worth, gain)
    return best


def _apply(draft: Draft, need: int, move: Move) -> None:
    if move.ejected != NOBODY:
        draft.drop(move.ejected)
    draft.add(need, move.leader, move.worth)
    if move.new_leader != NOBODY:
        draft.add(move.ejected, move.new_leader, move.new_worth)
