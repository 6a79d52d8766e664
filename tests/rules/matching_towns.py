"""Made-up needs and leaders for the tests of matching: one good pair, and whole small towns."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from brokerage.matching.profiles import (
    Claim,
    Context,
    Depth,
    HalfTerm,
    LeaderProfile,
    NeedProfile,
    Openness,
    Phase,
    Place,
    Relationship,
    SameTrust,
    Term,
    Urgency,
    Weekday,
)

NEED = NeedProfile(
    need_id="N1", specialism="phonics", phase=Phase.PRIMARY, half_days=8, place=Place(0, 0)
)
LEADER = LeaderProfile(
    leader_id="L1",
    specialisms={"phonics": Claim()},
    phases=(Phase.PRIMARY,),
    half_days_left=20,
    engagements_free=2,
    max_metres=40_000,
    place=Place(12_000, 0),
)
"""LEADER is eligible for NEED."""


def need(**changes: Any) -> NeedProfile:
    return replace(NEED, **changes)


def leader(**changes: Any) -> LeaderProfile:
    return replace(LEADER, **changes)


BARRED = {
    "specialism": (need(specialism="maths", specialism_name="Maths"), LEADER, "not offer Maths"),
    "phase": (need(phase=Phase.SPECIAL), LEADER, "works in primary, the need is in special"),
    "designation": (
        need(designation="NLE", designation_required=True),
        leader(designations=frozenset({"SLE"})),
        "holds SLE, the need requires NLE",
    ),
    "own_school": (
        need(school="100001"),
        leader(home_school="100001"),
        "works in the supported school itself (100001)",
    ),
    "same_trust": (need(trust="oak"), leader(trust="oak"), "in the same trust"),
    "barred": (need(not_leaders=frozenset({"L1"})), LEADER, "asked not to be given"),
    "conflict": (need(conflicts={"L1": "family"}), LEADER, "declared (family)"),
    "school_closed": (NEED, leader(home_school_closed=True), "the home school has closed"),
    "not_accepting": (NEED, leader(openness=Openness.CLOSED), "not taking on new work"),
    "phone_only": (NEED, leader(openness=Openness.PHONE_ONLY), "a phone call only"),
    "terms": (
        need(terms=frozenset({Term.AUTUMN})),
        leader(terms=frozenset({Term.SPRING, Term.SUMMER})),
        "is free in spring and summer, asked for in autumn",
    ),
    "distance": (NEED, leader(place=Place(52_000, 0)), "travels 40 km, the school is 52 km away"),
    "days": (NEED, leader(half_days_left=7), "has 3.5 days left, the need asks for 4 days"),
    "engagements": (NEED, leader(engagements_free=0), "as many engagements at once"),
    "half_term": (
        need(half_terms=frozenset({HalfTerm.SPRING_1, HalfTerm.SPRING_2})),
        leader(half_days_by={HalfTerm.SPRING_2: 3}),
        "too little free in spring 2",
    ),
    "home_school": (NEED, leader(home_school_half_days=5), "has 2.5 days left to give this year"),
}
"""For each hard rule: a pair that it alone bars, and words of the reason given."""

SPECIALISMS = ("phonics", "maths", "attendance")
PHASES = (Phase.PRIMARY, Phase.SECONDARY)
LEADER_IDS = tuple(f"L{number}" for number in range(6))

places = st.none() | st.builds(Place, st.integers(0, 50_000), st.integers(0, 50_000))
contexts = st.builds(
    Context,
    size=st.none() | st.integers(1, 5),
    kind=st.sampled_from((None, "academy", "maintained")),
    faith=st.sampled_from((None, "none", "CE")),
    disadvantage=st.none() | st.integers(1, 5),
)
some_terms = st.frozensets(st.sampled_from(Term), max_size=2)
some_weekdays = st.frozensets(st.sampled_from(Weekday), max_size=3)
schools = st.sampled_from((None, "100001", "100002", "100003"))
trusts = st.sampled_from((None, "oak", "elm"))


def _needs(need_id: str) -> st.SearchStrategy[NeedProfile]:
    return st.builds(
        NeedProfile,
        need_id=st.just(need_id),
        specialism=st.sampled_from(SPECIALISMS),
        also=st.none() | st.sampled_from(SPECIALISMS),
        phase=st.sampled_from(PHASES),
        half_days=st.integers(1, 8),
        urgency=st.sampled_from(Urgency),
        terms=some_terms,
        weekdays=some_weekdays,
        place=places,
        school=schools,
        trust=trusts,
        school_closed=st.sampled_from((False,) * 9 + (True,)),
        designation=st.sampled_from((None, "NLE")),
        designation_required=st.just(False),
        context=contexts,
        not_leaders=st.frozensets(st.sampled_from(LEADER_IDS), max_size=1),
        conflicts=st.dictionaries(st.sampled_from(LEADER_IDS), st.just("family"), max_size=1),
        earlier=st.dictionaries(
            st.sampled_from(LEADER_IDS), st.sampled_from(Relationship), max_size=2
        ),
        remote_allowed=st.booleans(),
        phone_enough=st.booleans(),
        same_trust=st.sampled_from(SameTrust),
        half_terms=st.frozensets(st.sampled_from(HalfTerm), max_size=2),
        fragile=st.booleans(),
    )


def _leaders(leader_id: str) -> st.SearchStrategy[LeaderProfile]:
    return st.builds(
        LeaderProfile,
        leader_id=st.just(leader_id),
        specialisms=st.dictionaries(
            st.sampled_from(SPECIALISMS),
            st.builds(Claim, st.sampled_from(Depth), st.none() | st.integers(0, 8)),
            min_size=1,
        ),
        phases=st.lists(st.sampled_from(PHASES), min_size=1, unique=True).map(tuple),
        half_days_left=st.integers(0, 14),
        engagements_free=st.none() | st.integers(0, 3),
        max_metres=st.none() | st.integers(5_000, 60_000),
        place=places,
        terms=some_terms,
        weekdays=some_weekdays,
        home_school=schools,
        trust=trusts,
        designations=st.frozensets(st.sampled_from(("NLE", "SLE")), max_size=2),
        track_record=st.none() | st.integers(0, 1000),
        been_in=st.lists(contexts, max_size=2).map(tuple),
        openness=st.sampled_from((Openness.ACCEPTING,) * 4 + tuple(Openness)),
    )


@st.composite
def towns(
    draw: st.DrawFn, most_needs: int = 8, most_leaders: int = 5
) -> tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]:
    """A few needs and a few leaders, of any kind."""
    needs = tuple(draw(_needs(f"N{n}")) for n in range(draw(st.integers(0, most_needs))))
    leaders = tuple(draw(_leaders(f"L{n}")) for n in range(draw(st.integers(0, most_leaders))))
    return needs, leaders


@st.composite
def busy_towns(
    draw: st.DrawFn, most_needs: int = 5, most_leaders: int = 3
) -> tuple[tuple[NeedProfile, ...], tuple[LeaderProfile, ...]]:
    """Towns where nearly everybody could help, and days are what is scarce."""
    needs = tuple(
        need(
            need_id=f"N{n}",
            half_days=draw(st.integers(1, 6)),
            urgency=draw(st.sampled_from(Urgency)),
            place=Place(draw(st.integers(0, 40_000)), 0),
        )
        for n in range(draw(st.integers(1, most_needs)))
    )
    leaders = tuple(
        leader(
            leader_id=f"L{n}",
            half_days_left=draw(st.integers(2, 10)),
            engagements_free=draw(st.integers(1, 3)),
            max_metres=draw(st.sampled_from((8_000, 25_000, 60_000))),
        )
        for n in range(draw(st.integers(1, most_leaders)))
    )
    return needs, leaders


pairs = st.tuples(_needs("N1"), _leaders("L1"))
