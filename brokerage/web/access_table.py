"""The access table, as data: every permission of the service, and who holds it."""

from enum import StrEnum

from brokerage.actor import HEADS, Actor, PostKind


class Who(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "anybody signed in"
    HEAD = "a head of a school"
    SCHOOL = "a head, deputy or other person of a school"
    LEADER = "a system leader"
    COORDINATOR = "a coordinator"
    BOARD = "a coordinator or an officer"


ANYONE = frozenset({Who.ANYONE})
SIGNED_IN = frozenset({Who.SIGNED_IN})
COORDINATOR = frozenset({Who.COORDINATOR})

PERMISSIONS: dict[str, frozenset[Who]] = {
    "home": ANYONE,
    "health": ANYONE,
    "about": ANYONE,
    "link.follow": ANYONE,
    "demo.sign_in": ANYONE,
    "own.account": SIGNED_IN,
    "school.search": SIGNED_IN,
    "school.read": SIGNED_IN,
    "school.import": COORDINATOR,
    "partnership.read": frozenset({Who.BOARD}),
    "partnership.change": COORDINATOR,
    "engagement.read": frozenset({Who.SCHOOL, Who.LEADER, Who.COORDINATOR}),
    "engagement.plan": frozenset({Who.HEAD, Who.LEADER, Who.COORDINATOR}),
    "engagement.log": frozenset({Who.LEADER, Who.COORDINATOR}),
    "engagement.answer": frozenset({Who.HEAD, Who.COORDINATOR}),
    "engagement.manage": COORDINATOR,
    "person.read": COORDINATOR,
    "person.invite": COORDINATOR,
    "person.change": COORDINATOR,
}

# Views that come from libraries: Flask's own, and those of Flask-Security.
ENDPOINTS: dict[str, frozenset[Who]] = {
    "static": ANYONE,
    "security.login": ANYONE,
    "security.logout": ANYONE,
    "security.forgot_password": ANYONE,
    "security.reset_password": ANYONE,
    "security.change_password": SIGNED_IN,
    "security.verify": SIGNED_IN,
}


def holds(person: Actor, who: Who) -> bool:
    """Whether ``person`` is one of ``who`` today."""
    match who:
        case Who.ANYONE:
            return True
        case Who.SIGNED_IN:
            return person.signed_in
        case Who.HEAD:
            return person.holds(*HEADS)
        case Who.SCHOOL:
            return bool(person.schools())
        case Who.LEADER:
            return person.holds(PostKind.SYSTEM_LEADER)
        case Who.COORDINATOR:
            return person.holds(PostKind.COORDINATOR)
        case Who.BOARD:
            return person.holds(PostKind.COORDINATOR, PostKind.OFFICER)
