"""Use cases about who releases a leader, and the standing release."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import steps
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leader_to_change, leader_to_release, releaser_of
from brokerage.leaders.rules import TERMS, WEEKDAYS, StandingRelease, chosen
from brokerage.ledger.steps import record
from brokerage.messages import steps as messages
from brokerage.partnerships.models import Partnership
from brokerage.people.links import make_link, marker
from brokerage.people.queries import by_email, person_in_scope
from brokerage.people.rules import check_address
from brokerage.people.steps import recipient, revoke_links, signatory, use_link

ASKED = "leader_release"  # what a link to a standing release is about


@use_case("leader.name_releaser")
def name_releaser(
    by: By, session: Session, leader_id: int, *, version: int | None, email: str
) -> None:
    """A coordinator names who releases the leader, by the address they are known by; an empty one
    goes back to the head of the home school (for its head: to the chair). Ends a standing release
    of somebody else's."""
    locked(session, Leader, leader_id)
    today = london_date(by.now)
    leader = leader_to_change(session, by.actor, leader_id, today)
    if leader.person_id == by.actor.person_id and not by.actor.coordinates():
        raise NotFound
    check_version(leader, version, "this record")
    address = check_address(email)
    person = by_email(session, address) if address else None
    if address:
        if person is None:
            raise RuleBroken("Nobody is known by that address: add them first.", field="email")
        person_in_scope(session, by.actor, person.id, today)
        if person.id == leader.person_id:
            raise RuleBroken("Nobody releases themselves: name somebody else.", field="email")
    new = person.id if person else None
    if new == leader.releaser_id:
        return
    leader.releaser_id = new
    fields = ["releaser_id", *steps.withdraw_standing(leader)]
    revoke_links(session, by, ASKED, leader.id)
    session.flush()
    session.expire(leader, ["releaser"])
    steps.kept(session, by, leader, fields)


@use_case("leader.give_standing_release")
def give_standing(
    by: By,
    session: Session,
    leader_id: int,
    *,
    version: int | None,
    half_days: int,
    weekdays: list[str],
    terms: list[str],
    until: date,
    link_id: int | None = None,
) -> None:
    """The releaser releases the leader for a year ahead (signed in, or by the link ``link_id``); or
    a coordinator notes it for them."""
    if link_id is not None:
        use_link(session, by, link_id)
    leader = _to_release(session, by, leader_id, version)
    standing = StandingRelease(
        half_days,
        tuple(chosen(weekdays, WEEKDAYS, "standing_weekdays")),
        tuple(chosen(terms, TERMS, "standing_terms")),
        until,
    )
    steps.give_standing(session, by, leader, standing)
    revoke_links(session, by, ASKED, leader.id)


@use_case("leader.ask_standing_release")
def ask_standing(by: By, session: Session, leader_id: int) -> None:
    """A coordinator asks the releaser for a standing release: by a link that answers it."""
    leader = _to_release(session, by, leader_id, None)
    today = london_date(by.now)
    partnership_id = steps.partnership_between(session, by, leader)
    releaser = releaser_of(session, leader, today)
    if releaser is None or partnership_id not in by.actor.coordinates():
        raise RuleBroken(steps.NOBODY_RELEASES)
    if not releaser.email:
        raise RuleBroken(f"{releaser.name} has no e-mail address here: ring them, and note it.")
    revoke_links(session, by, ASKED, leader.id)
    link = make_link(
        session,
        by,
        "leaders.release.answer",
        releaser,
        subject=ASKED,
        subject_id=leader.id,
        partnership_id=partnership_id,
    )
    partnership = session.get_one(Partnership, partnership_id)
    messages.write(
        session,
        by,
        "standing_release_asked",
        recipient(releaser),
        key=f"standing_release_asked/{link.id}",
        partnership_id=partnership_id,
        signed=signatory(session, partnership, today),
        leader=leader.person.name,
        link=marker(link),
    )
    record(session, by, "leader.release_asked", leader, partnership_id=partnership_id)


@use_case("leader.withdraw_standing_release")
def withdraw_standing(by: By, session: Session, leader_id: int) -> None:
    """From now on each release is asked for again; what was released already stays so."""
    leader = _to_release(session, by, leader_id, None)
    given_by = leader.standing_given_by
    fields = steps.withdraw_standing(leader)
    if fields:
        own = by.actor.person_id == given_by
        behalf = None if own else given_by
        record(session, by, "leader.release_withdrawn", leader, on_behalf_of=behalf, fields=fields)


def _to_release(session: Session, by: By, leader_id: int, version: int | None) -> Leader:
    locked(session, Leader, leader_id)
    leader = leader_to_release(session, by.actor, leader_id, london_date(by.now))
    check_version(leader, version, "this record")
    return leader
