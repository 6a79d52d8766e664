"""A buddying, from the question to its end."""

import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.errors import BrokerageError, NotFound, RuleBroken
from brokerage.headships import buddying_services, services
from brokerage.headships.invariants import broken
from brokerage.headships.models import BuddyContact, Buddying, PoolMember
from brokerage.headships.profiles import shortlist
from brokerage.headships.rules import BuddyingState
from brokerage.headships.ticks import tick
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_school,
    acting,
)
from tests.headships_builders import HOME, Town, messages_of


def state(session: Session, buddying_id: int) -> BuddyingState:
    session.expire_all()
    return session.get_one(Buddying, buddying_id).state


def why_not(session: Session, headship: Any) -> dict[str, set[str]]:
    session.expire_all()
    left_out = shortlist(session, headship, TODAY).left_out
    return {candidate.person.name: {bar.code for bar in bars} for candidate, bars in left_out}


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
