"""The parts of the engine by themselves: greedy starts, moves that better them, bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.bounds import Market, bound
from brokerage.matching.draft import NOBODY, Draft, Problem
from brokerage.matching.greedy import ORDERS, fill, greedy_plans
from brokerage.matching.improvement import Budget, improve
from brokerage.matching.objectives import Packing, load

PLENTY = 10_000


def problem(
    sizes: tuple[int, ...],
    options: tuple[tuple[tuple[int, int], ...], ...],
    half_days: tuple[int, ...],
    load_worth: int = 0,
) -> Problem:
    nothing = (0,) * len(half_days)
    many = (len(sizes),) * len(half_days)
    return Problem(sizes, options, half_days, nothing, many, load_worth)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    leaders = draw(st.integers(1, 4))
    worths = st.dictionaries(st.integers(0, leaders - 1), st.integers(1, 50))
    needs = draw(st.lists(st.tuples(st.integers(1, 5), worths), max_size=8))
    return problem(
        tuple(size for size, _ in needs),
        tuple(tuple(sorted((-w, j) for j, w in run.items())) for _, run in needs),
        tuple(draw(st.integers(0, 9)) for _ in range(leaders)),
        -draw(st.integers(0, 1)),
    )


def positive(made: Problem) -> Problem:
    """The same with worths above 0: they are drawn negative, so that sorting puts best first."""
    options = tuple(tuple((-worth, leader) for worth, leader in run) for run in made.options)
    return Problem(
        made.sizes, options, made.half_days, made.pinned_used, made.slots, made.load_worth
    )


@given(problems())
def test_the_books_of_a_draft_always_balance(made: Problem) -> None:
    asked = positive(made)
    for draft in greedy_plans(asked):
        before = draft.value
        improve(draft, Budget(PLENTY))
        assert draft.value >= before
        used = [0] * len(asked.half_days)
        for need, leader in enumerate(draft.leader_of):
            if leader != NOBODY:
                used[leader] += asked.sizes[need]
        assert used == draft.used
        assert all(u <= most for u, most in zip(used, asked.half_days, strict=True))
        loads = sum(load(u, most) for u, most in zip(used, asked.half_days, strict=True))
        assert draft.value == sum(draft.worth_of) + asked.load_worth * loads


@given(problems())
def test_the_best_greedy_plan_comes_first(made: Problem) -> None:
    asked = positive(made)
    values = [draft.value for draft in greedy_plans(asked)]
    assert values == sorted((fill(asked, order(asked)).value for order in ORDERS), reverse=True)


def test_a_need_is_moved_to_let_another_in() -> None:
    """Need 1 holds leader 0, whom alone need 0 can have; it moves to leader 1, its second best."""
    asked = problem((4, 4), (((10, 0),), ((10, 0), (9, 1))), (5, 5))
    draft = Draft(asked)
    draft.add(1, 0, 10)
    improve(draft, Budget(PLENTY))
    assert draft.leader_of == [0, 1]


def test_a_need_is_let_go_only_for_one_worth_more() -> None:
    asked = problem((4, 4), (((10, 0),), ((11, 0),)), (5,))
    draft = Draft(asked)
    draft.add(0, 0, 10)
    improve(draft, Budget(PLENTY))
    assert draft.leader_of == [NOBODY, 0]
    improve(draft, Budget(PLENTY))
    assert draft.leader_of == [NOBODY, 0]


def test_of_two_needs_that_could_be_let_go_the_one_worth_less_goes() -> None:
    asked = problem((4, 4, 4), (((10, 0), (9, 1)), ((8, 0),), ((2, 1),)), (5, 5))
    draft = Draft(asked)
    draft.add(1, 0, 8)
    draft.add(2, 1, 2)
    improve(draft, Budget(PLENTY))
    assert draft.leader_of == [1, 0, NOBODY]


def test_the_work_ends_when_the_budget_is_spent() -> None:
    asked = problem((1,) * 50, (((10, 0),),) * 50, (50,))
    draft = Draft(asked)
    budget = Budget(20)
    improve(draft, budget)
    assert draft.leader_of.count(0) == budget.spent == 20


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9)), min_size=2))
def test_packed_rows_compare_as_the_rows_do(rows: list[tuple[int, ...]]) -> None:
    pack = Packing([9, 9, 9])
    assert sorted(rows) == sorted(rows, key=pack)
    one, other, *_ = rows
    both = tuple(a + b for a, b in zip(one, other, strict=True))
    assert pack(both) == pack(one) + pack(other)


def test_a_bound_knows_of_days_that_everybody_wants() -> None:
    """Ten needs of 2 half-days and one leader with 6: no plan places more than 3."""
    pairs = np.arange(10, dtype=np.int64)
    market = Market(
        need=pairs,
        leader=np.zeros(10, dtype=np.int64),
        size=np.full(10, 2, dtype=np.int64),
        half_days=np.array([6], dtype=np.int64),
        slots=np.array([10], dtype=np.int64),
    )
    worth = np.ones(10, dtype=np.int64)
    assert bound(market, worth, reached=3, steps=100) == 3
    assert bound(market, worth, reached=3, steps=0) == 10
