"""The commands of an operator who sets up an installation: the register, and a partnership."""

import lzma
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brokerage.cli import main
from tests.damaged_gias import GOOD, SECOND, gias_bytes

LINKS = b"URN,LinkURN,LinkType\n900001,900002,Successor\n"


class Terminal:
    """A terminal with an installation of its own, which is empty at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "BROKERAGE_INSTANCE": str(folder / "instance"),
            "SECRET_KEY": "a secret of the tests",
            "PUBLIC_URL": "https://support.example.org",
            "DATABASE_URL": "",
        }

    def file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def run(self, *arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, env=self.environ)
        assert result.exit_code == exit_code, result.output
        assert "Traceback" not in result.output
        return result


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_file_is_imported_into_a_new_database_and_again_changes_nothing(
    terminal: Terminal,
) -> None:
    file = terminal.file("schools.csv", GOOD)
    links = terminal.file("links.csv", LINKS)
    first = terminal.run("schools", "import", file, "--links", links)
    report = first.stdout.splitlines()
    assert "  900001 was followed by 900002" in report
    assert report[-1].startswith("Read 3: new 3, changed 0, closed 0, successor 1, rejected 0,")
    assert "3 of 3 schools" in first.stderr
    again = terminal.run("schools", "import", file, "--links", links)
    assert again.stdout.splitlines()[-1].startswith("Read 3: new 0, changed 0, closed 0, succ")


def test_a_dry_run_reports_and_changes_nothing(terminal: Terminal) -> None:
    file = terminal.file("schools.csv", GOOD)
    for _ in range(2):
        last = terminal.run("schools", "import", file, "--dry-run").stdout.splitlines()[-1]
        assert last.startswith("Read 3: new 3")
        assert last.endswith("Dry run: nothing was changed.")


def test_what_cannot_be_imported_is_refused_in_one_sentence(terminal: Terminal) -> None:
    cases = {
        terminal.file("page.csv", b"<html>"): "This is a web page, not a CSV file",
        terminal.file("packed.csv.xz", lzma.compress(GOOD)): "This is an xz archive",
        str(terminal.folder / "nowhere.csv"): "cannot be read: No such file",
        str(terminal.folder): "cannot be read: Is a directory",
    }
    for file, says in cases.items():
        refused = terminal.run("schools", "import", file, exit_code=1)
        assert refused.stdout == ""
        assert says in refused.stderr.splitlines()[-1]
    assert not (terminal.folder / "instance" / "brokerage.sqlite3").exists()


def test_a_partnership_is_made_and_its_first_coordinator_gets_a_link(terminal: Terminal) -> None:
    closed = SECOND | {"EstablishmentStatus (code)": "2"}
    far = {"URN": "900009", "LA (code)": "352", "EstablishmentName": "Far School"}
    terminal.run("schools", "import", terminal.file("schools.csv", gias_bytes({}, closed, far)))
    coordinator = ("--coordinator-name", "Ada Byron", "--coordinator-email", "ada@example.org")
    made = terminal.run(
        "partnership", "Tees", "--authority", "806", "--school", "900009", *coordinator
    )
    assert "it has 2 open schools" in made.stdout
    assert "https://support.example.org/invitation/1-" in made.stdout
    again = terminal.run("partnership", "Tees", exit_code=1)
    assert "There is a partnership of that name already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--authority", "8O6"], "is not an authority’s code"),
        (["--school", "900009"], "School 900009 is not in the register"),
        (["--coordinator-name", "Ada"], "needs both a name and an e-mail address"),
        (
            ["--coordinator-name", "Ada", "--coordinator-email", "ada"],
            "Enter an e-mail address in the right form",
        ),
    ],
)
def test_a_partnership_that_cannot_be_is_not_made(
    terminal: Terminal, arguments: list[str], says: str
) -> None:
    refused = terminal.run("partnership", "Tees", *arguments, exit_code=1)
    assert says in refused.stderr
    assert "it has no" in terminal.run("partnership", "Tees").stdout  # the name is still free
