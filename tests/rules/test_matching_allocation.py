"""A plan for the whole queue: within everybody's days, as good as the work allows, settled."""

import os
import random
import subprocess
import sys
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokerage.matching.allocation import allocate
from brokerage.matching.checker import check_plan
from brokerage.matching.eligibility import is_eligible
from brokerage.matching.objectives import Objective, StrictOrder, Weighted, Worth, load
from brokerage.matching.plans import BELOW_FLOOR, PLACED_ELSEWHERE, Level, PinsError, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Place, Urgency
from brokerage.matching.scoring import score
from tests.rules.matching_towns import busy_towns, leader, need, towns

patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]
objectives = st.sampled_from((StrictOrder(), Weighted(), Weighted(balance=1, inertia=300)))
BALANCED = Weighted(balance=1)


def given_by(plan: Plan) -> dict[str, str]:
    return {pair.need_id: pair.leader_id for pair in plan.pairs}


def best_of_all(town: Town, objective: Objective) -> Worth:
    """The worth of the best plan there is, by trying every one."""
    needs, leaders = town
    best: Worth | None = None
    for choice in product((None, *leaders), repeat=len(needs)):
        worth = _worth(needs, leaders, choice, objective)
        if worth is not None and (best is None or worth > best):
            best = worth
    assert best is not None
    return best


def _worth(
    needs: tuple[NeedProfile, ...],
    leaders: tuple[LeaderProfile, ...],
    choice: tuple[LeaderProfile | None, ...],
    objective: Objective,
) -> Worth | None:
    row = [0] * len(objective.aims)
    for asked, one in zip(needs, choice, strict=True):
        if one is None:
            continue
        if not is_eligible(asked, one):
            return None
        pair = objective.of_pair(asked.urgency, score(asked, one), False)
        row = [a + b for a, b in zip(row, pair, strict=True)]
    for one in leaders:
        sizes = [asked.half_days for asked, c in zip(needs, choice, strict=True) if c is one]
        too_many = one.engagements_free is not None and len(sizes) > one.engagements_free
        if sum(sizes) > one.half_days_left or too_many:
            return None
        loaded = load(sum(sizes), one.half_days_left)
        row = [a + loaded * b for a, b in zip(row, objective.of_load, strict=True)]
    return tuple(row)


@patiently
@given(towns(), st.sampled_from(Level), objectives, st.sampled_from((0, 500)))
def test_every_plan_keeps_every_rule(
    town: Town, level: Level, objective: Objective, floor: int
) -> None:
    needs, leaders = town
    plan = allocate(needs, leaders, level=level, objective=objective, floor=floor)
    assert check_plan(plan, needs, leaders, floor=floor) == ()


@settings(patiently, max_examples=60)
@given(busy_towns(), st.sampled_from((StrictOrder(), Weighted(), BALANCED)))
def test_more_work_is_never_worse_and_nothing_passes_the_best_or_the_bound(
    town: Town, objective: Objective
) -> None:
    needs, leaders = town
    best = best_of_all(town, objective)
    plans = [allocate(needs, leaders, level=level, objective=objective) for level in Level]
    worths = [plan.worth for plan in plans]
    assert worths == sorted(worths)
    assert worths[-1] == best
    for plan in plans:
        assert best[: objective.certified] <= plan.certificate.bound
        assert min(plan.certificate.gap) >= 0


@pytest.mark.slow
@patiently
@given(towns(), st.randoms(use_true_random=False), objectives)
def test_the_order_they_come_in_does_not_matter(
    town: Town, shuffler: random.Random, objective: Objective
) -> None:
    needs, leaders = list(town[0]), list(town[1])
    plan = allocate(needs, leaders, objective=objective)
    shuffler.shuffle(needs)
    shuffler.shuffle(leaders)
    assert allocate(needs, leaders, objective=objective) == plan


def test_one_urgent_need_comes_before_any_number_of_others() -> None:
    asked = [need(need_id="U", half_days=20, urgency=Urgency.URGENT)]
    asked += [need(need_id=f"N{n}", half_days=2) for n in range(10)]
    only = [leader(half_days_left=20, engagements_free=None)]
    assert given_by(allocate(asked, only)) == {"U": "L1"}
    weighted = allocate(asked, only, objective=Weighted())
    assert "U" not in given_by(weighted)
    assert len(weighted.pairs) == 10


