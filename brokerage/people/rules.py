"""Rules about persons and posts: pure."""

import email_validator

from brokerage.actor import OF_A_PARTNERSHIP, Actor, PostKind
from brokerage.errors import NotAllowed, RuleBroken


def tidy_name(name: str) -> str:
    """A person's name with single spaces; raises RuleBroken where it cannot be one."""
    tidy = " ".join(name.split())
    if not 2 <= len(tidy) <= 150:
        raise RuleBroken("Enter the person's name, up to 150 letters.", field="name")
    return tidy


def check_address(address: str | None) -> str | None:
    """An e-mail address in the form it is kept (lower case); None for an empty one.

    Raises RuleBroken where it cannot be an address.
    """
    if not (address or "").strip():
        return None
    try:
        valid = email_validator.validate_email(
            (address or "").strip(), check_deliverability=False, test_environment=True
        )
    except email_validator.EmailNotValidError:
        raise RuleBroken(
            "Enter an e-mail address in the right form, such as name@school.example.",
            field="email",
        ) from None
    if len(valid.normalized) > 254:
        raise RuleBroken("That e-mail address is too long.", field="email")
    return valid.normalized.lower()


def check_may_give(actor: Actor, kind: PostKind, partnership_id: int | None) -> None:
    """Raise NotAllowed unless the actor may give or end a post of this kind.

    Posts of a partnership are its coordinators' to give, in their own partnership.
    """
    if actor.via == "command line":
        return
    if kind in OF_A_PARTNERSHIP and partnership_id not in actor.coordinates():
        raise NotAllowed("Posts in a partnership are given by its coordinators.")
    if not actor.coordinates():
        raise NotAllowed("Posts are given by coordinators.")
