"""What an agreement says beside what was agreed, and what a new version of it changed."""

import pytest

from brokerage.engagements.agreement_text import (
    DEFAULTS,
    EXAMPLES,
    SECTIONS,
    check_texts,
    differences,
    filled,
)
from brokerage.errors import RuleBroken

TERMS = {
    "half_days": 6,
    "pence_a_day": 35000,
    "who_pays": "The school",
    "expected_end": None,
    "accountable": "",
    "text": {"purpose": "x"},
}


def test_every_section_has_something_to_say_that_can_be_kept() -> None:
    assert check_texts(DEFAULTS) == DEFAULTS
    shown = filled(DEFAULTS, EXAMPLES | {"partnership": "Eastburn Hub"})
    assert [title for title, _ in shown] == [section.title for section in SECTIONS]
    assert (
        "Asha Example of Leader’s Own School supports Supported School for 4 days." in shown[0][1]
    )
    assert not any("{" in words for _, words in shown)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Dear {head}", "There is nothing to fill in for “{head}”. You can use {leader}, "),
        ("{ school }", "nothing to fill in for “{ school }”"),
        ("{}", "nothing to fill in for “{}”"),
        ("Either } side", "stands alone"),
        ("{{school}}", "stands alone"),
        ("x" * 4001, "4,000"),
    ],
)
def test_an_unknown_placeholder_is_refused_beside_its_box(text: str, says: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_texts({**DEFAULTS, "exit": text})
    assert refused.value.field == "exit"
    assert says in refused.value.sentence


def test_an_empty_section_is_left_out_but_not_all_of_them() -> None:
    kept = check_texts({**DEFAULTS, "changes": "  "})
    assert "If something changes" not in dict(filled(kept, EXAMPLES))
    with pytest.raises(RuleBroken, match="at least one"):
        check_texts(dict.fromkeys(DEFAULTS, ""))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ({}, []),
        ({"half_days": 8}, ["4 days instead of 3 days"]),
        ({"pence_a_day": 30050}, ["£300.50 a day instead of £350 a day"]),
        ({"pence_a_day": None}, ["no charge instead of £350 a day"]),
        ({"who_pays": "The trust"}, ["paid by The trust instead of The school"]),
        (
            {"expected_end": "2027-03-26"},
            ["until Friday 26 March 2027 instead of no day named"],
        ),
        ({"accountable": "Ada, deputy"}, ["somebody else is accountable"]),
        (
            {"half_days": 1, "who_pays": ""},
            ["half a day instead of 3 days", "paid by nobody instead of The school"],
        ),
        ({"outcome_list": [{"words": "new"}]}, []),
    ],
)
def test_what_a_new_version_changed_is_named(new: dict[str, object], said: list[str]) -> None:
    """What an early version did not keep yet is no difference."""
    assert differences(TERMS, {**TERMS, **new}) == said
