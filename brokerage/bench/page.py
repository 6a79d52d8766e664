"""The mode `shortlist --page`: the whole page over HTTP, and a nearly empty one beside it.

A server of its own, on a database of its own with 10,000 leaders on one register, is asked by a
signed-in coordinator for the shortlist of one need and for a page with hardly anything on it, in
turn, over one connection. What is told is how much longer the shortlist takes than the other.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import create_engine

from brokerage import clock
from brokerage.bench.instances import Instance
from brokerage.bench.making import make_shortlist_instance
from brokerage.bench.matching import Run
from brokerage.bench.page_town import COORDINATOR, fill
from brokerage.bench.record import Row

MODE, METHOD = "page", "whole page"
EMPTY = "/privacy"
ASKED, WARMING = 100, 10
STARTS_WITHIN = 60.0


def measure_page(run: Run, leaders: int) -> None:
    """Fill a database, serve it, and ask for both pages in turn."""
    instance = make_shortlist_instance(leaders, ASKED + WARMING, run.record.seed)
    if run.record.has(MODE, instance.name, METHOD, 0, run.limit):
        return
    run.say("  shortlist: the whole page ...")
    with _served(run.folder, instance) as (port, cookie, references):
        pages = [f"/needs/{one}/shortlist" for one in references]
        took = _ask_in_turn(port, cookie, pages, run.limit)
    empty, page = (sorted(times) for times in took)
    late = int(0.95 * (len(page) - 1))
    figures = {
        "empty page, median ms": median(empty),
        "empty page, p95 ms": empty[late],
        "page, median ms": median(page),
        "page, p95 ms": page[late],
        "above an empty page, p95 ms": page[late] - empty[late],
    }
    row: Row = {"mode": MODE, "size": instance.name, "method": METHOD, "repeat": 0}
    row |= {"limit": run.limit, "status": "done", "figures": figures, "memory_mb": 0.0}
    run.record.add({**row, "seconds": {"total": sum(page) / 1000}})


def lines(run: Run) -> list[str]:
    rows = [row for row in run.record.rows if row["mode"] == MODE]
    return [f"{what}: {value:.1f}" for row in rows for what, value in row["figures"].items()]


@contextmanager
def _served(folder: Path, instance: Instance) -> Iterator[tuple[int, str, list[str]]]:
    """(port, the coordinator's cookie, references of needs) of a service that runs meanwhile."""
    secret, port, home = secrets.token_hex(32), _free_port(), folder / "served"
    environ = os.environ | {
        "BROKERAGE_INSTANCE": str(home),
        "DATABASE_URL": "",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SECRET_KEY": secret,
        "WEB_WORKERS": "1",
    }
    upgrade = [sys.executable, "-m", "brokerage.cli", "upgrade"]
    subprocess.run(upgrade, env=environ, check=True, capture_output=True)  # noqa: S603
    engine = create_engine(f"sqlite:///{home / 'brokerage.sqlite3'}")
    references = fill(engine, instance, clock.now())
    engine.dispose()
    serve = [sys.executable, "-m", "gunicorn", "-c", "python:brokerage.upkeep.web_server"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(serve, env=environ, stdout=quiet, stderr=quiet) as server:  # noqa: S603
        try:
            _wait_for(port)
            yield port, _cookie(secret), references
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError), closing(_connection(port)) as connection:
            if _get(connection, "/health", "")[0] == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The service did not start.")


def _cookie(secret: str) -> str:
    """The session of the coordinator, signed in, as the service would sign it."""
    signer = Flask(__name__)
    signer.secret_key = secret
    serializer: Any = SecureCookieSessionInterface().get_signing_serializer(signer)
    who = {"_user_id": COORDINATOR, "_fresh": True, "fs_cc": "set", "identity.id": COORDINATOR}
    return f"session={serializer.dumps(who)}"


def _connection(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=120)


def _get(connection: HTTPConnection, address: str, cookie: str) -> tuple[int, bytes]:
    connection.request("GET", address, headers={"Cookie": cookie})
    answer = connection.getresponse()
    return answer.status, answer.read()


def _ask_in_turn(
    port: int, cookie: str, pages: list[str], limit: float
) -> tuple[list[float], list[float]]:
    """Milliseconds of the empty page and of the shortlists, the first few left out."""
    deadline = time.monotonic() + limit
    empty: list[float] = []
    page: list[float] = []
    with closing(_connection(port)) as connection:
        for number, address in enumerate(pages):
            if time.monotonic() > deadline:
                raise RuntimeError(f"The pages took longer than the limit of {limit:g} s.")
            for asked, times in ((EMPTY, empty), (address, page)):
                begun = time.perf_counter()
                status, _ = _get(connection, asked, cookie)
                took = (time.perf_counter() - begun) * 1000
                if status != 200:
                    raise RuntimeError(f"The service answered {status} for {asked}.")
                if number >= WARMING:
                    times.append(took)
    return empty, page
