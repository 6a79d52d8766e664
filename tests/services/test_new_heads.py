"""From the notice of a new head to the end of their first 100 days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.headships import buddying_services, own_services, services
from brokerage.headships.invariants import broken
from brokerage.headships.models import Headship, PoolMember, Pulse, RingRequest
from brokerage.headships.queries import (
    buddies_in_place_before_start,
    closing_counts,
    headships_page,
    open_rings,
    own_headship,
    waiting_for_buddy,
)
from brokerage.headships.rules import Category
from brokerage.headships.ticks import tick
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person, Post
from brokerage.people.queries import actor_for, people_page
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
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


def test_the_pulses_are_told_once_each_on_days_30_60_and_100(session: Session) -> None:
    town = Town(session)
    headship = town.under_way()
    told = []
    for day in range(120):
        if tick(at(TODAY + timedelta(day), None, session))["pulse"]:
            told.append(day + 1)
    assert told == [30, 60, 100]
    kinds = [kind for kind, _ in messages_of(session)]
    assert kinds.count("new-head-pulse") == 3
    assert session.get_one(Headship, headship.id).pulses == []


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
    (waiting,) = open_rings(session, [town.partnership.id])
    assert waiting.headship_id == headship.id
    tomorrow = at(TODAY + timedelta(1), headship.person, session)
    assert own_services.ring_me(tomorrow, headship.id) != ring
    with pytest.raises(NotFound):
        services.settle_ring(tomorrow, ring)
    for one in session.scalars(select(RingRequest.id)).all():
        services.settle_ring(acting(session, town.coordinator), one)
    session.expire_all()
    assert open_rings(session, [town.partnership.id]) == []


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
    answers = {"someone": "yes", "early": "yes", "next": "termly"}
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
    assert closing_counts(session, town.partnership.id, 2026)["next"] == {"termly": 1}
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
    entry = session.scalars(select(LedgerEntry).filter_by(action="headship.wished")).all()[-1]
    assert entry.on_behalf_of == headship.person_id


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
    due = waiting_for_buddy(session, town.partnership.id, names["soon"].buddy_by)
    assert [row.person.name for row in due] == ["Head soon"]
