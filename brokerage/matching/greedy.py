"""A first plan, quickly: take pairs one after another while room lasts.

Several orders are tried and the best plan is kept, since none is best everywhere: the plainly
worthiest pair first; the pair that keeps most after its leader's price, which leaves dear days to
those who have no other; the same per half-day (the rule of thumb for knapsacks; Dantzig 1957); and
these two with the urgent needs before all others. Nothing is ever undone here; that is the work of
`ejection`.

Cost: sorting the pairs, and one look at each that still has both its ends free.
"""

import numpy as np

from brokerage.matching.draft import Draft, Ground
from brokerage.matching.market import NOBODY, Market
from brokerage.matching.prices import Prices
from brokerage.matching.rooms import BoolArray, IntArray, cut, fits

BLOCK = 20_000
"""Pairs looked at before those that can no longer be made are left out of the rest."""


def by_value(market: Market) -> IntArray:
    """The worthiest pair first, in points."""
    return _descending(market.value)


def orders(market: Market, prices: Prices) -> list[IntArray]:
    """The orders that heed prices: what is kept; the same per half-day; both, urgent ones first."""
    kept = prices.kept(market, market.value)
    keys = [kept, kept // market.size[market.need]]
    urgency = market.urgency[market.need]
    return [
        *(_descending(key) for key in keys),
        *(np.lexsort((-key, urgency)) for key in keys),
    ]


def _descending(key: IntArray) -> IntArray:
    return np.argsort(-key, kind="stable")


def fill(ground: Ground, order: IntArray) -> Draft:
    """The plan that comes of taking the pairs in this order."""
    draft = Draft(ground)
    add_in_order(draft, order)
    return draft


def add_in_order(draft: Draft, order: IntArray) -> None:
    """Add to the draft every pair, in this order, that can still be made."""
    market = draft.ground.market
    while len(order):
        block, order = order[:BLOCK], order[BLOCK:]
        pairs = block.tolist()
        for need, pair in zip(market.need[block].tolist(), pairs, strict=True):
            if draft.pair_of[need] == NOBODY and draft.fits(need, draft.ground.leader[pair]):
                draft.add(need, pair)
        order = order[_can_be_made(draft, order)]


def _can_be_made(draft: Draft, pairs: IntArray) -> BoolArray:
    """Whether each pair's need is still unplaced and its leader has room for it."""
    ground = draft.ground
    need, leader = ground.market.need[pairs], ground.market.leader[pairs]
    use = ground.layout.words(ground.market.use)
    room = cut(draft.room, len(use))
    unplaced = np.array(draft.pair_of, dtype=np.int64)[need] == NOBODY
    can = fits(
        [words[leader] for words in room], [words[need] for words in use], ground.layout.guards
    )
    can &= unplaced
    return can
