"""Running the whole on one machine: web and scheduler, two children that end together."""

import ctypes
import errno
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType

from brokerage.settings import Settings

STARTS_WITHIN = 30
ENDS_WITHIN = 25
WITH_PARENT = "BROKERAGE_ENDS_WITH_PARENT"


class CannotRun(Exception):
    """The service cannot be started as it is set; the text says why, in one sentence."""


def require_loopback(host: str) -> None:
    """A demo lets anybody sign in as anybody: raise CannotRun unless it stays on this machine."""
    try:
        safe = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe:
        raise CannotRun(
            f"A demo is served on this machine only: leave HOST unset (it is {host}), "
            "or set BROKERAGE_INSTANCE to an empty folder for a service without made-up people."
        )


def require_free_port(host: str, port: int) -> None:
    """Raise CannotRun unless the address can be listened on."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise CannotRun(
                f"Port {port} is taken by another program: stop that one, or choose another port "
                f"by setting PORT (for example PORT={port % 65535 + 1})."
            ) from None
        raise CannotRun(
            f"The service cannot listen on {host}, port {port}: {fault.strerror}."
        ) from None


def run(settings: Settings, ready: Callable[[], None]) -> None:
    """Start both children, call ``ready`` once pages are served, and wait.

    Ctrl-C or SIGTERM ends both; a child that dies ends the other, and raises CannotRun.
    """
    stop = threading.Event()

    def asked(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    commands = {
        "web server": ["-m", "gunicorn", "-c", "python:brokerage.upkeep.web_server"],
        "scheduler": ["-m", "brokerage.cli", "scheduler"],
    }
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, arguments in commands.items():
            # In a session of their own, so that Ctrl-C reaches this process alone.
            children[name] = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, *arguments],
                env={**os.environ, WITH_PARENT: "1"},
                start_new_session=True,
            )
        if _serving(settings, children, stop):
            ready()
        _watch(children, stop)
    finally:
        _end(children.values())


def _serving(
    settings: Settings, children: dict[str, subprocess.Popen[bytes]], stop: threading.Event
) -> bool:
    """Wait until the port answers; False if a child dies or one is asked to stop first."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and not stop.wait(0.1):
        if any(child.poll() is not None for child in children.values()):
            return False
        try:
            socket.create_connection((settings.host, settings.port), 1).close()
            return True
        except OSError:
            continue
    return False


def _watch(children: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> None:
    while not stop.wait(0.2):
        for name, child in children.items():
            status = child.poll()
            if status is not None:
                raise CannotRun(
                    f"The {name} ended by itself (status {status}), so everything was stopped."
                )


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + ENDS_WITHIN
    for child in running:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def end_with_parent() -> None:
    """In a child of :func:`run`: be told to end when the parent is gone, however it went."""
    if os.environ.pop(WITH_PARENT, None) and sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
