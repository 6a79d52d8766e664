"""No name stands in a case study: how one is found, wherever and however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.engagements.case_study_rules import (
    LIFE,
    CaseStudyState,
    names_in,
    words_of_person,
    words_of_school,
)
from brokerage.errors import NotAllowed, RuleBroken
from brokerage.life import Part

NAMES = {
    *words_of_person("Mrs Zoë O’Hara-Smith"),
    *words_of_school("St Oswin’s Church of England Primary School"),
    *words_of_school("Moorside School"),
    *words_of_school("Stockton-on-Tees"),
    "ZE1 1AA",
    "200001",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then ZOE O'HARA-SMITH came", "ZOE O'HARA-SMITH"),
        ("Mrs o’hara asked", "o’hara"),
        ("Zoë’s idea", "Zoë"),
        ("At Moorside   school we saw", "Moorside   school"),
        ("the moorside way", "moorside"),
        ("St Oswin's Church of England Primary School", "all of it"),
        ("near (Stockton)", "Stockton"),
        ("ze1 1aa", "ze1 1aa"),
        ("URN 200001.", "200001"),
    ],
)
def test_a_name_is_found_in_any_case_and_with_or_without_its_accents(text: str, found: str) -> None:
    names = [one.name for one in names_in({"done": text}, NAMES)]
    assert names == ([text] if found == "all of it" else [found])


@pytest.mark.parametrize(
    "text",
    [
        "A primary school of the Church of England, on a hill, on and off",
        "Stocktonian moorsides, 2000011 of them; Smithson and Zoeb",
        "Mrs, the head, and St, with no name after it",
        "",
    ],
)
def test_parts_of_words_and_what_every_school_is_called_are_no_names(text: str) -> None:
    assert names_in({"done": text}, NAMES) == []


def test_it_is_shown_where_it_stands_and_whether_it_may_be_an_ordinary_word() -> None:
    text = "x" * 100 + " and Mr Smith taught\nreading with Zoë O'Hara-Smith"
    first, second = names_in({"title": "None", "done": text}, NAMES)
    assert (first.where, first.name, first.sure) == ("done", "Smith", False)
    assert first.before.endswith("xxx and Mr ")
    assert len(first.before) == 60
    assert first.after.startswith(" taught reading with")
    assert (second.name, second.sure) == ("Zoë O'Hara-Smith", True)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(sorted(NAMES)))
def test_a_name_between_other_words_is_always_found(before: str, after: str, name: str) -> None:
    found = names_in({"done": f"{before} {name.upper()}, {after}"}, NAMES)
    assert found
    assert names_in({"done": f"{before} {name.upper()}, {after}"}, []) == []


def test_only_the_two_and_the_coordinator_take_it_off_and_then_it_is_gone() -> None:
    shown, gone = CaseStudyState.PUBLISHED, CaseStudyState.WITHDRAWN
    for part in (Part.HEAD, Part.LEADER, Part.COORDINATOR):
        assert LIFE.after(shown, "withdraw", {part}) is gone
    with pytest.raises(NotAllowed):
        LIFE.after(shown, "withdraw", {Part.RELEASER, Part.SCHOOL})
    for event in ("redraft", "ask", "publish", "refuse", "withdraw"):
        with pytest.raises(RuleBroken):
            LIFE.after(gone, event, set(Part))
