"""What a run is told as, what makes it fail, and how it is taken up again."""

import json
from pathlib import Path
from typing import Any

import pytest

from brokerage.bench.figures import figures_of
from brokerage.bench.goals import SHIPPED, Goal, judge, read_goals
from brokerage.bench.methods import PEERS, SIMPLE, own_methods, peers_named
from brokerage.bench.record import CannotCompare, Record
from brokerage.bench.report import machine, machine_line, matching_lines, table, wrong
from brokerage.bench.summary import best_bound, summaries
from brokerage.matching.plans import Level

SEED = 1
OWN = own_methods(tuple(Level))
NAMES = [method.name for method in OWN]


def row(method: str, repeat: int = 0, **other: Any) -> dict[str, Any]:
    """One good measurement of the region."""
    measured = {
        "mode": "matching",
        "size": "region",
        "method": method,
        "repeat": repeat,
        "limit": 60.0,
        "status": "done",
        "fingerprint": "f",
        "seconds": {"import": 1.0, "candidates": 0.5, "solve": 1.5, "total": 3.0},
        "memory_mb": 30.0,
        "value": 1000,
        "placed": {"urgent": 1, "high": 2, "normal": 3},
        "pairs": 6,
        "unmatched": 2,
        "no_candidate": 1,
        "overbooked_raw": 0,
        "hash": "abc",
        "broken": [],
        "bounds": {},
    }
    return measured | other


def record(*rows: dict[str, Any]) -> Record:
    kept = Record(None, SEED, resume=False)
    for one in rows:
        kept.add(one)
    return kept


def bound(value: int, source: str = "flow") -> dict[str, Any]:
    return {"value": {"value": value, "source": source}}


def test_times_are_told_without_the_import_as_median_least_and_most() -> None:
    kept = record(*(row("standard", n, seconds={"import": 9, "total": 9 + n}) for n in (1, 2, 6)))
    time = summaries(kept.of("matching", "region"))["standard"].seconds
    assert time is not None
    assert (time.median, time.least, time.most) == (2, 1, 6)


def test_the_lowest_bound_of_all_methods_is_the_one_used() -> None:
    kept = record(
        row("standard", bounds=bound(1200, "own")), row("ortools-flow", bounds=bound(1100))
    )
    assert best_bound(summaries(kept.of("matching", "region"))) == (1100, "flow")


def test_the_table_sets_each_method_against_standard_and_the_bound() -> None:
    slow = row("greedy", value=800, seconds={"import": 0, "total": 4.0})
    kept = record(row("standard", bounds=bound(1250)), slow)
    lines = matching_lines(kept, "region", (*SIMPLE, *OWN))
    assert "best bound 1,250 (flow)" in lines[0]
    greedy = next(line.split() for line in lines if line.startswith("greedy"))
    standard = next(line.split() for line in lines if line.startswith("standard"))
    assert "2.00" in greedy
    assert "64.000" in greedy
    assert "80.000" in standard


def test_a_method_that_is_not_there_has_its_row() -> None:
    missing = {"status": "not installed", "note": "scipy is not installed"}
    keys = ("mode", "size", "method", "repeat", "limit")
    base = row("scipy-sparse")
    kept = record(row("standard"), {key: base[key] for key in keys} | missing)
    lines = matching_lines(kept, "region", (*OWN, *PEERS))
    assert any("scipy-sparse" in line and "is not installed" in line for line in lines)


def test_columns_stand_under_their_headings() -> None:
    assert table(("a", "count", "note"), [("x", "7", "yes"), ("long", "12", "")]) == [
        "a     count  note",
        "x         7  yes",
        "long     12",
    ]


def test_the_machine_is_told_without_names_or_folders() -> None:
    line = machine_line(machine())
    assert "cores" in line
    assert "numpy" in line
    assert "/" not in line


def test_a_run_is_wrong_where_a_plan_of_ours_breaks_a_rule_or_differs() -> None:
    good = record(row("standard"), row("standard", 1), row("greedy", broken=["not ours"]))
    assert wrong(good, NAMES) == []
    broken = record(row("standard", broken=["L1 is given 9 half-days and has 8 left."]))
    assert "is broken: L1 is given 9" in wrong(broken, NAMES)[0]
    differing = record(row("standard"), row("standard", 1, hash="other"))
    assert wrong(differing, NAMES) == ["region: standard gave 2 different plans."]
    failed = record({**row("standard"), "status": "failed", "note": "no memory"})
    assert "failed: no memory" in wrong(failed, NAMES)[0]


