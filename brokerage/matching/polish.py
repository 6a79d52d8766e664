"""Polish: look past what is best nearby, by pretending for a while that worths are a little other.

Every round of ejection is worked as if each pair were worth some random points more or less, so
that the plan drifts through others about as good; the noise grows quieter from round to round until
none is left, and chains of ejections at the true worth finish it (the noising method; Charon and
Hudry 1993; a relative of simulated annealing). Then it starts anew from the best plan found, with
less noise, a fixed number of times. The noise comes from a generator with a fixed seed, and the
number of rounds is fixed by the level and the size of the market: the answer is always the same.

A strict order of aims is too steep to drift in; there the plan drifts in points (`in_points` of the
objective), is finished in the strict order, and is kept only where its row is better.

Cost: each round is one of `ejection`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from brokerage.matching.draft import Draft, Ground
from brokerage.matching.ejection import better, one_round
from brokerage.matching.objectives import Worth
from brokerage.matching.rooms import IntArray

Progress = Callable[[str, int, int], None]

SEED = 1
LOUDEST = (150, 100)
"""Points of noise (one standard deviation) at the beginning of the first time, and of the others"""
DEPTH = (2, 3)
"""Ejections one after another while there is noise, likewise."""


def polish(
    draft: Draft, of_load: Worth, rounds: Sequence[int], depth: int, progress: Progress
) -> Draft:
    """The best of the draft and the plans it drifts to; so many rounds in each of these times."""
    noise = np.random.Generator(np.random.PCG64(SEED))
    best, of, done = draft, sum(rounds), 0
    for time, times in enumerate(rounds):
        drifting = best.copy()
        loudest, chain = LOUDEST[min(time, 1)], DEPTH[min(time, 1)]
        for left in range(times, 0, -1):
            drifting.ground = _noised(draft.ground, noise, loudest * left // times)
            one_round(drifting, chain)
            done += 1
            progress("polish", done, of)
        drifting.ground = draft.ground
        better(drifting, times, depth)
        best = max(best, drifting, key=lambda one: one.row(of_load))
    return best


def _noised(ground: Ground, noise: np.random.Generator, points: int) -> Ground:
    """The ground with every pair worth its points and some noise."""
    market = ground.market
    heard = np.rint(points * noise.standard_normal(len(market.value))).astype(np.int64)
    worth: IntArray = market.value + heard
    market = replace(market, worth=worth, load_worth=market.load_value, load_shift=0)
    return replace(ground, market=market, worth=worth.tolist())
