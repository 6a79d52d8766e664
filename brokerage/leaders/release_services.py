"""Use cases about who releases a leader, and the standing release."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import steps
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leader_to_change, leader_to_release
from brokerage.leaders.rules import TERMS, WEEKDAYS, StandingRelease, chosen
from brokerage.ledger.steps import record
from brokerage.people.queries import by_email, person_in_scope
from brokerage.people.rules import check_address


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
) -> None:
    """The releaser releases the leader for a year ahead; or a coordinator notes it for them."""
    leader = _to_release(session, by, leader_id, version)
    standing = StandingRelease(
        half_days,
        tuple(chosen(weekdays, WEEKDAYS, "standing_weekdays")),
        tuple(chosen(terms, TERMS, "standing_terms")),
        until,
    )
    steps.give_standing(session, by, leader, standing)


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
