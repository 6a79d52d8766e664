"""A visit's log that the school disputes: leader and head hear of it, and how it was settled."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import visit_services
from brokerage.messages.models import Message
from brokerage.people.models import Person
from tests.phone_builders import CALLED, UNDONE, Support, a_support
from tests.services.pairing_town import messages_to
from tests.services.test_successions import leaves

TO_LEADER, SETTLED = "visit_disputed_leader", "visit_settled"
LATER = UNDONE + timedelta(hours=1)


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def disputed(support: Support, by: Person | None = None) -> int:
    """A visit of a day, of which the head (or the coordinator for them) says that it was half."""
    visit_id = support.log(support.leader(CALLED), 2)
    person = by or support.town.head
    visit_services.dispute(support.by(person), visit_id, words="The morning only")
    return visit_id


def told(session: Session, kind: str) -> list[str]:
    """Whom the message went to."""
    return list(session.scalars(select(Message.to_name).filter_by(kind=kind).order_by("id")))


@pytest.mark.parametrize("by_phone", [False, True])
def test_a_dispute_is_told_to_the_leader_with_a_link_and_none_of_the_schools_words(
    session: Session, support: Support, by_phone: bool
) -> None:
    town = support.town
    disputed(support, town.coordinator if by_phone else town.head)
    leader, page = town.leader.person, f"/engagements/{support.engagement.reference}\n"
    assert told(session, TO_LEADER) == [leader.name]
    mail = session.scalars(select(Message).filter_by(kind=TO_LEADER)).one()
    assert page in mail.body
    assert "Tuesday 10 November 2026" in mail.body
    assert "morning" not in mail.body
    assert mail.body.endswith(f"{town.coordinator.name}\n{town.partnership.name}\n")
    assert (messages_to(session, town.coordinator)[-1] == "visit_disputed") is not by_phone


@pytest.mark.parametrize(("half_days", "counts"), [(0, "no days"), (1, "half a day"), (2, "1 day")])
def test_how_it_was_settled_is_told_to_both(
    session: Session, support: Support, half_days: int, counts: str
) -> None:
    town, visit_id = support.town, disputed(support)
    visit_services.resolve(support.by(), visit_id, half_days=half_days)
    assert told(session, SETTLED) == [town.leader.person.name, town.head.name]
    for body in session.scalars(select(Message.body).filter_by(kind=SETTLED)):
        assert f"What counts now: {counts}." in body
        assert f"/engagements/{support.engagement.reference}\n" in body


def test_a_leader_off_the_register_is_told_of_neither(session: Session, support: Support) -> None:
    leaves(support, support.town.leader.person, PostKind.SYSTEM_LEADER, CALLED.date())
    visit_id = support.log(support.by(), 2)
    next_day = CALLED + timedelta(1)
    visit_services.dispute(support.head(next_day), visit_id, words="The morning only")
    visit_services.resolve(support.by(now=next_day), visit_id, half_days=1)
    assert told(session, TO_LEADER) == []
    assert told(session, SETTLED) == [support.town.head.name]


def test_a_coordinator_who_gives_the_support_has_no_mail_about_what_they_noted(
    session: Session, support: Support
) -> None:
    town = support.town
    support.engagement.leader.person = town.coordinator
    session.commit()
    visit_id = support.log(support.by(), 2)
    visit_services.dispute(support.by(), visit_id, words="The morning only")
    support.undo()
    visit_services.dispute(support.head(LATER), visit_id, words="The morning only")
    visit_services.resolve(support.by(now=LATER), visit_id, half_days=1)
    told_of_all = messages_to(session, town.coordinator)
    assert told_of_all[-2:] == ["noted_undone", "visit_disputed"]
    assert told(session, SETTLED) == [town.head.name]


def test_a_dispute_that_is_undone_is_told_to_the_leader_and_of_a_new_one_they_hear_again(
    session: Session, support: Support
) -> None:
    visit_id, leader = disputed(support, support.town.coordinator), support.town.leader.person
    support.undo()
    assert messages_to(session, leader)[-2:] == [TO_LEADER, "undone_since"]
    visit_services.dispute(support.head(LATER), visit_id, words="It was the morning only")
    assert messages_to(session, leader)[-1] == TO_LEADER
