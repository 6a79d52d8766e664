"""The checker finds what is wrong with a plan, whoever made it."""

from dataclasses import replace

import pytest

from brokerage.matching.allocation import allocate
from brokerage.matching.checker import check_plan
from brokerage.matching.plans import Pair, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from tests.rules.matching_towns import BARRED, LEADER, NEED, leader, need

NEEDS = (need(need_id="N1"), need(need_id="N2"))
LEADERS = (leader(leader_id="L1"), leader(leader_id="L2"))
PLAN = allocate(NEEDS, LEADERS)
FIRST, SECOND = PLAN.pairs


def codes(
    plan: Plan,
    needs: tuple[NeedProfile, ...] = NEEDS,
    leaders: tuple[LeaderProfile, ...] = LEADERS,
    pinned: dict[str, str] | None = None,
    floor: int = 0,
) -> set[str]:
    return {broken.code for broken in check_plan(plan, needs, leaders, pinned=pinned, floor=floor)}


def with_pairs(*pairs: Pair) -> Plan:
    return replace(PLAN, pairs=pairs)


def test_a_good_plan_has_nothing_wrong() -> None:
    assert codes(PLAN) == set()


def test_a_need_answered_twice_or_not_at_all() -> None:
    assert codes(with_pairs(FIRST, FIRST, SECOND)) == {"need_twice"}
    assert codes(with_pairs(FIRST)) == {"need_forgotten"}


def test_needs_and_leaders_nobody_knows() -> None:
    assert codes(with_pairs(FIRST, replace(SECOND, leader_id="L9"))) == {"unknown_leader"}
    strange = replace(FIRST, need_id="N9")
    assert codes(with_pairs(FIRST, SECOND, strange)) == {"unknown_need"}


def test_more_days_or_engagements_than_there_are() -> None:
    both_to_one = with_pairs(replace(FIRST, leader_id="L1"), replace(SECOND, leader_id="L1"))
    short = (leader(leader_id="L1", half_days_left=15), LEADERS[1])
    assert codes(both_to_one, leaders=short) == {"days"}
    busy = (leader(leader_id="L1", engagements_free=1), LEADERS[1])
    assert codes(both_to_one, leaders=busy) == {"engagements"}
    assert codes(both_to_one) == set()


@pytest.mark.parametrize("code", sorted(BARRED))
def test_each_hard_rule_broken_is_found(code: str) -> None:
    asked, offered, _ = BARRED[code]
    good = allocate([NEED], [LEADER])
    assert codes(good, (asked,), (offered,)) == {code}


def test_a_settled_pairing_may_break_a_rule_but_not_the_days() -> None:
    asked, offered, _ = BARRED["distance"]
    good = allocate([NEED], [LEADER])
    assert codes(good, (asked,), (offered,), pinned={"N1": "L1"}) == set()
    asked, offered, _ = BARRED["days"]
    assert codes(good, (asked,), (offered,), pinned={"N1": "L1"}) == {"days"}


def test_a_settled_pairing_that_was_moved_or_dropped() -> None:
    other = {"L1": "L2", "L2": "L1"}[FIRST.leader_id]
    assert codes(PLAN, pinned={"N1": other}) == {"pin_moved"}
    assert codes(with_pairs(SECOND), pinned={"N1": other}) == {"pin_moved", "need_forgotten"}


def test_points_that_do_not_add_up_or_are_out_of_bounds() -> None:
    assert codes(with_pairs(replace(FIRST, score=FIRST.score + 1), SECOND)) == {"points"}
    one, two, *rest = FIRST.points
    shifted = (
        replace(one, points=one.points + 500),
        replace(two, points=two.points - 500),
        *rest,
    )
    assert codes(with_pairs(replace(FIRST, points=shifted), SECOND)) == {"points"}


def test_a_pair_below_the_floor() -> None:
    worst = min(FIRST.score, SECOND.score)
    assert codes(PLAN, floor=worst) == set()
    assert codes(PLAN, floor=worst + 1) == {"below_floor"}


def test_a_certificate_of_another_plan_or_below_its_own_value() -> None:
    claimed = PLAN.certificate
    lower = replace(claimed, bound=tuple(most - 1 for most in claimed.value))
    assert codes(replace(PLAN, certificate=lower)) == {"certificate"}
    other = replace(claimed, value=tuple(number - 1 for number in claimed.value))
    assert codes(replace(PLAN, certificate=other)) == {"certificate"}
