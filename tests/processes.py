"""The service's own processes, as an operator starts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import stamp

from brokerage.app import create_app, note_demo
from brokerage.database import Base, db
from brokerage.partnerships.models import Installation
from brokerage.settings import Settings
from tests.builders import NOW

CHECKOUT = Path(__file__).parents[1]


def usable(app: Flask, *, demo: bool = False) -> None:
    """Make the app's database one that the commands take: it says which schema it has."""
    with app.app_context():
        Base.metadata.create_all(db.engine)
        stamp()
        session = db.session()
        if session.get(Installation, 1) is None:
            session.add(Installation(id=1, demo=demo, made_at=NOW))
            session.commit()
        db.session.remove()
        note_demo(app)


def made(settings: Settings, *, demo: bool = False) -> Flask:
    """An app with a database of its own, as an installation or a demo."""
    app = create_app(settings)
    usable(app, demo=demo)
    return app


def environment(settings: Settings, **other: str) -> dict[str, str]:
    """The environment in which a command finds these settings."""
    ours = {
        "PATH": os.environ["PATH"],
        "BROKERAGE_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "PYTHONPATH": str(CHECKOUT),
    }
    return ours | other


def command(
    settings: Settings, *arguments: str, within: float = 60, **other: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, which comes within so many seconds."""
    return subprocess.run(
        [sys.executable, "-m", "brokerage.cli", *arguments],
        env=environment(settings, **other),
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


class Running:
    """A process that runs; its output is read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    @property
    def said(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def running(settings: Settings, log: Path, *arguments: str, **other: str) -> Iterator[Running]:
    """A command that goes on until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "brokerage.cli", *arguments],
            env=environment(settings, **other),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Running(process, log)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def comes(what: Callable[[], object], within: float = 20) -> bool:
    """Whether ``what`` comes to be true within so many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())
