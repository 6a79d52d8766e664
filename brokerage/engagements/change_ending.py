"""A change that is not being asked any more, within somebody's open transaction."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_queries import open_change
from brokerage.engagements.change_rules import CHANGE_LIFE, ChangeKind
from brokerage.engagements.change_telling import tell_it_is_off
from brokerage.engagements.models import Engagement
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.people.steps import revoke_links


def settle(session: Session, by: By, change: Change, event: str, parts: set[Part]) -> None:
    """Lead a change to its end by its life's table: none of its links asks anything any more."""
    change.state = CHANGE_LIFE.after(change.state, event, parts)
    change.settled_at, change.next_look_on, change.stuck = by.now, None, ""
    revoke_links(session, by, "change", change.id)
    record(
        session,
        by,
        f"change.{event}",
        change,
        partnership_id=change.partnership_id,
        fields=["state"],
    )


def withdraw(session: Session, by: By, change: Change, parts: set[Part]) -> None:
    """Nobody need answer it any more."""
    settle(session, by, change, "withdraw", parts)
    tell_it_is_off(session, by, change)


def withdraw_open(
    session: Session, by: By, engagement: Engagement, *, done: ChangeKind | None = None
) -> None:
    """The engagement is over, or was changed in another way: what is asked about it is withdrawn;
    what asked for just this (``done``) has come true."""
    found = open_change(session, engagement)
    if found is None:
        return
    (change,) = locked(session, Change, found.id)
    if change.kind is done:
        settle(session, by, change, "agree", {Part.SERVICE})
    else:
        withdraw(session, by, change, {Part.SERVICE})
