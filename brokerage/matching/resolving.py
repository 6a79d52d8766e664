"""Solving the part of a plan again that one change can reach, all the rest left as it stands.

To say what a change would do, the plan is solved once more with the change forced and everything
else free to answer it. That would be slow and would blur the answer if the whole queue were free,
so only a neighbourhood is: the needs touched, whoever could take those, and what these have now.
The engine solves that part from the plan as it stands; where the part is small, every way of
filling it is then tried within a limit of work (branch and bound: a branch is left as soon as the
best that could still be added does not reach the best known), so that the answer is exact.

Sources: large neighbourhood search (Shaw 1998) for the part; Land and Doig (1960) for the rest.
Cost: one `allocate` of some dozens of needs, and at most `MOST_LOOKED_AT` partial plans.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from brokerage.matching.allocation import allocate
from brokerage.matching.books import Books, books_of, home_of
from brokerage.matching.objectives import Worth
from brokerage.matching.profiles import LeaderProfile
from brokerage.matching.standing import Standing, added, less

MOST_MOVABLE = 60
"""Needs that may change in one answer; a larger neighbourhood is cut to the needs touched."""
MOST_LOOKED_AT = 6_000
"""Partial plans looked at when every way of filling a part is tried."""


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a plan: needs that may change, needs that stay with their leaders, and leaders."""

    movable: tuple[str, ...]
    fixed: tuple[str, ...]
    leaders: tuple[str, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        return self.movable + self.fixed


def part_around(standing: Standing, touched: Collection[str], leaders: Collection[str]) -> Part:
    """What a change to the needs `touched` and to these leaders can reach: whoever could take the
    needs, what those have now, and the unplaced needs that one of `leaders` could take."""
    seeds = set(touched)
    able = set(leaders).union(*(standing.could(need_id) for need_id in seeds))
    near = seeds.union(*(standing.needs_of(one) for one in able))
    near.update(
        need_id for need_id in standing.unplaced() if set(standing.could(need_id)) & set(leaders)
    )
    movable = (near if len(near) <= MOST_MOVABLE else seeds) - standing.settled
    within = able.union(*(standing.could(need_id) for need_id in movable))
    within.update(standing.given[need_id] for need_id in movable if need_id in standing.given)
    within.update(_colleagues(standing, within))
    held = {need_id for one in within for need_id in standing.needs_of(one)}
    return Part(tuple(sorted(movable)), tuple(sorted(held - movable)), tuple(sorted(within)))


def _colleagues(standing: Standing, leaders: Collection[str]) -> set[str]:
    """Leaders whose home school has a limit that one of `leaders` shares."""
    homes = {
        home_of(standing.leaders[one])
        for one in leaders
        if standing.leaders[one].home_school_half_days is not None
    }
    return {one.leader_id for one in standing.leaders.values() if home_of(one) in homes}


def beyond(standing: Standing, part: Part) -> dict[str, str]:
    """What the plan gives outside of the part: need id to leader id."""
    within = set(part.needs)
    return {need_id: one for need_id, one in standing.given.items() if need_id not in within}


def resolved(
    standing: Standing,
    part: Part,
    forced: Mapping[str, str] | None = None,
    *,
    most: int = MOST_LOOKED_AT,
) -> tuple[dict[str, str], bool]:
    """The best way found to fill the part, with the pairs in `forced` as they are: need id to
    leader id for every need of the part that gets somebody, and whether it is proven the best.

    No more partial plans than `most` are looked at. Raises PinsError where what is forced and what
    stays cannot stand together.
    """
    pinned = {need_id: standing.given[need_id] for need_id in part.fixed} | dict(forced or {})
    before = {n: standing.given[n] for n in part.movable if n in standing.given}
    plan = allocate(
        [standing.needs[need_id] for need_id in part.needs],
        [standing.leaders[leader_id] for leader_id in part.leaders],
        objective=standing.objective,
        pinned=pinned,
        before=before,
        floor=standing.floor,
        weights=standing.weights,
    )
    found = {pair.need_id: pair.leader_id for pair in plan.pairs}
    return _Search(standing, part, pinned, found, most).best_of_all()


class _Search:
    """Tries every way of filling a part, from the better of what was found and what there was,
    until done or the work is spent."""

    def __init__(
        self,
        standing: Standing,
        part: Part,
        pinned: Mapping[str, str],
        start: dict[str, str],
        most: int,
    ) -> None:
        self.standing, self.part, self.most = standing, part, most
        self.chosen = dict(pinned)
        self.books = self._fresh_books()
        self.open = sorted(
            (need_id for need_id in part.movable if need_id not in pinned),
            key=lambda need_id: (len(standing.could(need_id)), need_id),
        )
        as_it_stands = {n: standing.given[n] for n in part.movable if n in standing.given}
        starts = (self._that_fit(start), self._that_fit(as_it_stands))
        self.best = max(starts, key=self._worth)
        self.best_worth = self._worth(self.best)
        within = set(part.leaders)
        self.options = [self._options(need_id, within) for need_id in self.open]
        self.most_after = self._most_after()
        self.looked_at = 0

    def best_of_all(self) -> tuple[dict[str, str], bool]:
        self._fill(0, self._pairs(self.chosen))
        return self.best, self.looked_at < self.most

    def _that_fit(self, found: Mapping[str, str]) -> dict[str, str]:
        """What is pinned, and of these pairs beside it all that there is room for."""
        fitting, books = dict(self.chosen), self._fresh_books()
        for need_id, leader_id in sorted(found.items()):
            need, leader = self.standing.needs[need_id], self.standing.leaders[leader_id]
            if need_id not in fitting and books.fits(need, leader):
                books.take(need, leader)
                fitting[need_id] = leader_id
        return fitting

    def _fresh_books(self) -> Books:
        leaders = {one: self.standing.leaders[one] for one in self.part.leaders}
        return books_of(self.standing.needs, leaders, self.chosen)

    def _fill(self, at: int, worth: Worth) -> None:
        if self.looked_at >= self.most or added(worth, self.most_after[at]) <= self.best_worth:
            return  # loads only take away, so that no filling of this branch can pass the best
        self.looked_at += 1
        if at == len(self.open):
            whole = self._worth(self.chosen)
            if whole > self.best_worth:
                self.best, self.best_worth = dict(self.chosen), whole
            return
        need_id = self.open[at]
        need = self.standing.needs[need_id]
        for more, leader in self.options[at]:
            if added(added(worth, more), self.most_after[at + 1]) <= self.best_worth:
                break  # nor can any option after this one, which are worth no more
            if self.books.fits(need, leader):
                self.books.take(need, leader)
                self.chosen[need_id] = leader.leader_id
                self._fill(at + 1, added(worth, more))
                del self.chosen[need_id]
                self.books.give_back(need, leader)
        self._fill(at + 1, worth)

    def _options(self, need_id: str, within: set[str]) -> list[tuple[Worth, LeaderProfile]]:
        """(worth, leader) of who could take the need, whoever has it now first where equal."""
        able = [one for one in self.standing.could(need_id) if one in within]
        found = [(self._pair(need_id, one), self.standing.leaders[one]) for one in able]
        return sorted(found, key=lambda option: option[0], reverse=True)

    def _most_after(self) -> list[Worth]:
        """For each place in the order: what the needs from there on are worth at the most."""
        most = [self.standing.nothing]
        for options in reversed(self.options):
            most.append(added(most[-1], options[0][0]) if options else most[-1])
        return most[::-1]

    def _pair(self, need_id: str, leader_id: str) -> Worth:
        kept = self.standing.given.get(need_id) == leader_id
        return self.standing.pair_worth(need_id, leader_id, kept=kept)

    def _pairs(self, given: Mapping[str, str]) -> Worth:
        row = self.standing.nothing
        for need_id, leader_id in given.items():
            row = added(row, self._pair(need_id, leader_id))
        return row

    def _worth(self, given: Mapping[str, str]) -> Worth:
        """Worth as the engine counts it: a pair kept as before may count for something."""
        same = [
            need_id for need_id, one in given.items() if self.standing.given.get(need_id) == one
        ]
        row = self.standing.worth(given)
        for need_id in same:
            bare = self.standing.pair_worth(need_id, given[need_id])
            row = added(row, less(self._pair(need_id, given[need_id]), bare))
        return row
