"""A leader with room for three engagements as three leaders with room for one.

So the assignment problem, where everybody is given once, can be asked for engagements at once.
Days cannot be asked for in this way at all.
"""

from dataclasses import dataclass

import numpy as np

from brokerage.bench.edges import Edges, IntArray


@dataclass(frozen=True, slots=True)
class Copies:
    """`leader` says whose copy each column is; `row`, `column` and `value` are the copied pairs."""

    leader: IntArray
    row: IntArray
    column: IntArray
    value: IntArray


def copied(edges: Edges) -> Copies:
    """As many columns for each leader as engagements, and no more than there are pairs."""
    asked = np.bincount(edges.leader, minlength=len(edges.leader_ids))
    most = np.minimum(edges.slots, asked)
    firsts = np.cumsum(most) - most
    times = most[edges.leader]
    ordinal = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    return Copies(
        leader=np.repeat(np.arange(len(edges.leader_ids)), most),
        row=np.repeat(edges.need, times),
        column=np.repeat(firsts[edges.leader], times) + ordinal,
        value=np.repeat(edges.value, times),
    )
