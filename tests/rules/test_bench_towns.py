"""The towns of the benchmark: the same for the same seed, as large and as tight as they say."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from brokerage.bench.edges import best_per_need, edges_of
from brokerage.bench.heads import make_heads
from brokerage.bench.instances import Heads, Instance, counts, fingerprint
from brokerage.bench.making import make_instance
from brokerage.bench.towns import SEED, TOWNS
from brokerage.matching.profiles import Urgency

PRINT_IT = (
    "from brokerage.bench.instances import fingerprint;"
    "from brokerage.bench.making import make_instance;"
    f"print(fingerprint(make_instance('town', {SEED})))"
)


@pytest.fixture(scope="module")
def town() -> Instance:
    made = make_instance("town", SEED)
    assert isinstance(made, Instance)
    return made


def test_a_seed_gives_the_same_town_in_any_process(town: Instance) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PRINT_IT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert said == {fingerprint(town)}


def test_another_seed_gives_another_town(town: Instance) -> None:
    assert fingerprint(make_instance("town", SEED + 1)) != fingerprint(town)


@pytest.mark.parametrize(
    "changes",
    [
        {"half_days": 7},
        {"urgency": Urgency.HIGH},
        {"not_leaders": frozenset({"L00001"})},
        {"conflicts": {"L00001": "family"}},
        {"need_id": "N99999"},
    ],
)
def test_every_field_counts_in_the_fingerprint(town: Instance, changes: dict[str, object]) -> None:
    first = replace(town.needs[0], half_days=6, urgency=Urgency.NORMAL)
    before = replace(town, needs=(first, *town.needs[1:]))
    after = replace(town, needs=(replace(first, **changes), *town.needs[1:]))  # type: ignore[arg-type]
    assert fingerprint(before) != fingerprint(after)


def test_the_order_in_a_set_does_not_count_in_the_fingerprint(town: Instance) -> None:
    ids = [f"L{number:05d}" for number in range(50)]
    one = replace(town.needs[0], not_leaders=frozenset(ids))
    other = replace(town.needs[0], not_leaders=frozenset(reversed(ids)))
    assert fingerprint(replace(town, needs=(one,))) == fingerprint(replace(town, needs=(other,)))


@pytest.mark.parametrize(
    ("name", "needs", "leaders", "used"),
    [
        ("town", 60, 40, (50, 70)),
        ("region", 1_500, 700, (82, 90)),
        ("england", 5_000, 10_000, (19, 21)),
        ("stress", 24_000, 10_000, (94, 98)),
    ],
)
def test_a_size_is_as_large_and_as_tight_as_it_says(
    name: str, needs: int, leaders: int, used: tuple[int, int]
) -> None:
    made = make_instance(name, SEED)
    assert isinstance(made, Instance)
    said = counts(made, [0] * len(made.needs))
    assert (said["needs"], said["leaders"]) == (needs, leaders)
    assert used[0] <= said["days used at most %"] <= used[1]
    assert len({need.need_id for need in made.needs}) == needs
    assert len({leader.leader_id for leader in made.leaders}) == leaders


def test_leaders_have_what_the_study_found() -> None:
    made = make_instance("stress", SEED)
    assert isinstance(made, Instance)
    days = [leader.half_days_left / 2 for leader in made.leaders]
    at_once = [leader.engagements_free or 0 for leader in made.leaders]
    assert 4 <= min(days) < max(days) <= 30
    assert 14.8 < sum(days) / len(days) < 15.2
    assert 2.2 < sum(at_once) / len(at_once) < 2.4
    assert all(2 <= len(leader.specialisms) <= 6 for leader in made.leaders)


def test_the_counts_are_those_of_the_pairs(town: Instance) -> None:
    edges = edges_of(town)
    degrees = [edges.need.tolist().count(need) for need in range(len(town.needs))]
    said = counts(town, degrees)
    assert said["eligible pairs"] == len(edges.need) == sum(degrees)
    assert said["no candidate"] == degrees.count(0)
    assert said["largest degree"] == max(degrees)


def test_a_cut_keeps_the_best_of_each_need(town: Instance) -> None:
    edges, cut = edges_of(town), best_per_need(edges_of(town), 2)
    for need in range(len(town.needs)):
        every = sorted(edges.value[edges.need == need].tolist(), reverse=True)
        assert cut.value[cut.need == need].tolist() == every[:2]


def test_heads_are_made_from_a_seed_and_no_school_has_two() -> None:
    made = Heads("few", SEED, *make_heads(50, 80, SEED))
    again = Heads("few", SEED, *make_heads(50, 80, SEED))
    assert fingerprint(made) == fingerprint(again)
    schools = [one.school for one in (*made.new_heads, *made.buddies)]
    assert len(set(schools)) == 130
    assert TOWNS["england"].schools > 130
