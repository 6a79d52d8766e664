"""A first plan, quickly: take pairs one after another while days and engagements last.

Three orders are tried and the best plan is kept, since none is best everywhere: the worthiest
pair first; the pair worth most per half-day first (the rule of thumb for knapsacks; Dantzig
1957); and the need with fewest options first. None of them is ever undone here; that is the work
of `improvement`. Cost: sorting the candidates.
"""

from collections.abc import Callable, Iterator

from brokerage.matching.draft import NOBODY, Draft, Problem

PairInTurn = tuple[int, int, int]
"""(need, leader, worth)"""


def _worthiest_first(problem: Problem) -> Iterator[PairInTurn]:
    pairs = [
        (-worth, need, leader)
        for need, options in enumerate(problem.options)
        for worth, leader in options
    ]
    for negative, need, leader in sorted(pairs):
        yield need, leader, -negative


def _most_per_half_day_first(problem: Problem) -> Iterator[PairInTurn]:
    pairs = [
        (-(worth // problem.sizes[need]), need, leader, worth)
        for need, options in enumerate(problem.options)
        for worth, leader in options
    ]
    for _, need, leader, worth in sorted(pairs):
        yield need, leader, worth


def _fewest_options_first(problem: Problem) -> Iterator[PairInTurn]:
    order = sorted(
        range(len(problem.sizes)),
        key=lambda need: (len(problem.options[need]), problem.sizes[need], need),
    )
    for need in order:
        for worth, leader in problem.options[need]:
            yield need, leader, worth


ORDERS: tuple[Callable[[Problem], Iterator[PairInTurn]], ...] = (
    _worthiest_first,
    _most_per_half_day_first,
    _fewest_options_first,
)


def fill(problem: Problem, order: Iterator[PairInTurn]) -> Draft:
    """The plan that comes of taking the pairs in this order."""
    draft = Draft(problem)
    for need, leader, worth in order:
        if draft.leader_of[need] == NOBODY and draft.fits(need, leader):
            draft.add(need, leader, worth)
    return draft


def greedy_plans(problem: Problem) -> list[Draft]:
    """The plans that the orders above give, best first; the earlier order where they tie."""
    drafts = [fill(problem, order(problem)) for order in ORDERS]
    return sorted(drafts, key=lambda draft: -draft.value)
