"""Instances by name: the towns, and the heads of the buddies."""

from dataclasses import replace

from brokerage.bench.heads import NEW_HEADS, SERVING_HEADS, make_heads
from brokerage.bench.instances import Heads, Instance
from brokerage.bench.towns import TOWNS, make_town

BUDDIES = "buddies"


def make_instance(name: str, seed: int) -> Instance | Heads:
    """The instance of this name and seed."""
    if name == BUDDIES:
        return Heads(name, seed, *make_heads(NEW_HEADS, SERVING_HEADS, seed))
    return Instance(name, seed, *make_town(TOWNS[name], seed))


def make_shortlist_instance(leaders: int, needs: int, seed: int) -> Instance:
    """As many leaders as asked for over the nation, and needs to ask them for."""
    nation = replace(TOWNS["england"], name="shortlist", needs=needs, leaders=leaders)
    return Instance(nation.name, seed, *make_town(nation, seed))
