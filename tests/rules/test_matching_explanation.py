"""Why this person and why not that one, in words a headteacher or a coordinator can use."""

import pytest
from hypothesis import given

from brokerage.matching.allocation import allocate
from brokerage.matching.eligibility import first_bar, funnel
from brokerage.matching.explanation import (
    for_coordinator,
    for_headteacher,
    why_nobody,
    why_not,
    why_unplaced,
)
from brokerage.matching.profiles import (
    Claim,
    Context,
    Depth,
    LeaderProfile,
    NeedProfile,
    Phase,
    Place,
    Relationship,
    SameTrust,
    Term,
    Weekday,
)
from brokerage.matching.quantities import and_list, days_words, km_words
from brokerage.matching.scoring import points, score
from tests.rules.matching_towns import LEADER, NEED, leader, need, pairs

OURS = Context(size=2, kind="academy", faith="CE", disadvantage=5)


def test_a_card_says_what_speaks_for_somebody() -> None:
    asked = need(
        also="maths",
        also_name="Mathematics",
        designation="NLE",
        terms=frozenset({Term.SPRING, Term.AUTUMN}),
        weekdays=frozenset({Weekday.TUESDAY, Weekday.THURSDAY, Weekday.FRIDAY}),
        context=OURS,
        earlier={"L1": Relationship.GOOD},
        trust="oak",
        same_trust=SameTrust.SAID,
    )
    offered = leader(
        specialisms={"phonics": Claim(evidence_age=0), "maths": Claim(Depth.SUPPORTS)},
        designations=frozenset({"NLE"}),
        weekdays=frozenset({Weekday.THURSDAY, Weekday.TUESDAY}),
        been_in=(OURS,),
        trust="oak",
    )
    assert for_headteacher(asked, offered) == (
        "Leads phonics in a primary school like yours",
        "Supports Mathematics too",
        "12 km from you",
        "Has worked well with your school before",
        "Is designated NLE, as you asked",
        "Free on Tuesdays and Thursdays in the autumn and spring terms",
        "Did such work this year or last",
        "Works in the same trust as your school",
    )


def test_a_card_says_nothing_that_is_not_known_or_not_good() -> None:
    asked = need(also="maths", designation="NLE", earlier={"L1": Relationship.POOR}, place=None)
    assert for_headteacher(asked, LEADER) == ("Leads phonics in a primary school",)


def test_another_home_phase_is_said() -> None:
    offered = leader(phases=(Phase.SECONDARY, Phase.PRIMARY), place=None)
    assert for_headteacher(NEED, offered) == (
        "Leads phonics in a secondary school and works with the primary phase too",
    )


@given(pairs)
def test_a_card_never_shows_points_or_private_matters(
    pair: tuple[NeedProfile, LeaderProfile],
) -> None:
    words = " ".join(for_headteacher(*pair))
    assert "point" not in words
    assert str(score(*pair)) not in words.split()
    assert "badly" not in words
    assert "family" not in words


@given(pairs)
def test_a_coordinator_reads_every_point_and_they_add_up(
    pair: tuple[NeedProfile, LeaderProfile],
) -> None:
    reasons = for_coordinator(*pair, points(*pair))
    assert sum(reason.points for reason in reasons) == score(*pair)
    assert [reason.code for reason in reasons] == [point.code for point in points(*pair)]
    assert all(reason.says for reason in reasons)


def test_a_coordinator_reads_what_the_points_are_for() -> None:
    asked = need(also="maths", designation="NLE", earlier={"L1": Relationship.POOR}, context=OURS)
    offered = leader(
        specialisms={"phonics": Claim(evidence_age=3)}, track_record=850, been_in=(OURS,)
    )
    words = {one.code: one.says for one in for_coordinator(asked, offered, points(asked, offered))}
    assert words == {
        "specialism": "Leads phonics in a primary school like yours",
        "also": "Does not offer maths",
        "distance": "12 km away",
        "phase": "Works in primary; home phase primary",
        "context": "Has been in a school that is 100% like this one",
        "evidence": "Track record 0.85, evidence 3 school years old",
        "availability": "Any time will do",
        "relationship": "Earlier work with the school went badly",
        "load": "Would have 6 days left",
        "designation": "Is not designated NLE",
        "first_time": "Has had a turn before",
    }


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        (frozenset(), "Free in the autumn term; Free weekdays not known"),
        (
            frozenset({Weekday.MONDAY}),
            "Free in the autumn term; Not free on the weekdays asked for",
        ),
        (frozenset({Weekday.FRIDAY}), "Free on Fridays in the autumn term"),
    ],
)
def test_a_coordinator_reads_whether_the_times_meet(
    weekdays: frozenset[Weekday], words: str
) -> None:
    asked = need(terms=frozenset({Term.AUTUMN}), weekdays=frozenset({Weekday.FRIDAY}))
    offered = leader(weekdays=weekdays)
    said = {one.code: one.says for one in for_coordinator(asked, offered, points(asked, offered))}
    assert said["availability"] == words


def test_why_not_is_a_sentence_with_the_numbers() -> None:
    bar = first_bar(NEED, leader(place=Place(52_000, 0)))
    assert bar is not None
    assert why_not(bar) == "Travels 40 km, the school is 52 km away."


def test_why_nobody_names_the_rule_that_emptied_the_list() -> None:
    far = [leader(leader_id=f"L{n}", place=Place(90_000, 0)) for n in range(3)]
    assert why_nobody(funnel(NEED, far)) == (
        "None of the leaders who pass all other rules up to then (3) travel that far."
    )
    assert why_nobody(funnel(need(specialism="maths"), far)) == (
        "None of the leaders on the register offer the specialism."
    )
    assert why_nobody(funnel(NEED, [LEADER])) == ""


@pytest.mark.parametrize(
    ("asked", "offered", "floor", "words"),
    [
        ([NEED], leader(half_days_left=1), 0, "have the days left."),
        ([NEED], LEADER, 1000, "1 leader is eligible, the best"),
        ([NEED, need(need_id="N2")], leader(half_days_left=8), 0, "given to other needs."),
    ],
)
def test_a_need_left_without_a_leader_says_why(
    asked: list[NeedProfile], offered: LeaderProfile, floor: int, words: str
) -> None:
    plan = allocate(asked, [offered], floor=floor)
    assert words in why_unplaced(plan.unplaced[-1], funnel(asked[-1], [offered]))


def test_quantities_read_as_people_say_them() -> None:
    assert [days_words(halves) for halves in (1, 2, 3, 8)] == [
        "half a day",
        "1 day",
        "1.5 days",
        "4 days",
    ]
    assert [km_words(metres) for metres in (0, 400, 12_000, 12_340)] == [
        "0 km",
        "0.4 km",
        "12 km",
        "12.3 km",
    ]
    assert [and_list(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
