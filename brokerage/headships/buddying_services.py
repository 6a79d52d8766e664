"""Use cases about the pool of buddies, and about one buddying from asking to its end."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.headships import letters, steps
from brokerage.headships.first_hundred import answer_by
from brokerage.headships.models import BuddyContact, Buddying, PoolMember
from brokerage.headships.profiles import shortlist
from brokerage.headships.queries import (
    calendar,
    head_coordinated,
    own_headship,
    partnership_of,
    pool_member,
    school_led,
)
from brokerage.headships.rules import (
    BEEN_THERE,
    BuddyingState,
    check_at_once,
    check_choices,
    check_spoke,
)
from brokerage.ledger.steps import record
from brokerage.messages import steps as messages
from brokerage.partnerships.models import Partnership
from brokerage.people import steps as people


@use_case("pool.join")
def join_pool(
    by: By,
    session: Session,
    person_id: int,
    *,
    willing: bool,
    at_once: int,
    max_km: int | None,
    been_there: list[str],
    until: date | None,
    version: int | None = None,
) -> int:
    """A serving head would be a buddy (or, not ``willing``, no more): said by themselves, or by a
    coordinator for them, who then get a copy. Answers the pool member's id."""
    today = london_date(by.now)
    own = by.actor.signed_in and by.actor.person_id == person_id
    if own and not by.actor.heads():
        raise RuleBroken("Buddies are serving heads.")
    if not own:
        head_coordinated(session, by.actor, person_id, today)
    check_choices(been_there, BEEN_THERE, "been_there")
    if max_km is not None and not 1 <= max_km <= 200:
        raise RuleBroken("Give a distance from 1 to 200 km.", field="max_km")
    if willing and until is not None and until < today:
        raise RuleBroken("That day is past.", field="until")
    current = own_headship(session, person_id)
    if willing and current is not None and current.starts_on <= today:
        raise RuleBroken("This is somebody in their own first 100 days: afterwards, gladly.")
    known = pool_member(session, person_id)
    if known is None:
        check_at_once(at_once, 0)
        member = PoolMember(person_id=person_id, buddying=0)
        session.add(member)
    else:
        (member,) = locked(session, PoolMember, known.id)
        check_version(member, version, "this place in the pool")
        check_at_once(at_once, member.buddying)
    member.willing, member.at_once, member.max_km = willing, at_once, max_km
    member.been_there, member.until = sorted(set(been_there)), until
    session.flush()
    behalf = None if own else person_id
    record(session, by, "pool.joined" if willing else "pool.left", member, on_behalf_of=behalf)
    if not own:
        _copy_pool(session, by, member)
    return member.id


def _copy_pool(session: Session, by: By, member: PoolMember) -> None:
    mine = sorted(by.actor.coordinates())
    partnership = session.get_one(Partnership, mine[0])
    messages.write(
        session,
        by,
        "recorded-for-you",
        people.recipient(member.person),
        key=f"pool/{member.id}/copy/{by.now.isoformat()}",
        partnership_id=partnership.id,
        signed=people.signatory(session, partnership, london_date(by.now)),
        link=None,
        what="whether you would be a buddy to a new head",
    )


@use_case("buddying.ask")
def ask(by: By, session: Session, headship_id: int, buddy_id: int) -> int:
    """Ask one head of the pool to be the buddy; their place is taken from now, so that nobody is
    asked about two new heads who takes one. Answers the buddying's id.

    Raises RuleBroken where a rule bars them, somebody else is being asked, or no place is free.
    """
    headship = steps.lock_headship(session, headship_id)
    steps.require_coordinated(by, headship)
    steps.require_going_on(headship)
    if headship.welcomed_at is None:
        raise RuleBroken("Check the appointment first: then a buddy can be asked.")
    if headship.live_buddying() is not None:
        raise RuleBroken("Somebody is being asked already, or is the buddy. One at a time.")
    found = shortlist(session, headship, london_date(by.now))
    best = next((r for c, r in found.ranked if c.person.id == buddy_id), None)
    if best is None:
        barred = [bars for c, bars in found.left_out if c.person.id == buddy_id]
        if not barred:
            raise NotFound
        raise RuleBroken(f"This head {barred[0][0].says}. Choose somebody else.")
    buddying = headship.suggested()
    if buddying is not None and buddying.buddy_id != buddy_id:
        steps.move(session, by, buddying, "withdraw")
        buddying = None
    if buddying is None:
        person = next(c.person for c, _ in found.ranked if c.person.id == buddy_id)
        buddying = steps.add_suggestion(session, by, headship, person, best.score, best.reasons)
    buddying.asked_at = by.now
    usual = partnership_of(session, headship).acceptance_days
    buddying.due_on = answer_by(calendar(session, headship), by.now, headship.buddy_by, usual)
    steps.move(session, by, buddying, "ask")
    letters.ask_buddy(session, by, buddying)
    return buddying.id


