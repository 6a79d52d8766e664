"""The pool of buddies, and who is suggested out of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.headships import buddying_services
from brokerage.headships.models import PoolMember
from brokerage.headships.profiles import shortlist
from brokerage.ledger.models import LedgerEntry
from brokerage.schools.models import Trust
from tests.builders import (
    TODAY,
    a_head,
    a_school,
    acting,
    in_post,
)
from tests.headships_builders import Town, messages_of

POOL: dict[str, Any] = {
    "willing": True,
    "at_once": 1,
    "max_km": None,
    "been_there": [],
    "until": None,
}


def test_a_serving_head_puts_themselves_into_the_pool_and_out_again(session: Session) -> None:
    town = Town(session)
    head = a_head(session, town.school)
    by = acting(session, head)
    member_id = buddying_services.join_pool(
        by, head.id, **{**POOL, "max_km": 20, "been_there": ["new town"]}
    )
    member = session.get_one(PoolMember, member_id)
    assert (member.willing, member.max_km, member.been_there) == (True, 20, ["new town"])
    buddying_services.join_pool(by, head.id, **{**POOL, "willing": False})
    session.expire_all()
    assert not member.willing
    with pytest.raises(ChangedMeanwhile):
        buddying_services.join_pool(by, head.id, **POOL, version=1)


def test_a_coordinator_puts_a_head_in_for_them_and_they_get_a_copy(session: Session) -> None:
    town = Town(session)
    head = a_head(session, town.school)
    buddying_services.join_pool(acting(session, town.coordinator), head.id, **POOL)
    assert list(messages_of(session)) == [("recorded-for-you", head.email)]
    entry = session.scalars(select(LedgerEntry).filter_by(action="pool.joined")).one()
    assert entry.on_behalf_of == head.id
    elsewhere = a_head(session, a_school(session, la_code="902"))
    with pytest.raises(NotFound):
        buddying_services.join_pool(acting(session, town.coordinator), elsewhere.id, **POOL)
    with pytest.raises(NotFound):
        buddying_services.join_pool(acting(session, head), elsewhere.id, **POOL)


def test_who_is_no_head_or_new_themselves_is_not_taken_into_the_pool(session: Session) -> None:
    town = Town(session)
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    with pytest.raises(RuleBroken, match="serving heads"):
        buddying_services.join_pool(acting(session, deputy), deputy.id, **POOL)
    headship = town.under_way()
    with pytest.raises(RuleBroken, match="100 days"):
        buddying_services.join_pool(acting(session, headship.person), headship.person_id, **POOL)


def why_not(session: Session, headship: Any) -> dict[str, set[str]]:
    session.expire_all()
    left_out = shortlist(session, headship, TODAY).left_out
    return {candidate.person.name: {bar.code for bar in bars} for candidate, bars in left_out}


def test_everybody_who_is_not_suggested_has_a_why_not(session: Session) -> None:
    town = Town(session)
    session.add(Trust(uid=77, name="Hill Trust"))
    session.flush()
    town.school.trust_uid = 77
    session.commit()
    headship = town.announced()
    good = town.buddy()
    same = town.buddy(school={"trust_uid": 77})
    rival = town.buddy(school={"easting": 451000, "northing": 520000})
    far = town.buddy(school={"easting": 490000, "northing": 520000}, max_km=10)
    full = town.buddy(at_once=1)
    town.asked(town.announced(email="bo@home.example", urn=a_school(session).urn), full)
    closed = town.buddy(willing=False)
    past = town.buddy(until=TODAY - timedelta(1))
    chair = town.buddy()
    in_post(session, PostKind.CHAIR, school=town.school, person=chair)
    a_head(session, a_school(session))  # not in the pool: was never a candidate
    assert [c.person.id for c, _ in shortlist(session, headship, TODAY).ranked] == [good.id]
    assert why_not(session, headship) == {
        same.name: {"same_trust"},
        rival.name: {"rival"},
        far.name: {"distance"},
        full.name: {"capacity"},
        closed.name: {"not_accepting"},
        past.name: {"not_accepting"},
        chair.name: {"line_manager"},
    }
    headship.same_trust_wished = True
    session.commit()
    assert same.name not in why_not(session, headship)


def test_a_suggestion_says_why_and_its_points_make_its_score(session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    plain, been = town.buddy(), town.buddy(been_there=["first headship"])
    found = shortlist(session, headship, TODAY).ranked
    assert [c.person.id for c, _ in found] == [been.id, plain.id]
    assert "Has been there: first headship" in found[0][1].reasons
    assert all(sum(p.points for p in r.points) == r.score for _, r in found)


def test_another_partnerships_heads_are_no_candidates(session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    town.buddy(school={"la_code": "902"})
    found = shortlist(session, headship, TODAY)
    assert not found.ranked
    assert not found.left_out


def test_who_is_a_rival_and_whether_the_same_trust_will_do_are_the_partnerships_settings(
    session: Session,
) -> None:
    town = Town(session)
    session.add(Trust(uid=78, name="Dale Trust"))
    session.flush()
    town.school.trust_uid = 78
    session.commit()
    headship = town.announced()
    near = town.buddy(school={"easting": 451000, "northing": 520000})
    same = town.buddy(school={"trust_uid": 78})
    assert why_not(session, headship) == {near.name: {"rival"}, same.name: {"same_trust"}}
    town.partnership.buddy_rival_metres = 800
    town.partnership.buddy_same_trust = True
    session.commit()
    assert why_not(session, headship) == {}
