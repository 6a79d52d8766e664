"""A backup is made while the service is used, trusted only once looked through, and when it is
taken back nothing goes out unasked."""

import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import db
from brokerage.messages.models import Message, Sending
from brokerage.messages.rules import MessageState, Stop
from brokerage.settings import Settings
from brokerage.upkeep import backup
from brokerage.upkeep.backup import BackupFault
from tests.builders import NOW, a_partnership
from tests.conftest import settings_of
from tests.outbox import a_message
from tests.processes import comes, command, made
from tests.services.test_use_cases import add


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "instance")


@pytest.fixture
def service(settings: Settings, by: By) -> Flask:
    """An installation with a history, and a message that waits."""
    app = made(settings)
    with app.app_context():
        add(by, "Ada")
        with Session(db.engine) as session:
            now = By(SERVICE, clock.true_now())
            a_message(session, now, partnership_id=a_partnership(session).id)
        db.engine.dispose()
    return app


@pytest.fixture
def archive(service: Flask, settings: Settings, tmp_path: Path) -> Path:
    file = tmp_path / "a.backup"
    backup.make(backup.place_of(settings), file, NOW)
    return file


def test_a_backup_says_what_is_in_it_and_only_its_owner_reads_it(
    archive: Path, settings: Settings, tmp_path: Path
) -> None:
    manifest = backup.unpack(archive, tmp_path / "scratch")
    assert (manifest.made, manifest.rows["message"], manifest.rows["person"]) == (NOW, 1, 2)
    assert manifest.ledger is not None
    assert archive.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupFault, match="there already"):
        backup.make(backup.place_of(settings), archive, NOW)
    assert {path.name for path in tmp_path.iterdir()} == {"a.backup", "instance", "scratch"}


def test_a_backup_under_load_holds_all_that_was_there_and_nothing_by_halves(
    service: Flask, settings: Settings, tmp_path: Path, by: By
) -> None:
    done, stop = [0], Event()

    def write() -> None:
        with service.app_context():
            while not stop.is_set():
                add(by, f"Person {done[0]}")
                done[0] += 1
            db.engine.dispose()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = done[0]
            assert comes(lambda before=before: done[0] > before)  # type: ignore[misc]
            file, scratch = tmp_path / f"{number}.backup", tmp_path / f"{number}.sqlite3"
            backup.make(backup.place_of(settings), file, NOW)
            rows = backup.unpack(file, scratch).rows
            assert rows["person"] >= before + 2
            assert rows["ledger_entry"] == rows["person"] - 1  # the two are written together
    finally:
        stop.set()
        writer.join()


def _pack(archive: Path, **changed: object) -> None:
    """The archive again, with another manifest."""
    with zipfile.ZipFile(archive) as old:
        manifest = json.loads(old.read(backup.MANIFEST)) | changed
        database = old.read(backup.DATABASE)
    with zipfile.ZipFile(archive, "w") as new:
        new.writestr(backup.MANIFEST, json.dumps(manifest))
        new.writestr(backup.DATABASE, database)


def test_an_archive_that_does_not_hold_what_it_says_is_refused(
    archive: Path, tmp_path: Path
) -> None:
    whole = archive.read_bytes()
    changes: list[dict[str, object]] = [
        {"sha256": "0" * 64},
        {"size": 10},
        {"size": "many"},
        {"rows": {"message": 1}},
        {"ledger": [1, "0" * 64]},
        {"revision": "0001"},
        {"format": 2},
        {"surprise": 1},
    ]
    for changed in changes:
        archive.write_bytes(whole)
        _pack(archive, **changed)
        with pytest.raises(BackupFault):
            backup.unpack(archive, tmp_path / "scratch")


def test_an_archive_cut_short_or_damaged_anywhere_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for tenths in range(10):
        archive.write_bytes(whole[: len(whole) * tenths // 10])
        with pytest.raises(BackupFault):
            backup.unpack(archive, tmp_path / "scratch")
        at = 40 + (len(whole) - 80) * tenths // 10
        spoilt = bytes(byte ^ 255 for byte in whole[at : at + 40])
        archive.write_bytes(whole[:at] + spoilt + whole[at + 40 :])
        with pytest.raises(BackupFault):
            backup.unpack(archive, tmp_path / "scratch")


def test_a_backup_of_a_newer_version_is_refused(
    service: Flask, settings: Settings, tmp_path: Path
) -> None:
    place, file = backup.place_of(settings), tmp_path / "newer.backup"
    with closing(sqlite3.connect(place)) as database:
        database.execute("update alembic_version set version_num = '9999'")
        database.commit()
    backup.make(place, file, NOW)
    with pytest.raises(BackupFault, match="newer version"):
        backup.unpack(file, tmp_path / "scratch")


def test_a_database_in_use_is_not_replaced(service: Flask, settings: Settings) -> None:
    place = backup.place_of(settings)
    with pytest.raises(BackupFault, match="--replace"):
        backup.require_room(place, replace=False)
    with service.app_context(), Session(db.engine) as session:
        session.scalar(select(Message.id))
        with pytest.raises(BackupFault, match="stop the service"):
            backup.require_room(place, replace=True)
        session.close()
        db.engine.dispose()
    backup.require_room(place, replace=True)


def test_on_postgresql_the_operator_is_told_what_to_use(settings: Settings) -> None:
    elsewhere = replace(settings, database_url="postgresql+psycopg://localhost/x")
    with pytest.raises(BackupFault, match="pg_dump"):
        backup.place_of(elsewhere)


@pytest.mark.slow
def test_after_a_restore_nothing_goes_out_until_a_person_says_so(
    service: Flask, settings: Settings, tmp_path: Path, by: By
) -> None:
    file = tmp_path / "b.backup"
    told = command(settings, "backup", str(file))
    assert told.returncode == 0, told.stderr
    with service.app_context():
        add(by, "Came later")
        db.engine.dispose()
    refused = command(settings, "restore", str(file))
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    told = command(settings, "restore", str(file), "--replace")
    assert told.returncode == 0, told.stderr
    assert "is kept" in told.stdout
    assert len(list(settings.instance.glob("brokerage.sqlite3.before-*"))) == 1
    assert "restored from a backup" in command(settings, "sending", "status").stdout
    ticked = command(settings, "tick", SMTP_URL="smtp://127.0.0.1:9")
    assert "send messages: 1 held back" in ticked.stdout
    with service.app_context(), Session(db.engine) as session:
        assert session.scalars(select(Sending.stop)).one() is Stop.RESTORED
        assert session.scalars(select(Message.state)).one() is MessageState.WAITING
        session.close()
        db.engine.dispose()
    assert command(settings, "sending", "resume").returncode == 0
    assert "Sending is on" in command(settings, "sending", "status").stdout
    assert command(settings, "check").returncode == 0
