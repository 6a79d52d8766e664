"""The pool of buddies, and a buddying from the question to its end."""

import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import BrokerageError, ChangedMeanwhile, NotFound, RuleBroken
from brokerage.headships import buddying_services, services
from brokerage.headships.invariants import broken
from brokerage.headships.models import BuddyContact, Buddying, PoolMember
from brokerage.headships.profiles import shortlist
from brokerage.headships.rules import BuddyingState
from brokerage.headships.ticks import tick
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person
from brokerage.schools.models import Trust
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
from tests.headships_builders import HOME, Town, messages_of

POOL: dict[str, Any] = {
    "willing": True,
    "at_once": 1,
    "max_km": None,
    "been_there": [],
    "until": None,
}


def state(session: Session, buddying_id: int) -> BuddyingState:
    session.expire_all()
    return session.get_one(Buddying, buddying_id).state


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


def test_a_buddy_asked_before_the_announcement_hears_neither_name_nor_school(
    session: Session,
) -> None:
    town = Town(session)
    headship, buddy = town.appointed(), town.buddy()
    buddying_id = town.asked(headship, buddy)
    buddying_services.answer(acting(session, buddy), buddying_id, yes=True)
    buddying_services.confirm(acting(session, town.coordinator), buddying_id)
    assert state(session, buddying_id) is BuddyingState.CONFIRMED
    with pytest.raises(RuleBroken, match="not announced"):
        buddying_services.introduce(acting(session, town.coordinator), buddying_id)
    to_buddy = session.scalars(select(Message).filter_by(to_person_id=buddy.id)).all()
    assert len(to_buddy) == 2
    assert not any("Ada" in m.body or "Hill Top" in m.body for m in to_buddy)
    assert not list(broken(session))
    by = acting(session, town.coordinator)
    services.announce(by, headship.id, announced_on=TODAY, version=None)
    buddying_services.introduce(acting(session, town.coordinator), buddying_id)
    assert state(session, buddying_id) is BuddyingState.ACTIVE


def test_from_yes_to_a_card_each(session: Session) -> None:
    town = Town(session)
    headship, buddy = town.announced(), town.buddy()
    town.introduced(headship, buddy)
    cards = {m.kind: m.body for m in session.scalars(select(Message)) if m.kind.endswith("-card")}
    assert buddy.name in cards["buddy-card"]
    assert str(buddy.telephone) in cards["buddy-card"]
    assert "rings you first" in cards["buddy-card"]
    assert "Ada Newhead" in cards["new-head-card"]
    assert "07000 123456" in cards["new-head-card"]
    assert "You ring first" in cards["new-head-card"]
    assert ("buddy-card", HOME) in set(messages_of(session))


def test_a_buddy_answers_once_by_link_and_it_is_told_to_the_coordinator(session: Session) -> None:
    town = Town(session)
    headship, buddy = town.announced(), town.buddy()
    buddying_id = town.asked(headship, buddy)
    link_id = session.scalars(select(Link.id).filter_by(purpose="buddies.answer")).one()
    by = acting(session, buddy)
    buddying_services.answer(by, buddying_id, yes=True, link_id=link_id)
    with pytest.raises(RuleBroken, match="already answered"):
        buddying_services.answer(by, buddying_id, yes=False, link_id=link_id)
    assert state(session, buddying_id) is BuddyingState.ACCEPTED
    assert ("buddy-answered", town.coordinator.email) in set(messages_of(session))


def test_a_yes_by_telephone_is_recorded_with_a_copy_and_can_be_taken_back(
    session: Session,
) -> None:
    town = Town(session)
    headship, buddy = town.announced(), town.buddy()
    buddying_id = town.asked(headship, buddy)
    buddying_services.answer(acting(session, town.coordinator), buddying_id, yes=True)
    copy = session.scalars(select(Message).filter_by(kind="recorded-for-you")).one()
    assert copy.to_person_id == buddy.id
    assert "[[link" in copy.body
    entry = session.scalars(select(LedgerEntry).filter_by(action="buddying.accept")).one()
    assert entry.on_behalf_of == buddy.id
    buddying_services.end(acting(session, buddy), buddying_id)
    assert state(session, buddying_id) is BuddyingState.ENDED
    assert session.scalars(select(PoolMember)).one().buddying == 0


def test_a_no_needs_no_reason_frees_the_place_and_brings_the_next_best_up(
    session: Session,
) -> None:
    town = Town(session)
    headship = town.announced()
    best, next_best = town.buddy(been_there=["first headship"]), town.buddy()
    buddying_id = town.asked(headship, best)
    buddying_services.answer(acting(session, best), buddying_id, yes=False)
    session.expire_all()
    up = headship.suggested()
    assert up is not None
    assert up.buddy_id == next_best.id
    assert why_not(session, headship) == {best.name: {"asked_before"}}
    assert not list(broken(session))
    assert town.asked(headship, next_best) == up.id


