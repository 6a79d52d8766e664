"""Planning again: what changed is mended, and the rest stays where it is."""

from random import Random

import pytest

from brokerage.matching.allocation import allocate
from brokerage.matching.checker import check_plan
from brokerage.matching.objectives import Objective, StrictOrder, Weighted
from brokerage.matching.plans import PinsError, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile, Place, Urgency
from brokerage.matching.replan import replan
from tests.rules.matching_towns import leader, need

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]


def district(many: int = 120, leaders: int = 60, seed: int = 3) -> Town:
    """Needs and leaders along a road, with not quite days enough."""
    chance = Random(seed)
    return (
        tuple(
            need(
                need_id=f"N{n:03}",
                half_days=chance.randint(4, 16),
                urgency=chance.choice(tuple(Urgency)),
                place=Place(chance.randint(0, 80_000), 0),
            )
            for n in range(many)
        ),
        tuple(
            leader(
                leader_id=f"L{n:03}",
                half_days_left=chance.randint(12, 36),
                engagements_free=3,
                place=Place(chance.randint(0, 80_000), 0),
                max_metres=15_000,
            )
            for n in range(leaders)
        ),
    )


def given_by(plan: Plan) -> dict[str, str]:
    return {pair.need_id: pair.leader_id for pair in plan.pairs}


@pytest.mark.parametrize("objective", [Weighted(), StrictOrder()])
def test_after_a_withdrawal_little_changes_and_little_is_lost(objective: Objective) -> None:
    needs, leaders = district()
    before = given_by(allocate(needs, leaders, objective=objective))
    gone = {"L007", "L031"}
    left = tuple(one for one in leaders if one.leader_id not in gone)
    plan = replan(needs, leaders, before, gone=gone, objective=objective)
    assert check_plan(plan, needs, left) == ()
    now = given_by(plan)
    standing = [asked for asked, who in before.items() if who not in gone]
    changed = [asked for asked in standing if now.get(asked) != before[asked]]
    assert len(standing) < len(before)
    assert len(changed) <= 0.05 * len(standing)
    scratch = allocate(needs, left, objective=objective)
    if objective.certified == 1:
        assert plan.worth[0] >= 0.995 * scratch.worth[0]
    else:
        assert plan.worth[0] == scratch.worth[0]
    moved_from_scratch = sum(given_by(scratch).get(asked) != before[asked] for asked in standing)
    assert len(changed) < moved_from_scratch


def test_where_nothing_changed_nothing_changes() -> None:
    needs, leaders = district(40, 20)
    before = given_by(allocate(needs, leaders))
    plan = replan(needs, leaders, before, inertia=5_000)
    assert given_by(plan) == before
    assert plan.changes == 0


def test_what_is_settled_never_moves() -> None:
    needs, leaders = district(40, 20)
    before = given_by(allocate(needs, leaders))
    pinned = dict(sorted(before.items())[:10])
    gone = {next(who for who in before.values() if who not in pinned.values())}
    now = given_by(replan(needs, leaders, before, gone=gone, pinned=pinned))
    assert pinned.items() <= now.items()
    with pytest.raises(PinsError, match="is not among the leaders"):
        replan(needs, leaders, before, gone=set(pinned.values()), pinned=pinned)


def test_a_day_that_comes_free_goes_to_who_waits_and_nobody_else_moves() -> None:
    needs = (need(need_id="N1"), need(need_id="N2", place=Place(1_000, 0)))
    before = given_by(allocate(needs, [leader(half_days_left=8)]))
    assert len(before) == 1
    plan = replan(needs, [leader(half_days_left=16)], before)
    assert given_by(plan) == {"N1": "L1", "N2": "L1"}
    assert plan.changes == 0


def test_of_a_plan_that_fits_no_more_the_worthier_part_is_kept() -> None:
    needs = (need(need_id="N1"), need(need_id="N2", urgency=Urgency.URGENT))
    before = {"N1": "L1", "N2": "L1"}
    plan = replan(needs, [leader(half_days_left=8)], before)
    assert given_by(plan) == {"N2": "L1"}
    assert plan.changes == 1


def test_the_worth_told_is_that_of_the_aims_and_not_of_keeping() -> None:
    needs, leaders = district(30, 15)
    before = given_by(allocate(needs, leaders, objective=Weighted()))
    again = replan(needs, leaders, before, objective=Weighted(), inertia=10_000)
    assert again.worth == allocate(needs, leaders, objective=Weighted(), pinned=before).worth
    assert again.worth[0] <= again.certificate.bound[0]
