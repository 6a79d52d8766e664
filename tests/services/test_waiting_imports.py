"""An import that a coordinator asked for waits, is run once, and leaves a report and no files."""

import io
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.schools import steps, uploads
from brokerage.schools.models import ImportState, School, SchoolImport
from brokerage.schools.report import Report
from brokerage.schools.services import ask_import, run_waiting_imports
from tests.builders import NOW, a_coordinator, a_partnership, acting
from tests.damaged_gias import GOOD

Ask = Callable[..., int]


def archive(**contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in contents.items():
            packed.writestr(name.replace("_csv", ".csv"), content)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where sent files lie."""
    return tmp_path / "imports"


@pytest.fixture
def ask(session: Session, folder: Path) -> Ask:
    """A coordinator asks for an import of files of these contents; its id."""
    coordinator = a_coordinator(session, a_partnership(session))
    by = acting(session, coordinator)

    def run(content: bytes = GOOD, *, dry_run: bool = False) -> int:
        stored = uploads.store(folder, {"establishments": lambda path: path.write_bytes(content)})
        answer = ask_import(by, file_name="schools.csv", files=stored, dry_run=dry_run)
        number: int = answer["id"]
        return number

    return run


def at(minutes: float) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(minutes=minutes)


def the_import(session: Session, number: int) -> SchoolImport:
    session.expire_all()
    row = session.get_one(SchoolImport, number)
    session.rollback()
    return row


def schools(session: Session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(School)) or 0
    session.rollback()
    return count


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_what_waits_is_run_once_and_its_files_go(session: Session, ask: Ask, folder: Path) -> None:
    number = ask()
    assert left_over(folder) == ["establishments"]
    assert run_waiting_imports(folder, at(1)) == 1
    row = the_import(session, number)
    assert (row.state, row.total, row.asked_by) == (ImportState.DONE, 3, row.asked_by)
    assert row.ended_at == NOW + timedelta(minutes=1)
    assert Report.of_json(row.report).counts["new"] == 3
    assert (schools(session), left_over(folder)) == (3, [])
    assert run_waiting_imports(folder, at(2)) == 0


def test_a_dry_run_that_waited_reports_and_changes_nothing(
    session: Session, ask: Ask, folder: Path
) -> None:
    number = ask(dry_run=True)
    run_waiting_imports(folder, at(1))
    row = the_import(session, number)
    assert row.state is ImportState.DONE
    assert Report.of_json(row.report).dry_run
    assert (schools(session), left_over(folder)) == (0, [])


def test_a_zip_with_one_csv_is_as_good_as_the_csv(session: Session, ask: Ask, folder: Path) -> None:
    ask(archive(edubase_csv=GOOD, readme=b"x"))
    run_waiting_imports(folder, at(1))
    assert schools(session) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>", "a web page"),
        (archive(one_csv=GOOD, two_csv=GOOD), "The archive holds 2 CSV files"),
        (archive(one_csv=GOOD)[:-40] + b"\0" * 40, "a zip archive, not a CSV"),
    ],
    ids=["a web page", "two files", "a broken archive"],
)
def test_what_cannot_be_used_is_refused_with_its_sentence(
    session: Session, ask: Ask, folder: Path, content: bytes, says: str
) -> None:
    number = ask(content)
    run_waiting_imports(folder, at(1))
    row = the_import(session, number)
    assert row.state is ImportState.REFUSED
    assert says in row.report["refused"]
    assert (schools(session), left_over(folder)) == (0, [])


def test_an_archive_that_unpacks_without_end_is_refused(
    session: Session, ask: Ask, folder: Path
) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("a.csv", "w") as member,
    ):
        for _ in range(251):
            member.write(b"\0" * 1024 * 1024)
    number = ask(out.getvalue())
    run_waiting_imports(folder, at(1))
    assert "more than any register" in the_import(session, number).report["refused"]


def test_several_that_wait_run_in_their_order(session: Session, ask: Ask, folder: Path) -> None:
    numbers = [ask(), ask(b""), ask()]
    assert run_waiting_imports(folder, at(1)) == 3
    states = [the_import(session, number).state.value for number in numbers]
    assert states == ["done", "refused", "done"]


def test_of_many_schedulers_at_once_one_runs_each_import(
    both: Flask, session: Session, ask: Ask, folder: Path
) -> None:
    number = ask()

    def tick(_: int) -> int:
        with both.app_context():
            return run_waiting_imports(folder, at(1))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tick, range(6))) == 1
    assert the_import(session, number).report["counts"]["new"] == 3


def test_a_run_that_died_is_taken_up_again_but_not_while_it_may_be_alive(
    session: Session, ask: Ask, folder: Path
) -> None:
    number, behind = ask(), ask(dry_run=True)
    assert steps.claim_import(session, By(SERVICE, NOW)) is not None
    session.commit()  # and now the process dies
    assert run_waiting_imports(folder, at(9)) == 0
    assert the_import(session, behind).state is ImportState.WAITING
    assert run_waiting_imports(folder, at(11)) == 2
    assert the_import(session, number).state is ImportState.DONE
    assert schools(session) == 3


def test_an_import_that_dies_each_time_is_given_up(
    session: Session, ask: Ask, folder: Path
) -> None:
    number = ask()
    for attempt in range(3):
        assert steps.claim_import(session, By(SERVICE, at(attempt * 11)())) is not None
        session.commit()
    run_waiting_imports(folder, at(34))
    row = the_import(session, number)
    assert row.state is ImportState.REFUSED
    assert "broken off several times" in row.report["refused"]
    assert schools(session) == 0


def test_a_run_that_was_overtaken_changes_nothing_any_more(
    session: Session, ask: Ask, by: By
) -> None:
    number = ask()
    slow = steps.claim_import(session, By(SERVICE, NOW))
    assert slow is not None
    claimed_at = slow.started_at
    session.commit()
    assert steps.claim_import(session, By(SERVICE, at(11)())) is not None
    session.commit()
    assert claimed_at is not None
    assert steps.settle_import(session, by, number, claimed_at, ImportState.DONE, {}) is None
    session.rollback()
    assert the_import(session, number).state is ImportState.RUNNING


def test_files_that_have_gone_are_said_to_have_gone(
    session: Session, ask: Ask, folder: Path
) -> None:
    number = ask()
    uploads.remove(folder, the_import(session, number).files)
    run_waiting_imports(folder, at(1))
    assert "no longer there" in the_import(session, number).report["refused"]


def test_files_that_no_import_names_are_swept_away_in_time(both: Flask, folder: Path) -> None:
    for _ in range(2):
        uploads.store(folder, {"establishments": lambda path: path.write_bytes(GOOD)})
    old, new = sorted(folder.iterdir())
    os.utime(old, (0, 0))
    run_waiting_imports(folder, at(1))
    assert list(folder.iterdir()) == [new]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\schools.csv", "schools.csv"),
        ("a\r\nb\0.csv", "ab.csv"),
        ("", "a file without a name"),
        (None, "a file without a name"),
        ("x" * 500, "x" * 150),
    ],
)
def test_the_name_of_a_sent_file_is_shown_tame(sent: str | None, shown: str) -> None:
    assert uploads.shown_name(sent) == shown
