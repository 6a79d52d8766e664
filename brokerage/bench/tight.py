"""`--bound tight`: the knapsack bound, which is closer than any linear programme, by itself.

It is no plan, and its time is its own: a row of its own process, aimed at the best plan of ours.
"""

import numpy as np

from brokerage.bench.edges import edges_of
from brokerage.bench.work import Bound, Figures, Work
from brokerage.matching.knapsack_bound import knapsack_bound, prices_left_by

STEPS, STEPS_OF_MANY, MANY = 300, 60, 10_000
"""Steps of the search for prices; fewer where there are more needs than this."""


def bound(work: Work) -> Figures:
    """The bound on the weighted value of any plan."""
    with work.watch("candidates"):
        edges = edges_of(work.instance)
    needs, leaders = len(edges.need_ids), len(edges.leader_ids)
    size, free = edges.half_days[edges.need], np.zeros(leaders, dtype=np.int64)
    with work.watch("solve"):
        most = knapsack_bound(
            edges.need,
            edges.leader,
            edges.value,
            size,
            edges.capacity,
            edges.slots,
            prices_left_by(edges.need, edges.leader, edges.value, size, free, free, needs),
            work.options["reached"],
            STEPS if needs <= MANY else STEPS_OF_MANY,
        )
    return Figures({"bound": most}, bounds={"value": Bound(most, "knapsack bound")})
