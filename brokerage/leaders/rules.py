"""Rules about system leaders and the days they give: pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from brokerage.errors import RuleBroken


class Accepting(StrEnum):
    """Whether a leader takes new requests now."""

    YES = "accepting"
    CALL_ONLY = "a phone call only"
    CLOSED = "closed"


class Level(StrEnum):
    LEADS = "can lead"
    SUPPORTS = "can support"


class Movement(StrEnum):
    """What moved in a days account, and why."""

    PLEDGED = "pledged"
    HELD = "held"
    FREED = "freed"
    AGREED = "agreed"
    USED = "used"
    UNUSED = "given back"


class ConflictKind(StrEnum):
    """What can stand between a leader and a school."""

    FAMILY = "family"
    RIVAL = "near rivals for pupils in the same phase"
    COLLEAGUE = "a recent colleague"
    MANAGER = "a line manager"
    PLEASE_NOT = "please not this person"
    OTHER = "something else"


class ReviewState(StrEnum):
    """How near a designation's review is."""

    LATER = "later"
    SOON = "due soon"
    OVERDUE = "overdue"


TERMS = ("autumn", "spring", "summer")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PHASES = ("nursery", "primary", "secondary", "16plus", "special")
KINDS = ("SLE", "LLE", "NLE", "NLG")  # offered first; a place may write its own
FAITHS = (
    "Church of England",
    "Roman Catholic",
    "Methodist",
    "Jewish",
    "Muslim",
    "Hindu",
    "Sikh",
    "Quaker",
    "Other Christian",
)
BEEN_THERE = (
    "a small school",
    "a large school",
    "many disadvantaged pupils",
    "many pupils new to English",
    "mixed-age classes",
    "an academy",
    "becoming an academy",
    "a school judged to need help",
    "an inspection soon after starting",
    "falling rolls",
    "many new staff",
)
REVIEW_SOON = timedelta(days=60)
MOST_AT_ONCE = 20
MOST_KM = 500
MOST_HALF_DAYS = 400
LONGEST_ABOUT = 2000
LONGEST_EVIDENCE = 500
LONGEST_CONFLICT = 200