def crossed() -> Town:
    """N1 likes L1 best, and N2 can have nobody but L1, who has time for one of them."""
    needs = (
        need(need_id="N1", place=Place(1_000, 0), urgency=Urgency.HIGH),
        need(need_id="N2", place=Place(39_000, 0)),
    )
    leaders = (
        leader(leader_id="L1", half_days_left=10, place=Place(0, 0)),
        leader(leader_id="L2", half_days_left=10, place=Place(-10_000, 0), max_metres=20_000),
    )
    return needs, leaders


def test_a_first_choice_gives_way_where_both_can_then_be_helped() -> None:
    needs, leaders = crossed()
    alone = allocate(needs[:1], leaders)
    assert given_by(alone) == {"N1": "L1"}
    together = allocate(needs, leaders)
    assert given_by(together) == {"N1": "L2", "N2": "L1"}
    assert [pair.rank for pair in together.pairs] == [2, 1]


@pytest.mark.slow
@settings(patiently, max_examples=200)
@given(busy_towns(most_needs=6))
def test_no_pairing_can_be_added_to_an_improved_plan(town: Town) -> None:
    needs, leaders = town
    plan = allocate(needs, leaders)
    placed = given_by(plan)
    for asked in needs:
        if asked.need_id in placed:
            continue
        for one in leaders:
            theirs = [n.half_days for n in needs if placed.get(n.need_id) == one.leader_id]
            room = one.half_days_left - sum(theirs) >= asked.half_days
            free = one.engagements_free is None or len(theirs) < one.engagements_free
            assert not (is_eligible(asked, one) and room and free)


def test_improvement_betters_some_greedy_plan() -> None:
    """Otherwise `standard` would be `instant` by another name."""
    needs = [
        need(need_id=f"N{n}", half_days=3 + n % 4, place=Place(9_000 * n % 40_000, 0))
        for n in range(24)
    ]
    leaders = [
        leader(leader_id=f"L{n}", half_days_left=9, place=Place(7_000 * n, 0), max_metres=15_000)
        for n in range(7)
    ]
    quick = allocate(needs, leaders, level=Level.INSTANT)
    better = allocate(needs, leaders, level=Level.STANDARD)
    assert better.worth > quick.worth
    assert quick.work == 0 < better.work


def test_settled_pairings_stand_and_their_days_are_taken_first() -> None:
    needs, leaders = crossed()
    plan = allocate(needs, leaders, pinned={"N1": "L1"})
    assert given_by(plan) == {"N1": "L1"}
    assert [pair.pinned for pair in plan.pairs] == [True]
    assert [(one.need_id, one.code) for one in plan.unplaced] == [("N2", PLACED_ELSEWHERE)]
    assert check_plan(plan, needs, leaders, pinned={"N1": "L1"}) == ()


def test_a_settled_pairing_stands_even_where_a_rule_would_bar_it() -> None:
    needs, leaders = crossed()
    plan = allocate(needs, leaders, pinned={"N2": "L2"})
    assert given_by(plan) == {"N1": "L1", "N2": "L2"}
    (settled,) = [pair for pair in plan.pairs if pair.pinned]
    assert (settled.rank, settled.eligible) == (0, 1)
    assert check_plan(plan, needs, leaders, pinned={"N2": "L2"}) == ()


@pytest.mark.parametrize(
    ("pinned", "words"),
    [
        ({"N9": "L1"}, "need N9 is not among"),
        ({"N1": "L9"}, "leader L9 is not among"),
        ({"N1": "L1", "N2": "L1"}, "pinned to L1 take 8 days, 5 days are left"),
    ],
)
def test_settled_pairings_that_cannot_all_stand_are_refused(
    pinned: dict[str, str], words: str
) -> None:
    with pytest.raises(PinsError, match=words):
        allocate(*crossed(), pinned=pinned)


