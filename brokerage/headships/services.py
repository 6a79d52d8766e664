"""Use cases about new heads: from the notice to the end of the first 100 days."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, By, PostKind
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.headships import letters, steps
from brokerage.headships.models import Headship, RingRequest
from brokerage.headships.queries import days_reached, partnership_of
from brokerage.headships.rules import (
    BEEN_THERE,
    Category,
    check_choices,
    check_private,
    check_start,
    is_public,
)
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership
from brokerage.people import steps as people
from brokerage.people.models import Post
from brokerage.school_calendar.first_hundred import HUNDRED
from brokerage.schools.models import School
from brokerage.schools.queries import school_in_scope, schools_in

TELLERS = frozenset(
    HEADS | {PostKind.CHAIR, PostKind.TRUST_LEADER, PostKind.COORDINATOR, PostKind.OFFICER}
)


@use_case("headship.tell")
def tell(
    by: By,
    session: Session,
    *,
    partnership_id: int,
    urn: int,
    name: str,
    email: str,
    telephone: str | None,
    starts_on: date,
    category: Category,
    announced_on: date | None,
    told_by: str,
) -> int:
    """Tell the service of an appointment; answers the headship's id.

    Told by a coordinator, the new head is welcomed at once; told by anybody else, when a
    coordinator has seen that it is right, since a post as head comes of it. The same person and
    school told twice is one headship.
    """
    today = london_date(by.now)
    partnership = session.get(Partnership, partnership_id)
    if partnership is None or partnership_id not in by.actor.partnership_ids:
        raise NotFound
    if not by.actor.holds(*TELLERS):
        raise NotAllowed("Appointments are told by heads, chairs, trusts and coordinators.")
    school = school_in_scope(session, by.actor, urn)
    _check_school(session, school, partnership_id)
    check_start(starts_on, announced_on, today)
    private = not is_public(announced_on, starts_on, today)
    check_private(email, school.website if private else None)
    person = people.add_person(session, by, name=name, email=email, telephone=telephone)
    if partnership_id in by.actor.coordinates():
        people.note_telephone(session, by, person, telephone)
    same = select(Headship).filter_by(
        person_id=person.id, urn=urn, partnership_id=partnership_id, ended_on=None
    )
    if (known := session.scalars(same).first()) is not None:
        return known.id
    headship = Headship(
        partnership_id=partnership_id,
        urn=urn,
        person_id=person.id,
        category=category,
        starts_on=starts_on,
        announced_on=announced_on,
        told_at=by.now,
        told_by=told_by or by.actor.name,
    )
    steps.promise_buddy(session, headship, partnership, today)
    session.add(headship)
    session.flush()
    record(session, by, "headship.told", headship, partnership_id=partnership_id)
    if partnership_id in by.actor.coordinates():
        _welcome(session, by, headship)
    else:
        letters.tell_coordinator(session, by, headship, "new-head-told", "told")
    return headship.id


def _check_school(session: Session, school: School, partnership_id: int) -> None:
    inside = schools_in([partnership_id]).where(School.urn == school.urn)
    if session.scalar(inside) is None:
        raise RuleBroken("That school is not in this partnership.", field="school")
    if not school.takes_work:
        raise RuleBroken("That school is closed.", field="school")


@use_case("headship.welcome")
def welcome(by: By, session: Session, headship_id: int) -> None:
    """The coordinator has seen that it is right: the new head gets their link."""
    headship = _coordinated(session, by, headship_id)
    steps.require_going_on(headship)
    if headship.welcomed_at is not None:
        raise RuleBroken("The new head has been welcomed already.")
    _welcome(session, by, headship)


def _welcome(session: Session, by: By, headship: Headship) -> None:
    headship.welcomed_at = by.now
    steps.give_post(session, by, headship)
    letters.send_welcome(session, by, headship)
    record(session, by, "headship.welcomed", headship, partnership_id=headship.partnership_id)


@use_case("headship.send_link")
def send_link(by: By, session: Session, headship_id: int) -> None:
    """Send the new head a fresh link to their page; the ones before stop working."""
    headship = _coordinated(session, by, headship_id)
    steps.require_going_on(headship)
    if headship.welcomed_at is None:
        raise RuleBroken("Check the appointment first: then the welcome goes out.")
    people.revoke_links(session, by, "headship", headship.id)
    letters.send_welcome(session, by, headship)
    record(session, by, "headship.link_sent", headship, partnership_id=headship.partnership_id)


@use_case("headship.invite")
def invite(by: By, session: Session, headship_id: int) -> None:
    """Invite the new head to choose a password and sign in."""
    headship = _coordinated(session, by, headship_id)
    steps.require_going_on(headship)
    if headship.welcomed_at is None:
        raise RuleBroken("Check the appointment first: then the welcome goes out.")
    people.invite(session, by, headship.person, headship.partnership_id)


@use_case("headship.announce")
def announce(
    by: By, session: Session, headship_id: int, *, announced_on: date, version: int | None
) -> None:
    """It is (or will be) announced on this day: from then on it is no secret."""
    headship = _coordinated(session, by, headship_id)
    check_version(headship, version, "this appointment")
    steps.require_going_on(headship)
    check_start(headship.starts_on, announced_on, london_date(by.now))
    if headship.post_id is not None:
        raise RuleBroken("It is known already: that cannot be taken back.", field="announced_on")
    headship.announced_on = announced_on
    if headship.welcomed_at is not None:
        steps.give_post(session, by, headship)
    record(
        session,
        by,
        "headship.announced",
        headship,
        partnership_id=headship.partnership_id,
        fields=["announced_on"],
    )


@use_case("headship.move_start")
def move_start(
    by: By, session: Session, headship_id: int, *, starts_on: date, version: int | None
) -> None:
    """The start is another day than was told. The promise of a buddy moves with it."""
    headship = _coordinated(session, by, headship_id)
    check_version(headship, version, "this appointment")
    steps.require_going_on(headship)
    check_start(starts_on, None, london_date(by.now))
    partnership = partnership_of(session, headship)
    if headship.announced_on is None and headship.is_public(london_date(by.now)):
        headship.announced_on = london_date(by.now)  # what is known stays known
    headship.starts_on = starts_on
    steps.promise_buddy(session, headship, partnership, london_date(by.now))
    if headship.post_id is not None:
        (post,) = locked(session, Post, headship.post_id)
        post.from_on = starts_on
    fields = ["starts_on", "buddy_by"]
    record(
        session,
        by,
        "headship.start_moved",
        headship,
        partnership_id=headship.partnership_id,
        fields=fields,
    )


@use_case("headship.fall_through")
def fall_through(by: By, session: Session, headship_id: int) -> None:
    """The appointment was not right, or came to nothing: everything about it stops. A post that has
    not begun is taken back."""
    headship = _coordinated(session, by, headship_id)
    steps.require_going_on(headship)
    steps.end_live_buddying(session, by, headship)
    today = london_date(by.now)
    if headship.post_id is not None:
        (post,) = locked(session, Post, headship.post_id)
        if post.from_on > today:
            headship.post_id = None
            session.flush()
            session.delete(post)
        elif post.to_on is None or post.to_on > today:
            people.end_post(session, by, post, today)
    people.revoke_links(session, by, "headship", headship.id)
    headship.ended_on = today
    headship.fell_through = True
    record(session, by, "headship.fell_through", headship, partnership_id=headship.partnership_id)


@use_case("headship.end")
def end(by: By, session: Session, headship_id: int) -> None:
    """The hundred days are over, and the new head has not said so themselves."""
    headship = _coordinated(session, by, headship_id)
    steps.require_going_on(headship)
    if days_reached(session, headship, london_date(by.now)) < HUNDRED:
        raise RuleBroken("Day 100 has not come yet.")
    steps.close(session, by, headship)


@use_case("headship.wish")
def wish(
    by: By,
    session: Session,
    headship_id: int,
    *,
    worries: list[str],
    same_trust_wished: bool,
    version: int | None = None,
) -> None:
    """What the new head comes into, and whether a buddy of the same trust would be welcome: said by
    themselves, or by a coordinator for them (who then gets a copy)."""
    headship = steps.lock_headship(session, headship_id)
    own = by.actor.signed_in and by.actor.person_id == headship.person_id
    if not own:
        steps.require_coordinated(by, headship)
    steps.require_going_on(headship)
    check_version(headship, version, "this")
    check_choices(worries, BEEN_THERE, "worries")
    headship.worries = sorted(set(worries))
    headship.same_trust_wished = same_trust_wished
    record(
        session,
        by,
        "headship.wished",
        headship,
        partnership_id=headship.partnership_id,
        on_behalf_of=None if own else headship.person_id,
        fields=["worries", "same_trust_wished"],
    )
    if not own:
        letters.copy_to_head(session, by, headship, "what would help you in a buddy")


@use_case("headship.settle_ring")
def settle_ring(by: By, session: Session, ring_id: int) -> int:
    """Somebody has rung the new head: the call for help is settled. Answers the headship's id."""
    (ring,) = locked(session, RingRequest, ring_id)
    headship = session.get_one(Headship, ring.headship_id)
    steps.require_coordinated(by, headship)
    if ring.settled_at is None:
        ring.settled_at = by.now
        ring.settled_by = by.actor.person_id
        record(session, by, "headship.rung", headship, partnership_id=headship.partnership_id)
    return headship.id


@use_case("headship.give_post")
def give_post(by: By, session: Session, headship_id: int) -> None:
    """The appointment has become public: the head has the post. For the tick."""
    headship = steps.lock_headship(session, headship_id)
    if headship.ended_on is None and headship.welcomed_at is not None:
        steps.give_post(session, by, headship)


@use_case("headship.ask_pulse")
def ask_pulse(by: By, session: Session, headship_id: int, day: int) -> None:
    """Tell the new head that day 30, 60 or 100 has come, once; then look again at the next. For
    the tick."""
    headship = steps.lock_headship(session, headship_id)
    today = london_date(by.now)
    if headship.next_look_on is None or headship.next_look_on > today:
        return
    if headship.ended_on is None and all(pulse.day != day for pulse in headship.pulses):
        letters.send_pulse(session, by, headship, day)
    steps.look_next(session, headship, partnership_of(session, headship), today)


def _coordinated(session: Session, by: By, headship_id: int) -> Headship:
    headship = steps.lock_headship(session, headship_id)
    steps.require_coordinated(by, headship)
    return headship
