"""Backups of a SQLite database: made while it is in use, looked through before they are trusted.

An archive is a zip of the database and a manifest that says what must be found in it: its schema,
how many rows each table has, where the ledger ends, and a checksum.
"""

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from brokerage import paths
from brokerage.errors import BrokerageError
from brokerage.settings import Settings

DATABASE, MANIFEST = "brokerage.sqlite3", "manifest.json"
FORMAT = 1
CHUNK = 1 << 20
LONGEST_MANIFEST = 1 << 20
ON_POSTGRESQL = (
    "This database is PostgreSQL: use pg_dump and pg_restore, and run `brokerage sending pause` "
    "after a pg_restore, before the scheduler starts."
)


class BackupFault(BrokerageError):
    """No backup can be made or taken back as things are; the sentence says why."""


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. ``ledger`` is the last entry's id and digest, if there is one."""

    format: int
    made_at: str
    revision: str
    rows: dict[str, int]
    ledger: list[Any] | None
    sha256: str
    size: int

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def place_of(settings: Settings) -> Path:
    """The file of the installation's database; raises BackupFault where it is not in one."""
    if not settings.on_sqlite:
        raise BackupFault(ON_POSTGRESQL)
    name = make_url(settings.database_url).database
    if not name or name == ":memory:":
        raise BackupFault("This database is not kept in a file.")
    return settings.instance / name  # an absolute name stays as it is


def make(place: Path, archive: Path, now: datetime) -> Manifest:
    """Back the database up into a new file ``archive``, as it is at one instant; nobody who uses it
    has to wait. Raises BackupFault."""
    if not place.is_file():
        raise BackupFault("There is no database yet: there is nothing to back up.")
    if archive.exists():
        raise BackupFault(f"{archive} is there already: name another file.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.parent) as folder:
            copy, draft = Path(folder, DATABASE), Path(folder, archive.name)
            with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(copy)) as made:
                source.backup(made)  # in one step: page by page, it would begin anew at each write
                made.execute("PRAGMA journal_mode=DELETE")
            manifest = _described(copy, now)
            _pack(copy, manifest, draft)
            os.link(draft, archive)
    except FileExistsError:
        raise BackupFault(f"{archive} is there already: name another file.") from None
    except sqlite3.DatabaseError as fault:
        raise BackupFault(f"The database cannot be read: {fault}.") from None
    except OSError as fault:
        raise BackupFault(f"{archive} cannot be written: {fault.strerror}.") from None
    return manifest


def unpack(archive: Path, scratch: Path) -> Manifest:
    """Lay the archive's database out at ``scratch``, having found in it all that its manifest says.

    Raises BackupFault where it is damaged, cut short, no backup at all, or of a newer schema.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            manifest = _manifest(packed)
            with packed.open(DATABASE) as source, scratch.open("wb") as target:
                digest, size = _copied(source, target, manifest.size)
        if (digest, size) != (manifest.sha256, manifest.size):
            raise BackupFault(f"{archive} is damaged: its checksum is another.")
        found = _described(scratch, manifest.made)
    except OSError as fault:
        raise BackupFault(f"{archive} cannot be read: {fault.strerror or fault}.") from None
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, TypeError, sqlite3.DatabaseError):
        raise BackupFault(f"{archive} is not a whole backup of this service.") from None
    except Exception as fault:  # zlib.error, NotImplementedError: whatever a damaged zip may raise
        if isinstance(fault, BackupFault):
            raise
        raise BackupFault(f"{archive} is damaged.") from None
    if (found.rows, found.ledger, found.revision) != (
        manifest.rows,
        manifest.ledger,
        manifest.revision,
    ):
        raise BackupFault(f"{archive} does not hold what it says it does.")
    if manifest.revision not in _known_revisions():
        raise BackupFault("The backup is of a newer version of the service: upgrade that first.")
    return manifest


def require_room(place: Path, *, replace: bool) -> None:
    """Raise BackupFault unless a restored database may take its place: none is there, or it may go
    (``replace``) and nobody uses it."""
    if not place.exists():
        return
    if not replace:
        raise BackupFault(
            f"There is a database already, {place}: --replace keeps it beside the restored one."
        )
    try:
        with closing(sqlite3.connect(place, timeout=1)) as old:
            old.execute("PRAGMA journal_mode=DELETE")  # refused while anybody has it open
    except sqlite3.OperationalError:
        raise BackupFault("The database is in use: stop the service first.") from None
    except sqlite3.DatabaseError:
        return  # it is past use, which is what a backup is for


def put_in_place(scratch: Path, place: Path, now: datetime) -> Path | None:
    """Let the database at ``scratch`` take its place, at once or not at all; answers where the one
    that was there is kept."""
    with closing(sqlite3.connect(scratch)) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
    kept = None
    if place.exists():
        kept = place.with_name(f"{place.name}.before-{now:%Y-%m-%dT%H%M%S}")
        os.link(place, kept)
        for ending in ("-wal", "-shm"):  # left by a crash, they belong to the old one alone
            beside = place.with_name(place.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
    scratch.replace(place)
    return kept


def _described(database: Path, now: datetime) -> Manifest:
    """What the file holds; raises BackupFault where it is damaged, or not of this service."""
    with closing(sqlite3.connect(database)) as session:
        faults = [line for (line,) in session.execute("PRAGMA integrity_check") if line != "ok"]
        if faults or session.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupFault("The database is damaged: `brokerage check` says how.")
        tables = [name for (name,) in session.execute(_TABLES)]
        if not {"alembic_version", "ledger_entry"} <= set(tables):
            raise BackupFault("This is not a database of this service.")
        rows = {
            name: session.execute(f'select count(*) from "{name}"').fetchone()[0]  # noqa: S608
            for name in tables
        }
        ledger = session.execute(_LEDGER_HEAD).fetchone()
        (revision,) = session.execute("select version_num from alembic_version").fetchone()
    with database.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        FORMAT,
        now.isoformat(),
        revision,
        rows,
        list(ledger) if ledger else None,
        digest,
        database.stat().st_size,
    )


_TABLES = (
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
)
_LEDGER_HEAD = "select id, digest from ledger_entry order by id desc limit 1"


def _pack(database: Path, manifest: Manifest, archive: Path) -> None:
    with archive.open("xb") as file:
        os.chmod(archive, 0o600)  # it holds names and addresses
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            packed.write(database, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    with packed.open(MANIFEST) as file:
        manifest = Manifest(**json.loads(file.read(LONGEST_MANIFEST)))
    if manifest.format != FORMAT:
        raise BackupFault("The backup is of a newer version of the service: upgrade that first.")
    return manifest


def _copied(source: Any, target: BinaryIO, most: int) -> tuple[str, int]:
    """Copy what is packed; stop beyond ``most`` bytes, since a false one may unfold for ever."""
    digest, size = hashlib.sha256(), 0
    while size <= most and (chunk := source.read(CHUNK)):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _known_revisions() -> set[str]:
    scripts = ScriptDirectory(str(paths.migrations()))
    return {script.revision for script in scripts.walk_revisions()}
