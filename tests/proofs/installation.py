"""An installation to be proven: a database of its own, its processes, and `brokerage check`."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.database import db, writing_engine
from brokerage.settings import Settings
from brokerage.upkeep.check import check
from tests.builders import NOW
from tests.conftest import settings_of
from tests.postgres import running_server
from tests.processes import comes, environment, made
from tests.smtp import a_free_port

DATABASES = ("sqlite", "postgres")
UP_WITHIN = 60


class LayingOut(Session):
    """A session in which the builders' many commits are put off until ``done``: thousands of rows
    are laid out in one transaction."""

    def commit(self) -> None:
        self.flush()

    def done(self) -> None:
        super().commit()


@dataclass
class Installation:
    """One installation, marked as a demo so that its clock can be set: a Tuesday in term, ten in
    the morning, wherever the machine's own clock stands."""

    name: str
    app: Flask
    settings: Settings
    logs: list[Path] = field(default_factory=list)

    @contextmanager
    def laying_out(self) -> Iterator[LayingOut]:
        """A session to lay out what a proof begins with, in one transaction."""
        with self.app.test_request_context(), LayingOut(writing_engine()) as session:
            yield session
            session.done()

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A session on what came of it."""
        with self.app.app_context(), Session(db.engine) as session:
            yield session

    def broken(self) -> list[str]:
        """What `brokerage check` finds broken."""
        with self.looking() as session:
            return [fault for _, faults in check(session) for fault in faults]

    @contextmanager
    def process(
        self, name: str, *arguments: str, **other: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A process of the service that goes on until the block ends."""
        log = self.settings.instance / f"{name}.log"
        self.logs.append(log)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environment(self.settings, **other),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                end(process)

    @contextmanager
    def serving(self, workers: int = 4, **other: str) -> Iterator[subprocess.Popen[bytes]]:
        """Gunicorn, as `brokerage run` starts it, with so many workers of four threads each."""
        arguments = ("gunicorn", "-c", "python:brokerage.upkeep.web_server")
        words = {"PORT": str(self.settings.port), "WEB_WORKERS": str(workers), **other}
        with self.process("web", *arguments, **words) as process:
            assert comes(self.is_up, within=UP_WITHIN), self.said("web")
            yield process

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.settings.public_url}/health", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def said(self, name: str) -> str:
        """The end of a process's log."""
        return (self.settings.instance / f"{name}.log").read_text()[-4000:]

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, and whatever it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def installation(folder: Path, name: str, server: str | None) -> Iterator[Installation]:
    """A new installation: on SQLite, or with a database of its own on the PostgreSQL ``server``."""
    url = _own_database(server, name) if server is not None else None
    port = a_free_port()
    settings = replace(
        settings_of(folder / name, url), port=port, public_url=f"http://127.0.0.1:{port}"
    )
    app = made(settings, demo=True)
    set_clock(settings)
    made_here = Installation(name, app, settings)
    try:
        yield made_here
    finally:
        made_here.close()
        clock.allow_moving(None)


def set_clock(settings: Settings) -> None:
    clock.allow_moving(settings.instance / "clock")
    clock.move_to(NOW)


def _own_database(server: str, name: str) -> str:
    engine = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f'drop database if exists "{name}" with (force)'))
        connection.execute(text(f'create database "{name}"'))
    engine.dispose()
    return server.replace("/brokerage_test", f"/{name}")


@contextmanager
def servers(databases: tuple[str, ...]) -> Iterator[dict[str, str | None]]:
    """For each database that is asked for, where its server is (None: it needs none)."""
    found: dict[str, str | None] = dict.fromkeys(databases)
    if "postgres" not in found:
        yield found
    elif url := os.environ.get("TEST_DATABASE_URL"):
        yield found | {"postgres": url}
    else:
        folder = Path(tempfile.mkdtemp(prefix="brokerage-postgres-"))
        with running_server(folder) as url:
            yield found | {"postgres": url}
        shutil.rmtree(folder, ignore_errors=True)
