"""`brokerage match`: two spreadsheets in, a plan out, no database; how it ends says how it went."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brokerage.cli import main

NEEDS = """need_id,specialism,phase,days,urgency,easting,northing
N1,ICT,primary,2,urgent,450000,520000
N2,phonics,primary,1,normal,455000,520000
"""
LEADERS = """leader_id,specialisms,phases,days,easting,northing,max_km
L1,Computing,primary,4,451000,520000,40
L2,Phonics; Computing,primary,4,456000,520000,40
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BROKERAGE_INSTANCE", str(tmp_path / "instance"))
    (tmp_path / "needs.csv").write_text(NEEDS)
    (tmp_path / "leaders.csv").write_text(LEADERS)
    return tmp_path


def match(folder: Path, *more: str) -> Result:
    files = [("--needs", "needs.csv"), ("--leaders", "leaders.csv"), ("--out", "pairings.csv")]
    named = [part for option, name in files for part in (option, str(folder / name))]
    return CliRunner().invoke(main, ["match", *named, *more])


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


def test_all_rows_read_ends_with_0_and_names_of_one_area_mean_the_same(folder: Path) -> None:
    result = match(folder)
    assert result.exit_code == 0, result.output
    given = {row["need_id"]: row["leader_id"] for row in rows(folder / "pairings.csv")}
    assert given == {"N1": "L1", "N2": "L2"}
    assert "urgent: 1 of 1 placed" in result.stdout
    assert not (folder / "instance").exists()


def test_rows_left_out_end_with_2_each_named_on_standard_error_and_the_rest_answered(
    folder: Path,
) -> None:
    (folder / "needs.csv").write_text(NEEDS + "N3,phonics,primary,0.3,normal,,\n")
    result = match(folder, "--explain", str(folder / "explain.csv"))
    assert result.exit_code == 2
    assert "needs.csv line 4 is left out" in result.stderr
    assert len(rows(folder / "pairings.csv")) == 2
    assert {row["status"] for row in rows(folder / "explain.csv")} >= {"funnel", "given"}


@pytest.mark.parametrize(
    "more",
    [
        ["--needs", "nowhere.csv"],
        ["--level", "perfect"],
        ["--floor", "1001"],
        ["--floor", "high"],
        ["--no-such-option"],
    ],
)
def test_where_nothing_can_be_done_it_ends_with_1_and_one_sentence(
    folder: Path, more: list[str]
) -> None:
    result = match(folder, *more)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output
    assert not (folder / "pairings.csv").exists()


def test_without_its_files_it_ends_with_1(folder: Path) -> None:
    result = CliRunner().invoke(main, ["match"])
    assert result.exit_code == 1
    assert "--needs" in result.stderr
