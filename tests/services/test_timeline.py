"""One timeline for all the people of an engagement: each kind of entry, and who reads it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import (
    contact_services,
    radar_services,
    review_services,
    services,
    visit_services,
)
from brokerage.engagements import succession_services as successions
from brokerage.engagements.change_rules import ChangeKind
from brokerage.engagements.change_services import Wanted
from brokerage.engagements.models import Engagement, Succession
from brokerage.engagements.radar_rules import Sign
from brokerage.engagements.rules import Difference, MidPoint
from brokerage.engagements.timeline import Entry, timeline
from brokerage.follow_ups.services import look_at
from brokerage.life import Part
from brokerage.people.models import Person
from tests.builders import NOW, a_head, a_school, acting, in_post
from tests.change_builders import propose, say
from tests.phone_builders import CALLED, Support, a_support
from tests.services.pairing_town import messages_to
from tests.services.test_successions import LATER, follows, leaves, night_passes

ALL = {"coordinator", "head", "leader", "releaser", "deputy"}
WORKERS = {"coordinator", "head", "leader"}
COORDINATOR_AND = {name: {"coordinator", name} for name in ALL}

# What an entry is known by, and who reads it.
SEEN = {
    "Agreed: 2 days": ALL,
    "Leader and school spoke": ALL,
    "A visit was planned": ALL,
    "A visit was moved": ALL,
    "A visit was moved to 12 Nov 2026": ALL,
    "The visit of 12 Nov 2026 was called off": ALL,
    "Visit: half a day": ALL,
    "Paused until 1 Dec 2026": ALL,
    "Gone on": ALL,
    "The visits are done": ALL,
    "Closed": ALL,
    "Mid-point: answered": {"leader", "releaser", "deputy"},
    "Mid-point: change": {"coordinator", "head"},
    "Evaluation: a clear difference": WORKERS,
    "Evaluation: answered": {"releaser", "deputy"},
    "The leader’s comment": WORKERS,
    "The leader’s comment: answered": {"releaser", "deputy"},
    "The school said that a visit’s log is not right": WORKERS,
    "The school said that a visit’s log is right": WORKERS,
    "The coordinator settled what was disputed: half a day counted": WORKERS,
    "Undone: a visit": COORDINATOR_AND["leader"],
    "A concern or a worry": WORKERS,  # of each their own; whose words, is below
    "Somebody said that they had not spoken yet": COORDINATOR_AND["head"],
    "Releaser was sent the agreement": COORDINATOR_AND["releaser"],
    "Leader was sent the agreement": COORDINATOR_AND["leader"],
    "Head was sent the agreement": COORDINATOR_AND["head"],
    "Leader was asked whether they had spoken": COORDINATOR_AND["leader"],
    "Leader was asked whether they had spoken, again": COORDINATOR_AND["leader"],
    "Leader was asked to note a visit": COORDINATOR_AND["leader"],
    "Head was asked whether the leader had rung": COORDINATOR_AND["head"],
    "The school said that nobody has rung": COORDINATOR_AND["head"],
    "The school said that they have spoken": COORDINATOR_AND["head"],
    "Head was sent a visit’s log, to say if it is not right": COORDINATOR_AND["head"],
    "Head was asked half way: keep, change or stop": COORDINATOR_AND["head"],
    "Head was asked half way: keep, change or stop, again": COORDINATOR_AND["head"],
    "Head was asked what has changed": COORDINATOR_AND["head"],
    "Leader was asked for a comment on the evaluation": COORDINATOR_AND["leader"],
    "Coordinator wrote to Leader": COORDINATOR_AND["leader"],
    "Coordinator wrote to Head": COORDINATOR_AND["head"],
}
PRIVATE = {
    "A private worry": COORDINATOR_AND["leader"],
    "To the leader alone": COORDINATOR_AND["leader"],
    "To the head alone": COORDINATOR_AND["head"],
    "What to change": COORDINATOR_AND["head"],
    "Watched phonics": WORKERS,
    "It was the morning only": WORKERS,
}
"""Somebody's words, and who reads them."""


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    """Everything that can happen in an engagement has happened in this one."""
    support = a_support(session)
    town = support.town
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    people = {
        "coordinator": town.coordinator,
        "head": town.head,
        "leader": town.leader.person,
        "releaser": town.releaser,
        "deputy": deputy,
        "stranger": a_head(session, a_school(session)),
    }
    for name, person in people.items():
        person.name = name.capitalize()
    session.commit()
    _everything(session, support)
    return people


def _everything(session: Session, support: Support) -> None:
    number = support.engagement.id
    services.note_no_contact_yet(support.head(), number)
    for days in (7, 9):
        look_at(support.by(now=NOW + timedelta(days)), "engagement", number)
    contact_services.school_says(support.head(), number, spoken=False)
    services.note_first_contact(support.leader(), number, NOW.date())
    for sign, whom, text in (
        (Sign.SILENCE, Part.LEADER, "To the leader alone"),
        (Sign.SLIPPING, Part.HEAD, "To the head alone"),
    ):
        radar_services.write_to(support.by(), number, sign, whom, subject="Hello", text=text)
    visit_id = support.plan(date(2026, 11, 10))
    visit_services.move(support.leader(), visit_id, date(2026, 11, 11))
    visit_services.move(support.head(), visit_id, date(2026, 11, 12))
    look_at(support.by(now=NOW + timedelta(10)), "engagement", number)
    contact_services.school_says(support.head(), number, spoken=True)
    visit_services.did_not_happen(support.leader(), visit_id, None)
    services.pause(support.by(now=NOW), number, reason="Inspection", until=date(2026, 12, 1))
    services.resume(support.by(now=NOW), number)
    support.log(support.by())
    support.undo()
    first = support.log(support.leader(CALLED), 1, worry="A private worry")
    visit_services.dispute(support.head(CALLED), first, words="It was the morning only")
    visit_services.resolve(support.by(), first, half_days=1)
    second = support.log(support.leader(CALLED), 1)
    visit_services.agree(support.head(CALLED), second)
    review_services.mid_point(
        support.head(CALLED), number, choice=MidPoint.CHANGE, words="What to change", exit_plan=""
    )
    services.complete(support.leader(CALLED), number)
    review_services.evaluate(
        support.head(CALLED), number, difference=Difference.CLEAR, words="Up", exit_plan=""
    )
    review_services.comment(support.leader(CALLED), number, words="Thank you")


