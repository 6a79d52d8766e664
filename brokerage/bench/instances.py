"""One instance: what every method of a run is given, how it is told apart, and its counts.

A fingerprint is the SHA-256 of every id and field, written out in one fixed way: two methods may be
compared only if each says it was given the same. Instances lie in a folder of the run's own while
it lasts, so that each fresh process reads the very same one.
"""

import hashlib
import json
import pickle
from collections.abc import Mapping
from collections.abc import Set as AnySet
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from brokerage.matching.buddy_profiles import BuddyProfile, NewHeadProfile
from brokerage.matching.profiles import LeaderProfile, NeedProfile


@dataclass(frozen=True, slots=True)
class Instance:
    """Needs and leaders of one size."""

    name: str
    seed: int
    needs: tuple[NeedProfile, ...]
    leaders: tuple[LeaderProfile, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """New heads and those who could be their buddies."""

    name: str
    seed: int
    new_heads: tuple[NewHeadProfile, ...]
    buddies: tuple[BuddyProfile, ...]


def fingerprint(instance: Instance | Heads) -> str:
    """SHA-256 over the ids and all fields."""
    digest = hashlib.sha256()
    for field in fields(instance):
        value = getattr(instance, field.name)
        rows = value if isinstance(value, tuple) else (value,)
        for row in rows:
            digest.update(json.dumps(_plain(row), separators=(",", ":")).encode())
            digest.update(b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """The value in words, numbers and lists, sets and mappings in the order of their words."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return sorted([_plain(key), _plain(of)] for key, of in value.items())
    if isinstance(value, AnySet):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return [[field.name, _plain(getattr(value, field.name))] for field in fields(value)]
    return str(value)


def keep(instance: Instance | Heads, folder: Path) -> Path:
    """Write the instance into the folder, for fresh processes to read."""
    path = folder / f"{instance.name}.pickle"
    path.write_bytes(pickle.dumps(instance, protocol=pickle.HIGHEST_PROTOCOL))
    return path


def take(path: Path) -> Any:
    """Read what `keep` wrote: only ever from the folder of this same run."""
    return pickle.loads(path.read_bytes())  # noqa: S301  our own file, in our own folder


def counts(instance: Instance, degrees: list[int]) -> dict[str, float]:
    """What says how large and how tight an instance is; `degrees`: eligible leaders per need."""
    ordered = sorted(degrees)
    needed = sum(need.half_days for need in instance.needs) / 2
    supplied = sum(leader.half_days_left for leader in instance.leaders) / 2
    return {
        "needs": len(instance.needs),
        "leaders": len(instance.leaders),
        "days needed": needed,
        "days supplied": supplied,
        "days used at most %": round(100 * needed / supplied, 1),
        "engagements at once": sum(leader.engagements_free or 0 for leader in instance.leaders),
        "eligible pairs": sum(ordered),
        "mean degree": round(sum(ordered) / len(ordered), 1),
        "median degree": ordered[len(ordered) // 2],
        "largest degree": ordered[-1],
        "no candidate": ordered.count(0),
    }
