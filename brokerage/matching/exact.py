"""The best plan of all, for a market small enough to look through.

With leaders' prices, no plan is worth more than the bound (`prices`). Every need that does not take
the pair that keeps most of its worth after the price lowers that bound by the difference, its
regret. So all plans that might still beat the best one known are found by giving each need its
pairs in order of regret, as long as the regrets together leave the bound above that best one
(branch and bound with reduced costs; Land and Doig 1960, Geoffrion 1974). The search is given up
after a fixed number of steps, and then proves nothing.

Cost: at most LARGEST_SEARCH steps of a few Python operations each.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.matching.draft import Draft
from brokerage.matching.market import NOBODY, Market
from brokerage.matching.objectives import PAIRS_CHANGED
from brokerage.matching.prices import FINE, find_prices

MOST_NEEDS = 100
"""With more needs than this it is not tried; where a worth has several aims, with no more than can
be packed together."""
LARGEST_SEARCH = 100_000
"""Steps after which the search is given up."""
PRICE_STEPS = 300


@dataclass(slots=True)
class _Search:
    """`options[k]`: (regret, need, pair) of the k-th need to be decided, the least regret first."""

    draft: Draft
    options: list[list[tuple[int, int, int]]]
    best: int
    best_pairs: list[int]
    bound: int
    steps: int = 0


def exact(draft: Draft) -> tuple[Draft, bool]:
    """The best plan found, and whether it is proven that there is none better."""
    market = draft.ground.market
    if len(np.unique(market.need)) > (MOST_NEEDS if market.rows.shape[1] == 1 else PAIRS_CHANGED):
        return draft, False
    known = _worth(draft)
    bound, options = _regrets(market, known)
    search = _Search(Draft(draft.ground), options, known, list(draft.pair_of), bound)
    _decide(search, 0, 0, bound)
    found = Draft(draft.ground)
    for need, pair in enumerate(search.best_pairs):
        if pair != NOBODY:
            found.add(need, pair)
    return found, search.steps < LARGEST_SEARCH


def _worth(draft: Draft) -> int:
    """The packed worth of all pairs, and of the load they add to that of pinned ones."""
    again = Draft(draft.ground)
    return sum(again.add(need, pair) for need, pair in enumerate(draft.pair_of) if pair != NOBODY)


def _regrets(market: Market, known: int) -> tuple[int, list[list[tuple[int, int, int]]]]:
    """(bound on packed worth, in 1/FINE; options of each need), the most decided need first."""
    ties = market.ties
    prices = find_prices(market, market.worth // ties, known // ties, PRICE_STEPS)
    column, group = prices.of_leaders(market), prices.group
    bound = sum(map(int, (prices.column * market.room).ravel())) * ties
    bound += sum(map(int, group * market.group_room)) * ties
    options = []
    for need in range(len(market.size)):
        keeps = [(0, NOBODY)]
        for pair in range(int(market.starts[need]), int(market.starts[need + 1])):
            price = int(column[market.leader[pair]] @ market.use[need]) * ties
            keeps.append((int(market.worth[pair]) * FINE - price, pair))
        keeps.sort(reverse=True)
        bound += keeps[0][0]
        options.append([(keeps[0][0] - kept, need, pair) for kept, pair in keeps])
    options = [regrets for regrets in options if len(regrets) > 1]
    options.sort(key=lambda regrets: (-regrets[1][0], regrets[0][1]))
    return bound, options


def _decide(search: _Search, place: int, worth: int, bound: int) -> None:
    """Give the need in this place each of its pairs in turn, and decide the rest."""
    if place == len(search.options):
        if worth > search.best:
            search.best, search.best_pairs = worth, list(search.draft.pair_of)
        return
    for regret, need, pair in search.options[place]:
        search.steps += 1
        if bound - regret <= search.best * FINE or search.steps >= LARGEST_SEARCH:
            return
        if pair == NOBODY:
            _decide(search, place + 1, worth, bound - regret)
        elif search.draft.fits(need, search.draft.ground.leader[pair]):
            added = search.draft.add(need, pair)
            _decide(search, place + 1, worth + added, bound - regret)
            search.draft.drop(need)
