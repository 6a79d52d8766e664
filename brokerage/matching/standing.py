"""A plan as it stands, for those who ask about it: who could do what, who has it, what is left.

Explanations start from a plan that is there already, often one looked over and changed by hand,
not from the engine's own workings. So they are handed what the plan says (need id to leader id)
with the profiles it was made from, and everything else is worked out here, once and when asked.

Cost: who could do a need, one pass over the leaders of its specialism, kept for the next asker.
"""

from collections.abc import Collection, Iterable, Mapping

from brokerage.matching.books import Books, books_of
from brokerage.matching.eligibility import is_eligible
from brokerage.matching.objectives import Objective, StrictOrder, Worth, load
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, score


class Standing:
    """A plan and what it was made from. Never changed once made.

    `given` maps need ids to leader ids; pairings of the needs in `settled` may not move. `floor`
    and `weights` are those that the plan was made with.
    """

    def __init__(
        self,
        needs: Iterable[NeedProfile],
        leaders: Iterable[LeaderProfile],
        given: Mapping[str, str],
        *,
        settled: Collection[str] = (),
        floor: int = 0,
        weights: Weights = DEFAULT_WEIGHTS,
        objective: Objective | None = None,
    ) -> None:
        self.needs = {n.need_id: n for n in sorted(needs, key=lambda n: n.need_id)}
        self.leaders = {one.leader_id: one for one in sorted(leaders, key=lambda o: o.leader_id)}
        self.given = {need_id: given[need_id] for need_id in sorted(given)}
        self.settled = frozenset(settled) & frozenset(given)
        self.floor = floor
        self.weights = weights
        self.objective: Objective = objective or StrictOrder()
        self._could: dict[str, tuple[str, ...]] = {}
        self._scores: dict[tuple[str, str], int] = {}
        self._offer: dict[str, list[LeaderProfile]] = {}
        for one in self.leaders.values():
            for specialism in one.specialisms:
                self._offer.setdefault(specialism, []).append(one)

    def books(self) -> Books:
        """Fresh books of this plan, the caller's own to write in."""
        return books_of(self.needs, self.leaders, self.given)

    def score(self, need_id: str, leader_id: str) -> int:
        """Points of this leader for this need, whether or not the rules allow the pair."""
        key = (need_id, leader_id)
        if key not in self._scores:
            self._scores[key] = score(self.needs[need_id], self.leaders[leader_id], self.weights)
        return self._scores[key]

    def with_leader(self, leader: LeaderProfile) -> "Standing":
        """The same plan with this leader added, or in place of who has the same id."""
        return Standing(
            self.needs.values(),
            (self.leaders | {leader.leader_id: leader}).values(),
            self.given,
            settled=self.settled,
            floor=self.floor,
            weights=self.weights,
            objective=self.objective,
        )

    def offering(self, specialism: str) -> list[LeaderProfile]:
        """The leaders who offer it, in any phase, by id."""
        return self._offer.get(specialism, [])

    def could(self, need_id: str) -> tuple[str, ...]:
        """Leaders who pass every rule for the need and the floor, best first, ties by id."""
        if need_id not in self._could:
            need = self.needs[need_id]
            able = [
                (-self.score(need_id, one.leader_id), one.leader_id)
                for one in self.offering(need.specialism)
                if is_eligible(need, one)
            ]
            self._could[need_id] = tuple(
                leader_id for minus, leader_id in sorted(able) if -minus >= self.floor
            )
        return self._could[need_id]

    def needs_of(self, leader_id: str) -> list[str]:
        """The needs that the plan gives this leader, by id."""
        return [need_id for need_id, given in self.given.items() if given == leader_id]

    def unplaced(self) -> list[str]:
        """The needs that the plan gives nobody, by id."""
        return [need_id for need_id in self.needs if need_id not in self.given]

    def pair_worth(self, need_id: str, leader_id: str, *, kept: bool = False) -> Worth:
        """What one pair is worth to the objective."""
        urgency = self.needs[need_id].urgency
        return self.objective.of_pair(urgency, self.score(need_id, leader_id), kept)

    def worth(self, given: Mapping[str, str]) -> Worth:
        """What these pairs are worth together, with the loads of the leaders in them; a change of
        plan is worth the difference for the pairs of every leader whom it touches."""
        row, used = self.nothing, dict.fromkeys(given.values(), 0)
        for need_id, leader_id in given.items():
            used[leader_id] += self.needs[need_id].half_days
            row = added(row, self.pair_worth(need_id, leader_id))
        loads = sum(load(half, self.leaders[one].half_days_left) for one, half in used.items())
        return added(row, tuple(loads * unit for unit in self.objective.of_load))

    @property
    def nothing(self) -> Worth:
        """The worth of no pair at all."""
        return (0,) * len(self.objective.aims)


def added(one: Worth, other: Worth) -> Worth:
    """Two rows added up, place by place."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def less(one: Worth, other: Worth) -> Worth:
    """What one row has more than the other, place by place."""
    return tuple(a - b for a, b in zip(one, other, strict=True))
