"""A short form of `make crash`, on SQLite, with leases that are shorter than the service's own."""

from pathlib import Path

import pytest

from tests.proofs.asleep import stop_and_wake
from tests.proofs.killed_scheduler import AFTER_CLAIM, POINTS, Pace
from tests.proofs.killing_schedulers import kill_schedulers
from tests.proofs.killing_workers import kill_workers
from tests.proofs.many_at_once import many_steps

pytestmark = pytest.mark.slow

BRISK = Pace(lease=3, tick=1, claim=4, begun=6)


def test_what_web_workers_acknowledged_before_they_were_killed_is_there_and_once(
    tmp_path: Path,
) -> None:
    found = kill_workers(tmp_path, "sqlite", None, kills=6, seed=1)
    assert found.good, found
    assert found.tally.cut >= found.kills == 6


def test_schedulers_killed_at_named_points_lose_no_step_and_double_none(tmp_path: Path) -> None:
    found = kill_schedulers(
        tmp_path, "sqlite", None, kills=5 * len(POINTS), groups=len(POINTS), seed=1, pace=BRISK
    )
    assert found.good, found
    assert set(found.at_each_point.values()) == {5}


def test_of_four_schedulers_beside_four_web_workers_one_sends_each_step_once(
    tmp_path: Path,
) -> None:
    found = many_steps(tmp_path, "sqlite", None, steps=60, seed=1, pace=BRISK)
    assert found.good, found


def test_a_scheduler_stopped_for_longer_than_its_lease_sends_nothing_when_it_wakes(
    tmp_path: Path,
) -> None:
    found = stop_and_wake(tmp_path, "sqlite", None, AFTER_CLAIM, asleep=7, pace=BRISK)
    assert found.good, found