def told(session: Session, person: Person, now: datetime = CALLED) -> list[Entry]:
    session.expire_all()
    engagement = session.query(Engagement).one()
    actor = acting(session, person, now).actor
    found = timeline(session, actor, engagement)
    session.rollback()
    return found


def test_each_reads_what_is_theirs_and_no_more(session: Session, people: dict[str, Person]) -> None:
    read: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {text: set() for text in PRIVATE}
    for name in ALL:
        entries = told(session, people[name])
        assert [e.on for e in entries] == sorted(e.on for e in entries)
        for entry in entries:
            read.setdefault(entry.title, set()).add(name)
            for text in PRIVATE:
                if any(text in said for _, said in entry.lines):
                    words[text].add(name)
    assert {title: sorted(names) for title, names in read.items()} == {
        title: sorted(names) for title, names in SEEN.items()
    }
    assert words == PRIVATE


HANDED_OVER = {
    "The head has left their post": WORKERS,
    "Who released the leader has left their post": WORKERS | {"releaser"},
    "New head follows, and was told of this support": WORKERS,
    "New releaser follows, and was told of this support": WORKERS | {"releaser"},
    "New head goes on with this support": WORKERS,
    "New releaser goes on with this support": WORKERS | {"releaser"},
    "New releaser would rather talk first": {"coordinator", "releaser"},
}


def test_who_follows_whom_is_for_those_who_work_in_it_and_the_home_school_reads_its_own(
    session: Session,
) -> None:
    support = a_support(session)
    town = support.town
    for person in (town.head, town.releaser):
        leaves(support, person, PostKind.HEADTEACHER)
    people = {
        "coordinator": town.coordinator,
        "leader": town.leader.person,
        "head": follows(support),
        "releaser": follows(support, school=town.home),
        "deputy": in_post(session, PostKind.DEPUTY, school=town.school),
    }
    for name in ("head", "releaser"):
        people[name].name = f"New {name}"
    session.commit()
    night_passes(support)
    found = {one.person_id: one.id for one in session.query(Succession)}
    ids = {name: found[people[name].id] for name in ("head", "releaser")}
    successions.talk_first(acting(session, people["releaser"], LATER), ids["releaser"])
    for name, number in ids.items():
        successions.agree(acting(session, people[name], LATER), number)
    read: dict[str, set[str]] = {}
    for name, person in people.items():
        for entry in told(session, person, LATER):
            if entry.title in HANDED_OVER:
                read.setdefault(entry.title, set()).add(name)
    assert read == HANDED_OVER


def test_support_that_was_stopped_is_told_as_over_and_not_as_a_change_too(
    session: Session,
) -> None:
    support = a_support(session)
    stop = Wanted(kind=ChangeKind.STOP, reason="It does not help")
    propose(support, stop, support.town.head)
    services.end_early(support.by(now=NOW), support.engagement.id, reason="Ill", need_goes_on=True)
    titles = [entry.title for entry in told(session, support.town.head)]
    assert titles.count("Ended early") == 1
    assert not [title for title in titles if title.startswith("Changed")]


def test_a_stranger_reads_nothing(session: Session, people: dict[str, Person]) -> None:
    assert told(session, people["stranger"]) == []


def test_half_way_is_asked_and_told_once_whatever_is_noted_undone_and_changed_after(
    session: Session,
) -> None:
    support = a_support(session)
    support.log(support.leader(CALLED), 2)
    support.log(support.by(), 1)
    support.undo()
    fewer = Wanted(kind=ChangeKind.FEWER_DAYS, reason="It goes well", half_days=3)
    number = propose(support, fewer, support.town.head)
    say(support, number, support.town.leader.person)
    assert support.engagement.half_days == 3
    assert messages_to(session, support.town.head).count("mid_point_asked") == 1
    titles = [entry.title for entry in told(session, support.town.head)]
    assert sum("was asked half way" in title for title in titles) == 1


def test_somebody_who_cannot_be_written_to_is_not_told_as_asked(session: Session) -> None:
    support = a_support(session)
    support.town.head.email = None
    session.commit()
    support.log(support.leader(CALLED), 2)
    titles = [entry.title for entry in told(session, support.town.coordinator)]
    assert not any("half way" in title or "a visit’s log" in title for title in titles)


def test_a_visit_is_told_as_called_off_before_its_day_and_as_not_happened_from_then_on(
    session: Session,
) -> None:
    support = a_support(session)
    to_come, of_today = support.plan(date(2026, 11, 12)), support.plan(CALLED.date())
    for visit_id in (to_come, of_today):
        visit_services.did_not_happen(support.leader(CALLED), visit_id, None)
    off = [(one.on, one.title) for one in told(session, support.town.head) if one.visit]
    assert off == [
        (CALLED.date(), "A visit did not happen"),
        (CALLED.date(), "The visit of 12 Nov 2026 was called off"),
    ]
