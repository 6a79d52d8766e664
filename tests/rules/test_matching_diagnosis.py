"""Is the plan good, and what is scarce: each thing said is tried and comes out so."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokerage.matching.allocation import allocate
from brokerage.matching.diagnosis import RANK, Envy, Waste, diagnose
from brokerage.matching.eligibility import first_bar, is_eligible
from brokerage.matching.plans import Level
from brokerage.matching.profiles import (
    Claim,
    LeaderProfile,
    NeedProfile,
    Openness,
    Phase,
    Place,
    Urgency,
)
from brokerage.matching.scarcity import (
    NEW_HALF_DAYS,
    worth_of_another_leader,
    worth_of_more_days,
)
from brokerage.matching.standing import Standing
from brokerage.matching.unmet import Why, ledger_of_unmet, why_unmet
from tests.rules.matching_towns import busy_towns, leader, need, towns
from tests.rules.test_matching_allocation import best_of_all
from tests.rules.test_matching_contrast import Town, keeps_every_rule, planned

pytestmark = pytest.mark.slow  # thousands of made-up towns, each against every plan there is


def standing_of(town: Town, level: Level = Level.STANDARD, floor: int = 0) -> Standing:
    plan = allocate(*town, level=level, floor=floor)
    return Standing(*town, {pair.need_id: pair.leader_id for pair in plan.pairs}, floor=floor)


@settings(deadline=None)
@given(towns() | busy_towns(most_needs=6), st.sampled_from((0, 500)))
def test_no_plan_of_the_engine_is_wasteful(town: Town, floor: int) -> None:
    assert diagnose(standing_of(town, floor=floor)).waste == ()


@settings(deadline=None)
@given(towns() | busy_towns(most_needs=6))
def test_each_pair_is_ranked_as_the_engine_ranks_it(town: Town) -> None:
    plan = allocate(*town)
    found = diagnose(standing_of(town))
    ranked = {(one.need_id, one.leader_id, one.rank, one.eligible) for one in found.rankings}
    assert ranked == {(p.need_id, p.leader_id, p.rank, p.eligible) for p in plan.pairs}
    assert found.first_choices == sum(pair.rank == 1 for pair in plan.pairs)


@settings(deadline=None)
@given(busy_towns(most_needs=5), st.data())
def test_waste_and_envy_are_all_there_is_by_trying_every_swap(
    town: Town, data: st.DataObject
) -> None:
    whole = planned(town)
    keep = data.draw(st.sets(st.sampled_from(sorted(whole.given)))) if whole.given else set()
    standing = Standing(*town, {n: whole.given[n] for n in keep})
    waste, envy = set(), set()
    for need_id, leader_id in product(standing.needs, standing.leaders):
        has = standing.given.get(need_id)
        mine = standing.score(need_id, leader_id)
        if has is not None and mine <= standing.score(need_id, has):
            continue
        if keeps_every_rule(standing, standing.given | {need_id: leader_id}):
            waste.add(Waste(need_id, leader_id))
            continue
        for other in standing.needs_of(leader_id):
            without = {n: one for n, one in standing.given.items() if n != other}
            mine_first = (RANK[standing.needs[need_id].urgency], mine) > (
                RANK[standing.needs[other].urgency],
                standing.score(other, leader_id),
            )
            if mine_first and keeps_every_rule(standing, without | {need_id: leader_id}):
                envy.add(Envy(need_id, leader_id, other))
    found = diagnose(standing)
    assert set(found.waste) == waste
    assert set(found.envy) == envy


def test_a_settled_pairing_envies_nobody_and_is_not_envied() -> None:
    needs = (need(need_id="N1", urgency=Urgency.URGENT), need(need_id="N2"))
    only = (leader(half_days_left=8),)
    assert diagnose(Standing(needs, only, {"N2": "L1"})).envy == (Envy("N1", "L1", "N2"),)
    assert diagnose(Standing(needs, only, {"N2": "L1"}, settled=["N2"])).envy == ()


MAKES = {
    Why.NOBODY: leader(specialisms={"maths": Claim()}),
    Why.OUT_OF_REACH: leader(place=Place(90_000, 0)),
    Why.DAYS_GONE: leader(half_days_left=1),
    Why.OTHER: leader(openness=Openness.CLOSED),
    Why.COULD_BE: leader(),
}


def test_each_reason_why_a_need_is_unmet_is_told_from_the_others() -> None:
    for why, one in MAKES.items():
        assert why_unmet(Standing([need()], [one], {}), "N1") is why
    assert why_unmet(Standing([need()], [leader()], {}, floor=1000), "N1") is Why.BELOW_FLOOR
    taken = Standing([need(), need(need_id="N2")], [leader(half_days_left=8)], {"N2": "L1"})
    assert why_unmet(taken, "N1") is Why.DAYS_GONE
    assert why_unmet(Standing([need()], [], {}), "N1") is Why.NOBODY


@settings(deadline=None)
@given(towns())
def test_the_ledger_holds_every_unmet_need_once_with_its_half_days(town: Town) -> None:
    standing = standing_of(town)
    places = {need_id: "here" if need_id < "N3" else "there" for need_id in standing.needs}
    rows = ledger_of_unmet(standing, places)
    assert sorted(one for row in rows for one in row.need_ids) == standing.unplaced()
    for row in rows:
        members = [standing.needs[one] for one in row.need_ids]
        assert row.half_days == sum(one.half_days for one in members)
        assert sum(count for _, count in row.why) == row.needs == len(members)
        assert {(one.specialism, one.phase) for one in members} == {(row.specialism, row.phase)}
        assert {places[one] for one in row.need_ids} == {row.place}
        for one in members:
            if (Why.NOBODY, row.needs) in row.why:
                bars = [first_bar(one, who) for who in standing.leaders.values()]
                assert all(bar and bar.code in ("specialism", "phase") for bar in bars)


@settings(max_examples=80, deadline=None)
@given(busy_towns(most_needs=5, most_leaders=2))
def test_more_days_place_just_as_many_more_as_is_said(town: Town) -> None:
    standing = standing_of(town, Level.THOROUGH)
    places = dict.fromkeys(standing.needs, "Tamworth")
    for gain in worth_of_more_days(standing, places):
        assert gain.leader_id is not None
        was = standing.leaders[gain.leader_id].half_days_left
        assert gain.leader_after.half_days_left == was + gain.half_days
        comes_out_so(standing, gain.given, gain.leader_after, gain.more, gain.urgent)
        assert set(gain.placed) <= set(gain.given)
        if gain.half_days > 2:
            one_day = replace(gain.leader_after, half_days_left=was + 2)
            better = best_of_all(with_leader(standing, one_day), standing.objective)
            assert better[2] <= best_of_all(town, standing.objective)[2]


@settings(max_examples=60, deadline=None)
@given(busy_towns(most_needs=5, most_leaders=2))
def test_another_leader_places_just_as_many_more_as_is_said(town: Town) -> None:
    standing = standing_of(town, Level.THOROUGH)
    places = dict.fromkeys(standing.needs, "Tamworth")
    rows = ledger_of_unmet(standing, places)
    gains = worth_of_another_leader(standing, rows, places)
    if rows and len(standing.unplaced()) == 1:
        assert gains
    for gain in gains:
        assert (gain.leader_id, gain.half_days, gain.place) == (None, NEW_HALF_DAYS, "Tamworth")
        comes_out_so(standing, gain.given, gain.leader_after, gain.more, gain.urgent)


def with_leader(standing: Standing, one: LeaderProfile) -> Town:
    changed = standing.with_leader(one)
    return tuple(changed.needs.values()), tuple(changed.leaders.values())


def comes_out_so(
    standing: Standing, after: dict[str, str], one: LeaderProfile, more: int, urgent: int
) -> None:
    """The plan keeps every rule and is the best there is; without the days fewer are placed."""
    changed = standing.with_leader(one)
    assert keeps_every_rule(changed, after)
    best = best_of_all(with_leader(standing, one), standing.objective)
    without = best_of_all(
        with_leader(standing, standing.leaders.get(one.leader_id, gone(one))), standing.objective
    )
    assert changed.worth(after)[:3] == best[:3]
    assert (best[2] - without[2], best[0] - without[0]) == (more, urgent)


def gone(one: LeaderProfile) -> LeaderProfile:
    return replace(one, openness=Openness.CLOSED)


def test_a_price_chooses_who_is_tried_first_and_nothing_more() -> None:
    needs: list[NeedProfile] = [need(need_id="N1", half_days=10)]
    some = [leader(leader_id=f"L{n:02}", half_days_left=8) for n in range(9)]
    standing = Standing(needs, some, {})
    places = {"N1": "Tamworth"}
    first, *_ = worth_of_more_days(standing, places)
    assert first.leader_id == "L00"
    dear = worth_of_more_days(standing, places, prices={"L08": 50})
    assert "L08" in [one.leader_id for one in dear]
    assert all(one.more == 1 and one.placed == ("N1",) for one in dear)


def test_nobody_is_asked_for_days_that_would_place_nobody() -> None:
    far = leader(half_days_left=2, place=Place(90_000, 0))
    standing = Standing([need()], [far], {})
    assert worth_of_more_days(standing, {"N1": "Tamworth"}) == ()
    rows = ledger_of_unmet(standing, {"N1": "Tamworth"})
    (gain,) = worth_of_another_leader(standing, rows, {"N1": "Tamworth"})
    assert (gain.more, gain.specialism, gain.phase) == (1, "phonics", Phase.PRIMARY)
    assert is_eligible(need(), gain.leader_after)
