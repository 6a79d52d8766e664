"""A short form of `make race`."""

from pathlib import Path

import pytest

from tests.proofs.colliding import collide
from tests.proofs.installation import installation
from tests.proofs.last_days import Race
from tests.proofs.stories import tell_stories


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_accepts_at_once_over_http_sell_the_last_days_once_and_are_all_answered(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_url") if database == "postgres" else None
    with installation(tmp_path, f"race_{database}", server) as place:
        race = Race(place, at_once=20, seed=1)
        with place.serving(workers=4):
            *_, tally = race.run(rounds=3)
        assert tally.good, tally
        assert tally.accepted >= 3 * 2
        assert place.broken() == []


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_in_every_story_of_accepting_withdrawing_and_confirming_model_and_database_are_equal(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_url") if database == "postgres" else None
    did = tell_stories(tmp_path, database, server, steps=400, first_seed=1)
    assert all(did[name, True] for name in ("propose", "answer", "take_back", "confirm", "log"))


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_accept_withdraw_and_confirm_at_the_same_moment_leave_only_legal_histories(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_url") if database == "postgres" else None
    found = collide(tmp_path, database, server, rounds=4, seed=1)
    assert found.good, found
    assert found.done
    assert found.refused
