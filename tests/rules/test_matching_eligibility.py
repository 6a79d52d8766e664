"""Who may help whom: every hard rule, the reason it gives, and the order they stand in."""

import pytest
from hypothesis import given

from brokerage.matching.eligibility import (
    RULES,
    all_bars,
    emptied_by,
    first_bar,
    funnel,
    is_eligible,
)
from brokerage.matching.profiles import (
    LeaderProfile,
    NeedProfile,
    Openness,
    Place,
    SameTrust,
    Term,
)
from tests.rules.matching_towns import BARRED, LEADER, NEED, leader, need, pairs, towns


def test_the_example_pair_is_eligible() -> None:
    assert first_bar(NEED, LEADER) is None
    assert all_bars(NEED, LEADER) == ()
    assert is_eligible(NEED, LEADER)


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_bars_alone_and_says_so_with_the_numbers(code: str) -> None:
    asked, offered, words = BARRED[code]
    (bar,) = all_bars(asked, offered)
    assert bar.code == code
    assert words in bar.says
    assert first_bar(asked, offered) == bar


def test_what_the_school_said_in_confidence_is_for_the_coordinator_alone() -> None:
    assert {rule.code for rule in RULES if rule.private} == {"barred", "conflict"}


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (need(remote_allowed=True), leader(place=Place(200_000, 0))),
        (NEED, leader(place=None)),
        (need(place=None), LEADER),
        (NEED, leader(place=Place(200_000, 0), max_metres=None)),
        (NEED, leader(place=Place(40_000, 0))),
        (need(phone_enough=True), leader(openness=Openness.PHONE_ONLY)),
        (NEED, leader(engagements_free=None)),
        (NEED, leader(half_days_left=8)),
        (need(trust="oak", same_trust=SameTrust.ALLOWED), leader(trust="oak")),
        (need(trust="oak", same_trust=SameTrust.SAID), leader(trust="oak")),
        (need(trust=None), leader(trust=None)),
        (need(school=None), leader(home_school=None)),
        (need(terms=frozenset({Term.AUTUMN})), leader(terms=frozenset())),
        (need(terms=frozenset({Term.AUTUMN, Term.SPRING})), leader(terms=frozenset({Term.SPRING}))),
        (need(designation="NLE"), LEADER),
    ],
    ids=lambda one: "",
)
def test_what_is_not_asked_or_not_known_bars_nobody(
    asked: NeedProfile, offered: LeaderProfile
) -> None:
    assert first_bar(asked, offered) is None


def test_the_supported_school_may_have_closed_too() -> None:
    bar = first_bar(need(school_closed=True), LEADER)
    assert bar is not None
    assert bar.says == "the supported school has closed"


def test_distances_that_round_alike_are_written_so_that_they_differ() -> None:
    bar = first_bar(NEED, leader(place=Place(40_020, 0)))
    assert bar is not None
    assert bar.says == "travels 40.000 km, the school is 40.020 km away"


@given(pairs)
def test_the_first_reason_is_the_first_of_all_reasons(
    pair: tuple[NeedProfile, LeaderProfile],
) -> None:
    bars = all_bars(*pair)
    assert first_bar(*pair) == (bars[0] if bars else None)
    assert is_eligible(*pair) == (not bars)
    order = [rule.code for rule in RULES]
    assert [bar.code for bar in bars] == sorted((bar.code for bar in bars), key=order.index)


@given(towns(most_needs=1))
def test_the_funnel_ends_with_those_who_are_eligible(
    town: tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]],
) -> None:
    needs, leaders = town
    for asked in needs:
        steps = funnel(asked, leaders)
        left = [step.left for step in steps]
        assert left == sorted(left, reverse=True)
        assert left[-1] == sum(is_eligible(asked, one) for one in leaders)
        emptied = emptied_by(steps)
        assert (emptied is None) == (left[-1] > 0)


def test_the_funnel_names_the_rule_that_left_nobody() -> None:
    leaders = [leader(leader_id="L1", half_days_left=2), leader(leader_id="L2", max_metres=1)]
    emptied = emptied_by(funnel(NEED, leaders))
    assert emptied is not None
    assert (emptied.code, emptied.left) == ("days", 0)