@use_case("buddying.answer")
def answer(
    by: By, session: Session, buddying_id: int, *, yes: bool, link_id: int | None = None
) -> int:
    """The buddy says yes or no, and gives no reason: by link, signed in, or by telephone to a
    coordinator, who records it for them (they get a copy, and can take a yes back). Answers the
    headship's id."""
    if link_id is not None:
        people.use_link(session, by, link_id)
    buddying = steps.lock_buddying(session, buddying_id)
    headship = buddying.headship
    own = by.actor.signed_in and by.actor.person_id == buddying.buddy_id
    behalf = None if own else buddying.buddy_id
    steps.move(session, by, buddying, "accept" if yes else "decline", on_behalf_of=behalf)
    people.revoke_links(session, by, "buddying", buddying.id)
    if own:
        key = f"buddying/{buddying.id}/answered"
        letters.tell_coordinator(session, by, headship, "buddy-answered", key)
        if yes:
            letters.thank_for_yes(session, by, buddying)
    else:
        what = f"that you {'would' if yes else 'would not'} be a new head’s buddy"
        letters.copy_to_buddy(session, by, buddying, what, page=yes)
    if not yes:
        steps.suggest_next(session, by, headship)
    return headship.id


@use_case("buddying.confirm")
def confirm(by: By, session: Session, buddying_id: int) -> int:
    """The coordinator confirms; once the appointment is public, the two are introduced at once.
    Answers the headship's id."""
    buddying = steps.lock_buddying(session, buddying_id)
    steps.require_coordinated(by, buddying.headship)
    steps.move(session, by, buddying, "confirm")
    buddying.confirmed_at = by.now
    if buddying.headship.is_public(london_date(by.now)):
        _introduce(session, by, buddying)
    return buddying.headship_id


@use_case("buddying.introduce")
def introduce(by: By, session: Session, buddying_id: int) -> int:
    """Give each of the two the other's card. Not before the appointment is public."""
    buddying = steps.lock_buddying(session, buddying_id)
    steps.require_coordinated(by, buddying.headship)
    if not buddying.headship.is_public(london_date(by.now)):
        raise RuleBroken("It is not announced yet. Introduce the two once it is.")
    _introduce(session, by, buddying)
    return buddying.headship_id


def _introduce(session: Session, by: By, buddying: Buddying) -> None:
    steps.move(session, by, buddying, "introduce")
    buddying.introduced_on = london_date(by.now)
    school = school_led(session, buddying.buddy_id, london_date(by.now))
    letters.introduce(session, by, buddying, school.name if school else None)


@use_case("buddying.spoke")
def spoke(by: By, session: Session, buddying_id: int, on: date) -> None:
    """The two spoke, on this day: ticked by either, or by a coordinator for the buddy. No more than
    that is ever recorded."""
    buddying = steps.lock_buddying(session, buddying_id)
    headship = buddying.headship
    own = by.actor.signed_in and by.actor.person_id in (buddying.buddy_id, headship.person_id)
    if not own:
        steps.require_coordinated(by, headship)
    if buddying.state is not BuddyingState.ACTIVE or buddying.introduced_on is None:
        raise RuleBroken("You have not been introduced yet, or this is over.")
    check_spoke(on, buddying.introduced_on, london_date(by.now))
    ticked_by = by.actor.person_id if own and by.actor.person_id else buddying.buddy_id
    if any(c.on == on and c.ticked_by == ticked_by for c in buddying.contacts):
        return
    session.add(BuddyContact(buddying_id=buddying.id, on=on, ticked_by=ticked_by))
    record(
        session,
        by,
        "buddying.spoke",
        buddying,
        partnership_id=headship.partnership_id,
        on_behalf_of=None if own else buddying.buddy_id,
    )
    if not own:
        letters.copy_to_buddy(session, by, buddying, "that you two spoke", page=True)


@use_case("buddying.end")
def end(by: By, session: Session, buddying_id: int) -> int:
    """Either ends it, or the coordinator; nobody is asked why. The other is told that it is over,
    and the next best buddy comes up for the coordinator. Answers the headship's id."""
    buddying = steps.lock_buddying(session, buddying_id)
    agreed = buddying.introduced_on is not None
    steps.move(session, by, buddying, "end")
    headship = buddying.headship
    if agreed:
        letters.say_over(session, by, buddying)
    if headship.partnership_id not in by.actor.coordinates():
        key = f"buddying/{buddying.id}/ended"
        letters.tell_coordinator(session, by, headship, "buddy-answered", key)
    steps.suggest_next(session, by, headship)
    return headship.id


@use_case("buddying.withdraw")
def withdraw(by: By, session: Session, buddying_id: int) -> int:
    """The coordinator takes the question back, or a suggestion off. Answers the headship's id."""
    buddying = steps.lock_buddying(session, buddying_id)
    steps.require_coordinated(by, buddying.headship)
    asked = buddying.state is not BuddyingState.SUGGESTED
    steps.move(session, by, buddying, "withdraw")
    if asked:
        letters.say_not_needed(session, by, buddying)
    return buddying.headship_id


@use_case("buddying.lapse")
def lapse(by: By, session: Session, buddying_id: int) -> None:
    """No answer by the day that was given: the place is free again, and the next best comes up for
    the coordinator. For the tick."""
    buddying = steps.lock_buddying(session, buddying_id)
    due_on = buddying.due_on
    if buddying.state is not BuddyingState.ASKED or due_on is None:
        return
    if due_on < london_date(by.now):
        steps.move(session, by, buddying, "lapse")
        steps.suggest_next(session, by, buddying.headship)
