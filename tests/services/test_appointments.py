"""Telling of an appointment, and what is private until it is announced."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.headships import services
from brokerage.headships.invariants import broken
from brokerage.headships.models import Headship, PoolMember
from brokerage.headships.queries import (
    own_headship,
)
from brokerage.headships.rules import Category
from brokerage.headships.ticks import tick
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person, Post
from brokerage.people.queries import actor_for, people_page
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_person,
    a_school,
    acting,
    hand_pick,
    in_post,
)
from tests.headships_builders import HOME, Town, messages_of

START = date(2027, 1, 4)


def at(day: date, person: Person | None, session: Session) -> By:
    """The person (the service itself, for None) acting on a later day."""
    now = NOW + (day - TODAY)
    if person is None:
        session.commit()
        return By(SERVICE, now)
    actor = actor_for(session, person.id, day)
    session.commit()
    return By(actor, now)


def test_a_new_head_told_by_a_coordinator_is_welcomed_at_their_own_address_alone(
    session: Session,
) -> None:
    headship = Town(session).appointed()
    assert list(messages_of(session)) == [("new-head-welcome", HOME)]
    assert headship.buddy_by == date(2026, 12, 18)
    assert session.scalars(select(Post).filter_by(person_id=headship.person_id)).all() == []
    assert not list(broken(session))


def test_told_by_somebody_else_it_waits_for_the_coordinator_to_see_that_it_is_right(
    session: Session,
) -> None:
    town = Town(session)
    chair = in_post(session, PostKind.CHAIR, school=town.school, name="Chair Person")
    details = town.details()
    headship_id = services.tell(acting(session, chair), **details)
    assert list(messages_of(session)) == [("new-head-told", town.coordinator.email)]
    assert "Ada" not in session.scalars(select(Message)).one().body
    headship = session.get_one(Headship, headship_id)
    assert headship.told_by == "Chair Person"
    with pytest.raises(NotFound):
        services.welcome(acting(session, chair), headship_id)
    services.welcome(acting(session, town.coordinator), headship_id)
    assert ("new-head-welcome", HOME) in set(messages_of(session))
    with pytest.raises(RuleBroken, match="already"):
        services.welcome(acting(session, town.coordinator), headship_id)


@pytest.mark.parametrize("kind", [PostKind.DEPUTY, PostKind.TEACHER, PostKind.SENDCO])
def test_colleagues_who_do_not_lead_cannot_tell(session: Session, kind: PostKind) -> None:
    town = Town(session)
    by = acting(session, in_post(session, kind, school=town.school))
    with pytest.raises(NotAllowed):
        services.tell(by, **town.details())


@pytest.mark.parametrize(
    "kind", [PostKind.HEADTEACHER, PostKind.CHAIR, PostKind.TRUST_LEADER, PostKind.ACTING_HEAD]
)
def test_heads_chairs_and_trusts_of_the_partnership_can_tell(
    session: Session, kind: PostKind
) -> None:
    town = Town(session)
    by = acting(session, in_post(session, kind, school=a_school(session)))
    assert services.tell(by, **town.details()) > 0


def test_an_officer_can_tell(session: Session) -> None:
    town = Town(session)
    by = acting(session, in_post(session, PostKind.OFFICER, partnership=town.partnership))
    assert services.tell(by, **town.details()) > 0


def test_nobody_tells_of_another_partnerships_school(session: Session) -> None:
    ours = Town(session)
    theirs = a_partnership(session, authorities=("902",))
    elsewhere = a_school(session, la_code="902")
    by = acting(session, ours.coordinator)
    with pytest.raises(NotFound):
        services.tell(by, **ours.details(urn=elsewhere.urn))
    with pytest.raises(NotFound):
        services.tell(by, **ours.details(partnership_id=theirs.id))
    picked = a_partnership(session, authorities=("903",))
    hand_pick(session, picked, elsewhere)
    in_post(session, PostKind.OFFICER, partnership=picked, person=ours.coordinator)
    by = acting(session, ours.coordinator)
    with pytest.raises(RuleBroken, match="not in this partnership"):
        services.tell(by, **ours.details(urn=elsewhere.urn))


@pytest.mark.parametrize("address", ["ada@hilltop.example.sch.uk", "office@mail.example", ""])
def test_until_it_is_announced_the_schools_address_is_refused(
    session: Session, address: str
) -> None:
    town = Town(session)
    with pytest.raises(RuleBroken) as refused:
        services.tell(acting(session, town.coordinator), **town.details(email=address))
    assert refused.value.field == "email"
    assert session.scalar(select(Headship)) is None


def test_the_same_appointment_told_twice_is_one(session: Session) -> None:
    town = Town(session)
    first = town.appointed()
    assert town.appointed().id == first.id
    assert len(list(messages_of(session))) == 1


def test_a_number_told_of_somebody_known_is_kept_where_none_was(session: Session) -> None:
    town = Town(session)
    known = a_person(session, name="Ada Newhead", email=HOME)
    teller = a_head(session, a_school(session))
    services.tell(acting(session, teller), **town.details(telephone="07000 000000"))
    session.expire_all()
    assert known.telephone is None  # only a coordinator says so of somebody who is here already
    town.appointed(telephone="07000 123456")
    session.expire_all()
    assert known.telephone == "07000 123456"
    town.appointed(telephone="07000 999999")
    session.expire_all()
    assert known.telephone == "07000 123456"


def test_before_it_is_announced_no_register_of_people_shows_the_post(session: Session) -> None:
    town = Town(session)
    other = a_partnership(session, authorities=("905",))
    hand_pick(session, other, town.school)
    nosy = a_coordinator(session, other)
    headship = town.appointed()
    head_id = headship.person_id
    for person in (nosy, town.coordinator):
        actor = actor_for(session, person.id, TODAY)
        assert "Ada Newhead" not in {p.name for p in people_page(session, actor, TODAY, "", 1).rows}
    by = acting(session, town.coordinator)
    services.announce(by, headship.id, announced_on=TODAY, version=headship.version)
    session.expire_all()
    post = session.scalars(select(Post).filter_by(person_id=head_id)).one()
    assert (post.kind, post.urn, post.from_on) == (PostKind.HEADTEACHER, town.school.urn, START)
    assert not actor_for(session, head_id, TODAY).heads()
    assert actor_for(session, head_id, START).heads() == {town.school.urn}
    assert not list(broken(session))


def test_one_that_is_never_announced_is_known_from_the_first_day_in_post(session: Session) -> None:
    town = Town(session)
    headship = town.appointed(category=Category.ACTING)
    assert tick(at(START - timedelta(1), None, session))["post"] == 0
    assert tick(at(START, None, session))["post"] == 1
    assert tick(at(START, None, session))["post"] == 0
    session.expire_all()
    assert session.get_one(Post, headship.post_id).kind is PostKind.ACTING_HEAD


def test_an_appointment_that_came_to_nothing_leaves_no_post_no_link_and_no_buddy(
    session: Session,
) -> None:
    town = Town(session)
    headship, buddy = town.announced(), town.buddy()
    town.introduced(headship, buddy)
    services.fall_through(acting(session, town.coordinator), headship.id)
    session.expire_all()
    assert session.scalars(select(Post).filter_by(person_id=headship.person_id)).all() == []
    links = session.scalars(select(Link).where(Link.revoked_at.is_(None), Link.used_at.is_(None)))
    assert links.all() == []
    assert session.scalars(select(PoolMember)).one().buddying == 0
    assert own_headship(session, headship.person_id) is None
    assert not list(broken(session))


def test_somebody_who_has_left_holds_the_post_no_more(session: Session) -> None:
    town = Town(session)
    headship = town.under_way(starts_on=TODAY - timedelta(30))
    services.fall_through(acting(session, town.coordinator), headship.id)
    session.expire_all()
    assert session.get_one(Post, headship.post_id).to_on == TODAY


def test_the_promise_moves_with_the_start_and_what_is_known_stays_known(session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    by = acting(session, town.coordinator)
    services.move_start(by, headship.id, starts_on=date(2027, 4, 12), version=headship.version)
    session.expire_all()
    assert headship.buddy_by == date(2027, 4, 9)
    assert session.get_one(Post, headship.post_id).from_on == date(2027, 4, 12)
    begun = town.appointed(starts_on=TODAY, email="bo@home.example")
    by = acting(session, town.coordinator)
    services.move_start(by, begun.id, starts_on=START, version=begun.version)
    session.expire_all()
    assert begun.announced_on == TODAY
