"""Persons, their posts, and the links by which they answer."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import HeldPost, PostKind
from brokerage.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from brokerage.messages.models import Message
from brokerage.people import services
from brokerage.people.links import follow, token
from brokerage.people.models import Link, Person
from brokerage.people.queries import actor_for
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_school,
    acting,
    in_post,
)


def test_an_actor_holds_the_posts_of_the_day_and_belongs_through_the_school(
    session: Session,
) -> None:
    partnership, other = a_partnership(session), a_partnership(session, authorities=("902",))
    school = a_school(session)
    person = a_head(session, school)
    in_post(session, PostKind.OFFICER, partnership=other, person=person, to_on=TODAY - timedelta(1))
    actor = actor_for(session, person.id, TODAY)
    assert actor.posts == (HeldPost(PostKind.HEADTEACHER, school.urn, None),)
    assert actor.partnership_ids == {partnership.id}
    assert not actor_for(session, person.id, date(2020, 1, 1)).partnership_ids


def test_an_invited_person_gets_one_message_with_a_link_and_no_token_is_kept(
    session: Session,
) -> None:
    partnership = a_partnership(session)
    school = a_school(session)
    by = acting(session, a_coordinator(session, partnership))
    details = {
        "name": " Ada  Lovelace ",
        "email": "Ada@Example.ORG",
        "telephone": None,
        "kind": PostKind.HEADTEACHER,
        "partnership_id": partnership.id,
        "urn": school.urn,
        "from_on": TODAY,
        "invite": True,
    }
    person = session.get_one(Person, services.add_person(by, **details))
    assert (person.name, person.email) == ("Ada Lovelace", "ada@example.org")
    (message,) = session.scalars(select(Message))
    link = session.scalars(select(Link)).one()
    assert f"[[link {link.id}]]" in message.body
    assert token(link) not in message.body


def test_a_link_is_good_for_its_purpose_until_it_is_used_or_too_old(
    both: Flask, session: Session
) -> None:
    partnership = a_partnership(session)
    by = acting(session, a_coordinator(session, partnership))
    services.add_person(
        by,
        name="Ada",
        email="ada@example.org",
        telephone=None,
        kind=PostKind.OFFICER,
        partnership_id=partnership.id,
        urn=None,
        from_on=TODAY,
        invite=True,
    )
    link = session.scalars(select(Link)).one()
    link_id, good = link.id, token(link)
    session.rollback()
    with both.test_request_context():
        assert follow("people.accept_invitation", good).id == link_id
        for bad in (good[:-1] + "0", good[:-1], "", "1", "-", f"{link_id}-", "9" * 30, "x-é"):
            with pytest.raises(RuleBroken):
                follow("people.accept_invitation", bad if bad != good else "1-2")
        with pytest.raises(RuleBroken):
            follow("some.other_purpose", good)
        clock.move_to(NOW + timedelta(days=31))
        with pytest.raises(RuleBroken):
            follow("people.accept_invitation", good)
        clock.move_to(NOW)
        services.set_first_password(by, link_id, "a hash")
        with pytest.raises(RuleBroken):
            services.set_first_password(by, link_id, "another hash")
    assert session.scalars(select(Person).filter_by(name="Ada")).one().password == "a hash"


def test_of_two_who_change_one_person_the_second_is_told(session: Session) -> None:
    school = a_school(session)
    coordinator = a_coordinator(session, a_partnership(session))
    head = a_head(session, school)
    first = head.version
    by = acting(session, coordinator)
    change = {"email": "new@example.org", "telephone": "", "version": first}
    services.change_person(by, head.id, name="First", **change)
    with pytest.raises(ChangedMeanwhile):
        services.change_person(by, head.id, name="Second", **change)
    session.expire_all()
    assert session.get_one(Person, head.id).name == "First"


def test_a_coordinator_gives_posts_in_their_own_partnership_alone(session: Session) -> None:
    ours, theirs = a_partnership(session), a_partnership(session, authorities=("902",))
    their_school = a_school(session, la_code="902")
    by = acting(session, a_coordinator(session, ours))
    details = {"name": "Ada", "email": None, "telephone": None, "from_on": TODAY, "invite": False}
    with pytest.raises(NotAllowed):
        services.add_person(
            by, kind=PostKind.COORDINATOR, partnership_id=theirs.id, urn=None, **details
        )
    with pytest.raises(NotFound):
        services.add_person(
            by,
            kind=PostKind.HEADTEACHER,
            partnership_id=ours.id,
            urn=their_school.urn,
            **details,
        )
    assert session.scalar(select(Person).filter_by(name="Ada")) is None


def test_nobody_takes_anothers_address(session: Session) -> None:
    school = a_school(session)
    by = acting(session, a_coordinator(session, a_partnership(session)))
    one, two = a_head(session, school), a_head(session, school)
    name, address = two.name, one.email
    session.commit()
    with pytest.raises(RuleBroken, match="Somebody else"):
        services.change_person(by, two.id, name=name, email=address, telephone=None, version=None)


@pytest.mark.parametrize("address", ["no", "a@b", "a b@example.org", "a@example.org\nBcc: x@y.z"])
def test_an_address_that_cannot_be_one_is_refused(session: Session, address: str) -> None:
    partnership = a_partnership(session)
    by = acting(session, a_coordinator(session, partnership))
    with pytest.raises(RuleBroken) as refused:
        services.add_person(
            by,
            name="Ada",
            email=address,
            telephone=None,
            kind=PostKind.OFFICER,
            partnership_id=partnership.id,
            urn=None,
            from_on=TODAY,
            invite=False,
        )
    assert refused.value.field == "email"
