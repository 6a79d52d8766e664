"""Rules about new heads and their buddies: pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from brokerage.actor import Actor, PostKind
from brokerage.errors import RuleBroken
from brokerage.life import Life, Part, row


class Category(StrEnum):
    """What is new about a head."""

    NEW_TO_HEADSHIP = "new to headship"
    NEW_TO_TOWN = "new to the town"
    NEW_TO_TRUST = "new to an academy or trust"
    ACTING = "acting"
    INTERIM = "interim"
    CO_HEAD = "co-head"
    EXECUTIVE = "executive"


POST_OF = {
    Category.ACTING: PostKind.ACTING_HEAD,
    Category.INTERIM: PostKind.INTERIM_HEAD,
    Category.CO_HEAD: PostKind.CO_HEAD,
    Category.EXECUTIVE: PostKind.EXECUTIVE_HEAD,
}
"""The post that goes with a category; headteacher with all others."""


class BuddyingState(StrEnum):
    SUGGESTED = "suggested"
    ASKED = "asked"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Stands(StrEnum):
    """Where a headship stands: what a coordinator reads in the list."""

    TO_CHECK = "to check"
    NO_BUDDY = "no buddy yet"
    ASKED = "buddy asked"
    SAID_YES = "buddy said yes"
    CONFIRMED = "to be introduced"
    IN_TOUCH = "in touch"
    ENDED = "ended"
    FELL_THROUGH = "fell through"


BUDDYING_LIVE = frozenset(
    {
        BuddyingState.ASKED,
        BuddyingState.ACCEPTED,
        BuddyingState.CONFIRMED,
        BuddyingState.ACTIVE,
    }
)
BUDDY_IN_PLACE = frozenset({BuddyingState.CONFIRMED, BuddyingState.ACTIVE})
PULSE_DAYS = (30, 60, 100)
PULSE_QUESTION = "How is the job treating you?"
PULSE_CHOICES = {
    "well": "Well: I know where I am going",
    "stretched": "It is hard, and I am managing",
    "hand": "I could do with a hand",
}
CLOSING: dict[str, tuple[str, dict[str, str]]] = {
    "someone": (
        "Was there somebody to turn to when you needed it?",
        {"yes": "Yes, every time", "mostly": "Mostly", "no": "No"},
    ),
    "early": (
        "Did your buddy come early enough?",
        {"yes": "Yes", "late": "Too late", "none": "I had no buddy"},
    ),
    "onward": (
        "And from here?",
        {
            "finish": "I am fine: leave it here",
            "termly": "I should like a call once a term",
            "buddy": "My buddy and I carry on between ourselves",
        },
    ),
}
"""The three closed choices after day 100: each a question and its answers."""
BEEN_THERE = (
    "first headship",
    "acting headship",
    "new town",
    "academy conversion",
    "inspection in the first year",
    "falling numbers",
    "budget deficit",
    "small school",
)
MOST_AT_ONCE = 5
_AN_OFFICES = frozenset(
    {"admin", "contact", "enquiries", "enquiry", "head", "headteacher", "hello", "info", "mail"}
    | {"office", "principal", "reception", "school", "schooloffice", "secretary"}
)


def is_public(announced_on: date | None, starts_on: date, day: date) -> bool:
    """Whether an appointment may be known on ``day``: it was announced, or the head is there."""
    return starts_on <= day or (announced_on is not None and announced_on <= day)


def check_start(starts_on: date, announced_on: date | None, today: date) -> None:
    """Raise RuleBroken for a start that is long past or far off, or an announcement that is."""
    if not -200 <= (starts_on - today).days <= 600:
        raise RuleBroken("Give a start within the next year and a half.", field="starts_on")
    if announced_on is not None and not -400 <= (announced_on - today).days <= 600:
        raise RuleBroken("Check the day of the announcement.", field="announced_on")


def is_schools_address(address: str | None, website: str | None) -> bool:
    """Whether an e-mail address is a school's rather than a person's own: in the domain of the
    school's website, or one that an office reads."""
    name, _, domain = (address or "").strip().lower().partition("@")
    if not domain:
        return False
    host = (website or "").lower().split("//")[-1].split("/")[0].split(":")[0]
    host = host.removeprefix("www.")
    own = bool(host) and (
        domain == host or domain.endswith(f".{host}") or host.endswith(f".{domain}")
    )
    return own or name.replace(".", "").replace("-", "") in _AN_OFFICES


def check_private(address: str | None, website: str | None) -> None:
    """Raise RuleBroken unless the new head has an address of their own."""
    if not (address or "").strip():
        raise RuleBroken("Give the new head’s own e-mail address.", field="email")
    if is_schools_address(address, website):
        raise RuleBroken(
            "Give the new head’s own address, not the school’s: until it is announced nothing "
            "goes to the school.",
            field="email",
        )


