"""`brokerage bench`, as it is typed: what it prints, keeps, and ends with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brokerage.bench.lists import LISTS
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


MODES = {
    "change": ("change", "--sizes", "town", "--withdraw", "0.1"),
    "topk": ("topk", "--sizes", "town", "--k", "2,all"),
    "shortlist": ("shortlist", "--leaders", "300", "--needs", "20"),
    "buddies": ("buddies",),
    "determinism": ("determinism", "--sizes", "town", "--levels", "instant"),
}


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("words", MODES.values(), ids=MODES)
def test_every_mode_measures_and_ends_well(words: tuple[str, ...], tmp_path: Path) -> None:
    kept = tmp_path / "run.json"
    run = bench(*words, "--repeats", "1", "--json", str(kept))
    assert run.exit_code == 0, run.output
    rows = json.loads(kept.read_text())["rows"]
    assert {row["status"] for row in rows} <= {"done", "not installed"}
    assert all(row["broken"] == [] for row in rows if row["status"] == "done")
    assert {row["method"] for row in rows} & set(run.stdout.split()) or words[0] == "shortlist"


@pytest.mark.slow
def test_every_list_is_measured_and_asks_the_database_seldom() -> None:
    run = bench("lists", "--needs", "200", "--schools", "2000")
    assert [line.split()[0] for line in run.stdout.splitlines()[1:]] == list(LISTS)
    assert "asks the database" not in run.output


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_whole_page_is_asked_of_a_server_of_its_own(tmp_path: Path) -> None:
    kept = tmp_path / "run.json"
    words = ("shortlist", "--leaders", "200", "--needs", "20", "--page", "--repeats", "1")
    run = bench(*words, "--json", str(kept))
    assert run.exit_code == 0, run.output
    (row,) = (row for row in json.loads(kept.read_text())["rows"] if row["mode"] == "page")
    assert row["figures"]["page, median ms"] > row["figures"]["empty page, median ms"] > 0
