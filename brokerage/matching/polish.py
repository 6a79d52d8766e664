"""Polish: look past what is best nearby, by pretending for a while that worths are a little other.

Every round of ejection is worked as if each pair were worth some random points more or less, so
that the plan drifts through others about as good; the noise grows quieter from round to round until
none is left, and chains of ejections at the true worth finish it (the noising method; Charon and
Hudry 1993; a relative of simulated annealing). The noise comes from a generator with a fixed seed,
and the number of rounds depends on the size of the market alone: the answer is always the same.

A strict order of aims is too steep to drift in; there the plan drifts in points (`in_points` of the
objective), is finished in the strict order, and is kept only where its row is better.

Cost: each round is one of `ejection`.
"""

from dataclasses import replace

import numpy as np

from brokerage.matching.draft import Draft, Ground
from brokerage.matching.ejection import better, one_round
from brokerage.matching.objectives import Worth
from brokerage.matching.progress import Progress
from brokerage.matching.rooms import IntArray

SEED = 1
LOUDEST = 150
"""Points of noise (one standard deviation) in the first round."""
DEPTH = 3
"""Ejections one after another while there is noise."""
DEPTH_AFTER = 5
"""And when there is none any more."""


def polish(draft: Draft, near: IntArray, of_load: Worth, rounds: int, progress: Progress) -> Draft:
    """The better of the draft and the plan it drifts to in so many rounds, making pairs `near`."""
    noise = np.random.Generator(np.random.PCG64(SEED))
    drifting = draft.copy()
    for left in range(rounds, 0, -1):
        progress("polish", rounds - left, rounds)
        drifting.ground = _noised(draft.ground, noise, LOUDEST * left / rounds)
        one_round(drifting, near, DEPTH)
    drifting.ground = draft.ground
    better(drifting, near, rounds, DEPTH_AFTER)
    better(drifting, np.arange(len(draft.ground.worth)), rounds, DEPTH)
    return max(draft, drifting, key=lambda one: one.row(of_load))


def _noised(ground: Ground, noise: np.random.Generator, points: float) -> Ground:
    """The ground with every pair worth its points and some noise."""
    market = ground.market
    heard = np.rint(points * noise.standard_normal(len(market.value))).astype(np.int64)
    worth: IntArray = market.value + heard
    market = replace(market, worth=worth, load_worth=market.load_value, load_shift=0)
    return replace(ground, market=market, worth=worth.tolist())