def parts(
    actor: Actor, *, partnership_id: int, new_head_id: int, buddy_id: int | None = None
) -> frozenset[Part]:
    """What the actor is to a headship, or to one of its buddyings."""
    found = {
        Part.SERVICE: actor.via == "scheduler" and actor.person_id is None,
        Part.COORDINATOR: partnership_id in actor.coordinates(),
        Part.NEW_HEAD: actor.signed_in and actor.person_id == new_head_id,
        Part.BUDDY: actor.signed_in and actor.person_id == buddy_id,
    }
    return frozenset(part for part, true in found.items() if true)


def stands(
    *, welcomed: bool, ended: bool, fell_through: bool, buddyings: Collection[BuddyingState]
) -> Stands:
    """Where a headship stands, from what was done and the states of its buddyings."""
    if ended:
        return Stands.FELL_THROUGH if fell_through else Stands.ENDED
    if not welcomed:
        return Stands.TO_CHECK
    by_state = {
        BuddyingState.ACTIVE: Stands.IN_TOUCH,
        BuddyingState.CONFIRMED: Stands.CONFIRMED,
        BuddyingState.ACCEPTED: Stands.SAID_YES,
        BuddyingState.ASKED: Stands.ASKED,
    }
    return next((stand for state, stand in by_state.items() if state in buddyings), Stands.NO_BUDDY)


def situation(category: Category, worries: Collection[str], pupils: int | None) -> frozenset[str]:
    """What a new head comes into, in the words that buddies tick as “been there”."""
    of_category = {
        Category.NEW_TO_HEADSHIP: "first headship",
        Category.NEW_TO_TOWN: "new town",
        Category.NEW_TO_TRUST: "academy conversion",
        Category.ACTING: "acting headship",
        Category.INTERIM: "acting headship",
    }
    small = ["small school"] if pupils is not None and pupils < 110 else []
    known = [of_category[category]] if category in of_category else []
    return frozenset([*known, *small, *(w for w in worries if w in BEEN_THERE)])


_IN_THIRD_PERSON = {
    "like you": "like theirs",
    "from you": "from them",
    "size of yours": "size of theirs",
    "as you, as you wished": "as they are, as they wished",
}


def about_them(reason: str) -> str:
    """A reason for a buddy, which is worded for the new head, as others read it."""
    for ours, theirs in _IN_THIRD_PERSON.items():
        reason = reason.replace(ours, theirs)
    return reason


def check_choices(chosen: Collection[str], offered: Collection[str], field: str) -> None:
    """Raise RuleBroken where something was chosen that is not offered."""
    if any(choice not in offered for choice in chosen):
        raise RuleBroken("Choose from the list.", field=field)


def check_spoke(on: date, since: date, today: date) -> None:
    """Raise RuleBroken for a day on which they cannot have spoken."""
    if on > today:
        raise RuleBroken("That day is still to come.", field="on")
    if on < since:
        raise RuleBroken("That is before you were introduced.", field="on")


def check_at_once(at_once: int, buddying: int) -> None:
    """Raise RuleBroken where a buddy’s number cannot be."""
    if not 1 <= at_once <= MOST_AT_ONCE:
        raise RuleBroken(f"Choose a number from 1 to {MOST_AT_ONCE}.", field="at_once")
    if at_once < buddying:
        raise RuleBroken(
            f"{buddying} of these places are taken now, or asked about. To take no more, say so "
            "above: the number can come down when one of them is over.",
            field="at_once",
        )


_S = BuddyingState

BUDDYING_LIFE = Life(
    row(
        _S.SUGGESTED,
        "ask",
        _S.ASKED,
        Part.COORDINATOR,
        "This buddy has been asked already.",
    ),
    row(
        _S.ASKED,
        "accept",
        _S.ACCEPTED,
        (Part.BUDDY, Part.COORDINATOR),
        "This is not being asked any more. Thank you all the same.",
    ),
    row(
        _S.ASKED,
        "decline",
        _S.DECLINED,
        (Part.BUDDY, Part.COORDINATOR),
        "This is not being asked any more. Thank you all the same.",
    ),
    row(_S.ASKED, "lapse", _S.LAPSED, Part.SERVICE, "This is not being asked any more."),
    row(
        _S.ACCEPTED,
        "confirm",
        _S.CONFIRMED,
        Part.COORDINATOR,
        "The buddy has not accepted, or all is settled already.",
    ),
    row(
        _S.CONFIRMED,
        "introduce",
        _S.ACTIVE,
        (Part.COORDINATOR, Part.SERVICE),
        "The buddy has not been confirmed, or they have been introduced already.",
    ),
    row(
        {_S.SUGGESTED, _S.ASKED, _S.ACCEPTED, _S.CONFIRMED},
        "withdraw",
        _S.WITHDRAWN,
        (Part.COORDINATOR, Part.NEW_HEAD, Part.SERVICE),
        "They have been introduced: end the buddying instead.",
    ),
    row(
        {_S.ACCEPTED, _S.CONFIRMED, _S.ACTIVE},
        "end",
        _S.ENDED,
        (Part.BUDDY, Part.NEW_HEAD, Part.COORDINATOR, Part.SERVICE),
        "This buddying is over already.",
    ),
)
