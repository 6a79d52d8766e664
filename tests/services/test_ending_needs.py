"""A need comes to its end, and with it whatever was suggested or asked for it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.errors import RuleBroken
from brokerage.leaders.models import DaysMovement
from brokerage.leaders.rules import Movement
from brokerage.needs import services
from brokerage.needs.invariants import broken
from brokerage.needs.rules import CloseReason, NeedState
from brokerage.pairings import ending_services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.pairings.services import end_those_without_a_need, plan_queue
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.links import make_link
from tests.builders import NOW, acting
from tests.needs_builders import Town as PostedTown
from tests.services.pairing_town import (
    Town,
    a_leader,
    a_town,
    account_of,
    all_say_yes,
    messages_to,
    open_links,
    propose,
    say,
)
from tests.services.test_needs import head, kinds

OTHERWISE = CloseReason.SOLVED_OTHERWISE


@pytest.fixture
def town(session: Session) -> PostedTown:
    return PostedTown(session)


def test_withdrawn_with_a_reason_and_reopened_in_its_old_place(town: Town) -> None:
    need = town.posted()
    with pytest.raises(RuleBroken, match="few words"):
        ending_services.withdraw(head(town), need.id, reason=CloseReason.OTHER)
    ending_services.withdraw(head(town, 2), need.id, reason=CloseReason.SOLVED_OTHERWISE)
    need = town.look(need.reference)
    assert (need.state, need.over_reason) == (NeedState.WITHDRAWN, CloseReason.SOLVED_OTHERWISE)
    assert ("need_withdrawn", town.coordinator.id) in kinds(town.session)
    services.reopen(head(town, 3), need.id)
    need = town.look(need.reference)
    assert (need.state, need.over_reason, need.queue_since) == (NeedState.OPEN, None, NOW)
    assert not list(broken(town.session))


def test_a_dropped_draft_that_is_reopened_enters_the_queue(town: Town) -> None:
    need = town.draft()
    ending_services.withdraw(head(town), need.id, reason=CloseReason.NOT_NEEDED)
    assert kinds(town.session) == []
    services.reopen(head(town), need.id)
    need = town.look(need.reference)
    assert need.coordinator_id == town.coordinator.id
    assert need.queue_since == NOW
    assert not list(broken(town.session))


def by_head(session: Session, town: Town) -> None:
    ending_services.withdraw(acting(session, town.head), town.need.id, reason=OTHERWISE)


def by_telephone(session: Session, town: Town) -> None:
    ending_services.withdraw(acting(session, town.coordinator), town.need.id, reason=OTHERWISE)


def by_link(session: Session, town: Town) -> None:
    link = make_link(
        session,
        By(SERVICE, NOW),
        "needs.links.follow_need",
        town.head,
        subject="need",
        subject_id=town.need.id,
        partnership_id=town.partnership.id,
    )
    session.commit()
    ending_services.withdraw_by_link(acting(session, town.head), link.id, reason=OTHERWISE)


def closed(session: Session, town: Town) -> None:
    ending_services.close(acting(session, town.coordinator), town.need.id, reason=OTHERWISE)


def redirected(session: Session, town: Town) -> None:
    by = acting(session, town.coordinator)
    ending_services.redirect(by, town.need.id, redirected_to="The English hub")


@pytest.mark.parametrize("ending", [by_head, by_telephone, by_link, closed, redirected])
def test_a_need_that_ends_ends_its_pairing_and_frees_the_days_at_once(
    session: Session, ending: object
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    all_say_yes(session, town, pairing)
    assert account_of(session, town.leader).held == 4
    ending(session, town)  # type: ignore[operator]
    account = account_of(session, town.leader)
    assert (pairing.state, account.held, town.leader.engaged) == (PairingState.WITHDRAWN, 0, 0)
    freed = session.scalars(select(DaysMovement).filter_by(kind=Movement.FREED)).one()
    assert (freed.cause, freed.cause_id, freed.half_days) == ("pairing", pairing.id, 4)
    for person in (town.releaser, town.leader.person):
        assert messages_to(session, person)[-1] == "pairing_off"
    assert "pairing_off" not in messages_to(session, town.head)
    assert end_those_without_a_need(By(SERVICE, NOW)) == 0


def test_what_was_asked_by_link_is_settled_with_the_need(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by_head(session, town)
    session.expire_all()
    assert (pairing.step, pairing.due_on, pairing.next_look_on) == (None, None, None)
    assert pairing.over_reason == "The school has withdrawn its need."
    assert open_links(session, "pairings.release_by_link") == []
    assert messages_to(session, town.releaser) == ["release_asked", "pairing_off"]
    assert messages_to(session, town.leader.person) == []


def test_who_was_asked_for_two_people_hears_once_that_it_is_over(session: Session) -> None:
    town = a_town(session)
    first = propose(session, town)
    town.leader = a_leader(session, town.partnership, town.home)
    second = propose(session, town)
    for pairing in (first, second):
        say(session, town, pairing, Step.RELEASE)
    closed(session, town)
    session.expire_all()
    assert {first.state, second.state} == {PairingState.WITHDRAWN}
    assert messages_to(session, town.releaser).count("pairing_off") == 1
    assert messages_to(session, town.head)[-1] == "need_over"
    assert "pairing_off" not in messages_to(session, town.head)


def test_a_suggestion_that_was_never_sent_ends_in_silence(session: Session) -> None:
    town = a_town(session)
    plan_queue(acting(session, town.coordinator), town.partnership.id)
    suggested = session.scalars(select(Pairing)).one()
    redirected(session, town)
    session.expire_all()
    assert suggested.state is PairingState.WITHDRAWN
    assert messages_to(session, town.leader.person) == messages_to(session, town.releaser) == []


def test_what_cannot_end_leaves_its_pairing_as_it_was(session: Session) -> None:
    town = a_town(session, pairing_order=PairingOrder.RELEASE_ACCEPT_CHOOSE)
    pairing = propose(session, town)
    say(session, town, pairing, Step.RELEASE)
    say(session, town, pairing, Step.ACCEPT)
    with pytest.raises(RuleBroken, match="few words"):
        ending_services.withdraw(acting(session, town.head), town.need.id, reason=CloseReason.OTHER)
    assert account_of(session, town.leader).held == 4
    assert (pairing.state, town.need.state) == (PairingState.ACCEPTED, NeedState.OPEN)


def test_a_need_whose_school_is_asked_something_keeps_its_pairing(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    town.need.state, town.need.asked_at, town.need.question = NeedState.ASKED, NOW, "Which day?"
    session.commit()
    assert end_those_without_a_need(By(SERVICE, NOW)) == 0
    town.need.state = NeedState.CLOSED
    session.commit()
    assert end_those_without_a_need(By(SERVICE, NOW)) == 1
    session.expire_all()
    assert pairing.state is PairingState.WITHDRAWN
