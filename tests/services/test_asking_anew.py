"""Whoever leaves while asked about a pairing: the next in post is asked, and nobody twice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotFound
from brokerage.pairings import services
from brokerage.pairings.asking_anew import ask_anew_where_left
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.people.models import Link, Person, Post
from tests.builders import NOW, a_head, acting
from tests.services.pairing_town import Town, a_town, messages_to, propose, say

LAST_DAY = date(2026, 11, 4)
LATER = datetime(2026, 11, 5, 10, 0, tzinfo=NOW.tzinfo)


def leaves(session: Session, person: Person) -> None:
    post = session.scalars(select(Post).filter_by(person_id=person.id, kind=PostKind.HEADTEACHER))
    post.one().to_on = LAST_DAY
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