def test_figures_are_ratios_within_the_run() -> None:
    kept = record(
        row("standard", value=1080, bounds=bound(1200)),
        row("ortools-flow", value=1000, bounds=bound(1100)),
        row("highs-mip", value=1079, seconds={"import": 1, "total": 81}, bounds=bound(1090)),
        row("mentor-match", value=500, pairs=3),
    )
    figures = figures_of(kept)
    assert figures["region.standard.over_flow"] == pytest.approx(0.08)
    assert figures["region.standard.of_flow_bound"] == pytest.approx(1080 / 1100)
    assert figures["region.standard.of_tight_bound"] == pytest.approx(1080 / 1090)
    assert figures["region.standard.of_own_certificate"] == pytest.approx(0.9)
    assert figures["region.standard.times_faster_than_highs-mip"] == pytest.approx(40)
    assert figures["region.standard.pairs_over_mentor"] == pytest.approx(1)
    assert "region.standard.of_optimum" not in figures  # the bound proves nothing here
    assert "region.highs-mip.broken_by_us" not in figures


def test_a_value_is_set_against_the_optimum_only_where_that_is_proven() -> None:
    kept = record(row("standard", value=999), row("highs-proof", value=1000, bounds=bound(1000)))
    assert figures_of(kept)["region.standard.of_optimum"] == pytest.approx(0.999)


def test_goals_are_met_missed_warned_of_or_not_measured() -> None:
    goals = [
        Goal("a", "good", at_least=1),
        Goal("a", "bad", at_most=1),
        Goal("a", "slow here", at_most=1, warn=True),
        Goal("b", "unknown", at_least=1),
    ]
    judged = judge(goals, {"a": 2.0})
    words = [one.word for one in judged]
    assert words == ["met", "MISSED", "missed (warning)", "not measured"]
    assert [one.fails for one in judged] == [False, True, False, False]
    assert judged[1].line() == "MISSED: bad: 2, at most 1 (a)"


def test_of_all_figures_of_a_pattern_the_worst_counts() -> None:
    figures = {"town.x": 0.9, "region.x": 0.8, "region.y": 0.1}
    (least,) = judge([Goal("*.x", "all", at_least=0.85)], figures)
    assert (least.figure, least.fails) == ("region.x", True)
    (most,) = judge([Goal("*.x", "all", at_most=0.95)], figures)
    assert (most.figure, most.fails) == ("town.x", False)


def test_the_goals_shipped_can_be_read_and_absolute_times_only_warn() -> None:
    goals = read_goals(SHIPPED)
    assert len(goals) > 20
    assert all(goal.warn for goal in goals if goal.figure.endswith((" ms", "seconds")))


@pytest.mark.parametrize("text", ["{", '[{"figure": "a"}]', '[{"figure": "a", "says": "b"}]'])
def test_a_goals_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "goals.json").write_text(text)
    with pytest.raises(ValueError, match="goal"):
        read_goals(tmp_path / "goals.json")


def test_what_was_measured_is_kept_as_it_comes_and_taken_up_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    first = Record(path, SEED, resume=False)
    first.note_instance("region", "f", {})
    first.add(row("standard"))
    first.add({**row("slow"), "status": "over its limit"})
    assert len(json.loads(path.read_text())["rows"]) == 2
    again = Record(path, SEED, resume=True)
    assert again.has("matching", "region", "standard", 0, 60)
    assert not again.has("matching", "region", "standard", 1, 60)
    assert again.has("matching", "region", "slow", 0, 60)
    assert not again.has("matching", "region", "slow", 0, 600)  # it may end within a larger limit
    again.add(row("slow", value=7))
    assert [one["value"] for one in again.of("matching", "region", "slow")] == [7]


def test_another_instance_is_never_compared_with() -> None:
    kept = Record(None, SEED, resume=False)
    kept.note_instance("region", "f", {})
    with pytest.raises(CannotCompare, match="greedy was given another instance"):
        kept.add(row("greedy", fingerprint="another"))
    with pytest.raises(CannotCompare, match="not the one measured before"):
        kept.note_instance("region", "another", {})


def test_a_file_of_another_seed_is_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    Record(path, SEED, resume=False).add(row("standard"))
    with pytest.raises(CannotCompare, match="seed"):
        Record(path, SEED + 1, resume=True)


def test_other_solvers_are_all_none_or_those_named() -> None:
    assert peers_named("auto") == PEERS
    assert peers_named("none") == ()
    assert [peer.name for peer in peers_named("ortools-flow, highs-mip")] == [
        "ortools-flow",
        "highs-mip",
    ]
    with pytest.raises(ValueError, match="gurobi is not one of"):
        peers_named("gurobi")