def school_year(day: date) -> int:
    """The school year of a day, by the calendar year in which it began (on 1 September)."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_name(year: int) -> str:
    """``2026/27``."""
    return f"{year}/{(year + 1) % 100:02d}"


def accepting_on(accepting: Accepting, closed_until: date | None, day: date) -> Accepting:
    """Whether a leader takes new requests on ``day``: who is closed until a date is open again
    from that date on, with nobody doing anything."""
    if accepting is Accepting.CLOSED and closed_until is not None and day >= closed_until:
        return Accepting.YES
    return accepting


def check_conflict(kind: ConflictKind, words: str, until: date | None, today: date) -> None:
    """Raise RuleBroken where a conflict cannot be noted so."""
    if kind is ConflictKind.OTHER and not words.strip():
        raise RuleBroken("Say in a few words what it is.", field="words")
    if len(words) > LONGEST_CONFLICT:
        raise RuleBroken(f"Use at most {LONGEST_CONFLICT} letters.", field="words")
    if until is not None and until < today:
        raise RuleBroken("Its last day cannot be in the past.", field="until")


def check_availability(accepting: Accepting, closed_until: date | None, today: date) -> None:
    """Raise RuleBroken where a leader cannot be closed until this date."""
    if accepting is Accepting.CLOSED and closed_until is not None and closed_until <= today:
        raise RuleBroken(
            "Choose a date to come, from which you are open again.", field="closed_until"
        )


def review_state(review_due: date | None, today: date) -> ReviewState:
    if review_due is None or review_due > today + REVIEW_SOON:
        return ReviewState.LATER
    return ReviewState.OVERDUE if review_due < today else ReviewState.SOON


def kept_words(keeper: str | None, on: date, today: date) -> str:
    """Who last changed a record, and when: ``keeper`` is named unless it was the leader."""
    year = f" {on.year}" if on.year != today.year else ""
    day = f"{on.day} {on:%B}{year}"
    return f"kept by {keeper}, {day}" if keeper else f"last changed on {day}"


def check_details(max_km: int | None, engagements_at_once: int, about: str = "") -> None:
    """Raise RuleBroken where travel, engagements or words are beyond what a record may hold."""
    if max_km is not None and not 1 <= max_km <= MOST_KM:
        raise RuleBroken(
            f"Enter how far from 1 to {MOST_KM} km, or leave it empty for any distance.",
            field="max_km",
        )
    if not 1 <= engagements_at_once <= MOST_AT_ONCE:
        raise RuleBroken(
            f"Enter a number of engagements from 1 to {MOST_AT_ONCE}.", field="engagements_at_once"
        )
    if len(about) > LONGEST_ABOUT:
        raise RuleBroken(f"Write at most {LONGEST_ABOUT} letters.", field="about")


def chosen(words: Iterable[str], offered: Collection[str], field: str) -> list[str]:
    """The words as they are offered (case and outer space do not matter), each once, in the order
    offered. Raises RuleBroken for one that is not."""
    known = {word.casefold(): word for word in offered}
    found = set()
    for word in words:
        plain = " ".join(word.split()).casefold()
        if plain not in known:
            raise RuleBroken(
                f"“{word.strip()}” is none of: {', '.join(offered)}.",
                field=field,
            )
        found.add(known[plain])
    return [word for word in offered if word in found]


def check_pledge(half_days: int, field: str = "days") -> None:
    if not 0 <= half_days <= MOST_HALF_DAYS:
        raise RuleBroken(f"Pledge from 0 to {MOST_HALF_DAYS / 2:g} days a year.", field=field)


def check_evidence(evidence: str, evidence_on: date | None, today: date) -> None:
    """Raise RuleBroken where what shows a specialism cannot be so."""
    if len(evidence) > LONGEST_EVIDENCE:
        raise RuleBroken(f"Write at most {LONGEST_EVIDENCE} letters.", field="evidence")
    if evidence_on is not None and evidence_on > today:
        raise RuleBroken("What shows it cannot lie in the future.", field="evidence_on")


@dataclass(frozen=True)
class Award:
    """A designation as it is given: kind, by whom, and its dates."""

    kind: str
    awarding_body: str | None = None
    awarded_on: date | None = None
    review_due: date | None = None
    trained_on: date | None = None


def check_award(award: Award, today: date) -> None:
    """Raise RuleBroken where a designation cannot be so."""
    if not 2 <= len(award.kind) <= 40:
        raise RuleBroken("Enter the designation, such as SLE, in up to 40 letters.", field="kind")
    if len(award.awarding_body or "") > 120:
        raise RuleBroken("Write at most 120 letters.", field="awarding_body")
    for name in ("awarded_on", "trained_on"):
        day = getattr(award, name)
        if day is not None and day > today:
            raise RuleBroken("This day is still to come.", field=name)
    awarded, due = award.awarded_on, award.review_due
    if awarded is not None and due is not None and due <= awarded:
        raise RuleBroken("The review must come after the award.", field="review_due")


@dataclass(frozen=True)
class StandingRelease:
    """A releaser's word for a year ahead: so many half-days, on these weekdays and terms (none
    named means any), until a day (itself included)."""

    half_days: int
    weekdays: tuple[str, ...]
    terms: tuple[str, ...]
    until: date


def check_standing(standing: StandingRelease, today: date) -> None:
    """Raise RuleBroken where a standing release cannot be given so."""
    if not 1 <= standing.half_days <= MOST_HALF_DAYS:
        raise RuleBroken(
            f"Release from half a day to {MOST_HALF_DAYS / 2:g} days.", field="standing_half_days"
        )
    if standing.until <= today:
        raise RuleBroken("Choose a date to come.", field="standing_until")
    if standing.until > today + timedelta(days=400):
        raise RuleBroken(
            "A standing release is given for a year: choose an earlier date.",
            field="standing_until",
        )
