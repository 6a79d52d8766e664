"""Taking back what a coordinator noted for somebody by telephone, within somebody's transaction."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import RuleBroken
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import asking, steps
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import ASKED, LIVES, TOO_LATE, UNDER_WAY, PairingState, Step
from brokerage.people.steps import revoke_links


def can_undo(session: Session, pairing: Pairing, given: PairingAnswer) -> bool:
    """Whether what was noted for somebody can still be undone by them."""
    if given.undone_at is not None or (not given.yes and _gone_on(session, pairing, given)):
        return False
    return LIVES[pairing.order].may(pairing.state, _event(given), {ASKED[given.step]})


def undo(session: Session, by: By, pairing: Pairing, given: PairingAnswer) -> None:
    """The pairing is where it was before, days and all, and the same is asked again.

    Raises RuleBroken where it has gone on since, or where the days that a no freed are taken.
    """
    if not can_undo(session, pairing, given):
        raise RuleBroken(TOO_LATE)
    steps.move(session, by, pairing, _event(given), {ASKED[given.step]})
    given.undone_at = by.now
    pairing.over_at = pairing.over_reason = None
    if given.yes and given.step is Step.RELEASE:
        pairing.conditions, pairing.checks_confirmed_on = "", None
    session.flush()
    session.expire(pairing, ["answers"])
    revoke_links(session, by, "pairing", pairing.id)
    asking.ask_next(session, by, pairing)
    asking.tell_coordinator(session, by, pairing, "answer_undone")


def _event(given: PairingAnswer) -> str:
    return f"undo {'yes' if given.yes else 'no'} {given.step}"


def _gone_on(session: Session, pairing: Pairing, given: PairingAnswer) -> bool:
    """Whether the need has gone on since a pairing of it came to nothing: it is not to be placed
    any more, or somebody was proposed for it since, or has answered."""
    if pairing.need.state not in IN_QUEUE:
        return True
    answered = select(PairingAnswer.pairing_id).where(
        PairingAnswer.id > given.id, PairingAnswer.undone_at.is_(None)
    )
    again = (Pairing.leader_id == pairing.leader_id) & Pairing.state.in_(
        UNDER_WAY | {PairingState.SUGGESTED}
    )
    others = select(Pairing.id).where(Pairing.need_id == pairing.need_id, Pairing.id != pairing.id)
    since = or_(Pairing.proposed_at > pairing.over_at, Pairing.id.in_(answered), again)
    return session.scalar(others.where(since).limit(1)) is not None