def test_no_answer_by_the_day_lapses_and_brings_the_next_best_up(session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    best, next_best = town.buddy(been_there=["first headship"]), town.buddy()
    buddying_id = town.asked(headship, best)
    due = session.get_one(Buddying, buddying_id).due_on
    assert due == date(2026, 11, 10)
    session.commit()
    assert tick(By(SERVICE, NOW + timedelta(7)))["lapsed"] == 0
    assert tick(By(SERVICE, NOW + timedelta(8)))["lapsed"] == 1
    assert state(session, buddying_id) is BuddyingState.LAPSED
    assert headship.suggested().buddy_id == next_best.id  # type: ignore[union-attr]
    with pytest.raises(RuleBroken, match="any more"):
        buddying_services.answer(acting(session, best), buddying_id, yes=True)


def test_only_one_is_asked_at_a_time_and_only_who_is_suggested(session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    first, second = town.buddy(), town.buddy()
    rival = town.buddy(school={"easting": 450100, "northing": 520000})
    stranger = a_head(session, a_school(session))
    with pytest.raises(RuleBroken, match="rival"):
        town.asked(headship, rival)
    with pytest.raises(NotFound):
        town.asked(headship, stranger)
    town.asked(headship, first)
    with pytest.raises(RuleBroken, match="One at a time"):
        town.asked(headship, second)
    assert not list(broken(session))


def test_either_ends_it_without_a_reason_and_the_other_is_told(session: Session) -> None:
    town = Town(session)
    headship = town.under_way()
    buddies = [town.buddy(), town.buddy()]
    enders: list[Person] = [headship.person, buddies[1]]
    for buddy, ender in zip(buddies, enders, strict=True):
        buddying_id = town.introduced(headship, buddy)
        buddying_services.end(acting(session, ender), buddying_id)
        assert state(session, buddying_id) is BuddyingState.ENDED
    told = [to for kind, to in messages_of(session) if kind == "buddying-over"]
    assert told == [buddies[0].email, HOME]
    assert {row.buddying for row in session.scalars(select(PoolMember))} == {0}
    assert not list(broken(session))


def test_only_that_they_spoke_is_kept_and_the_day(session: Session) -> None:
    town = Town(session)
    headship, buddy = town.under_way(), town.buddy()
    buddying_id = town.introduced(headship, buddy)
    for person in (headship.person, buddy, buddy):
        buddying_services.spoke(acting(session, person), buddying_id, TODAY)
    assert len(session.scalars(select(BuddyContact)).all()) == 2
    assert set(BuddyContact.__table__.columns.keys()) == {"id", "buddying_id", "on", "ticked_by"}
    with pytest.raises(RuleBroken):
        buddying_services.spoke(acting(session, buddy), buddying_id, TODAY + timedelta(1))
    stranger = a_head(session, a_school(session))
    with pytest.raises(NotFound):
        buddying_services.spoke(acting(session, stranger), buddying_id, TODAY)
    other = a_coordinator(session, a_partnership(session, authorities=("902",)))
    with pytest.raises(NotFound):
        buddying_services.end(acting(session, other), buddying_id)


def test_a_buddy_who_takes_one_is_never_given_two_at_once(both: Flask, session: Session) -> None:
    town = Town(session)
    buddy = town.buddy()
    headships = [
        town.announced(name=f"Head {n}", email=f"head{n}@home.example", urn=a_school(session).urn)
        for n in range(8)
    ]
    ids, buddy_id = [headship.id for headship in headships], buddy.id
    by = acting(session, town.coordinator)
    came: Counter[str] = Counter()
    ready = threading.Barrier(len(ids))

    def ask(headship_id: int) -> None:
        with both.app_context():
            ready.wait()
            try:
                buddying_services.ask(by, headship_id, buddy_id)
                came["asked"] += 1
            except RuleBroken:
                came["refused"] += 1
            except BrokerageError as other:
                came[type(other).__name__] += 1

    threads = [threading.Thread(target=ask, args=(headship_id,)) for headship_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == {"asked": 1, "refused": 7}
    session.expire_all()
    assert session.scalars(select(PoolMember)).one().buddying == 1
    assert not list(broken(session))


def test_of_two_who_ask_for_one_new_head_at_once_one_is_told(both: Flask, session: Session) -> None:
    town = Town(session)
    headship = town.announced()
    buddy_ids = [town.buddy().id for _ in range(4)]
    headship_id = headship.id
    by = acting(session, town.coordinator)
    came: Counter[str] = Counter()
    ready = threading.Barrier(len(buddy_ids))

    def ask(buddy_id: int) -> None:
        with both.app_context():
            ready.wait()
            try:
                buddying_services.ask(by, headship_id, buddy_id)
                came["asked"] += 1
            except RuleBroken:
                came["refused"] += 1

    threads = [threading.Thread(target=ask, args=(buddy_id,)) for buddy_id in buddy_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == {"asked": 1, "refused": 3}
    session.expire_all()
    assert sum(member.buddying for member in session.scalars(select(PoolMember))) == 1


def test_the_check_finds_a_count_that_is_wrong_and_a_letter_that_was_too_early(
    session: Session,
) -> None:
    town = Town(session)
    headship, buddy = town.appointed(), town.buddy()
    session.scalars(select(PoolMember)).one().buddying = 1
    message = session.scalars(select(Message)).one()
    message.to_address = "office@hilltop.example.sch.uk"
    session.add(
        Message(
            **{
                column.key: getattr(message, column.key)
                for column in Message.__table__.columns
                if column.key not in ("id", "key", "message_id", "to_person_id")
            },
            key=f"headship/{headship.id}/x",
            message_id="<x@x>",
            to_person_id=buddy.id,
        )
    )
    session.flush()
    session.scalars(select(Message).filter_by(to_person_id=buddy.id)).one().body = "Ada Newhead"
    session.commit()
    said = " ".join(broken(session))
    assert "counts 1 places taken" in said
    assert "went to the school before it was announced" in said
    assert "names a new head before it was announced" in said
