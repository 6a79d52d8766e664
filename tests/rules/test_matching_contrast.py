"""Why not this one? What is said of giving them here is true: applied, it comes out so."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brokerage.matching.allocation import allocate
from brokerage.matching.books import books_of
from brokerage.matching.contrast import Change, Displacement, Verdict, contrast, in_words
from brokerage.matching.eligibility import first_bar, is_eligible
from brokerage.matching.objectives import Objective, StrictOrder, Weighted, Worth
from brokerage.matching.plans import Level
from brokerage.matching.profiles import HalfTerm, LeaderProfile, NeedProfile, Place, Urgency
from brokerage.matching.resolving import part_around
from brokerage.matching.standing import Standing
from tests.rules.matching_towns import busy_towns, leader, need, towns

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]
objectives = st.sampled_from((StrictOrder(), Weighted(), Weighted(balance=1, inertia=300)))


def planned(town: Town, objective: Objective | None = None, floor: int = 0) -> Standing:
    needs, leaders = town
    plan = allocate(needs, leaders, objective=objective, floor=floor, level=Level.INSTANT)
    given = {pair.need_id: pair.leader_id for pair in plan.pairs}
    return Standing(needs, leaders, given, floor=floor, objective=objective)


def keeps_every_rule(standing: Standing, found: Mapping[str, str]) -> bool:
    """By plain sums over the pairs, not by the books."""
    for need_id, leader_id in found.items():
        if not is_eligible(standing.needs[need_id], standing.leaders[leader_id]):
            return False
        if standing.score(need_id, leader_id) < standing.floor:
            return False
    for one in standing.leaders.values():
        theirs = [standing.needs[n] for n, has in found.items() if has == one.leader_id]
        at_once = max(
            sum(not asked.half_terms or part in asked.half_terms for asked in theirs)
            for part in HalfTerm
        )
        if one.engagements_free is not None and at_once > one.engagements_free:
            return False
        if sum(asked.half_days for asked in theirs) > one.half_days_left:
            return False
    return True


def best_with(standing: Standing, need_id: str, leader_id: str) -> Worth:
    """The best worth of any plan with this pair in which only the neighbourhood changes, by
    trying every one."""
    holder = standing.given.get(need_id)
    touched = [*standing.needs_of(leader_id), need_id]
    part = part_around(standing, touched, [one for one in (leader_id, holder) if one])
    movable = [one for one in part.movable if one != need_id]
    stay = {n: one for n, one in standing.given.items() if n not in part.movable}
    best: Worth | None = None
    for choice in product((None, *standing.leaders), repeat=len(movable)):
        found = stay | {need_id: leader_id}
        found |= {n: one for n, one in zip(movable, choice, strict=True) if one is not None}
        if keeps_every_rule(standing, found):
            row = standing.worth(found)
            best = row if best is None or row > best else best
    assert best is not None
    return best


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(busy_towns(most_needs=5, most_leaders=3), st.data())
def test_what_is_said_comes_out_so_and_no_better_way_to_make_room_was_missed(
    town: Town, data: st.DataObject
) -> None:
    standing = planned(town)
    pairs = [(n, o) for n in standing.needs for o in standing.could(n)]
    others = [(n, o) for n, o in pairs if standing.given.get(n) != o]
    assume(others)
    need_id, leader_id = data.draw(st.sampled_from(others))
    said = contrast(standing, need_id, leader_id)
    assert said.given is not None
    assert said.given[need_id] == leader_id
    assert keeps_every_rule(standing, said.given)
    assert said.exact
    worth = standing.worth(said.given)
    counted = standing.objective.certified
    best = best_with(standing, need_id, leader_id)
    assert worth[:counted] == best[:counted]
    was = standing.worth(standing.given)
    assert said.worth == tuple(a - b for a, b in zip(worth, was, strict=True))[:counted]
    _changes_are_true(standing, said)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(towns(), objectives, st.sampled_from((0, 450)), st.data())
def test_every_answer_is_true_in_any_town(
    town: Town, objective: Objective, floor: int, data: st.DataObject
) -> None:
    assume(town[0] and town[1])
    standing = planned(town, objective, floor)
    need_id = data.draw(st.sampled_from(sorted(standing.needs)))
    leader_id = data.draw(st.sampled_from(sorted(standing.leaders)))
    said = contrast(standing, need_id, leader_id)
    bar = first_bar(standing.needs[need_id], standing.leaders[leader_id])
    assert (said.verdict is Verdict.BARRED) == (bar is not None)
    if said.verdict is Verdict.BELOW_FLOOR:
        assert said.gains == standing.score(need_id, leader_id) - floor < 0
    if said.given is not None:
        assert said.given[need_id] == leader_id
        assert keeps_every_rule(standing, said.given)
        _changes_are_true(standing, said)
        even = (0,) * len(said.worth)
        verdicts = {True: Verdict.BETTER, False: Verdict.COSTS}
        expected = Verdict.AS_GOOD if said.worth == even else verdicts[said.worth > even]
        assert said.verdict is expected
    names = {need_id: f"School {need_id}" for need_id in standing.needs}
    words = in_words(said, names, {one: f"Leader {one}" for one in standing.leaders})
    assert all(sentence.endswith(".") for sentence in words)


def _changes_are_true(standing: Standing, said: Displacement) -> None:
    after = said.given or {}
    changed = {n for n in standing.needs if standing.given.get(n) != after.get(n)}
    assert {change.need_id for change in said.changes} == changed - {said.need_id}
    for change in said.changes:
        assert change.before == standing.given.get(change.need_id)
        assert change.after == after.get(change.need_id)
        asked = standing.needs[change.need_id]
        able = [
            one.leader_id
            for one in standing.leaders.values()
            if is_eligible(asked, one)
            and standing.score(change.need_id, one.leader_id) >= standing.floor
        ]
        assert change.only == (able == [change.before])


def crossed() -> Standing:
    """N1 likes L1 best; N2 can have nobody else; L1 has time for one of them."""
    needs = (
        need(need_id="N1", place=Place(1_000, 0)),
        need(need_id="N2", place=Place(39_000, 0), urgency=Urgency.HIGH),
    )
    leaders = (
        leader(leader_id="L1", half_days_left=10, place=Place(0, 0)),
        leader(leader_id="L2", half_days_left=10, place=Place(-10_000, 0), max_metres=20_000),
    )
    return Standing(needs, leaders, {"N1": "L2", "N2": "L1"})


def test_taking_a_schools_only_leader_is_said_in_words_with_the_points_gained() -> None:
    standing = crossed()
    said = contrast(standing, "N1", "L1")
    assert said.verdict is Verdict.COSTS
    assert said.losers == (Change("N2", "L1", None, standing.score("N2", "L1"), 0, True),)
    words = in_words(said, {"N2": "Elm Primary"}, {"L1": "Asha Patel", "L2": "Ben Cole"})
    gain = standing.score("N1", "L1") - standing.score("N1", "L2")
    assert words[0] == (
        f"Giving Asha Patel here in place of Ben Cole gains {gain} points for this need "
        "and costs Elm Primary its only leader."
    )
    assert words[1].startswith("The plan as a whole would be worse, with 1 fewer high need placed")


def near_score(standing: Standing) -> int:
    return standing.score("N1", "L1") - standing.score("N1", "L2")


def test_somebody_who_can_be_had_for_nothing_is_said_to_better_the_plan() -> None:
    near, far = leader(leader_id="L1", place=Place(0, 0)), leader(leader_id="L2")
    standing = Standing((need(need_id="N1"),), (near, far), {"N1": "L2"})
    said = contrast(standing, "N1", "L1")
    assert (said.verdict, said.changes) == (Verdict.BETTER, ())
    gain = near_score(standing)
    assert in_words(said, {}, {"L1": "Asha", "L2": "Ben"})[-1] == (
        f"The plan as a whole would be better, with {gain} more points."
    )
    twin = Standing(
        (need(need_id="N1"),), (leader(leader_id="L1"), leader(leader_id="L2")), {"N1": "L2"}
    )
    assert contrast(twin, "N1", "L1").verdict is Verdict.AS_GOOD


def test_a_rule_the_floor_and_what_is_settled_are_answers_by_themselves() -> None:
    names = {"L1": "Asha"}
    barred = Standing((need(need_id="N1"),), (leader(leader_id="L1", half_days_left=7),), {})
    assert in_words(contrast(barred, "N1", "L1"), {}, names) == (
        "Asha: has 3.5 days left, the need asks for 4 days.",
    )
    low = Standing((need(need_id="N1"),), (leader(leader_id="L1"),), {}, floor=1000)
    gap = 1000 - low.score("N1", "L1")
    assert in_words(contrast(low, "N1", "L1"), {}, names) == (
        f"Asha scores {gap} points too few for the floor.",
    )
    both = (need(need_id="N1"), need(need_id="N2"))
    tied = Standing(both, (leader(leader_id="L1", half_days_left=8),), {"N2": "L1"}, settled=["N2"])
    assert contrast(tied, "N1", "L1").verdict is Verdict.SETTLED
    loose = Standing(both, (leader(leader_id="L1", half_days_left=8),), {"N2": "L1"})
    assert contrast(loose, "N1", "L1").verdict is Verdict.AS_GOOD
    assert contrast(loose, "N2", "L1").verdict is Verdict.THEIRS_ALREADY


def test_the_days_of_a_home_school_are_shared_by_its_leaders() -> None:
    shared = {"home_school": "100009", "home_school_half_days": 8}
    leaders = (leader(leader_id="L1", **shared), leader(leader_id="L2", **shared))
    needs = (need(need_id="N1"), need(need_id="N2"))
    said = contrast(Standing(needs, leaders, {"N2": "L2"}), "N1", "L1")
    assert [change.need_id for change in said.losers] == ["N2"]


def test_books_count_engagements_at_once_in_each_half_term() -> None:
    autumn, spring = frozenset({HalfTerm.AUTUMN_1}), frozenset({HalfTerm.SPRING_1})
    one = leader(engagements_free=1, half_days_left=30, half_days_by={HalfTerm.SPRING_1: 10})
    needs = {n.need_id: n for n in (need(need_id="N1", half_terms=autumn), need(need_id="N2"))}
    books = books_of(needs, {"L1": one}, {"N1": "L1"})
    assert books.fits(need(half_terms=spring), one)
    assert not books.fits(need(half_terms=spring, half_days=11), one)
    assert not books.fits(needs["N2"], one)
    books.give_back(needs["N1"], one)
    assert books.fits(needs["N2"], one)
    assert books.half_days_left(one) == 30
