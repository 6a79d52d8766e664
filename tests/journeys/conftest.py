"""What the journeys share: a real browser, and the real service with a real mail server."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, text

from brokerage import clock
from tests.conftest import settings_of
from tests.journeys.service import Service
from tests.processes import made, running
from tests.smtp import Sink, a_free_port
from tests.smtp import sink as sink

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it (or as BROWSER_PATH names it)."""
    found = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium is installed")
        pytest.skip("no Chromium is installed: the journeys need a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite", "postgres"])
def service(
    request: pytest.FixtureRequest, tmp_path: Path, sink: Sink, browser: Browser
) -> Iterator[Service]:
    """Web and scheduler as `brokerage run` starts them, on either database, sending to ``sink``.

    The installation is marked as a demo, so that its clock can be moved.
    """
    url = _own_database(request) if request.param == "postgres" else None
    port = a_free_port()
    settings = replace(
        settings_of(tmp_path / "instance", url), port=port, public_url=f"http://127.0.0.1:{port}"
    )
    app = made(settings, demo=True)
    log = tmp_path / "service.log"
    environment = {"PORT": str(port), "SMTP_URL": sink.url, "WEB_WORKERS": "1"}
    with running(settings, log, "run", **environment):
        service = Service(app, settings, sink, browser, log)
        service.wait_until_up()
        yield service
        service.close()
    clock.allow_moving(None)


def _own_database(request: pytest.FixtureRequest) -> str:
    server: str = request.getfixturevalue("postgres_url")
    engine = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("drop database if exists brokerage_journey with (force)"))
        connection.execute(text("create database brokerage_journey"))
    engine.dispose()
    return server.replace("brokerage_test", "brokerage_journey")
