"""`brokerage bench`, as it is typed: what it prints, keeps, and ends with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brokerage.cli import main

OWN = {"standard", "standard-strict"}


def bench(*words: str) -> Result:
    return CliRunner().invoke(main, ["bench", *words])


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_town_and_region_are_measured_kept_and_not_measured_twice(tmp_path: Path) -> None:
    kept, goals = tmp_path / "run.json", tmp_path / "goals.json"
    bars = [
        {"figure": "*.overbooked_by_us", "at_most": 0, "says": "nobody is overbooked"},
        {"figure": "*.hashes_of_ours", "at_most": 1, "says": "one plan"},
        {"figure": "region.standard.over_greedy", "at_least": 0, "says": "never measured"},
    ]
    goals.write_text(json.dumps(bars))
    words = ("matching", "--sizes", "town,region", "--levels", "standard", "--peers", "none")
    run = bench(*words, "--repeats", "3", "--json", str(kept), "--goals", str(goals))
    assert run.exit_code == 0, run.output
    assert run.stdout.count("SHA-256") == 2
    assert "met: nobody is overbooked: 0, at most 0" in run.stdout
    assert "not measured: never measured" in run.stdout
    rows = json.loads(kept.read_text())["rows"]
    assert len(rows) == 2 * 3 * 4  # sizes, repeats, and fcfs, greedy, standard, strict
    for size in ("town", "region"):
        value = {r["method"]: r["value"] for r in rows if r["size"] == size}
        assert value["standard"] > max(value["fcfs"], value["greedy"])
    assert all(row["broken"] == [] for row in rows if row["method"] in OWN)
    again = bench(*words, "--repeats", "3", "--json", str(kept), "--resume")
    assert again.exit_code == 0, again.output
    assert "run 1" not in again.stderr
    assert json.loads(kept.read_text())["rows"] == rows


def test_a_missed_goal_ends_with_1(tmp_path: Path) -> None:
    goals = tmp_path / "goals.json"
    bar = {"figure": "town.standard.value", "at_least": 10**9, "says": "the moon"}
    goals.write_text(json.dumps([bar]))
    words = ("--sizes", "town", "--levels", "standard", "--peers", "none", "--repeats", "1")
    run = bench("matching", *words, "--goals", str(goals))
    assert run.exit_code == 1
    assert "MISSED: the moon" in run.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("matching", "--sizes", "moon"), "moon is not one of town"),
        (("matching", "--levels", "best"), "best is not one of instant"),
        (("matching", "--peers", "gurobi"), "gurobi is not one of"),
        (("topk", "--k", "none"), "whole numbers"),
        (("matching", "--goals", "nowhere.json"), "goals file cannot be understood"),
    ],
)
def test_a_wrong_word_is_said_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    run = bench(*words)
    assert run.exit_code != 0
    assert says in run.output
