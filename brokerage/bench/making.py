"""Instances by name: the towns, and the heads of the buddies."""

from brokerage.bench.heads import NEW_HEADS, SERVING_HEADS, make_heads
from brokerage.bench.instances import Heads, Instance
from brokerage.bench.towns import TOWNS, make_town

BUDDIES = "buddies"


def make_instance(name: str, seed: int) -> Instance | Heads:
    """The instance of this name and seed."""
    if name == BUDDIES:
        return Heads(name, seed, *make_heads(NEW_HEADS, SERVING_HEADS, seed))
    return Instance(name, seed, *make_town(TOWNS[name], seed))
