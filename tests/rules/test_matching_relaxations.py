"""The smallest relaxation gives somebody, and nothing smaller does: proven by trying them all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brokerage.matching.eligibility import is_eligible
from brokerage.matching.loosening import Kind, Step, in_words
from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Openness,
    Phase,
    Place,
    SameTrust,
    Term,
)
from brokerage.matching.relaxations import (
    MOST,
    Relaxation,
    applied,
    floor_under,
    smallest_relaxations,
)
from brokerage.matching.scoring import score
from tests.rules.matching_towns import BARRED, leader, need, towns

Pair = tuple[NeedProfile, LeaderProfile]

ANYTHING: dict[Kind, Callable[[NeedProfile, LeaderProfile], Iterator[Pair]]] = {
    Kind.OTHER_PHASE: lambda n, o: ((replace(n, phase=p), o) for p in Phase if p is not n.phase),
    Kind.NO_DESIGNATION: lambda n, o: iter([(replace(n, designation_required=False), o)]),
    Kind.SAME_TRUST: lambda n, o: iter([(replace(n, same_trust=SameTrust.ALLOWED), o)]),
    Kind.HOME_SCHOOL: lambda n, o: iter([(n, replace(o, home_school_half_days=None))]),
    Kind.ONE_MORE: lambda n, o: iter([(n, replace(o, engagements_free=None))]),
    Kind.HALF_TERM: lambda n, o: iter([(n, replace(o, half_days_by={}, engagements_by={}))]),
    Kind.MORE_DAYS: lambda n, o: iter([(n, replace(o, half_days_left=1000))]),
    Kind.FEWER_DAYS: lambda n, o: iter([(replace(n, half_days=1), o)]),
    Kind.TRAVEL: lambda n, o: iter([(n, replace(o, max_metres=None))]),
    Kind.OTHER_TERM: lambda n, o: iter([(replace(n, terms=frozenset(Term)), o)]),
    Kind.BY_PHONE: lambda n, o: iter([(replace(n, phone_enough=True), o)]),
    Kind.REMOTE: lambda n, o: iter([(replace(n, remote_allowed=True), o)]),
}
"""Each way to loosen a rule, as far as it will go."""


def works_at_all(kinds: tuple[Kind, ...], pair: Pair) -> bool:
    """Whether the pair is eligible with these rules loosened as far as they will go."""
    if not kinds:
        return is_eligible(*pair)
    return any(works_at_all(kinds[1:], looser) for looser in ANYTHING[kinds[0]](*pair))


@st.composite
def tight_towns(draw: st.DrawFn) -> tuple[NeedProfile, list[LeaderProfile]]:
    """One need and a few leaders, each with a few rules in the way."""
    needs, leaders = draw(towns(most_needs=1, most_leaders=4))
    assume(needs)
    asked = replace(
        needs[0],
        half_days=draw(st.integers(1, 12)),
        designation="NLE",
        designation_required=draw(st.booleans()),
        school_closed=False,
        not_leaders=draw(st.frozensets(st.just("L0"), max_size=1)),
        phone_enough=False,
        remote_allowed=False,
    )
    limits = st.dictionaries(st.sampled_from(HalfTerm), st.integers(0, 4), max_size=2)
    tight = [
        replace(
            one,
            specialisms={asked.specialism: next(iter(one.specialisms.values()))},
            half_days_by=draw(limits),
            engagements_by=draw(limits),
            home_school_half_days=draw(st.none() | st.integers(0, 12)),
        )
        for one in leaders
    ]
    return asked, tight


@settings(max_examples=100, deadline=None)
@given(tight_towns(), st.sampled_from((0, 700)))
def test_each_gives_exactly_whom_it_says_and_not_with_any_step_one_less(
    town: tuple[NeedProfile, list[LeaderProfile]], floor: int
) -> None:
    asked, leaders = town
    for found in smallest_relaxations(asked, leaders, floor=floor):
        assert found.nearest in found.leader_ids
        assert set(found.leader_ids) == had(found, asked, leaders, floor)
        for place, step in enumerate(found.steps):
            steps = list(found.steps)
            steps[place] = replace(step, amount=step.amount - 1)
            if not steps[place].amount:
                del steps[place]
            less = replace(found, steps=tuple(steps))
            only = [one for one in leaders if one.leader_id == found.nearest]
            assert not had(less, asked, only, floor)
            if len(found.steps) == 1 and steps:
                assert not had(less, asked, leaders, floor)


def had(
    found: Relaxation, asked: NeedProfile, leaders: list[LeaderProfile], floor: int
) -> set[str]:
    looser, changed = applied(found, asked, leaders)
    left = floor_under(found, floor)
    return {
        one.leader_id for one in changed if is_eligible(looser, one) and score(looser, one) >= left
    }


@settings(max_examples=100, deadline=None)
@given(tight_towns())
def test_nothing_loosens_fewer_rules_and_no_other_way_to_loosen_as_few_is_missed(
    town: tuple[NeedProfile, list[LeaderProfile]],
) -> None:
    asked, leaders = town
    found = smallest_relaxations(asked, leaders)
    assume(not any(is_eligible(asked, one) for one in leaders))
    fewest = len(found[0].steps) if found else MOST + 1
    for count in range(min(fewest, MOST) + 1):
        ways = {
            kinds
            for kinds in combinations(ANYTHING, count)
            if any(works_at_all(kinds, (asked, one)) for one in leaders)
        }
        if count < fewest:
            assert ways == set()
        else:
            assert ways == {tuple(step.kind for step in one.steps) for one in found}


@given(tight_towns())
def test_they_stand_in_the_stated_order_and_do_not_depend_on_the_order_of_leaders(
    town: tuple[NeedProfile, list[LeaderProfile]],
) -> None:
    asked, leaders = town
    found = smallest_relaxations(asked, leaders)
    assert [one.size for one in found] == sorted(one.size for one in found)
    assert smallest_relaxations(asked, reversed(leaders)) == found


def test_what_is_private_or_past_mending_is_never_loosened() -> None:
    for code in ("barred", "conflict", "school_closed", "own_school", "not_accepting"):
        asked, one, _ = BARRED[code]
        assert smallest_relaxations(asked, [one]) == ()
    closed = leader(openness=Openness.CLOSED, half_days_left=0)
    assert smallest_relaxations(need(), [closed]) == ()


def test_every_other_rule_can_be_loosened() -> None:
    never = {"specialism", "barred", "conflict", "school_closed", "own_school", "not_accepting"}
    kinds = set()
    for code in BARRED.keys() - never:
        asked, one, _ = BARRED[code]
        found = smallest_relaxations(asked, [one])
        assert found, code
        kinds |= {step.kind for relaxation in found for step in relaxation.steps}
        assert all(in_words(step, asked) for one in found for step in one.steps)
    assert kinds == set(ANYTHING)


def test_the_shortest_way_further_comes_first_and_says_how_many_it_gives() -> None:
    leaders = [
        leader(leader_id="L1", place=Place(52_000, 0)),
        leader(leader_id="L2", place=Place(45_000, 0)),
        leader(leader_id="L3", place=Place(44_000, 0), max_metres=39_000),
    ]
    first, second = smallest_relaxations(need(), leaders)
    assert (first.steps, set(first.leader_ids)) == ((Step(Kind.REMOTE, 1),), {"L1", "L2", "L3"})
    assert (second.steps, second.leader_ids) == ((Step(Kind.TRAVEL, 5_000),), ("L3", "L2"))
    assert in_words(second.steps[0], need()) == "ask to travel 5 km further"


def test_somebody_below_the_floor_is_had_by_the_points_that_are_wanting() -> None:
    short = 980 - score(need(), leader())
    (found,) = smallest_relaxations(need(), [leader()], floor=980)
    assert found.steps == (Step(Kind.BELOW_FLOOR, short),)
    assert smallest_relaxations(need(), [leader()]) == ()


def test_a_specialism_that_counts_in_its_phase_can_be_had_from_the_other_phase() -> None:
    asked = need(specialism="phonics@primary")
    other = leader(
        specialisms={"phonics@secondary": next(iter(leader().specialisms.values()))},
        phases=(Phase.SECONDARY,),
    )
    assert smallest_relaxations(asked, [other]) == ()
    (found,) = smallest_relaxations(asked, [other], specialism_in=lambda phase: f"phonics@{phase}")
    assert found.steps == (Step(Kind.OTHER_PHASE, 1, "secondary"),)
    assert in_words(found.steps[0], asked) == "take somebody who works in secondary"
