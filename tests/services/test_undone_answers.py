"""A no that a coordinator noted by telephone is undone by whoever is said to have given it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.needs.rules import CloseReason
from brokerage.pairings import ending_services, services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import AFTER_NO, STEPS, PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from tests.builders import NOW, acting
from tests.services.pairing_town import (
    Town,
    a_leader,
    a_town,
    account_of,
    messages_to,
    open_links,
    propose,
    say,
    who,
)

LATER = NOW + timedelta(hours=2)


def refused(session: Session, town: Town, step: Step) -> Pairing:
    """A pairing on which a coordinator has noted a no, by telephone."""
    pairing = propose(session, town)
    for earlier in STEPS[pairing.order]:
        if earlier is step:
            break
        say(session, town, pairing, earlier)
    by = acting(session, town.coordinator)
    services.record_answer(
        by, pairing.reference, step, yes=False, on=NOW.date(), words="Not this term"
    )
    session.expire_all()
    assert pairing.state is AFTER_NO[step]
    return pairing


def undo(session: Session, town: Town, step: Step) -> None:
    (link,) = open_links(session, "pairings.undo_by_link")
    person = who(town, step)
    assert link.person_id == person.id
    services.undo_answer(By(acting(session, person).actor, LATER), link.subject_id, link.id)
    session.expire_all()


@pytest.mark.parametrize("order", PairingOrder)
@pytest.mark.parametrize("step", Step)
def test_a_no_is_undone_and_the_same_is_asked_again(
    session: Session, order: PairingOrder, step: Step
) -> None:
    town = a_town(session, pairing_order=order)
    pairing = propose(session, town)
    services.withdraw(acting(session, town.coordinator), pairing.reference, reason="A trial")
    pairing = refused(session, town, step)
    asked = messages_to(session, who(town, step))
    held = 4 if order is PairingOrder.RELEASE_ACCEPT_CHOOSE and step is Step.CHOOSE else 0
    assert (account_of(session, town.leader).held, town.leader.engaged) == (0, 0)
    undo(session, town, step)
    assert (pairing.step, pairing.asked_at) == (step, LATER)
    assert (pairing.over_at, pairing.over_reason) == (None, None)
    assert account_of(session, town.leader).held == held
    assert town.leader.engaged == bool(held)
    assert messages_to(session, who(town, step)) == [*asked, asked[-2]]
    assert messages_to(session, town.coordinator)[-1] == "answer_undone"
    entry = session.scalars(select(LedgerEntry).filter_by(action=f"pairing.undo_no_{step}")).one()
    assert (entry.actor_id, entry.via) == (who(town, step).id, "session")
    say(session, town, pairing, step)
    session.expire_all()
    assert pairing.state not in AFTER_NO.values()


def test_a_no_is_undone_once_and_by_its_person_alone(session: Session) -> None:
    town = a_town(session)
    refused(session, town, Step.RELEASE)
    (link,) = open_links(session, "pairings.undo_by_link")
    with pytest.raises(NotFound):
        services.undo_answer(acting(session, town.head), link.subject_id, link.id)
    undo(session, town, Step.RELEASE)
    with pytest.raises(RuleBroken, match="already answered"):
        services.undo_answer(acting(session, town.releaser), link.subject_id, link.id)
    assert open_links(session, "pairings.undo_by_link") == []


def another_is_proposed(session: Session, town: Town) -> None:
    town = Town(**vars(town) | {"leader": a_leader(session, town.partnership, town.home)})
    by = By(acting(session, town.coordinator).actor, NOW + timedelta(hours=1))
    services.propose(
        by,
        town.need.id,
        town.leader.id,
        half_days=4,
        pence_a_day=None,
        who_pays="",
        first_date=None,
    )


def the_same_is_proposed_again(session: Session, town: Town) -> None:
    propose(session, town)


def the_need_is_closed(session: Session, town: Town) -> None:
    by = acting(session, town.coordinator)
    ending_services.close(by, town.need.id, reason=CloseReason.NOT_NEEDED)


@pytest.mark.parametrize(
    "goes_on", [another_is_proposed, the_same_is_proposed_again, the_need_is_closed]
)
def test_a_no_on_which_something_was_built_is_not_undone(session: Session, goes_on: object) -> None:
    town = a_town(session)
    pairing = refused(session, town, Step.CHOOSE)
    goes_on(session, town)  # type: ignore[operator]
    with pytest.raises(RuleBroken, match="ring your coordinator"):
        undo(session, town, Step.CHOOSE)
    session.expire_all()
    assert pairing.state is PairingState.NOT_CHOSEN
    assert len(open_links(session, "pairings.undo_by_link")) == 1


def test_of_two_cards_a_no_stands_once_the_other_was_chosen(session: Session) -> None:
    town = a_town(session)
    leader = town.leader
    town.leader = a_leader(session, town.partnership, town.home)
    other = propose(session, town)
    say(session, town, other, Step.RELEASE)
    town.leader = leader
    refused(session, town, Step.CHOOSE)
    say(session, town, other, Step.CHOOSE)
    with pytest.raises(RuleBroken, match="gone on since"):
        undo(session, town, Step.CHOOSE)


def test_days_that_were_taken_meanwhile_are_not_held_twice(session: Session) -> None:
    town = a_town(session, pairing_order=PairingOrder.RELEASE_ACCEPT_CHOOSE)
    pairing = refused(session, town, Step.CHOOSE)
    account_of(session, town.leader).used = 18
    session.commit()
    with pytest.raises(RuleBroken, match="just been taken"):
        undo(session, town, Step.CHOOSE)
    session.expire_all()
    assert pairing.state is PairingState.NOT_CHOSEN


def test_a_release_that_was_undone_leaves_no_word_of_checks_or_conditions(
    session: Session,
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(
        by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date(), conditions="Tuesdays"
    )
    undo(session, town, Step.RELEASE)
    assert (pairing.conditions, pairing.checks_confirmed_on) == ("", None)
