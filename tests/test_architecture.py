"""What holds for the whole building: its size, its contracts, its assets, its papers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click import Group
from flask import Flask

from brokerage import paths
from brokerage.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = sorted(
    set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "brokerage" / "settings.py").read_text("utf-8")))
)


def _sources() -> list[Path]:
    return sorted([*(ROOT / "brokerage").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def test_no_file_is_longer_than_300_lines() -> None:
    long = {path.name: n for path in _sources() if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_no_template_is_longer_than_120_lines() -> None:
    long = [
        p for p in (ROOT / "templates").rglob("*.html") if len(p.read_text().splitlines()) > 120
    ]
    assert long == []


def test_no_room_or_file_has_a_name_that_says_nothing() -> None:
    empty = re.compile(r"^(utils?|helpers?|common|core|managers?|handlers?|misc)(\.py)?$")
    assert [path for path in (ROOT / "brokerage").rglob("*") if empty.match(path.name)] == []


def test_package_files_are_empty() -> None:
    assert [p for p in (ROOT / "brokerage").rglob("__init__.py") if p.stat().st_size] == []


def test_the_import_contracts_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    result = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_every_command_is_in_the_readme() -> None:
    assert isinstance(main, Group)
    missing = [name for name in main.commands if f"brokerage {name}" not in README]
    assert missing == []


def test_the_built_pages_carry_nothing_that_is_govuks_alone() -> None:
    for path in paths.static().iterdir():
        text = path.read_text("utf-8").lower()
        if path.suffix in (".css", ".js"):
            for branding in ("gds transport", "govuk-crest", "@font-face", "__crown"):
                assert branding not in text, f"{path.name}: {branding}"


def test_every_template_can_be_read(app: Flask) -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        app.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))


def test_no_file_names_this_machine_or_a_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    words = [str(ROOT), "pypi" + ".org", "registry.npmjs" + ".org", "pythonhosted" + ".org"]
    for name in filter(None, tracked):
        text = (
            (ROOT / name).read_bytes().decode("utf-8", "ignore") if (ROOT / name).is_file() else ""
        )
        for word in words:
            assert word not in text, f"{name}: {word}"


def test_every_page_leads_to_pages_that_there_are(sqlite_app: Flask) -> None:
    places = re.compile(r"url_for\(\s*[\"']([a-z_.]+)[\"']")
    named = {
        (path.name, place)
        for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "brokerage").rglob("*.py")]
        for place in places.findall(path.read_text("utf-8"))
    }
    assert named

    def known(place: str) -> bool:  # one that ends with a dot is put together from parts
        return place.endswith(".") or place in sqlite_app.view_functions

    assert [one for one in sorted(named) if not known(one[1])] == []
