"""Whoever leaves while asked about a pairing: the next in post is asked, and nobody twice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotFound
from brokerage.follow_ups.services import hush
from brokerage.pairings import services
from brokerage.pairings.asking_anew import ask_anew_where_left
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.people.models import Link, Person, Post
from brokerage.scheduler import Turn, hand_over
from tests.builders import NOW, a_head, acting
from tests.services.pairing_town import Town, a_town, messages_to, propose, say

LAST_DAY = date(2026, 11, 4)
LATER = datetime(2026, 11, 5, 10, 0, tzinfo=NOW.tzinfo)


def leaves(session: Session, person: Person, last_day: date = LAST_DAY) -> None:
    post = session.scalars(select(Post).filter_by(person_id=person.id, kind=PostKind.HEADTEACHER))
    post.one().to_on = last_day
    session.commit()


def a_night(session: Session, now: datetime = LATER) -> int:
    asked = ask_anew_where_left(By(SERVICE, now))
    session.expire_all()
    return asked


def works(session: Session, person: Person) -> list[Link]:
    return list(session.scalars(select(Link).filter_by(person_id=person.id, revoked_at=None)))


@pytest.mark.parametrize("step", [Step.RELEASE, Step.CHOOSE])
def test_the_next_head_is_asked_with_a_promise_of_their_own(session: Session, step: Step) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    if step is Step.CHOOSE:
        say(session, town, pairing, Step.RELEASE)
    session.expire_all()
    before = pairing.due_on
    assert a_night(session) == 0
    asked = town.releaser if step is Step.RELEASE else town.head
    leaves(session, asked)
    assert a_night(session) == 0  # nobody follows yet
    school = town.home if step is Step.RELEASE else town.school
    new = a_head(session, school, from_on=LAST_DAY + timedelta(1))
    assert a_night(session) == 1
    assert a_night(session, LATER + timedelta(hours=1)) == 0
    assert len(messages_to(session, new)) == 1
    assert not [link for link in works(session, asked) if link.subject == "pairing"]
    assert pairing.due_on is not None
    assert before is not None
    assert pairing.due_on > before
    moved(session, town, pairing, step, new)


def moved(session: Session, town: Town, pairing: Pairing, step: Step, new: Person) -> None:
    """The one who left can answer no more; the one who follows can."""
    old = town.releaser if step is Step.RELEASE else town.head
    with pytest.raises(NotFound):
        services.answer(acting(session, old, LATER), pairing.id, step, yes=True)
    services.answer(acting(session, new, LATER), pairing.id, step, yes=True)
    session.expire_all()
    after = {Step.RELEASE: PairingState.RELEASED, Step.CHOOSE: PairingState.CHOSEN}
    assert pairing.state is after[step]


def clock_strikes(session: Session, *now: int) -> None:
    """The scheduler looks, at this hour of London in winter."""
    hand_over(Turn(By(SERVICE, datetime(*now, tzinfo=NOW.tzinfo))))  # type: ignore[arg-type]
    session.expire_all()


@pytest.mark.parametrize(
    ("last_day", "midnight", "morning"),
    [
        (date(2026, 11, 6), (2026, 11, 7, 0, 0), (2026, 11, 9, 9, 0)),
        (date(2026, 12, 22), (2026, 12, 23, 0, 0), (2027, 1, 4, 9, 0)),
    ],
    ids=["Saturday", "23 December"],
)
def test_at_midnight_the_link_dies_and_who_follows_is_asked_on_the_next_school_day_at_nine(
    session: Session, last_day: date, midnight: tuple[int, ...], morning: tuple[int, ...]
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    leaves(session, town.releaser, last_day)
    new = a_head(session, town.home, from_on=last_day + timedelta(1))
    clock_strikes(session, *midnight)
    assert not [link for link in works(session, town.releaser) if link.subject == "pairing"]
    clock_strikes(session, *midnight[:3], 11, 0)
    clock_strikes(session, *morning[:3], 8, 59)
    assert messages_to(session, new) == []
    clock_strikes(session, *morning)
    assert messages_to(session, new) == ["release_asked"]
    assert pairing.asked_at == datetime(*morning, tzinfo=NOW.tzinfo)  # type: ignore[arg-type]
    clock_strikes(session, *morning[:3], 10, 0)
    assert messages_to(session, new) == ["release_asked"]


def test_nobody_of_a_hushed_school_is_asked_before_the_hush_is_over(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    leaves(session, town.releaser)
    new = a_head(session, town.home, from_on=LAST_DAY + timedelta(1))
    assert hush(acting(session, new, LATER), town.home.urn) == "2026-11-15"
    for day in range(5, 16):
        clock_strikes(session, 2026, 11, day, 10, 0)
    assert messages_to(session, new) == []
    clock_strikes(session, 2026, 11, 16, 9, 0)
    assert messages_to(session, new) == ["release_asked"]
