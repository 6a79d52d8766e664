"""A plan in the making: who has what, and what each leader has left.

The problem is a generalised assignment problem whose sizes do not depend on the leader: each need
takes a number of half-days and one engagement from at most one leader (a multiple knapsack with
assignment restrictions; Dawande and others 2000). The draft keeps the books of one such plan;
adding or dropping a pair costs a few additions. All worth is packed into integers (`objectives`).
"""

from dataclasses import dataclass

from brokerage.matching.objectives import load

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Problem:
    """What stays the same while drafts are made. Needs and leaders are indexes.

    `options[i]`: (worth, leader) of each leader who may take need `i`, best first. `pinned_used`
    are the half-days that settled pairings take of `half_days`; `slots` are the engagements free
    beside them. `load_worth` is the packed worth of one unit of load.
    """

    sizes: tuple[int, ...]
    options: tuple[tuple[tuple[int, int], ...], ...]
    half_days: tuple[int, ...]
    pinned_used: tuple[int, ...]
    slots: tuple[int, ...]
    load_worth: int


class Draft:
    """One plan in the making. `value` is always the packed worth of its pairs and loads."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.leader_of = [NOBODY] * len(problem.sizes)
        self.worth_of = [0] * len(problem.sizes)
        self.used = list(problem.pinned_used)
        self.free_slots = list(problem.slots)
        self.needs_of: list[set[int]] = [set() for _ in problem.half_days]
        self.value = 0

    def fits(self, need: int, leader: int) -> bool:
        """Whether the leader has the days and an engagement left for this need."""
        room = self.problem.half_days[leader] - self.used[leader]
        return self.free_slots[leader] > 0 and self.problem.sizes[need] <= room

    def gain(self, need: int, leader: int, worth: int) -> int:
        """What giving this leader to this need would add to the value."""
        return worth + self._load_change(leader, self.problem.sizes[need])

    def add(self, need: int, leader: int, worth: int) -> None:
        size = self.problem.sizes[need]
        self.value += worth + self._load_change(leader, size)
        self.leader_of[need], self.worth_of[need] = leader, worth
        self.used[leader] += size
        self.free_slots[leader] -= 1
        self.needs_of[leader].add(need)

    def drop(self, need: int) -> tuple[int, int]:
        """Take the need's leader away; gives back (leader, worth), so that `add` undoes it."""
        leader, worth, size = self.leader_of[need], self.worth_of[need], self.problem.sizes[need]
        self.value += self._load_change(leader, -size) - worth
        self.leader_of[need], self.worth_of[need] = NOBODY, 0
        self.used[leader] -= size
        self.free_slots[leader] += 1
        self.needs_of[leader].discard(need)
        return leader, worth

    def _load_change(self, leader: int, half_days: int) -> int:
        if not self.problem.load_worth:
            return 0
        used, of = self.used[leader], self.problem.half_days[leader]
        return self.problem.load_worth * (load(used + half_days, of) - load(used, of))
