"""Use cases that end a need: what is suggested or asked for it ends in the same transaction."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import use_case
from brokerage.errors import RuleBroken
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason, NeedState
from brokerage.needs.services import mine, spoken_for
from brokerage.needs.triage_services import triaged
from brokerage.pairings import steps
from brokerage.people.models import Person
from brokerage.people.steps import use_link


@use_case("need.withdraw")
def withdraw(
    by: By, session: Session, need_id: int, *, reason: CloseReason, over_note: str = ""
) -> str:
    """The school no longer asks; a coordinator may note it for the head."""
    need = mine(by, session, need_id)
    return _withdraw(session, by, need, reason, over_note, spoken_for(by, session, need))


@use_case("need.withdraw_by_link")
def withdraw_by_link(
    by: By, session: Session, link_id: int, *, reason: CloseReason, over_note: str = ""
) -> str:
    """The head takes it back, by the link in a mail."""
    need = mine(by, session, use_link(session, by, link_id).subject_id)
    return _withdraw(session, by, need, reason, over_note, None)


def _withdraw(
    session: Session,
    by: By,
    need: Need,
    reason: CloseReason,
    over_note: str,
    on_behalf_of: Person | None,
) -> str:
    needs.withdraw(session, by, need, reason, over_note, on_behalf_of=on_behalf_of)
    steps.end_all_of(session, by, need, "The school has withdrawn its need.")
    return need.reference


@use_case("need.redirect")
def redirect(by: By, session: Session, need_id: int, *, redirected_to: str) -> str:
    """The coordinator points the school to other help."""
    need = triaged(by, session, need_id)
    needs.redirect(session, by, need, redirected_to)
    steps.end_all_of(session, by, need, "The school was pointed to other help.")
    return need.reference


@use_case("need.close")
def close(
    by: By, session: Session, need_id: int, *, reason: CloseReason, over_note: str = ""
) -> str:
    """The coordinator closes it. Raises RuleBroken where support for it is agreed."""
    need = triaged(by, session, need_id)
    if need.state is NeedState.PLACED:
        raise RuleBroken("Support is agreed for this need. End that first: then this can close.")
    needs.close(session, by, need, reason, over_note)
    steps.end_all_of(session, by, need, "The need was closed.")
    return need.reference
