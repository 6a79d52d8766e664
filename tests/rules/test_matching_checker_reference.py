"""The checker against a slow, plain reference: thousands of small cases, every fault planted."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from brokerage.matching.checker import check_plan
from brokerage.matching.plans import Pair, Plan, Unplaced
from brokerage.matching.profiles import (
    Claim,
    HalfTerm,
    LeaderProfile,
    Openness,
    Phase,
    Place,
    SameTrust,
    Term,
)
from brokerage.matching.scoring import Point
from tests.rules.matching_reference import (
    FLOOR,
    Leaders,
    Needs,
    Pins,
    a_need,
    a_pair,
    a_plan,
    a_town,
    wrong_with,
)


def codes(plan: Plan, needs: Needs, leaders: Leaders, pins: Pins) -> set[str]:
    return {one.code for one in check_plan(plan, needs, leaders, pinned=pins, floor=FLOOR)}


def any_plan(chance: random.Random, needs: Needs, leaders: Leaders) -> tuple[Plan, Pins]:
    """Pairs at random, most of them against some rule, and some of them settled."""
    pairs = [
        a_pair(need, chance.choice(leaders), chance.choice((150, 200, 700)))
        for need in needs
        if chance.random() < 0.6
    ]
    pins = {pair.need_id: pair.leader_id for pair in pairs if chance.random() < 0.3}
    if chance.random() < 0.1:
        pins[chance.choice(needs).need_id] = chance.choice(leaders).leader_id
    return a_plan(pairs, needs), pins


EVERY_KIND = {
    "specialism",
    "phase",
    "designation",
    "own_school",
    "same_trust",
    "barred",
    "conflict",
    "school_closed",
    "not_accepting",
    "phone_only",
    "terms",
    "distance",
    "days",
    "engagements",
    "half_term",
    "home_school",
    "below_floor",
    "pin_moved",
}


def test_of_any_plan_at_all_the_same_is_said_as_by_the_reference() -> None:
    chance = random.Random(1944)
    met: Counter[str] = Counter()
    for case in range(4000):
        needs, leaders = a_town(chance)
        if chance.random() < 0.05:
            needs = [replace(need, specialism="art") for need in needs]
        plan, pins = any_plan(chance, needs, leaders)
        expected = wrong_with(plan, needs, leaders, pins)
        assert codes(plan, needs, leaders, pins) == expected, case
        met.update(expected or {"nothing"})
    assert set(met) == EVERY_KIND | {"nothing"}
    assert min(met.values()) >= 30


def a_good_plan(chance: random.Random, needs: Needs, leaders: Leaders) -> Plan:
    """Pairs put in one after the other, each only where the reference finds nothing wrong."""
    pairs: list[Pair] = []
    for need in needs:
        for leader in chance.sample(leaders, len(leaders)):
            longer = [*pairs, a_pair(need, leader, chance.randint(FLOOR, 1000))]
            if not wrong_with(a_plan(longer, needs), needs, leaders, {}):
                pairs = longer
                break
    return a_plan(pairs, needs)


Planted = tuple[Plan, Needs, Leaders]
Plant = Callable[[Plan, Needs, Leaders], Planted]


def on_pair(**changes: object) -> Plant:
    """The plan's first pair as it would be with these changes."""

    def plant(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
        first, *others = plan.pairs
        return replace(plan, pairs=(replace(first, **changes), *others)), needs, leaders  # type: ignore[arg-type]

    return plant


def on_need(**changes: object) -> Plant:
    """The need of the first pair had asked for something else."""

    def plant(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
        about = plan.pairs[0].need_id
        changed = [replace(n, **changes) if n.need_id == about else n for n in needs]  # type: ignore[arg-type]
        return plan, changed, leaders

    return plant


def on_leader(**changes: object) -> Plant:
    """The leader of the first pair had less to give."""

    def plant(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
        about = plan.pairs[0].leader_id
        changed = [replace(one, **changes) if one.leader_id == about else one for one in leaders]  # type: ignore[arg-type]
        return plan, needs, changed

    return plant


def barring(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    return on_need(not_leaders=frozenset({plan.pairs[0].leader_id}))(plan, needs, leaders)


def in_conflict(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    return on_need(conflicts={plan.pairs[0].leader_id: "family"})(plan, needs, leaders)


def at_its_own_school(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(school="77")(plan, needs, leaders)
    return on_leader(home_school="77", home_school_half_days=None)(*changed)


def in_one_trust(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(trust="ash", same_trust=SameTrust.BARRED)(plan, needs, leaders)
    return on_leader(trust="ash")(*changed)


def too_far(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(place=Place(0, 0), remote_allowed=False)(plan, needs, leaders)
    return on_leader(place=Place(30_001, 0), max_metres=30_000)(*changed)


def in_other_terms(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(terms=frozenset({Term.SUMMER}))(plan, needs, leaders)
    return on_leader(terms=frozenset({Term.AUTUMN}))(*changed)


def in_a_full_half_term(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(half_terms=frozenset({HalfTerm.SUMMER_2}))(plan, needs, leaders)
    return on_leader(half_days_by={HalfTerm.SUMMER_2: 0})(*changed)


def with_no_engagement_in_a_half_term(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    changed = on_need(half_terms=frozenset({HalfTerm.SPRING_1}))(plan, needs, leaders)
    return on_leader(engagements_by={HalfTerm.SPRING_1: 0})(*changed)


def forgotten(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    return replace(plan, pairs=plan.pairs[1:]), needs, leaders


def said_twice(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    about = plan.pairs[0].need_id
    again = Unplaced(about, "days", 0, 0)
    return replace(plan, unplaced=(*plan.unplaced, again)), needs, leaders


def unknown_need(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    strange = replace(plan.pairs[0], need_id="N99")
    return replace(plan, pairs=(*plan.pairs, strange)), needs, leaders


def claiming(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    """One placed more than there is, in the worth and in its certificate alike."""
    worth = (*plan.worth[:2], plan.worth[2] + 1, plan.worth[3])
    proof = replace(plan.certificate, value=worth)
    return replace(plan, worth=worth, certificate=proof), needs, leaders


def bound_too_low(plan: Plan, needs: Needs, leaders: Leaders) -> Planted:
    bound = (*plan.certificate.bound[:2], plan.worth[2] - 1, plan.certificate.bound[3])
    return replace(plan, certificate=replace(plan.certificate, bound=bound)), needs, leaders


PLANTED: dict[str, tuple[Plant, str]] = {
    "another specialism": (on_need(specialism="art"), "specialism"),
    "another phase": (on_need(phase=Phase.SPECIAL), "phase"),
    "a designation not held": (
        on_need(designation="NLG", designation_required=True),
        "designation",
    ),
    "their own school": (at_its_own_school, "own_school"),
    "one trust": (in_one_trust, "same_trust"),
    "refused by the school": (barring, "barred"),
    "a conflict": (in_conflict, "conflict"),
    "a closed school": (on_need(school_closed=True), "school_closed"),
    "a closed home school": (on_leader(home_school_closed=True), "school_closed"),
    "not taking on work": (on_leader(openness=Openness.CLOSED), "not_accepting"),
    "other terms": (in_other_terms, "terms"),
    "too far": (too_far, "distance"),
    "too many days": (on_leader(half_days_left=0), "days"),
    "too many at once": (on_leader(engagements_free=0), "engagements"),
    "a full half-term": (in_a_full_half_term, "half_term"),
    "no engagement in a half-term": (with_no_engagement_in_a_half_term, "half_term"),
    "a home school with nothing left": (
        on_leader(home_school="78", home_school_half_days=0),
        "home_school",
    ),
    "below the floor": (on_pair(score=1, points=(Point("one", 1, 500),)), "below_floor"),
    "points that do not add up": (on_pair(points=(Point("one", 3, 500),)), "points"),
    "points above their weight": (
        on_pair(score=600, points=(Point("one", 600, 500),)),
        "points",
    ),
    "a need forgotten": (forgotten, "need_forgotten"),
    "a need answered twice": (said_twice, "need_twice"),
    "a need nobody knows": (unknown_need, "unknown_need"),
    "a leader nobody knows": (on_pair(leader_id="L99"), "unknown_leader"),
    "a worth that is not its own": (claiming, "certificate"),
    "a bound below the value": (bound_too_low, "certificate"),
}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_a_fault_planted_in_a_good_plan_is_found_and_no_other(kind: str) -> None:
    plant, code = PLANTED[kind]
    chance = random.Random(kind)
    planted = 0
    for _ in range(400):
        needs, leaders = a_town(chance)
        plan = a_good_plan(chance, needs, leaders)
        assert codes(plan, needs, leaders, {}) == set()
        if not plan.pairs:
            continue
        faulty, needs, leaders = plant(plan, needs, leaders)
        found = codes(faulty, needs, leaders, {})
        assert code in found
        assert found - {code} <= wrong_with_known(faulty, needs, leaders)
        planted += 1
    assert planted >= 100


def wrong_with_known(plan: Plan, needs: Needs, leaders: Leaders) -> set[str]:
    """What the reference finds besides, in the pairs whose need and leader it knows."""
    ids = {need.need_id for need in needs} | {leader.leader_id for leader in leaders}
    known = [pair for pair in plan.pairs if {pair.need_id, pair.leader_id} <= ids]
    return wrong_with(replace(plan, pairs=tuple(known)), needs, leaders, {})


def test_a_settled_pairing_may_have_filled_a_half_term_but_nothing_is_added_to_it() -> None:
    chance = random.Random(7)
    need = replace(a_need(chance, "N1"), half_days=2, half_terms=frozenset({HalfTerm.AUTUMN_1}))
    other = replace(need, need_id="N2", half_days=1)
    needs = [
        replace(
            one,
            school=None,
            school_closed=False,
            trust=None,
            designation_required=False,
            not_leaders=frozenset(),
            conflicts={},
            place=None,
            terms=frozenset(),
            specialism="maths",
            phase=Phase.PRIMARY,
        )
        for one in (need, other)
    ]
    leader = LeaderProfile(
        "L5", {"maths": Claim()}, (Phase.PRIMARY,), 9, half_days_by={HalfTerm.AUTUMN_1: 1}
    )
    settled = {"N1": "L5"}
    first = [a_pair(needs[0], leader)]
    assert codes(a_plan(first, needs), needs, [leader], settled) == set()
    assert codes(a_plan(first, needs), needs, [leader], {}) == {"half_term"}
    both = [*first, a_pair(needs[1], leader)]
    assert codes(a_plan(both, needs), needs, [leader], settled) == {"half_term"}
