"""The rules and points over columns are those of the profiles, pair by pair."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokerage.matching.candidates import find_candidates
from brokerage.matching.eligibility import RULES, emptied_by, first_bar, funnel, is_eligible
from brokerage.matching.eligibility_columns import COLUMN_RULES, are_eligible, first_bars
from brokerage.matching.pairs import Asked, Pairs
from brokerage.matching.profiles import (
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Place,
    SameTrust,
    Weekday,
)
from brokerage.matching.register import WORD, Register
from brokerage.matching.scoring import CRITERIA, DEFAULT_WEIGHTS, Weights, points, score
from brokerage.matching.scoring_columns import COLUMN_CRITERIA, points_of_pairs, scores
from tests.rules.matching_towns import BARRED, LEADER, NEED, leader, need, towns

Town = tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]
ODD_WEIGHTS = Weights(
    specialism=7,
    also=93,
    distance=333,
    phase=111,
    context=99,
    evidence=101,
    availability=97,
    relationship=53,
    load=59,
    designation=47,
    first_time=0,
)


half_terms = st.sampled_from(HalfTerm)


@st.composite
def mixed_towns(draw: st.DrawFn, most_needs: int = 8, most_leaders: int = 5) -> Town:
    """Towns with what is rarer in them: designations required, days of a half-term or of a home
    school running out, schools closed, leaders who have had no turn."""
    needs, leaders = draw(towns(most_needs, most_leaders))
    return (
        tuple(replace(one, designation_required=draw(st.integers(0, 3)) == 0) for one in needs),
        tuple(
            replace(
                one,
                home_school_closed=draw(st.integers(0, 9)) == 0,
                home_school_half_days=draw(st.none() | st.integers(0, 9)),
                never_deployed=draw(st.booleans()),
                half_days_by=draw(st.dictionaries(half_terms, st.integers(0, 6), max_size=2)),
                engagements_by=draw(st.dictionaries(half_terms, st.integers(0, 1), max_size=1)),
            )
            for one in leaders
        ),
    )


def every_pair(town: Town) -> tuple[Pairs, list[tuple[NeedProfile, LeaderProfile]]]:
    needs, leaders = town
    asked = Asked(needs, Register(leaders))
    rows, columns = np.divmod(np.arange(len(needs) * len(leaders)), max(len(leaders), 1))
    return asked.pairs(rows, columns), [(one, other) for one in needs for other in leaders]


def test_the_tables_name_the_same_rules_and_criteria_in_the_same_order() -> None:
    assert list(COLUMN_RULES) == [rule.code for rule in RULES]
    assert list(COLUMN_CRITERIA) == list(CRITERIA)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_pair_that_one_rule_alone_bars_is_barred_by_its_twin_alone(rule: object) -> None:
    code = getattr(rule, "code", "")
    asked, offered, _ = BARRED[code]
    pairs, _ = every_pair(((asked,), (offered,)))
    assert [other for other, holds in COLUMN_RULES.items() if not holds(pairs)[0]] == [code]


@settings(max_examples=60)
@given(mixed_towns())
def test_every_rule_holds_of_the_same_pairs_as_its_twin(town: Town) -> None:
    pairs, both = every_pair(town)
    for rule in RULES:
        expected = [rule.holds(*pair) for pair in both]
        assert COLUMN_RULES[rule.code](pairs).tolist() == expected, rule.code
    codes = [bar.code if (bar := first_bar(*pair)) else None for pair in both]
    names = [*(rule.code for rule in RULES), None]
    assert [names[place] for place in first_bars(pairs).tolist()] == codes
    assert are_eligible(pairs).tolist() == [is_eligible(*pair) for pair in both]


@settings(max_examples=60)
@given(mixed_towns(), st.sampled_from([DEFAULT_WEIGHTS, ODD_WEIGHTS]))
def test_every_criterion_gives_the_same_points_as_its_twin(town: Town, weights: Weights) -> None:
    pairs, both = every_pair(town)
    for code, share in CRITERIA.items():
        expected = [share(*pair) for pair in both]
        assert COLUMN_CRITERIA[code](pairs).tolist() == expected, code
    assert points_of_pairs(pairs, weights) == [points(*pair, weights) for pair in both]
    assert scores(pairs, weights).tolist() == [score(*pair, weights) for pair in both]


@settings(max_examples=60)
@given(
    st.integers(0, 700_000), st.integers(0, 1_300_000), st.integers(0, 200_000), st.integers(-1, 1)
)
def test_distance_is_measured_to_the_same_metre(
    easting: int, northing: int, limit: int, off: int
) -> None:
    away = Place(easting, northing)
    exact = Place(0, 0).metres_to(away) + off
    asked = need(place=Place(0, 0))
    leaders = (
        leader(leader_id="L1", place=away, max_metres=limit),
        leader(leader_id="L2", place=away, max_metres=max(exact, 0)),
    )
    pairs, both = every_pair(((asked,), leaders))
    held = COLUMN_RULES["distance"](pairs).tolist()
    assert held == [first_bar(*pair) is None for pair in both]
    assert scores(pairs, DEFAULT_WEIGHTS).tolist() == [score(*pair) for pair in both]


@settings(max_examples=60)
@given(
    st.frozensets(half_terms),
    st.integers(1, 20),
    st.dictionaries(half_terms, st.integers(0, 6)),
    st.dictionaries(half_terms, st.integers(0, 2)),
)
def test_what_is_free_in_a_half_term_is_counted_alike(
    named: frozenset[HalfTerm],
    half_days: int,
    half_days_by: dict[HalfTerm, int],
    engagements_by: dict[HalfTerm, int],
) -> None:
    asked = need(half_terms=named, half_days=half_days)
    dated = leader(half_days_by=half_days_by, engagements_by=engagements_by)
    pairs, both = every_pair(((asked,), (dated, leader(leader_id="L2"))))
    (rule,) = (rule for rule in RULES if rule.code == "half_term")
    assert COLUMN_RULES["half_term"](pairs).tolist() == [rule.holds(*pair) for pair in both]


def test_more_designations_than_fit_into_one_number_are_told_apart() -> None:
    kinds = [f"kind {number}" for number in range(2 * WORD + 5)]
    leaders = tuple(
        leader(leader_id=f"L{number:03}", designations=frozenset({kind}))
        for number, kind in enumerate(kinds)
    )
    needs = tuple(
        need(need_id=f"N{number:03}", designation=kind, designation_required=True)
        for number, kind in enumerate([*kinds, "nobody's"])
    )
    found = find_candidates(needs, leaders)
    assert [[who for who, _ in found.of(row)] for row in range(len(needs))] == [
        *([number] for number in range(len(kinds))),
        [],
    ]


@settings(max_examples=60)
@given(mixed_towns(most_needs=10, most_leaders=12), st.sampled_from([DEFAULT_WEIGHTS, ODD_WEIGHTS]))
def test_the_candidates_are_all_the_eligible_best_first(town: Town, weights: Weights) -> None:
    needs, leaders = town
    found = find_candidates(needs, leaders, weights)
    for row, asked in enumerate(found.needs):
        expected = sorted(
            (-score(asked, offered, weights), index)
            for index, offered in enumerate(found.leaders)
            if is_eligible(asked, offered)
        )
        assert found.of(row) == [(index, -negative) for negative, index in expected]


@pytest.mark.slow
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_they_come_in_does_not_matter(town: Town, shuffler: random.Random) -> None:
    def flat(needs: list[NeedProfile], leaders: list[LeaderProfile]) -> list[list[int]]:
        found = find_candidates(needs, leaders)
        return [part.tolist() for part in (found.starts, found.leader, found.score)]

    needs, leaders = list(town[0]), list(town[1])
    before = flat(needs, leaders)
    shuffler.shuffle(needs)
    shuffler.shuffle(leaders)
    assert flat(needs, leaders) == before


@pytest.mark.slow
@given(mixed_towns(most_needs=10, most_leaders=12))
def test_ranks_points_and_funnels_of_many_needs_are_those_of_each(town: Town) -> None:
    found = find_candidates(*town)
    rows = range(len(found.needs))
    for row in rows:
        assert found.funnel(row) == funnel(found.needs[row], found.leaders)
    emptied = [emptied_by(funnel(asked, found.leaders)) for asked in found.needs]
    assert found.emptied_by(rows) == [step.code if step else "" for step in emptied]
    for index in range(len(found.leaders)):
        ranks = found.ranks(np.full(len(found.needs), index))
        lists = [[who for who, _ in found.of(row)] for row in rows]
        expected = [who.index(index) + 1 if index in who else 0 for who in lists]
        assert ranks.tolist() == expected
    assert not found.ranks(np.full(len(found.needs), -1)).any()
    given_points = found.points(found.need, found.leader)
    sums = [sum(point.points for point in of_pair) for of_pair in given_points]
    assert sums == found.score.tolist()


def test_nobody_and_nothing_make_no_pairs() -> None:
    assert find_candidates([], []).starts.tolist() == [0]
    assert find_candidates([NEED], []).starts.tolist() == [0, 0]
    assert find_candidates([], [LEADER]).leader.tolist() == []
    assert find_candidates([NEED], [leader(specialisms={})]).starts.tolist() == [0, 0]
    assert find_candidates([need(specialism="art")], [LEADER]).starts.tolist() == [0, 0]


def test_two_of_one_id_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Two needs have the id N1"):
        find_candidates([NEED, NEED], [LEADER])
    with pytest.raises(ValueError, match="Two leaders have the id L1"):
        find_candidates([NEED], [LEADER, LEADER])


def test_a_whole_week_and_an_unknown_trust_are_read_as_in_the_profiles() -> None:
    asked = need(weekdays=frozenset(Weekday), trust="oak", same_trust=SameTrust.BARRED)
    offered = leader(weekdays=frozenset({Weekday.FRIDAY}), trust=None)
    found = find_candidates([asked], [offered])
    assert found.score.tolist() == [score(asked, offered)]
