"""What withdraws from a plan, what could stand after that, and what the engine's stages took."""

import pytest

from brokerage.bench.change import CONFIRMED, Withdrawal, withdraw
from brokerage.bench.instances import Instance
from brokerage.bench.making import make_instance
from brokerage.bench.own import stages
from brokerage.bench.towns import SEED
from brokerage.bench.work import Stopwatch
from brokerage.matching.allocation import allocate
from brokerage.matching.plans import Level, Plan


@pytest.fixture(scope="module")
def town() -> Instance:
    made = make_instance("town", SEED)
    assert isinstance(made, Instance)
    return made


@pytest.fixture(scope="module")
def plan(town: Instance) -> Plan:
    return allocate(town.needs, town.leaders, level=Level.INSTANT)


@pytest.fixture(scope="module")
def after(town: Instance, plan: Plan) -> Withdrawal:
    return withdraw(town, plan, 0.25)


def test_the_share_asked_for_withdraws_and_the_needs_stay(
    town: Instance, after: Withdrawal
) -> None:
    assert after.withdrawn == 10
    assert len(after.instance.leaders) == 30
    assert after.instance.needs == town.needs


def test_what_stands_is_what_those_who_stay_were_given(plan: Plan, after: Withdrawal) -> None:
    there = {leader.leader_id for leader in after.instance.leaders}
    given = {pair.need_id: pair.leader_id for pair in plan.pairs}
    assert after.standing == {need: who for need, who in given.items() if who in there}
    assert after.orphaned == len(given) - len(after.standing) > 0


def test_some_of_what_stands_is_confirmed(after: Withdrawal) -> None:
    assert set(after.confirmed.items()) < set(after.standing.items())
    assert len(after.confirmed) == round(CONFIRMED * len(after.standing)) > 0


def test_the_same_people_withdraw_each_time(town: Instance, plan: Plan, after: Withdrawal) -> None:
    assert withdraw(town, plan, 0.25) == after


def test_each_stage_within_the_engine_is_timed_once(town: Instance) -> None:
    watch = Stopwatch()
    with watch("solve"), stages(watch) as progress:
        allocate(town.needs, town.leaders, progress=progress)
    within = {name: time for name, time in watch.seconds.items() if name.endswith(", within")}
    assert {"candidates, within", "certificate, within"} <= set(within)
    assert 0 < sum(within.values()) <= watch.seconds["solve"]
