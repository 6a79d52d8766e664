"""Every method that a plan for the whole queue is measured with: our own, and others.

What a method does not model is said beside its row. Others come with an extra of this project; one
that is not installed has a row that says so.
"""

from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from brokerage.matching.plans import Level

DAYS = "days"
BELOW = "days, more than one each"


@dataclass(frozen=True, slots=True)
class Method:
    """One row. `run` is "module:function"; `package` what has to be installed for it. `family` is
    "own", "simple", "bound", "flow" (flow or Hungarian), "exact" or "mentor". `sizes`, where there
    are any, are the only ones it is tried on; a `slow` one is run once."""

    name: str
    run: str
    family: str
    options: dict[str, Any] = field(default_factory=dict)
    package: str = ""
    not_modelled: str = ""
    slow: bool = False
    sizes: tuple[str, ...] = ()


def version_of(package: str) -> str | None:
    """The installed version, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _peer(name: str, module: str, package: str, family: str, **more: Any) -> Method:
    if family == "flow":
        more.setdefault("not_modelled", DAYS)
    return Method(name, f"brokerage.bench.peers.{module}:run", family, package=package, **more)


SIMPLE = (
    Method("fcfs", "brokerage.bench.simple:first_come", "simple"),
    Method("greedy", "brokerage.bench.simple:greedy", "simple"),
)
TIGHT = Method(
    "standard-tight",
    "brokerage.bench.own:weighted",
    "own",
    {"level": Level.STANDARD.value, "bound": "tight"},
    slow=True,
)
"""The usual level once more, with the tight bound that can be asked for."""
PEERS = (
    _peer("scipy-sparse", "scipy_sparse", "scipy", "flow"),
    _peer("scipy-dense", "scipy_dense", "scipy", "flow"),
    _peer("scipy-milp", "scipy_milp", "scipy", "exact", options={"gap": 1e-3}, slow=True),
    _peer("ortools-flow", "ortools_flow", "ortools", "flow"),
    _peer("highs-mip", "highs_mip", "highspy", "exact", options={"gap": 1e-3}, slow=True),
    _peer(
        "highs-proof",
        "highs_mip",
        "highspy",
        "exact",
        options={"gap": 1e-6},
        slow=True,
        sizes=("town", "m500", "england"),
    ),
    _peer("highs-lp-placed", "highs_placed", "highspy", "bound", slow=True),
    _peer("networkx-simplex", "networkx_simplex", "networkx", "flow", slow=True),
    _peer(
        "mentor-match",
        "mentor_match",
        "mentor-match",
        "mentor",
        options={"rounds": 1},
        not_modelled=BELOW,
        slow=True,
        sizes=("town", "m500", "region"),
    ),
    _peer(
        "mentor-match-3",
        "mentor_match",
        "mentor-match",
        "mentor",
        options={"rounds": 3},
        not_modelled=DAYS,
        slow=True,
        sizes=("town",),
    ),
)


def own_methods(levels: tuple[Level, ...]) -> tuple[Method, ...]:
    """The levels with the weighted objective; and in strict order, the level a coordinator has."""
    found = [
        Method(level.value, "brokerage.bench.own:weighted", "own", {"level": level.value})
        for level in levels
    ]
    level = Level.STANDARD if Level.STANDARD in levels else levels[0]
    options = {"level": level.value}
    name = f"{level.value}-strict"
    return (*found, Method(name, "brokerage.bench.own:strict", "own", options))


def peers_named(names: str) -> tuple[Method, ...]:
    """`auto` (all), `none`, or a list of names with commas between; ValueError for others."""
    if names in {"auto", "none"}:
        return PEERS if names == "auto" else ()
    known = {method.name: method for method in PEERS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise ValueError(f"{name} is not one of {', '.join(known)}.")
    return tuple(known[name] for name in wanted)
