"""What people write about a need, and how long each text can be. Pure."""

from datetime import date

from brokerage.errors import RuleBroken
from brokerage.needs.rules import Words

LIMITS = {
    "worry": (4000, "What worries you"),
    "whom": (1000, "Which children or staff"),
    "ring_when": (200, "When we can ring"),
    "outcomes": (4000, "What should be different"),
    "baseline": (4000, "How things are now"),
    "site_contact": (200, "Who to meet at the school"),
    "who_pays": (200, "Who pays"),
    "designation": (40, "The designation"),
    "question": (1000, "The question"),
    "answer": (4000, "The answer"),
    "text": (4000, "The note"),
    "waiting_for": (300, "What is missing"),
    "redirected_to": (300, "Where the school is sent"),
    "over_note": (300, "The reason in words"),
    "head_agreed_how": (200, "How the head agreed"),
    "reason": (200, "The reason"),
}


def check_texts(**texts: str | None) -> None:
    """Raise RuleBroken, on its field, for a text longer than there is room for."""
    for name, text in texts.items():
        most, label = LIMITS[name]
        if text and len(text) > most:
            raise RuleBroken(
                f"{label} can have up to {most:,} characters; this has {len(text):,}. "
                "Shorten it: nothing that you typed is lost.",
                field=name,
            )


def check_words(words: Words, today: date, before: date | None = None) -> None:
    """Raise RuleBroken where the three answers cannot be kept; ``before`` is the date that stood
    there, which may have gone by meanwhile."""
    if not words.worry.strip():
        raise RuleBroken("Say in a line or two what worries you.", field="worry")
    check_texts(worry=words.worry, whom=words.whom, ring_when=words.ring_when)
    if words.by_when is not None and words.by_when < today and words.by_when != before:
        raise RuleBroken("Give a day that is still to come, or leave it empty.", field="by_when")


def check_agreement(agreed_on: date | None, how: str, today: date) -> None:
    """Raise RuleBroken unless it is noted when and how the head agreed."""
    if agreed_on is None:
        raise RuleBroken("Enter the day on which the head agreed to this.", field="head_agreed_on")
    if agreed_on > today:
        raise RuleBroken("The head’s agreement cannot lie in the future.", field="head_agreed_on")
    if not how.strip():
        raise RuleBroken(
            "Say how the head agreed: by telephone, by e-mail, in person.", field="head_agreed_how"
        )
    check_texts(head_agreed_how=how)
