"""Proving a plan with somebody else's solver: the exact model, handed to HiGHS.

Optional, and never part of the engine: HiGHS (Huangfu and Hall 2018) is a solver for mixed
integer programs that comes with the extra `prove`. It is handed the table of `exact_model`. Aims
are proved in their order: each is raised as far as it goes while those before it keep what was
reached. Load and changes, which only break ties, are left out; that can only raise the bound.

It stops at a gap or after a number of nodes, and never by the clock, so that it says the same
everywhere; its seed stays 0 and what it gives is checked again, since it has been wrong before.

This is the one module of the room that may load anything beside numpy, and it does so only when
it is asked to prove. Cost: as much as it takes; about a minute for a nation where days are plenty,
hours where they are scarce.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor as whole_below
from typing import Any

import numpy as np

from brokerage.matching.candidates import Candidates, find_candidates
from brokerage.matching.exact_model import Ends, IntArray, Table, make_table
from brokerage.matching.objectives import Objective, StrictOrder, Worth
from brokerage.matching.overbooking import overbooked
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights, score

GAP = 1e-4
NODES = 10_000
ROUNDING = 1e-6
"""How far HiGHS may be from the whole number it means."""


class NoProofError(Exception):
    """HiGHS is not installed, or gave an answer that does not stand; the message says which."""


@dataclass(frozen=True, slots=True)
class Proof:
    """For each certified aim what HiGHS reached and what nobody can pass, in their order: the
    bound of an aim is for plans that reach the `value` of each aim before it. `leader_of` maps
    need ids to leader ids, as HiGHS would give them."""

    aims: tuple[str, ...]
    value: Worth
    bound: Worth
    leader_of: Mapping[str, str]

    def first_gap(self, worth: Worth) -> tuple[str, float] | None:
        """The first aim in which a plan of this worth might be bettered, and by what share of the
        bound; None where no plan can be better."""
        for aim, got, most in zip(self.aims, worth, self.bound, strict=False):
            if got < most:
                return aim, (most - got) / max(abs(most), 1)
        return None


def require_prover() -> None:
    """Raise NoProofError where HiGHS is not installed."""
    if importlib.util.find_spec("highspy") is None:
        raise NoProofError("To prove a plan, install the extra 'prove', which brings HiGHS.")


def prove(
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    *,
    objective: Objective | None = None,
    pinned: Mapping[str, str] | None = None,
    before: Mapping[str, str] | None = None,
    floor: int = 0,
    weights: Weights = DEFAULT_WEIGHTS,
    nodes: int = NODES,
) -> Proof:
    """The best plan there is, as far as so many `nodes` show; the other arguments are those of
    `allocate`. `pinned` pairings are those that can stand."""
    require_prover()
    candidates, aim = find_candidates(needs, leaders, weights), objective or StrictOrder()
    need_of = {need.need_id: need for need in candidates.needs}
    leader_of = {leader.leader_id: leader for leader in candidates.leaders}
    settled = [(need_of[one], leader_of[who]) for one, who in sorted((pinned or {}).items())]
    pairs, scores = _open_pairs(candidates, pinned or {}, floor)

    def worth(ends: Ends, scored: int) -> Worth:
        need, leader = ends
        kept = (before or {}).get(need.need_id) == leader.leader_id
        return aim.of_pair(need.urgency, scored, kept)[: aim.certified]

    rows = [worth(ends, scored) for ends, scored in zip(pairs, scores, strict=True)]
    worths = np.array(rows, dtype=np.int64).reshape(len(pairs), aim.certified)
    table = make_table(pairs, settled, candidates.leaders)
    value, bound, chosen = _in_order(table, worths, nodes)
    given = [pairs[variable] for variable in chosen]
    _refuse_overbooked(given, settled, leader_of)
    base = np.array([worth(ends, score(*ends, weights)) for ends in settled], dtype=np.int64)
    fixed = base.reshape(-1, aim.certified).sum(axis=0).tolist()
    return Proof(
        aims=aim.aims[: aim.certified],
        value=tuple(map(sum, zip(fixed, value, strict=True))),
        bound=tuple(map(sum, zip(fixed, bound, strict=True))),
        leader_of={need.need_id: leader.leader_id for need, leader in (*settled, *given)},
    )


def _open_pairs(
    candidates: Candidates, pinned: Mapping[str, str], floor: int
) -> tuple[list[Ends], list[int]]:
    pairs, scores = [], []
    for index, need in enumerate(candidates.needs):
        for leader, scored in candidates.of(index) if need.need_id not in pinned else ():
            if scored >= floor:
                pairs.append((need, candidates.leaders[leader]))
                scores.append(scored)
    return pairs, scores


def _refuse_overbooked(
    given: Iterable[Ends], settled: Iterable[Ends], leader_of: Mapping[str, LeaderProfile]
) -> None:
    booked = [(*ends, False) for ends in given] + [(*ends, True) for ends in settled]
    if len({need.need_id for need, _, _ in booked}) < len(booked):
        raise NoProofError("HiGHS gave a plan that cannot be: a need has two leaders.")
    for _, says in overbooked(booked, leader_of):
        raise NoProofError(f"HiGHS gave a plan that cannot be: {says}")


def _in_order(table: Table, worths: IntArray, nodes: int) -> tuple[Worth, Worth, list[int]]:
    """Raise each aim in turn: (what was reached, the bounds, the variables that are 1)."""
    if not worths.size:
        return (0,) * worths.shape[1], (0,) * worths.shape[1], []
    solver = _solver(table, len(worths), nodes)
    bounds: list[int] = []
    chosen = np.zeros(len(worths), dtype=np.bool_)
    variables = np.arange(len(worths), dtype=np.int32)
    for aim in worths.T:
        solver.changeColsCost(len(aim), variables, -aim.astype(np.float64))
        solver.setSolution(len(aim), variables, chosen.astype(np.float64))
        solver.run()
        found = np.array(solver.getSolution().col_value) > 0.5
        if found.size and aim @ found >= aim @ chosen:
            chosen = found
        bounds.append(_bound(solver, int(aim @ chosen), int(np.maximum(aim, 0).sum())))
        used = np.flatnonzero(aim).astype(np.int32)
        reached = float(aim @ chosen)
        solver.addRow(reached, np.inf, len(used), used, aim[used].astype(np.float64))
    value = (chosen @ worths).tolist()
    return tuple(value), tuple(bounds), np.flatnonzero(chosen).tolist()


def _bound(solver: Any, reached: int, everything: int) -> int:
    """What HiGHS says no plan passes; everything there is where it says nothing."""
    most: float = -solver.getInfo().mip_dual_bound
    return max(reached, whole_below(min(most, float(everything)) + ROUNDING * max(abs(reached), 1)))


def _solver(table: Table, variables: int, nodes: int) -> Any:
    """HiGHS with the table in it: all variables 0 or 1, all rows at most their limits."""
    highspy = importlib.import_module("highspy")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = variables, len(table.limit)
    model.col_cost_ = np.zeros(variables)
    model.col_lower_, model.col_upper_ = np.zeros(variables), np.ones(variables)
    model.row_lower_ = np.full(len(table.limit), -np.inf)
    model.row_upper_ = table.limit.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = table.starts.astype(np.int32)
    model.a_matrix_.index_ = table.variable.astype(np.int32)
    model.a_matrix_.value_ = table.amount.astype(np.float64)
    model.integrality_ = [highspy.HighsVarType.kInteger] * variables
    solver = highspy.Highs()
    options = {"output_flag": False, "random_seed": 0, "threads": 1}
    limits = {"mip_rel_gap": GAP, "mip_max_nodes": nodes}
    for name, setting in {**options, **limits}.items():
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    return solver
