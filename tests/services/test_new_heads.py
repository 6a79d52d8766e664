"""The first 100 days: pulses, calls for help, the end, and what is counted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotFound, RuleBroken
from brokerage.headships import buddying_services, own_services, services
from brokerage.headships.desk import at_the_desk
from brokerage.headships.invariants import broken
from brokerage.headships.models import Headship, PoolMember, Pulse, RingRequest
from brokerage.headships.queries import (
    buddies_in_place_before_start,
    closing_counts,
    headships_page,
)
from brokerage.headships.ticks import tick
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person, Post
from brokerage.people.queries import actor_for
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    acting,
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


def test_a_pulse_is_the_new_heads_alone_until_they_share_it(session: Session) -> None:
    town = Town(session)
    headship = town.under_way()
    day_30 = TODAY + timedelta(29)
    with pytest.raises(RuleBroken, match="not come"):
        own_services.answer_pulse(
            at(day_30 - timedelta(1), headship.person, session), headship.id, 30, "hand"
        )
    by = at(day_30, headship.person, session)
    own_services.answer_pulse(by, headship.id, 30, "hand")
    with pytest.raises(RuleBroken):
        own_services.answer_pulse(by, headship.id, 30, "something of my own")
    with pytest.raises(NotFound):
        own_services.answer_pulse(at(day_30, town.coordinator, session), headship.id, 30, "well")
    assert "pulse-shared" not in dict(messages_of(session))
    own_services.answer_pulse(by, headship.id, 30, "stretched")
    own_services.share_pulse(by, headship.id, 30)
    own_services.share_pulse(by, headship.id, 30)
    shared = [kind for kind, _ in messages_of(session)].count("pulse-shared")
    session.expire_all()
    assert (shared, session.scalars(select(Pulse)).one().choice) == (1, "stretched")
    own_services.answer_pulse(by, headship.id, 30, "well")  # what was shared stands
    session.expire_all()
    assert session.scalars(select(Pulse)).one().choice == "stretched"


def test_nothing_that_a_new_head_answers_stands_in_the_ledger(session: Session) -> None:
    town = Town(session)
    headship = town.under_way()
    own_services.answer_pulse(
        at(TODAY + timedelta(29), headship.person, session), headship.id, 30, "hand"
    )
    fields = session.scalars(select(LedgerEntry.fields)).all()
    assert "hand" not in str(fields)


def test_the_pulses_are_told_once_each_on_days_30_60_and_100_or_the_school_day_after(
    session: Session,
) -> None:
    town = Town(session)
    headship = town.under_way()
    told = []
    for day in range(120):
        if tick(at(TODAY + timedelta(day), None, session))["pulse"]:
            told.append(day + 1)
    assert told == [30, 63, 100]  # day 60 is the first of January
    kinds = [kind for kind, _ in messages_of(session)]
    assert kinds.count("new-head-pulse") == 3
    assert session.get_one(Headship, headship.id).pulses == []


def test_no_pulse_is_told_before_nine_nor_in_a_hush(session: Session) -> None:
    town = Town(session)
    headship = town.under_way()
    day_30 = at(TODAY + timedelta(29), None, session)
    assert day_30.now.hour == 10
    assert not tick(By(SERVICE, day_30.now - timedelta(hours=2)))["pulse"]
    assert not tick(day_30, hushed=[headship.urn])["pulse"]
    assert tick(day_30)["pulse"] == 1


def test_a_call_for_help_reaches_the_named_coordinator_at_once_and_stands_until_settled(
    session: Session,
) -> None:
    town = Town(session)
    headship = town.under_way()
    by = acting(session, headship.person)
    ring = own_services.ring_me(by, headship.id)
    assert own_services.ring_me(by, headship.id) == ring
    (message,) = session.scalars(select(Message).filter_by(kind="ring-me"))
    assert (message.to_person_id, message.not_before) == (town.coordinator.id, NOW)
    (waiting,) = at_the_desk(session, [town.partnership.id], TODAY).rings
    assert waiting.headship_id == headship.id
    tomorrow = at(TODAY + timedelta(1), headship.person, session)
    assert own_services.ring_me(tomorrow, headship.id) != ring
    with pytest.raises(NotFound):
        services.settle_ring(tomorrow, ring)
    for one in session.scalars(select(RingRequest.id)).all():
        services.settle_ring(acting(session, town.coordinator), one)
    session.expire_all()
    assert at_the_desk(session, [town.partnership.id], TODAY).rings == []


def test_a_call_for_help_reaches_the_partnership_where_there_is_no_coordinator(
    session: Session,
) -> None:
    town = Town(session, email="desk@partnership.example")
    headship = town.under_way()
    for post in session.scalars(select(Post).filter_by(kind=PostKind.COORDINATOR)):
        post.to_on = TODAY - timedelta(1)
    session.commit()
    own_services.ring_me(acting(session, headship.person), headship.id)
    assert ("ring-me", "desk@partnership.example") in set(messages_of(session))


def test_after_day_100_three_closed_choices_end_it_and_free_the_buddy(session: Session) -> None:
    town = Town(session)
    headship, buddy = town.under_way(), town.buddy()
    town.introduced(headship, buddy)
    answers = {"someone": "yes", "early": "yes", "onward": "termly"}
    early = at(TODAY + timedelta(98), headship.person, session)
    with pytest.raises(RuleBroken, match="not come"):
        own_services.finish(early, headship.id, answers=answers)
    by = at(TODAY + timedelta(100), headship.person, session)
    with pytest.raises(RuleBroken) as refused:
        own_services.finish(by, headship.id, answers={**answers, "early": "my own words"})
    assert refused.value.field == "early"
    own_services.finish(by, headship.id, answers=answers)
    session.expire_all()
    assert headship.ended_on == TODAY + timedelta(100)
    assert session.scalars(select(PoolMember)).one().buddying == 0
    assert ("buddy-thanks", buddy.email) in set(messages_of(session))
    assert closing_counts(session, town.partnership.id, 2026)["onward"] == {"termly": 1}
    assert not list(broken(session))


def test_a_new_head_who_says_nothing_is_ended_by_the_coordinator_after_day_100(
    session: Session,
) -> None:
    town = Town(session)
    headship = town.under_way()
    with pytest.raises(RuleBroken):
        services.end(acting(session, town.coordinator), headship.id)
    services.end(at(TODAY + timedelta(101), town.coordinator, session), headship.id)
    session.expire_all()
    assert headship.ended_on is not None
    assert not headship.fell_through


def test_what_would_help_is_said_by_the_head_or_noted_for_them_with_a_copy(
    session: Session,
) -> None:
    town = Town(session)
    headship = town.appointed()
    wish = {"worries": ["budget deficit"], "same_trust_wished": True}
    services.wish(acting(session, headship.person), headship.id, **wish)
    assert "recorded-for-you" not in dict(messages_of(session))
    services.wish(acting(session, town.coordinator), headship.id, **wish)
    assert ("recorded-for-you", HOME) in set(messages_of(session))
    with pytest.raises(RuleBroken):
        services.wish(
            acting(session, headship.person),
            headship.id,
            worries=["anything"],
            same_trust_wished=False,
        )
    query = select(LedgerEntry.on_behalf_of).filter_by(action="headship.wished")
    behalf = session.scalars(query.order_by(LedgerEntry.id)).all()
    assert behalf == [None, headship.person_id]


def test_a_neighbours_coordinator_can_do_nothing_here(session: Session) -> None:
    town = Town(session)
    headship, buddy = town.announced(), town.buddy()
    other = a_coordinator(session, a_partnership(session, authorities=("902",)))
    head = a_head(session, town.school)
    version = headship.version
    for person in (other, head):
        for use_case in (services.welcome, services.send_link, services.invite, services.end):
            with pytest.raises(NotFound):
                use_case(acting(session, person), headship.id)
        with pytest.raises(NotFound):
            buddying_services.ask(acting(session, person), headship.id, buddy.id)
        with pytest.raises(NotFound):
            services.announce(
                acting(session, person), headship.id, announced_on=TODAY, version=version
            )
        with pytest.raises(NotFound):
            own_services.ring_me(acting(session, person), headship.id)


def test_a_fresh_link_takes_the_place_of_the_old_one(session: Session) -> None:
    town = Town(session)
    headship = town.appointed()
    (old,) = session.scalars(select(Link).filter_by(purpose="new_head.by_link"))
    services.send_link(acting(session, town.coordinator), headship.id)
    session.expire_all()
    assert old.revoked_at is not None
    good = session.scalars(select(Link).where(Link.revoked_at.is_(None))).all()
    assert [link.purpose for link in good] == ["new_head.by_link"]


def test_the_board_counts_buddies_in_place_before_the_start_and_as_promised(
    session: Session,
) -> None:
    town = Town(session)
    in_time = town.announced()
    town.introduced(in_time, town.buddy())
    overnight = town.under_way(email="bo@home.example")
    town.introduced(overnight, town.buddy())
    town.appointed(email="cy@home.example")
    nothing = town.appointed(email="di@home.example")
    services.fall_through(acting(session, town.coordinator), nothing.id)
    counts = buddies_in_place_before_start(session, town.partnership.id, 2026)
    assert (counts.heads, counts.before_start, counts.as_promised) == (3, 1, 2)
    begun = buddies_in_place_before_start(session, town.partnership.id, 2026, until=TODAY)
    assert (begun.heads, begun.before_start, begun.as_promised) == (1, 0, 1)
    assert buddies_in_place_before_start(session, town.partnership.id, 2025).heads == 0


def test_the_list_has_calls_for_help_first_then_who_needs_a_buddy_soonest(
    session: Session,
) -> None:
    town = Town(session)
    names = {}
    for name, start in (("late", date(2027, 4, 12)), ("soon", START), ("placed", START)):
        headship = town.announced(
            name=f"Head {name}", email=f"{name}@home.example", starts_on=start
        )
        names[name] = headship
    town.introduced(names["placed"], town.buddy())
    actor = actor_for(session, town.coordinator.id, TODAY)

    def listed() -> list[str]:
        return [row.person.name for row in headships_page(session, actor, 1).rows]

    assert listed() == ["Head soon", "Head late", "Head placed"]
    own_services.ring_me(acting(session, names["placed"].person), names["placed"].id)
    assert listed() == ["Head placed", "Head soon", "Head late"]


def test_the_desk_has_new_heads_for_whom_nobody_is_asked_and_who_should_have_a_buddy_by_now(
    session: Session,
) -> None:
    town = Town(session)
    asked, alone = town.announced(), town.announced(email="bo@home.example", name="Bo Alone")
    town.asked(asked, town.buddy())
    by = in_post(session, PostKind.CHAIR, school=town.school)
    services.tell(acting(session, by), **town.details(email="cy@home.example", name="Cy Told"))

    def waiting(day: date) -> list[str]:
        found = at_the_desk(session, [town.partnership.id], day).without_buddy
        return [row.person.name for row in found]

    assert waiting(TODAY) == [alone.person.name]
    assert waiting(asked.buddy_by + timedelta(1)) == ["Ada Newhead", "Bo Alone"]
    desk = at_the_desk(session, [town.partnership.id], TODAY)
    assert [row.person.name for row in desk.to_check] == ["Cy Told"]
