"""What a coordinator noted by telephone in an engagement is undone by whoever is said to have said
it: everything stands as before."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.engagements import services, undo_services
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import PhoneNote
from brokerage.engagements.rules import EngagementState, NoteKind
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups import services as follow_ups
from brokerage.leaders.invariants import broken as accounts_broken
from brokerage.leaders.models import DaysMovement
from brokerage.ledger.models import LedgerEntry
from brokerage.messages.models import Message
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.people.models import Person
from tests.builders import NOW
from tests.phone_builders import CALLED, EACH, UNDONE, Do, Support, a_support, as_it_stands
from tests.services.pairing_town import account_of, messages_to


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


@pytest.mark.parametrize(("kind", "story"), EACH)
def test_what_was_noted_by_telephone_is_undone_and_all_stands_as_before(
    session: Session, support: Support, kind: NoteKind, story: Callable[[Support], Do]
) -> None:
    do = story(support)
    before = as_it_stands(session)
    do(support)
    assert as_it_stands(session) != before
    note = support.note()
    leaders = {NoteKind.FIRST_CONTACT, NoteKind.VISIT, NoteKind.NO_VISIT, NoteKind.LEADER_COMMENT}
    person = support.town.leader.person if kind in leaders else support.town.head
    assert (note.kind, note.person_id, note.noted_by) == (
        kind,
        person.id,
        support.town.coordinator.id,
    )
    assert messages_to(session, person).count("noted_for_you") == 1
    support.undo()
    assert as_it_stands(session) == before
    assert list(broken(session)) == list(accounts_broken(session)) == []
    assert support.note().undone_at == UNDONE
    assert messages_to(session, support.town.coordinator)[-1] == "noted_undone"
    entry = session.scalars(
        select(LedgerEntry).filter_by(action=f"{kind.name.lower()}.undone")
    ).one()
    assert (entry.actor_id, entry.thing, entry.thing_id) == (person.id, "phone_note", str(note.id))


@pytest.mark.parametrize(("kind", "story"), EACH)
def test_it_is_undone_once_by_that_person_alone_and_can_be_noted_anew(
    session: Session, support: Support, kind: NoteKind, story: Callable[[Support], Do]
) -> None:
    do = story(support)
    do(support)
    link = support.link()
    for other in {support.town.head, support.town.leader.person, support.town.coordinator}:
        if other.id != link.person_id:
            with pytest.raises(NotFound):
                undo_services.undo(support.by(other, UNDONE), link.subject_id, link.id)
    support.undo()
    stands = as_it_stands(session)
    with pytest.raises(RuleBroken, match="already answered"):
        support.undo()
    assert as_it_stands(session) == stands
    do(Again(support))
    assert support.note().id != link.subject_id
    assert list(broken(session)) == []


class Again(Support):
    """The same support an hour after the undoing."""

    def __init__(self, support: Support) -> None:
        super().__init__(support.session, support.town, support.engagement)

    def by(self, person: Person | None = None, now: datetime = CALLED) -> By:
        return super().by(person, UNDONE + timedelta(hours=1))


def test_days_go_back_with_a_movement_of_which_the_visit_is_the_cause(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.by())
    assert (account_of(session, support.town.leader).used, support.engagement.used) == (2, 2)
    support.undo()
    account = account_of(session, support.town.leader)
    assert (account.agreed, account.used, support.engagement.used) == (4, 0, 0)
    moved = session.scalars(select(DaysMovement).filter_by(cause="visit").order_by(DaysMovement.id))
    found = [(m.half_days, m.cause_id, m.actor_id) for m in moved]
    leader, coordinator = support.town.leader.person_id, support.town.coordinator.id
    assert found == [(2, visit_id, coordinator), (-2, visit_id, leader)]


def test_whoever_had_been_told_hears_that_it_is_undone_and_of_a_new_log_again(
    session: Session, support: Support
) -> None:
    visit_id = support.plan()
    support.log(support.by(), visit_id=visit_id)
    support.undo()
    assert messages_to(session, support.town.head)[-1] == "undone_since"
    support.log(support.leader(UNDONE + timedelta(hours=1)), visit_id=visit_id)
    assert messages_to(session, support.town.head)[-2:] == ["visit_logged", "mid_point_asked"]


def test_the_last_visit_undone_and_logged_again_asks_anew_what_has_changed(
    session: Session, support: Support
) -> None:
    support.log(support.leader())
    support.log(support.by())
    support.undo()
    assert support.engagement.state is EngagementState.ACTIVE
    support.log(support.leader(UNDONE + timedelta(hours=1)))
    session.expire_all()
    assert support.engagement.state is EngagementState.COMPLETED
    assert messages_to(session, support.town.head).count("evaluation_asked") == 2


def test_an_evaluation_undone_opens_the_need_as_placed(session: Session, support: Support) -> None:
    support.all_used()
    support.evaluate(support.by())
    assert messages_to(session, support.town.leader.person)[-1] == "evaluation_given"
    support.undo()
    assert support.town.need.state is NeedState.PLACED
    assert session.get_one(Pairing, support.engagement.pairing_id).went_well is None
    assert messages_to(session, support.town.leader.person)[-1] == "undone_since"


def asked(session: Session, kind: str) -> int:
    query = select(Message.id).filter_by(kind=kind)
    return len(session.scalars(query).all())


def test_the_follow_ups_begin_anew(session: Session, support: Support) -> None:
    support.all_used()
    for day in range(3, 30):
        follow_ups.tick(By(SERVICE, NOW.replace(day=day, hour=10)))
    assert (asked(session, "evaluation_asked"), asked(session, "weekly_digest")) == (1, 2)
    late = NOW.replace(day=30)
    support.evaluate(support.by(now=late))
    support.undo(late + timedelta(hours=1))
    for days in range(1, 8):
        follow_ups.tick(By(SERVICE, late + timedelta(days=days)))
    assert (asked(session, "evaluation_asked"), asked(session, "weekly_digest")) == (1, 3)


def test_a_first_contact_that_was_not_is_asked_about_again(
    session: Session, support: Support
) -> None:
    for day in range(10, 19):
        follow_ups.tick(By(SERVICE, NOW.replace(day=day, hour=10)))
    before = asked(session, "first_contact_asked")
    late = NOW.replace(day=19)
    services.note_first_contact(support.by(now=late), support.engagement.id, late.date())
    support.undo(late + timedelta(hours=1))
    assert support.engagement.state is EngagementState.AGREED
    follow_ups.tick(By(SERVICE, late + timedelta(days=1)))
    assert asked(session, "first_contact_asked") == before + 1


def test_what_people_say_themselves_makes_no_note(session: Session, support: Support) -> None:
    services.note_first_contact(support.head(CALLED), support.engagement.id, NOW.date())
    support.all_used()
    support.evaluate(support.head())
    assert session.scalars(select(PhoneNote)).all() == []
