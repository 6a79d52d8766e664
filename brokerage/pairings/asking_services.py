"""Use cases about the asking itself: a reminder now, "ring me", and what is never asked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.pairings import asking, queries, steps
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY, PairingState, Step
from brokerage.people.models import Link

NOBODY_ASKED = "Nobody is being asked just now: load the page again."


@use_case("pairing.ask_again")
def ask_again(by: By, session: Session, reference: str) -> str:
    """The coordinator asks again now; answers who was written to.

    Raises RuleBroken where nobody is asked, or where nobody can be written to.
    """
    found = queries.pairing_in_partnership(session, by.actor, reference)
    (pairing,) = locked(session, Pairing, found.id)
    if pairing.step is None or pairing.due_on is None or pairing.state not in UNDER_WAY:
        raise RuleBroken(NOBODY_ASKED)
    person = queries.asked_for(session, pairing, pairing.step, london_date(by.now))
    if person is None:
        raise RuleBroken("Nobody is known who could answer this: note first who holds that post.")
    if not person.email or person.address_refused:
        raise RuleBroken(f"There is no address to write to {person.name}. Ring them instead.")
    earlier = select(Link.id).filter_by(
        purpose=asking.PURPOSE[pairing.step],
        subject="pairing",
        subject_id=pairing.id,
        person_id=person.id,
    )
    asked_before = session.scalar(earlier.limit(1)) is not None
    asking.ask(
        session, by, pairing, pairing.step, person, pairing.due_on, round=1 if asked_before else 0
    )
    record(session, by, "pairing.asked_again", pairing, partnership_id=pairing.partnership_id)
    return person.name


@use_case("pairing.ring_me")
def ring_me(by: By, session: Session, pairing_id: int, step: Step) -> None:
    """The person asked would rather talk first: the coordinator is told at once, and the pairing
    stays as it is."""
    (pairing,) = locked(session, Pairing, pairing_id)
    asked = queries.asked_for(session, pairing, step, london_date(by.now))
    if asked is None or asked.id != by.actor.person_id:
        raise NotFound
    if pairing.step is not step or pairing.state not in UNDER_WAY:
        raise RuleBroken("This is not being asked any more.")
    pairing.ring_wanted_at = by.now
    record(
        session,
        by,
        "pairing.ring_wanted",
        pairing,
        partnership_id=pairing.partnership_id,
        fields=["ring_wanted_at"],
    )
    asking.tell_coordinator(session, by, pairing, "ring_wanted", caller=asked)


@use_case("pairing.drop")
def drop(by: By, session: Session, reference: str) -> None:
    """The coordinator drops a suggestion that was never sent; nobody hears of it."""
    found = queries.pairing_in_partnership(session, by.actor, reference)
    (pairing,) = locked(session, Pairing, found.id)
    if pairing.state is not PairingState.SUGGESTED:
        raise RuleBroken("This was sent already: take it back on its own page.")
    steps.end(session, by, pairing, "withdraw", "Dropped from the plan.")
