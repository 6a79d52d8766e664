"""A measurement in a process of its own: ended at its limit, told of its faults, never believed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from brokerage.bench.instances import fingerprint, keep
from brokerage.bench.isolation import Job, measure
from brokerage.bench.making import make_instance
from brokerage.bench.towns import SEED


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(make_instance("town", SEED), tmp_path_factory.mktemp("town"))


def measured(town: Path, name: str, **options: Any) -> dict[str, Any]:
    return measure(Job(f"tests.bench_methods:{name}", town, 60, options))


def gone(process_id: int) -> bool:
    """Whether the process has ended; one that nobody has yet asked after has, too."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="process groups are what ends it")
def test_a_method_that_hangs_is_ended_with_all_that_it_started(town: Path, tmp_path: Path) -> None:
    note = tmp_path / "child"
    job = Job("tests.bench_methods:hangs", town, 3, {"note": str(note)})
    begun = time.monotonic()
    result = measure(job, grace=1)
    assert time.monotonic() - begun < 30
    assert result == {"status": "over its limit", "note": "over its limit of 3 s"}
    child = int(note.read_text())
    deadline = time.monotonic() + 10
    while not gone(child):
        assert time.monotonic() < deadline, "the child still runs"


def test_a_method_that_fails_is_told_by_its_last_words(town: Path) -> None:
    result = measured(town, "fails")
    assert result == {"status": "failed", "note": "ArithmeticError: it does not add up"}


def test_a_method_may_decline(town: Path) -> None:
    result = measured(town, "declines")
    assert (result["status"], result["note"]) == ("skipped", "too large for it")


def test_a_plan_of_ours_that_lies_is_caught_by_the_checker(town: Path) -> None:
    result = measured(town, "lies")
    assert result["status"] == "done"
    assert result["faults"] > 0
    assert result["broken"]


def test_what_another_solver_overbooks_is_seen_after_the_repair_too(town: Path) -> None:
    result = measured(town, "does_not_repair")
    assert result["overbooked_raw"] > 0
    assert any("overbooked after the repair" in fault for fault in result["broken"])


def test_a_good_method_is_measured_on_the_instance_that_was_kept(town: Path) -> None:
    job = Job("brokerage.bench.simple:greedy", town, 60)
    result = measure(job)
    assert result["status"] == "done"
    assert result["fingerprint"] == fingerprint(make_instance("town", SEED))
    assert result["broken"] == []
    assert result["overbooked_raw"] == 0
    assert result["value"] == result["raw_value"] > 0
    assert result["pairs"] + result["unmatched"] == 60
    assert {"import", "candidates", "solve", "repair", "total"} <= set(result["seconds"])
    assert result["memory_mb"] > 0
    assert measure(job)["hash"] == result["hash"]
