"""Named figures of a run, for goals to be set on: ratios, values and gaps, and a few times.

A figure is named by size, method and what it is: `region.standard.over_flow` is how far, in parts
of one, the value of `standard` is above the best of the flow and Hungarian methods.
"""

from collections.abc import Iterable, Sequence

from brokerage.bench.methods import PEERS, TIGHT, own_methods
from brokerage.bench.record import Record
from brokerage.bench.summary import Summary, best_bound, summaries
from brokerage.bench.work import WITHIN
from brokerage.matching.plans import Level

Figures = dict[str, float]
FLOW = tuple(peer.name for peer in PEERS if peer.family == "flow")
MENTOR = tuple(peer.name for peer in PEERS if peer.family == "mentor")
TIGHTEST = (TIGHT.name, *(peer.name for peer in PEERS if peer.family == "exact"))
OWN = (*(method.name for method in own_methods(tuple(Level))), TIGHT.name)
MATCHING = "matching"
PROVEN = 1e-5
"""A bound no further above a value than this part of it proves the value to be the optimum."""


def figures_of(record: Record) -> Figures:
    """All figures that can be drawn from what was measured."""
    found: Figures = {}
    for mode, size in dict.fromkeys((row["mode"], row["size"]) for row in record.rows):
        drawn = summaries(record.of(mode, size))
        if mode == MATCHING:
            for method in drawn.values():
                found |= _of_method(size, method, drawn)
        else:
            found |= _plain(mode, size, drawn) | _set_against(mode, size, drawn)
    return found


def _of_method(size: str, one: Summary, drawn: dict[str, Summary]) -> Figures:
    if one.value is None or one.seconds is None:
        return {}
    named: dict[str, float | None] = {
        "value": one.value,
        "pairs": one.last["pairs"],
        **_of_ours(one),
        "mb": one.memory_mb,
        "seconds": one.seconds.median,
        "of_bound": _of(one.value, best_bound(drawn)),
        "of_optimum": _of_optimum(one.value, drawn),
        "of_own_certificate": _of(one.value, one.bound()),
        "of_tight_bound": _of(one.value, _bound_of(drawn, TIGHTEST)),
        "of_flow_bound": _of(one.value, _bound_of(drawn, FLOW)),
        "over_flow": _over(one, "value", (drawn.get(name) for name in FLOW)),
        "over_mentor": _over(one, "value", (drawn.get(name) for name in MENTOR)),
        "pairs_over_mentor": _over(one, "pairs", (drawn.get(name) for name in MENTOR)),
        "over_milp": _over(one, "value", [drawn.get("scipy-milp")]),
        "times_candidates": _times_candidates(one),
        "seconds_bound_apart": one.seconds.median - _of_bound(one),
        **_faster(one, drawn),
        **_placed_of_bounds(one, drawn),
    }
    prefix = f"{size}.{one.method}"
    return {f"{prefix}.{name}": value for name, value in named.items() if value is not None}


def _of(value: int, bound: tuple[int, str] | None) -> float | None:
    return None if bound is None or bound[0] == 0 else value / bound[0]


def _bound_of(drawn: dict[str, Summary], names: Sequence[str]) -> tuple[int, str] | None:
    """The lowest bound that these methods give."""
    return best_bound({name: one for name, one in drawn.items() if name in names})


def _of_optimum(value: int, drawn: dict[str, Summary]) -> float | None:
    """Of the best value known, where the bound says that nothing better is to be had."""
    bound = best_bound(drawn)
    best = max((one.value for one in drawn.values() if one.value is not None), default=0)
    proven = bound is not None and bound[0] <= best * (1 + PROVEN)
    return value / best if proven else None


def _of_ours(one: Summary) -> dict[str, float | None]:
    """What must hold of every plan of our own."""
    if one.method not in OWN:
        return {}
    return {
        "overbooked_by_us": one.last["overbooked_raw"],
        "broken_by_us": len(one.broken),
        "hashes_of_ours": len(one.hashes),
    }


def _over(one: Summary, key: str, others: Iterable[Summary | None]) -> float | None:
    """By how much, in parts of one, this is above the best of the others."""
    known = [other.last[key] for other in others if other is not None and key in other.last]
    return one.last[key] / max(known) - 1 if known and max(known) else None


def _faster(one: Summary, drawn: dict[str, Summary]) -> dict[str, float | None]:
    """How many times as long the others took, each figure named after the other."""
    times: dict[str, float | None] = {}
    for name, other in drawn.items():
        if one.seconds is None or other.seconds is None or other is one:
            continue
        times[f"times_faster_than_{name}"] = other.seconds.median / one.seconds.median
        apart = one.seconds.median - _of_bound(one)
        times[f"times_faster_than_{name}, bound apart"] = other.seconds.median / apart
    return times


def _times_candidates(one: Summary) -> float | None:
    own = one.stages.get(f"candidates{WITHIN}")
    return None if not own or one.seconds is None else one.seconds.median / own


def _of_bound(one: Summary) -> float:
    """Seconds that went into the certificate alone."""
    return one.stages.get(f"certificate{WITHIN}", 0.0)


def _placed_of_bounds(one: Summary, drawn: dict[str, Summary]) -> dict[str, float | None]:
    """Of a plan in strict order: urgent and high placed, of the lowest bounds on them."""
    return {
        f"{urgency}_of_bound": _of(one.last["placed"][urgency], best_bound(drawn, aim))
        for urgency in ("urgent", "high")
        if one.bound(aim := f"{urgency} placed") is not None
    }


def _plain(mode: str, size: str, drawn: dict[str, Summary]) -> Figures:
    """Of the other modes: the figures that the method itself gives, and how many plans it gave."""
    hashes = {
        f"{mode}.{size}.{method}.hashes": float(len(one.hashes))
        for method, one in drawn.items()
        if one.hashes
    }
    return hashes | {
        f"{mode}.{size}.{method}.{name}": float(value)
        for method, one in drawn.items()
        for name, value in one.last.get("figures", {}).items()
        if isinstance(value, int | float)
    }


def _set_against(mode: str, size: str, drawn: dict[str, Summary]) -> Figures:
    """Of buddies, the value of the best; of a change, that of a plan made from scratch."""
    found: Figures = {}
    values = {name: _value(one) for name, one in drawn.items()}
    against = {
        "buddies": ("of_best", max(values.values(), default=0)),
        "change": ("of_scratch", values.get("from scratch", 0)),
    }.get(mode)
    if against is not None and against[1]:
        found = {f"{mode}.{size}.{name}.{against[0]}": v / against[1] for name, v in values.items()}
    return {name: value for name, value in found.items() if value}


def _value(one: Summary) -> int:
    return int(one.value or one.last.get("figures", {}).get("value", 0))
