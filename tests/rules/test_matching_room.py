"""The room of matching as a whole: pure, and as the README shows it."""

import ast
import re
import sys
from pathlib import Path

from brokerage.matching.match_files import match_files

HERE = Path(__file__).resolve().parents[2]
ROOM = HERE / "brokerage" / "matching"
BLOCK = re.compile(r"^```csv (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_matching_needs_numpy_and_nothing_else_of_ours_or_others() -> None:
    """`prove` loads HiGHS when it is asked to prove, and only then."""
    modules = {name for path in ROOM.glob("*.py") for name in imported(path)}
    naming = [path.stem for path in ROOM.glob("*.py") if '"highspy"' in path.read_text("utf-8")]
    assert naming == ["prove"]
    outside = {
        name
        for name in modules
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("brokerage.matching.")
    }
    assert outside == {"numpy", "numpy.typing"}
    assert not modules & {"datetime", "time", "random", "sqlite3", "socket"}


def test_the_example_in_the_readme_gives_what_the_readme_says(tmp_path: Path) -> None:
    blocks = dict(BLOCK.findall((HERE / "README.md").read_text(encoding="utf-8")))
    assert set(blocks) >= {"needs.csv", "leaders.csv", "pairings.csv"}
    for name in ("needs.csv", "leaders.csv"):
        (tmp_path / name).write_text(blocks[name], encoding="utf-8")
    said: list[str] = []
    out = tmp_path / "pairings.csv"
    status = match_files(tmp_path / "needs.csv", tmp_path / "leaders.csv", out, say=said.append)
    assert status == 0
    assert out.read_text(encoding="utf-8") == blocks["pairings.csv"]
    assert "all: 3 of 3 placed" in said
