"""The wheel, alone, serves the same pages: templates, page assets and migrations are in it."""

import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.processes import comes
from tests.smtp import a_free_port

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's own files, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "alone")
    return folder / "alone"


def test_nothing_of_an_installation_is_in_the_wheel(unpacked: Path) -> None:
    names = {path.name for path in unpacked.rglob("*")}
    assert not names & {"instance", "brokerage.sqlite3", "secret-key", "tests", "node_modules"}


def test_the_wheel_alone_makes_a_database_and_serves_pages(unpacked: Path, tmp_path: Path) -> None:
    port = a_free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(unpacked),
        "BROKERAGE_INSTANCE": str(tmp_path / "instance"),
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "brokerage.cli"]
    where = subprocess.run(
        [sys.executable, "-c", "import brokerage; print(brokerage.__file__)"],
        env=environment,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(unpacked))
    subprocess.run([*command, "upgrade"], env=environment, cwd=tmp_path, check=True)
    service = subprocess.Popen(
        [*command, "run"], env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    try:

        def page(path: str) -> str:
            address = f"http://127.0.0.1:{port}{path}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())

        def answers() -> bool:
            try:
                return "ok" in page("/health")
            except OSError:
                return False

        assert comes(answers, within=60)
        assert "Sign in" in page("/sign-in")
        assert "govuk-button" in page("/static/brokerage.css")
    finally:
        service.terminate()
        service.wait(30)
