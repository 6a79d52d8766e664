"""`brokerage match` on files: what it writes, says and ends with, whatever it is given."""

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from brokerage.matching.allocation import allocate
from brokerage.matching.answers import explain_csv, inert, pairings_csv
from brokerage.matching.match_files import NothingDoneError, match_files, refuse_broken
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from tests.rules.matching_towns import busy_towns, leader, need

NEEDS = """need_id,specialism,phase,days,urgency,easting,northing,trust
N1,Phonics,primary,4,urgent,0,0,oak
N2,maths,primary,4,,0,0,
"""
LEADERS = """leader_id,specialisms,phases,days,easting,northing,max_km,trust
L1,phonics,primary,10,3000,4000,40,
L2,phonics,primary,10,52000,0,40,
L3,phonics,primary,10,0,0,40,oak
"""


class Desk:
    """A folder with the two spreadsheets, and what was said while matching them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.complained: list[str] = []
        self.put("needs.csv", NEEDS)
        self.put("leaders.csv", LEADERS)

    def put(self, name: str, content: str | bytes) -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(raw)

    def match(self, out: str = "pairings.csv", **changes: Any) -> int:
        return match_files(
            self.folder / "needs.csv",
            self.folder / "leaders.csv",
            self.folder / out,
            say=self.said.append,
            complain=self.complained.append,
            **changes,
        )

    def rows(self, name: str = "pairings.csv") -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_need_has_a_line_and_every_figure_adds_up(desk: Desk) -> None:
    assert desk.match() == 0
    first, second = desk.rows()
    assert (first["need_id"], first["leader_id"]) == ("N1", "L1")
    assert (first["days"], first["distance_km"]) == ("4", "5")
    assert (first["rank"], first["eligible"]) == ("1", "1")
    points = [int(part.split(":")[1]) for part in first["reasons"].split(";")]
    assert sum(points) == int(first["score"])
    assert second == {
        "need_id": "N2",
        "leader_id": "",
        "score": "",
        "days": "",
        "distance_km": "",
        "rank": "",
        "eligible": "0",
        "reasons": "specialism",
    }


def test_totals_say_what_was_placed_and_how_much_better_a_plan_could_be(desk: Desk) -> None:
    desk.match()
    score = desk.rows()[0]["score"]
    assert desk.said == [
        "urgent: 1 of 1 placed",
        "high: 0 of 0 placed",
        "normal: 0 of 1 placed",
        "all: 1 of 2 placed",
        f"value: urgent placed 1, high placed 0, all placed 1, quality {score}",
        f"bound: urgent placed 1, high placed 0, all placed 1, quality {score}",
        "gap: urgent placed 0, high placed 0, all placed 0, quality 0",
        "No plan can be better in any of these.",
    ]
    assert desk.complained == []


def test_explain_has_the_funnel_and_everybody_who_offers_the_specialism(desk: Desk) -> None:
    assert desk.match(explain_path=desk.folder / "explain.csv") == 0
    rows = desk.rows("explain.csv")
    assert [(row["need_id"], row["leader_id"], row["status"]) for row in rows] == [
        ("N1", "", "funnel"),
        ("N1", "L1", "given"),
        ("N1", "L2", "not eligible"),
        ("N1", "L3", "not eligible"),
        ("N2", "", "funnel"),
    ]
    assert rows[0]["reasons"].startswith("specialism:3;phase:3;designation:3;own_school:3;")
    assert rows[0]["reasons"].endswith(
        ";terms:2;distance:1;days:1;engagements:1;half_term:1;home_school:1"
    )
    assert rows[2]["in_words"] == "Travels 40 km, the school is 52 km away."
    assert rows[3]["reasons"] == "same_trust"
    assert rows[4]["in_words"] == "None of the leaders on the register offer the specialism."


def test_the_same_trust_may_be_allowed(desk: Desk) -> None:
    assert desk.match(allow_same_trust=True) == 0
    assert (desk.rows()[0]["leader_id"], desk.rows()[0]["eligible"]) == ("L3", "2")


def test_below_the_floor_nobody_is_given(desk: Desk) -> None:
    assert desk.match(floor=1000) == 0
    first = desk.rows()[0]
    assert (first["leader_id"], first["eligible"], first["reasons"]) == ("", "1", "below_floor")


@pytest.mark.parametrize("level", ["instant", "standard", "thorough"])
def test_every_level_answers(desk: Desk, level: str) -> None:
    assert desk.match(level=level) == 0
    assert desk.rows()[0]["leader_id"] == "L1"


def test_rows_left_out_are_named_and_the_rest_is_answered(desk: Desk) -> None:
    desk.put("needs.csv", NEEDS + "N3,phonics,college,4,,,,\n")
    desk.put("leaders.csv", LEADERS.replace("L2,phonics", "L2,"))
    assert desk.match() == 2
    assert [row["need_id"] for row in desk.rows()] == ["N1", "N2"]
    assert desk.complained == [
        'needs.csv line 4 is left out: phase "college" is not one of nursery, primary, '
        "secondary, 16plus, special.",
        "leaders.csv line 3 is left out: specialisms is empty.",
    ]


def test_an_unknown_column_is_told_and_is_no_fault(desk: Desk) -> None:
    desk.put("needs.csv", "colour,need_id,specialism,phase,days\nred,N1,phonics,primary,4\n")
    assert desk.match() == 0
    assert desk.complained == ['needs.csv: the column "colour" is not known and is ignored.']


def broken_needs(desk: Desk) -> dict[str, Any]:
    desk.put("needs.csv", b"PK\x03\x04")
    return {}


def no_leaders_file(desk: Desk) -> dict[str, Any]:
    (desk.folder / "leaders.csv").unlink()
    return {}


def a_folder_for_needs(desk: Desk) -> dict[str, Any]:
    (desk.folder / "needs.csv").unlink()
    (desk.folder / "needs.csv").mkdir()
    return {}


def only_a_header(desk: Desk) -> dict[str, Any]:
    desk.put("leaders.csv", LEADERS.splitlines()[0])
    return {}


def a_folder_in_the_way(desk: Desk) -> dict[str, Any]:
    (desk.folder / "pairings.csv").mkdir()
    return {}


NOTHING_DONE: list[tuple[Callable[[Desk], dict[str, Any]], str]] = [
    (broken_needs, "needs.csv is a workbook (xlsx), not a CSV file."),
    (no_leaders_file, "could not be read: no such file or directory."),
    (a_folder_for_needs, "could not be read: is a directory."),
    (only_a_header, "leaders.csv has no leader that can be used."),
    (a_folder_in_the_way, "could not be written: it is no ordinary file."),
    (lambda desk: {"level": "perfect"}, "The level is one of instant, standard, thorough"),
    (lambda desk: {"floor": 1001}, "The floor is from 0 to 1000 points, not 1001."),
    (lambda desk: {"out": "needs.csv"}, "Two of the files named are one and the same."),
    (lambda desk: {"out": "nowhere/pairings.csv"}, "could not be written: no such file"),
    (
        lambda desk: {"explain_path": desk.folder / "nowhere" / "e.csv"},
        "could not be written: no such file",
    ),
]


@pytest.mark.parametrize(("spoil", "words"), NOTHING_DONE, ids=lambda one: "")
def test_where_nothing_can_be_done_one_sentence_says_why_and_nothing_is_written(
    desk: Desk, spoil: Callable[[Desk], dict[str, Any]], words: str
) -> None:
    changes = spoil(desk)
    before = desk.names()
    assert desk.match(**changes) == 1
    assert desk.said == []
    (sentence,) = desk.complained
    assert words in sentence
    assert desk.names() == before


def test_an_answer_replaces_the_one_before_whole_and_leaves_nothing_beside_it(desk: Desk) -> None:
    desk.put("pairings.csv", "old" * 10_000)
    (desk.folder / "pairings.csv").chmod(0o640)
    assert desk.match() == 0
    assert "old" not in (desk.folder / "pairings.csv").read_text()
    assert (desk.folder / "pairings.csv").stat().st_mode & 0o777 == 0o640
    assert desk.names() == {"needs.csv", "leaders.csv", "pairings.csv"}


def test_if_the_last_move_fails_the_old_answer_still_stands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("pairings.csv", "old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert desk.match() == 1
    assert (desk.folder / "pairings.csv").read_text() == "old"
    assert desk.names() == {"needs.csv", "leaders.csv", "pairings.csv"}
    assert "permission denied" in desk.complained[0]


def test_a_plan_that_fails_its_check_is_never_let_out() -> None:
    needs, leaders = [need()], [leader()]
    plan = allocate(needs, leaders)
    refuse_broken(plan, needs, leaders, floor=0)
    with pytest.raises(NothingDoneError, match="not pass its check: Need N1 is answered 2 times"):
        refuse_broken(replace(plan, pairs=plan.pairs * 2), needs, leaders, floor=0)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=cmd|" /C calc"!A0', '\'=cmd|" /C calc"!A0'),
        ("+44 20", "'+44 20"),
        ("-N1", "'-N1"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-12.5", "-12.5"),
        ("+7", "+7"),
        ("N1", "N1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_and_numbers_stay_numbers(cell: str, written: str) -> None:
    assert inert(cell) == written


def test_an_id_that_is_a_formula_is_written_inert(desk: Desk) -> None:
    desk.put("needs.csv", "need_id,specialism,phase,days\n=1+1,phonics,primary,4\n")
    desk.put("leaders.csv", "leader_id,specialisms,phases,days\n@L1,phonics,primary,4\n")
    assert desk.match(explain_path=desk.folder / "explain.csv") == 0
    for name in ("pairings.csv", "explain.csv"):
        cells = [cell for row in desk.rows(name) for cell in row.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert desk.rows()[0]["leader_id"] == "'@L1"


@pytest.mark.slow
@settings(deadline=None)
@given(busy_towns())
def test_pairings_and_explanations_tell_the_same(
    town: tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]],
) -> None:
    needs, leaders = town
    plan = allocate(needs, leaders)
    pairings = list(csv.DictReader(pairings_csv(plan, needs, leaders).splitlines()))
    explained = list(csv.DictReader(explain_csv(plan, needs, leaders).splitlines()))
    assert [row["need_id"] for row in pairings] == [asked.need_id for asked in needs]
    same = ("need_id", "leader_id", "score", "distance_km", "rank", "reasons")
    given_rows = [row for row in explained if row["status"] == "given"]
    assert [[row[name] for name in same] for row in given_rows] == [
        [row[name] for name in same] for row in pairings if row["leader_id"]
    ]
