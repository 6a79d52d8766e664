"""Who releases a leader: the home school, once a year or each time."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import queries, release_services, services
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import StandingRelease
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.schools.models import School
from tests.builders import (
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_school,
    acting,
    in_post,
)
from tests.leader_builders import a_leader


def fresh(session: Session, leader_id: int) -> Leader:
    session.expire_all()
    return session.get_one(Leader, leader_id)


def details_of(leader: Leader, **other: Any) -> dict[str, Any]:
    return {
        "version": leader.version,
        "urn": leader.home_urn,
        "max_km": 15,
        "remote": True,
        "engagements_at_once": 3,
        "weekdays": ["Tuesday", "Thursday"],
        "terms": ["autumn"],
        "faiths": [],
        "been_there": ["a small school"],
        "about": "Reading",
        "public": True,
        **other,
    }


def test_the_head_of_the_home_school_releases_and_for_a_head_the_chair(session: Session) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader = a_leader(session, partnership, home=school)
    assert queries.releaser_of(session, leader, TODAY) is None
    head = a_head(session, school)
    assert queries.releaser_of(session, leader, TODAY) == head
    as_head = a_leader(session, partnership, home=school, person=head)
    assert queries.releaser_of(session, as_head, TODAY) is None
    trust_leader = in_post(session, PostKind.TRUST_LEADER, school=school)
    assert queries.releaser_of(session, as_head, TODAY) == trust_leader
    chair = in_post(session, PostKind.CHAIR, school=school)
    assert queries.releaser_of(session, as_head, TODAY) == chair


STANDING: dict[str, Any] = {
    "version": None,
    "half_days": 10,
    "weekdays": ["Tuesday"],
    "terms": [],
    "until": date(2027, 7, 20),
}


def test_the_releaser_gives_a_standing_release_and_the_leader_never_does(
    session: Session,
) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader, head = a_leader(session, partnership, home=school), a_head(session, school)
    other = a_head(session, a_school(session))
    for person in (leader.person, other):
        with pytest.raises(NotFound):
            release_services.give_standing(acting(session, person), leader.id, **STANDING)
    release_services.give_standing(acting(session, head), leader.id, **STANDING)
    leader = fresh(session, leader.id)
    assert leader.standing == StandingRelease(10, ("Tuesday",), (), date(2027, 7, 20))
    assert (leader.standing_given_by, leader.standing_recorded_by) == (head.id, None)
    assert session.scalar(select(Message)) is None
    release_services.withdraw_standing(acting(session, head), leader.id)
    assert fresh(session, leader.id).standing is None


def test_a_coordinator_notes_it_on_the_releasers_behalf_who_gets_a_copy(session: Session) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader, head = a_leader(session, partnership, home=school), a_head(session, school)
    coordinator = a_coordinator(session, partnership)
    release_services.give_standing(acting(session, coordinator), leader.id, **STANDING)
    leader = fresh(session, leader.id)
    assert (leader.standing_given_by, leader.standing_recorded_by) == (head.id, coordinator.id)
    assert session.scalars(select(Message.to_person_id)).all() == [head.id]
    entry = session.scalars(select(LedgerEntry).filter_by(action="leader.release_given")).one()
    assert entry.on_behalf_of == head.id


def test_a_new_releaser_or_home_school_ends_the_standing_release(session: Session) -> None:
    partnership, school = a_partnership(session), a_school(session)
    leader = a_leader(session, partnership, home=school)
    head, chair = a_head(session, school), in_post(session, PostKind.CHAIR, school=school)
    by = acting(session, a_coordinator(session, partnership))
    release_services.give_standing(acting(session, head), leader.id, **STANDING)
    release_services.name_releaser(by, leader.id, version=None, email=chair.email or "")
    leader = fresh(session, leader.id)
    assert (leader.standing, queries.releaser_of(session, leader, TODAY)) == (None, chair)
    session.rollback()
    release_services.give_standing(acting(session, chair), leader.id, **STANDING)
    new_home: School = a_school(session)
    leader = fresh(session, leader.id)
    changes = details_of(leader, urn=new_home.urn)
    session.rollback()
    services.change_details(by, leader.id, **changes)
    leader = fresh(session, leader.id)
    assert (leader.home_urn, leader.standing, leader.releaser_id) == (new_home.urn, None, None)


def test_nobody_releases_themselves(session: Session) -> None:
    partnership = a_partnership(session)
    leader = a_leader(session, partnership)
    own = leader.person.email or ""
    by = acting(session, a_coordinator(session, partnership))
    with pytest.raises(RuleBroken, match="themselves"):
        release_services.name_releaser(by, leader.id, version=None, email=own)
