"""What the tests share: an app on each database, a clock that is set, a page that is looked at."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.app import create_app
from brokerage.database import Base, db, writing_engine
from brokerage.settings import Settings, read_settings
from tests.postgres import running_server

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)  # a Tuesday in term


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the modules: a tenth of the time was spent on it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database: TEST_DATABASE_URL, or a server of our own."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
    else:
        # Not pytest's own temporary folder: a later run would clear that away beneath the server.
        folder = tempfile.mkdtemp(prefix="brokerage-postgres-")
        with running_server(Path(folder)) as url:
            yield url
        shutil.rmtree(folder, ignore_errors=True)


def settings_of(instance: Path, database_url: str | None = None) -> Settings:
    """Settings that depend on nothing of this machine."""
    environ = {
        "BROKERAGE_INSTANCE": str(instance),
        "SECRET_KEY": "a secret of the tests",
        "PUBLIC_URL": "http://localhost",
    }
    return read_settings(environ | ({"DATABASE_URL": database_url} if database_url else {}))


class Browser(FlaskClient):
    """A client whose every request is a world of its own, even where a test holds an app context:
    else ``g``, and with it who is signed in, would be handed from one request to the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = Context().run(super().open, *args, **kwargs)
        return answer


def _made(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {
        "argon2__time_cost": 1,
        "argon2__memory_cost": 8,
        "argon2__parallelism": 1,
    }
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _made(settings_of(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="session")
def postgres_app(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Flask]:
    yield from _made(settings_of(tmp_path_factory.mktemp("instance"), postgres_url))


@pytest.fixture
def tidy(tmp_path: Path) -> Iterator[Callable[[Flask], None]]:
    """Set the clock, and empty the database of an app when the test is over."""
    used: list[Flask] = []

    def begin(app: Flask) -> None:
        used.append(app)
        clock.allow_moving(tmp_path / "clock")
        clock.move_to(NOW)

    yield begin
    clock.allow_moving(None)
    for app in used:
        empty(app)


def empty(app: Flask) -> None:
    """Take everything out of the app's database."""
    app.config["DEMO"] = False
    with app.app_context():
        db.session.remove()
        with writing_engine().begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest, tidy: Callable[[Flask], None]) -> Iterator[Flask]:
    """The app in its context, once on each database: for tests of services."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    tidy(app)
    with app.app_context():
        yield app


@pytest.fixture
def app(sqlite_app: Flask, tidy: Callable[[Flask], None]) -> Flask:
    """The app on SQLite: for tests of pages."""
    tidy(sqlite_app)
    return sqlite_app


@pytest.fixture
def session(both: Flask) -> Iterator[Session]:
    """A session to lay out what a test begins with, and to look at what came of it.

    On SQLite it begins no transactions, so it never looks at an old state nor holds a lock.
    """
    with Session(db.engine.execution_options(sqlite_begin="")) as session:
        yield session


@pytest.fixture
def by() -> By:
    """The service itself, now."""
    return By(SERVICE, NOW)
