"""The repair that is the same for every method: what is overbooked goes, what fits is taken."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brokerage.bench.edges import Edges, IndexPair
from brokerage.bench.repair import overbooked, refill, repair

Pairs = list[IndexPair]


def edges(
    values: dict[IndexPair, int], sizes: list[int], capacity: list[int], slots: list[int]
) -> Edges:
    """A small problem: the value of each (need, leader)."""
    ordered = sorted(values, key=lambda pair: (pair[0], -values[pair], pair[1]))
    return Edges(
        need_ids=[f"N{need}" for need in range(len(sizes))],
        leader_ids=[f"L{leader}" for leader in range(len(capacity))],
        need=np.array([need for need, _ in ordered], dtype=np.int64),
        leader=np.array([leader for _, leader in ordered], dtype=np.int64),
        value=np.array([values[pair] for pair in ordered], dtype=np.int64),
        half_days=np.array(sizes, dtype=np.int64),
        capacity=np.array(capacity, dtype=np.int64),
        slots=np.array(slots, dtype=np.int64),
    )


def test_a_plan_that_holds_is_left_as_it_is() -> None:
    problem = edges({(0, 0): 5, (1, 1): 3}, [2, 2], [2, 2], [1, 1])
    assert repair(problem, [(0, 0), (1, 1)]) == [(0, 0), (1, 1)]
    assert overbooked(problem, [(0, 0), (1, 1)]) == 0


def test_the_pair_of_lowest_value_is_dropped_where_days_are_too_few() -> None:
    problem = edges({(0, 0): 5, (1, 0): 9, (2, 0): 7}, [4, 4, 4], [8], [3])
    raw = [(0, 0), (1, 0), (2, 0)]
    assert overbooked(problem, raw) == 1
    assert repair(problem, raw) == [(1, 0), (2, 0)]


def test_engagements_at_once_are_kept_too() -> None:
    problem = edges({(0, 0): 5, (1, 0): 9}, [1, 1], [8], [1])
    assert overbooked(problem, [(0, 0), (1, 0)]) == 1
    assert repair(problem, [(0, 0), (1, 0)]) == [(1, 0)]


def test_what_was_dropped_is_placed_where_there_is_room() -> None:
    problem = edges({(0, 0): 5, (1, 0): 9, (0, 1): 2}, [4, 4], [4, 4], [2, 2])
    assert repair(problem, [(0, 0), (1, 0)]) == [(0, 1), (1, 0)]


def test_a_pair_that_is_not_eligible_is_not_kept() -> None:
    problem = edges({(0, 0): 5}, [1, 1], [2], [2])
    assert repair(problem, [(0, 0), (1, 0)]) == [(0, 0)]


def test_with_nothing_kept_it_is_the_greedy_plan() -> None:
    problem = edges({(0, 0): 5, (1, 0): 6, (1, 1): 4}, [2, 2], [2, 2], [1, 1])
    assert refill(problem, {}) == [(1, 0)]


@given(st.data())
def test_whatever_comes_in_what_goes_out_holds_and_nothing_more_would_fit(
    data: st.DataObject,
) -> None:
    needs, leaders = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 4))
    every = [(need, leader) for need in range(needs) for leader in range(leaders)]
    known = data.draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    values = {pair: data.draw(st.integers(1, 20)) for pair in known}
    problem = edges(
        values,
        data.draw(st.lists(st.integers(1, 5), min_size=needs, max_size=needs)),
        data.draw(st.lists(st.integers(0, 9), min_size=leaders, max_size=leaders)),
        data.draw(st.lists(st.integers(0, 3), min_size=leaders, max_size=leaders)),
    )
    raw = dict(data.draw(st.lists(st.sampled_from(known), unique=True)))
    repaired = repair(problem, list(raw.items()))
    assert overbooked(problem, repaired) == 0
    assert set(repaired) <= set(values)
    placed = {need for need, _ in repaired}
    assert len(placed) == len(repaired)
    for need, leader in values:
        assert need in placed or overbooked(problem, [*repaired, (need, leader)])
