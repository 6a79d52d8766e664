"""One area of expertise has one code, however it is written; free text points to likely ones."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.specialisms.rules import fold, suggest
from brokerage.specialisms.seed import ALL_PHASES, SEED, SeededSpecialism

# The areas of the national list, as it was published.
NATIONAL = """Academies and academy transition;Assessment
Leadership of continuing professional development
School business management and financial management;Leadership of curriculum;Art;Citizenship
Closing the gap;Drama;Design and technology;Early years;English;Geography;History
Information and communication technology;Maths;Modern foreign languages;Music;Phonics
Physical education;Personal, social and health education;Religious education;Science
Special educational needs;Support for the most able pupils
Initial teacher training and newly qualified teacher development;Behaviour and discipline
Attendance"""
NATIONAL_AREAS = NATIONAL.replace("\n", ";").split(";")


@pytest.mark.parametrize("area", NATIONAL_AREAS)
def test_every_national_area_has_a_specialism(area: str) -> None:
    assert fold(area) in {specialism.code for specialism in SEED}


def test_the_national_areas_stay_apart() -> None:
    assert len({fold(area) for area in NATIONAL_AREAS}) == len(NATIONAL_AREAS) == 28


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("phonics", "phonics"),
        ("  PHONICS ", "phonics"),
        ("Design  and\tTechnology", "design-technology"),
        ("ICT", "computing"),
        ("NQT", "new-teachers"),
        ("ect", "new-teachers"),
        ("SEN", "send"),
        ("KS2 reading", "reading"),
        ("MATHS", "maths"),
        ("Pupil premium", "disadvantage"),
    ],
)
def test_codes_names_and_aliases_fold_together(written: str, code: str) -> None:
    assert fold(written) == code


def test_an_area_of_their_own_matches_by_its_own_text() -> None:
    assert fold(" Forest   School ") == fold("forest school") == "forest school"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_no_two_specialisms_answer_to_the_same_words() -> None:
    said = Counter(
        words
        for area in SEED
        for words in {" ".join(s.casefold().split()) for s in (area.code, area.name, *area.aliases)}
    )
    assert [words for words, times in said.items() if times > 1] == []


def test_every_specialism_is_whole() -> None:
    assert len(SEED) >= 45
    for area in SEED:
        assert area.code == area.code.lower().strip()
        assert " " not in area.code
        assert area.name
        assert area.group
        assert area.phases
        assert set(area.phases) <= set(ALL_PHASES)


@pytest.mark.parametrize(
    ("worry", "first"),
    [
        ("reading in Key Stage 2 is slipping", "reading"),
        ("Our phonics screening check fell by ten points", "phonics"),
        ("Maths results in year 6 are falling", "maths"),
        ("persistent absence since Christmas", "attendance"),
        ("two NQTs who are struggling with planning", "new-teachers"),
        ("Our SENCO is new and the EHCP paperwork is late", "send"),
        ("behaviour at lunch time, low-level disruption in lessons", "behaviour"),
        ("Governors: the chair of governors is new", "chairing"),
        ("we have mixed-age classes and the curriculum does not fit", "mixed-age"),
        ("RE is taught by non-specialists", "re"),
        ("Outcomes for pupil premium children", "disadvantage"),
        ("Transition to secondary is hard for our Year 6", "transition"),
    ],
)
def test_a_worry_points_to_a_specialism(worry: str, first: str) -> None:
    assert suggest(worry)[0].code == first


@pytest.mark.parametrize(
    "worry", ["", "   ", "Can we talk about it, re: our staff?", "zzz", "support for our school"]
)
def test_words_that_point_nowhere_suggest_nothing(worry: str) -> None:
    assert suggest(worry) == []


def test_a_worry_with_two_sides_suggests_both() -> None:
    codes = [area.code for area in suggest("attendance of children with SEN")]
    assert set(codes[:2]) == {"attendance", "send"}


@given(st.text(alphabet=st.sampled_from("readingmths KS2 SEN behaviour")))
def test_suggestions_are_few_distinct_and_the_same_every_time(worry: str) -> None:
    found = suggest(worry)
    assert found == suggest(worry)
    assert len(found) == len(set(found)) <= 5


def test_a_partnership_that_adds_an_area_gets_it_suggested() -> None:
    own = SeededSpecialism("forest-school", "Forest school", "Local", ("primary",), ("outdoors",))
    assert fold("OUTDOORS", [*SEED, own]) == "forest-school"
    assert suggest("starting a forest school", [*SEED, own])[0] == own
