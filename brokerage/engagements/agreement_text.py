"""The standing sentences of an agreement: its sections, what may be filled in, what changed. Pure.

Each partnership may write its own. A version of an agreement keeps the sentences that held when it
was made, as they were written: names are filled in when it is read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from brokerage.errors import RuleBroken
from brokerage.web.words import days, london_day, pounds

MOST_LETTERS = 4000


@dataclass(frozen=True)
class Section:
    """A section of every agreement: its heading, and what stands there until it is changed."""

    code: str
    title: str
    text: str


SECTIONS = (
    Section(
        "purpose",
        "What this is for",
        "{leader} of {home_school} supports {school} for {days}. The school keeps the lead: it "
        "says what it wants to be different, and decides what it does with what it hears.",
    ),
    Section(
        "together",
        "How we work together",
        "Leader and school speak within a week, and agree what the first visit is for.\n\n"
        "Each visit is noted in a line or two within five school days. The school reads the note, "
        "and has five school days to say that it is not right.\n\n"
        "A visit that cannot take place is moved as early as possible. Writing up and travelling "
        "are part of the days.",
    ),
    Section(
        "confidentiality",
        "Who hears what",
        "What is seen and said stays between those named here and the coordinator of "
        "{partnership}. It is not an inspection, and nothing is passed on for one. No pupil is "
        "named in any note.",
    ),
    Section(
        "safeguarding",
        "Keeping children safe",
        "{home_school} says that its checks on {leader} are done; no certificate is copied or "
        "sent. At {school}, {leader} signs in, wears a badge, and follows the school’s own "
        "procedures. A worry about a child goes to the school’s designated safeguarding lead at "
        "once, and never into this service.",
    ),
    Section(
        "changes",
        "If something changes",
        "More or fewer days, other dates, another price: whoever is touched is asked first, and "
        "everybody gets the new version. Either side can ask for a pause, or for somebody else, by "
        "a word to the coordinator.",
    ),
    Section(
        "exit",
        "How it ends",
        "Half way, the head says keep, change or stop. Either side may stop by ringing the "
        "coordinator; days not used go back to the leader. At the end the head says what has "
        "changed, and again three and six months later.",
    ),
)
DEFAULTS = {section.code: section.text for section in SECTIONS}

PLACEHOLDERS = {
    "leader": "the leader’s name",
    "home_school": "the leader’s own school",
    "school": "the supported school",
    "days": "how many days",
    "partnership": "the partnership’s name",
}
"""What is filled in, by its name between curly brackets."""
EXAMPLES = {
    "leader": "Asha Example",
    "home_school": "Leader’s Own School",
    "school": "Supported School",
    "days": "4 days",
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The sections as they may be kept (an empty one is left out of agreements). Raises RuleBroken,
    on the section's field, for a placeholder that there is not, a stray bracket, or too much."""
    checked = {}
    for section in SECTIONS:
        text = texts.get(section.code, "").strip()
        if len(text) > MOST_LETTERS:
            raise RuleBroken("Use up to 4,000 characters.", field=section.code)
        unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise RuleBroken(
                f"There is nothing to fill in for “{{{unknown[0][:40]}}}”. You can use {known}.",
                field=section.code,
            )
        if set("{}") & set(_PLACEHOLDER.sub("", text)):
            raise RuleBroken(
                "A curly bracket stands alone. Write a name between two, such as {school}.",
                field=section.code,
            )
        checked[section.code] = text
    if not any(checked.values()):
        raise RuleBroken("Write at least one section.", field=SECTIONS[0].code)
    return checked


def filled(texts: Mapping[str, str], values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The sections that say something, each with its heading, with ``values`` in their places."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1], found[0])

    return [
        (section.title, _PLACEHOLDER.sub(value, texts[section.code]))
        for section in SECTIONS
        if texts.get(section.code)
    ]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What one version's terms say otherwise than the version before, a line each."""
    return list(_differences(before, now))


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if now["half_days"] != before["half_days"]:
        yield f"{days(now['half_days'])} instead of {days(before['half_days'])}"
    if now["pence_a_day"] != before["pence_a_day"]:
        yield f"{price_in_words(now)} instead of {price_in_words(before)}"
    if now["who_pays"] != before["who_pays"]:
        paid = before["who_pays"] or "nobody named"
        yield f"paid by {now['who_pays'] or 'nobody'} instead of {paid}"
    if now.get("expected_end") != before.get("expected_end"):
        yield f"until {end_in_words(now)} instead of {end_in_words(before)}"
    for key, words in NOT_ASKED_ABOUT.items():
        if key in before and now.get(key) != before[key]:
            yield words


NOT_ASKED_ABOUT = {
    "outcome_list": "what should be different is written otherwise",
    "accountable": "somebody else is accountable",
    "site_contact": "another site contact",
    "text": "the standing sentences are those of the partnership now",
}
"""What may be otherwise in a new version without anybody having been asked: what it says then."""


def price_in_words(terms: Mapping[str, Any]) -> str:
    pence = terms["pence_a_day"]
    return "no charge" if not pence else f"{pounds(pence)} a day"


def end_in_words(terms: Mapping[str, Any]) -> str:
    found = terms.get("expected_end")
    return london_day(date.fromisoformat(found)) if found else "no day named"
