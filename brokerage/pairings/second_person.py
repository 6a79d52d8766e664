"""A coordinator's own school: support for it needs a second person.

Whoever holds a post at the supported school may propose somebody for it within the rules, as the
three are asked all the same; but the last word, whatever is noted by telephone for others, and
anything that goes against a rule, are another coordinator's. Where every coordinator is of the
school, an officer of the partnership confirms.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, By, PostKind
from brokerage.clock import london_date
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import LIVES, UNDER_WAY
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on, holders

NOBODY_ELSE = "Nobody else could: the partnership needs a second coordinator, or an officer."


def who_can(session: Session, partnership_id: int, urn: int, day: date) -> list[Person]:
    """Who may confirm support for this school: the coordinators who hold no post there, or else the
    officers who hold none; the longest in post first."""
    there = set(
        session.scalars(held_on(day).where(Post.urn == urn).with_only_columns(Post.person_id))
    )
    for kind in (PostKind.COORDINATOR, PostKind.OFFICER):
        people = holders(session, day, kind, partnership_id=partnership_id)
        if found := [person for person in people if person.id not in there]:
            return found
    return []


def says(session: Session, actor: Actor, partnership_id: int, urn: int, day: date) -> str:
    """Who must confirm support for a school of the actor's own; nothing for any other school."""
    if urn not in actor.schools():
        return ""
    names = [person.name for person in who_can(session, partnership_id, urn, day)]
    can = f"{' or '.join(names)} can." if names else NOBODY_ELSE
    return f"Somebody else must confirm this: you hold a post at this school. {can}"


def refuse_own_school(session: Session, by: By, partnership_id: int, urn: int) -> None:
    """Raise RuleBroken where the supported school is one of the actor's own."""
    if said := says(session, by.actor, partnership_id, urn, london_date(by.now)):
        raise RuleBroken(said)


def check_proposal(session: Session, by: By, partnership_id: int, urn: int, by_hand: str) -> None:
    """Raise RuleBroken where the actor may not propose anybody for this school of their own:
    against a rule, or with nobody else to confirm it."""
    said = says(session, by.actor, partnership_id, urn, london_date(by.now))
    if said and by_hand:
        raise RuleBroken(
            "You hold a post at this school, so only somebody else may propose a person whom a "
            "rule or the floor leaves out.",
            field="by_hand",
        )
    if said and not who_can(session, partnership_id, urn, london_date(by.now)):
        raise RuleBroken(said)


def pairing_to_confirm(session: Session, actor: Actor, reference: str, day: date) -> Pairing:
    """A pairing of a partnership that the actor coordinates; for an officer, one to which all have
    agreed and that no coordinator may confirm. Raises NotFound."""
    pairing = session.scalar(select(Pairing).where(Pairing.reference == reference))
    if pairing is None:
        raise NotFound
    if pairing.partnership_id in actor.coordinates() or is_for_officer(
        session, actor, pairing, day
    ):
        return pairing
    raise NotFound


def is_for_officer(session: Session, actor: Actor, pairing: Pairing, day: date) -> bool:
    """Whether the actor, an officer, is who confirms this pairing now."""
    if pairing.partnership_id not in actor.partnerships(PostKind.OFFICER):
        return False
    able = who_can(session, pairing.partnership_id, pairing.need.urn, day)
    agreed = LIVES[pairing.order].may(pairing.state, "confirm", {Part.COORDINATOR})
    return agreed and actor.person_id in {person.id for person in able}


def for_officer(session: Session, actor: Actor, day: date) -> list[Pairing]:
    """The pairings that wait for the actor, an officer, to confirm them."""
    query = select(Pairing).where(
        Pairing.partnership_id.in_(actor.partnerships(PostKind.OFFICER)),
        Pairing.state.in_(UNDER_WAY),
        Pairing.step.is_(None),
    )
    found = session.scalars(query.order_by(Pairing.id))
    return [pairing for pairing in found if is_for_officer(session, actor, pairing, day)]