def test_what_is_settled_is_planned_once_and_bounds_what_is_left() -> None:
    needs, leaders = crossed()
    spare = need(need_id="N3", place=Place(-20_000, 0))
    plan = allocate([*needs, spare], leaders, pinned={"N1": "L1"})
    assert given_by(plan) == {"N1": "L1", "N3": "L2"}
    alone = allocate(needs, leaders[:1], pinned={"N1": "L1"})
    assert alone.certificate.value[:3] == alone.certificate.bound[:3] == (0, 1, 1)


def test_a_settled_pairing_takes_an_engagement_too() -> None:
    needs, one = [need(need_id="N1"), need(need_id="N2")], leader(engagements_free=1)
    plan = allocate(needs, [one], pinned={"N2": "L1"})
    assert given_by(plan) == {"N2": "L1"}


def test_settled_pairings_may_take_the_very_last_half_day() -> None:
    needs = [need(need_id="N1"), need(need_id="N2")]
    settled = {"N1": "L1", "N2": "L1"}
    assert given_by(allocate(needs, [leader(half_days_left=16)], pinned=settled)) == settled
    with pytest.raises(PinsError, match=r"take 8 days, 7\.5 days are left"):
        allocate(needs, [leader(half_days_left=15)], pinned=settled)


def test_more_pinned_engagements_than_a_leader_takes_on_are_refused() -> None:
    with pytest.raises(PinsError, match="2 pairings are pinned to L1, who can take on 1"):
        allocate(
            [need(need_id="N1"), need(need_id="N2")],
            [leader(engagements_free=1)],
            pinned={"N1": "L1", "N2": "L1"},
        )


def test_among_equals_the_plan_before_is_kept() -> None:
    needs, leaders = [need()], [leader(leader_id="L1"), leader(leader_id="L2")]
    assert given_by(allocate(needs, leaders)) == {"N1": "L1"}
    kept = allocate(needs, leaders, before={"N1": "L2"})
    assert (given_by(kept), kept.changes) == ({"N1": "L2"}, 0)
    moved = allocate(needs, leaders[:1], before={"N1": "L2"})
    assert (given_by(moved), moved.changes) == ({"N1": "L1"}, 1)


def test_among_equals_work_is_spread() -> None:
    needs = [need(need_id=f"N{n}", half_days=2) for n in range(4)]
    leaders = [leader(leader_id=f"L{n}", half_days_left=40, engagements_free=None) for n in (1, 2)]
    given_to = list(given_by(allocate(needs, leaders)).values())
    assert sorted(given_to) == ["L1", "L1", "L2", "L2"]


def test_nobody_is_given_below_the_floor() -> None:
    best = score(need(), leader())
    assert given_by(allocate([need()], [leader()], floor=best)) == {"N1": "L1"}
    (left,) = allocate([need()], [leader()], floor=best + 1).unplaced
    assert (left.code, left.eligible, left.gap_to_floor) == (BELOW_FLOOR, 1, 1)


def test_a_need_nobody_may_take_names_the_rule() -> None:
    plan = allocate([need(), need(need_id="N2", specialism="maths")], [leader(half_days_left=1)])
    assert [(one.need_id, one.code) for one in plan.unplaced] == [
        ("N1", "days"),
        ("N2", "specialism"),
    ]
    assert allocate([need()], []).unplaced[0].code == "specialism"
    assert allocate([], [leader()]).pairs == ()


def test_two_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="Two needs have the id N1"):
        allocate([need(), need()], [])
    with pytest.raises(ValueError, match="Two leaders have the id L1"):
        allocate([], [leader(), leader()])


HASHES = """
from tests.rules.matching_towns import need, leader
from brokerage.matching.allocation import allocate
from brokerage.matching.profiles import Place, Term
needs = [need(need_id=f"N{n}", half_days=1 + n % 5, place=Place(n * 997 % 30000, 0),
              terms=frozenset(list(Term)[: 1 + n % 3])) for n in range(40)]
leaders = [leader(leader_id=f"L{n}", place=Place(n * 7919 % 30000, 0), half_days_left=9)
           for n in range(12)]
print(allocate(needs, leaders))
"""


def test_another_run_gives_the_same_plan() -> None:
    here = os.pathsep.join([os.path.dirname(__file__), os.getcwd()])
    answers = {
        subprocess.run(
            [sys.executable, "-c", HASHES],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": here},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1
