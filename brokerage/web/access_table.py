"""The access table, as data: every permission of the service, and who holds it."""

from enum import StrEnum

from brokerage.actor import HEADS, Actor, PostKind


class Who(StrEnum):
    ANYONE = "anyone"
    SIGNED_IN = "anybody signed in"
    HEAD = "a head of a school"
    LEADER = "a system leader"
    COORDINATOR = "a coordinator"
    BOARD = "a coordinator or an officer"
    ASKER = "who asks for a school: its head, deputy, chair or trust leader; a coordinator, officer"
    GOVERNING = "a chair of governors or a trust leader"
    FOLLOWER = "who follows support for a school: its head, deputy, chair or trust leader"


ANYONE = frozenset({Who.ANYONE})
SIGNED_IN = frozenset({Who.SIGNED_IN})
COORDINATOR = frozenset({Who.COORDINATOR})

PERMISSIONS: dict[str, frozenset[Who]] = {
    "home": ANYONE,
    "health": ANYONE,
    "about": ANYONE,
    "link.follow": ANYONE,
    "demo.sign_in": ANYONE,
    "demo.mailbox": ANYONE,
    "own.account": SIGNED_IN,
    "board.read": frozenset({Who.BOARD}),
    "follow_up.read": COORDINATOR,
    "school.hush": frozenset({Who.HEAD, Who.COORDINATOR}),
    "school.search": SIGNED_IN,
    "school.read": SIGNED_IN,
    "school.import": COORDINATOR,
    "calendar.read": SIGNED_IN,
    "calendar.change": SIGNED_IN,
    "partnership.read": frozenset({Who.BOARD}),
    "partnership.change": COORDINATOR,
    "engagement.read": frozenset({Who.FOLLOWER, Who.LEADER, Who.COORDINATOR}),
    "engagement.plan": frozenset({Who.HEAD, Who.LEADER, Who.COORDINATOR}),
    "engagement.log": frozenset({Who.LEADER, Who.COORDINATOR}),
    "engagement.answer": frozenset({Who.HEAD, Who.COORDINATOR}),
    "engagement.manage": COORDINATOR,
    "radar.read": COORDINATOR,
    "case_study.read": SIGNED_IN,
    "message.read": COORDINATOR,
    "message.send": COORDINATOR,
    "need.read": frozenset({Who.ASKER}),
    "need.post": frozenset({Who.ASKER}),
    "need.triage": COORDINATOR,
    "need.unmet": frozenset({Who.BOARD}),
    "person.read": COORDINATOR,
    "person.invite": COORDINATOR,
    "person.change": COORDINATOR,
    "headship.tell": frozenset({Who.HEAD, Who.GOVERNING, Who.BOARD}),
    "headship.read": SIGNED_IN,
    "headship.change": COORDINATOR,
    "pool.own": frozenset({Who.HEAD}),
    "pool.change": COORDINATOR,
    "buddying.read": SIGNED_IN,
    "buddying.plan": COORDINATOR,
    "specialism.change": COORDINATOR,
    "leader.list": frozenset({Who.BOARD}),
    "leader.read": frozenset({Who.BOARD, Who.LEADER}),
    "leader.own": frozenset({Who.LEADER}),
    "leader.change": frozenset({Who.COORDINATOR, Who.LEADER}),
    "leader.add": COORDINATOR,
    "leader.import": COORDINATOR,
    "leader.release": SIGNED_IN,
    "leader.conflicts": COORDINATOR,
    "leader.public": ANYONE,
    "pot.keep": COORDINATOR,
    "days.read": SIGNED_IN,
    "days.file": COORDINATOR,
    "days.round": COORDINATOR,
    "pairing.read": COORDINATOR,
    "pairing.propose": COORDINATOR,
    "pairing.change": COORDINATOR,
    "pairing.confirm": frozenset({Who.BOARD}),
    "match.run": COORDINATOR,
    "recruitment.read": frozenset({Who.BOARD}),
    "asked.read": SIGNED_IN,
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

# Who is meant by the posts that they hold today.
POSTS: dict[Who, frozenset[PostKind]] = {
    Who.HEAD: HEADS,
    Who.LEADER: frozenset({PostKind.SYSTEM_LEADER}),
    Who.COORDINATOR: frozenset({PostKind.COORDINATOR}),
    Who.BOARD: frozenset({PostKind.COORDINATOR, PostKind.OFFICER}),
    Who.GOVERNING: frozenset({PostKind.CHAIR, PostKind.TRUST_LEADER}),
    Who.FOLLOWER: HEADS | {PostKind.DEPUTY, PostKind.CHAIR, PostKind.TRUST_LEADER},
    Who.ASKER: HEADS
    | {
        PostKind.DEPUTY,
        PostKind.CHAIR,
        PostKind.TRUST_LEADER,
        PostKind.COORDINATOR,
        PostKind.OFFICER,
    },
}


def holds(person: Actor, who: Who) -> bool:
    """Whether ``person`` is one of ``who`` today."""
    if who is Who.ANYONE:
        return True
    if who is Who.SIGNED_IN:
        return person.signed_in
    return person.holds(*POSTS[who])
