"""`brokerage leaders import` and `brokerage leaders export`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask_migrate import stamp

from brokerage.app import create_app
from brokerage.cli import main
from brokerage.database import Base, db
from brokerage.partnerships.models import Partnership, PartnershipAuthority
from brokerage.schools.models import Phase, School, SchoolStatus
from brokerage.settings import read_settings
from brokerage.specialisms import steps as specialisms
from tests.builders import NOW

Run = Callable[..., Result]
HEADER = "name,email,home_urn,specialisms,days"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on an installation with one partnership and one school."""
    monkeypatch.setenv("BROKERAGE_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    app = create_app(read_settings())
    with app.app_context():
        Base.metadata.create_all(db.engine)
        stamp()
        specialisms.seed(db.session())
        partnership = Partnership(name="Eastburn Alliance")
        partnership.authorities = [PartnershipAuthority(la_code="901")]
        school = School(
            urn=200001,
            name="Park",
            la_code="901",
            la_name="Eastburn",
            status=SchoolStatus.OPEN,
            phase=Phase.PRIMARY,
            search_text="park",
            changed_at=NOW,
        )
        db.session.add_all([partnership, school])
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return lambda *words: CliRunner().invoke(main, ["leaders", *words])


def outcome(result: Result) -> tuple[int, str]:
    return result.exit_code, result.output


def test_a_list_is_taken_in_told_and_given_out_again(run: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "list.csv", tmp_path / "out.csv"
    file.write_text(f"{HEADER}\nAda,ada@example.org,200001,phonics,7.5\n")
    to = ("--partnership", "eastburn alliance")
    assert outcome(run("import", str(file), *to, "--dry-run")) == (
        0,
        "1 new, 0 changed, 0 unchanged, 0 left out. Nothing was changed (dry run).\n",
    )
    assert outcome(run("import", str(file), *to))[0] == 0
    assert run("export", *to, str(out)).exit_code == 0
    assert b"phonics@primary" in out.read_bytes()
    again = outcome(run("import", str(out), *to))
    assert again == (0, "0 new, 0 changed, 1 unchanged, 0 left out.\n")
    assert "ada@example.org" in run("export", *to).output


def test_bad_rows_are_named_and_the_answer_is_two(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{HEADER}\nAda,no,200001,,\nGrace,,200001,,\n")
    code, text = outcome(run("import", str(file), "--partnership", "Eastburn Alliance"))
    assert code == 2
    assert "Line 2: Enter an e-mail address" in text
    assert "1 new" in text


def test_what_cannot_be_done_is_told_in_a_sentence_and_the_answer_is_one(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("<html>")
    code, text = outcome(run("import", str(file), "--partnership", "Eastburn Alliance"))
    assert (code, "This is a web page" in text) == (1, True)
    code, text = outcome(run("export", "--partnership", "Nowhere"))
    assert (code, "There is no partnership called Nowhere." in text) == (1, True)
