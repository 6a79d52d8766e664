"""The use case of support that goes on with another leader."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import locked, use_case
from brokerage.engagements import change_steps, ending
from brokerage.engagements.change_rules import Asked, ChangeKind, ChangeState
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts
from brokerage.engagements.rules import LIVE
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.pairings import proposing
from brokerage.pairings.models import Pairing
from brokerage.pairings.paying import pay_from

GOES_ON = "Another leader goes on"


@use_case("engagement.swap")
def swap(
    by: By,
    session: Session,
    engagement_id: int,
    leader_id: int,
    *,
    reason: str,
    by_hand: str = "",
) -> str:
    """Let another leader go on: this support ends, its unused days are its leader's again, and the
    other is proposed for just as many, on the same terms; answers the pairing's reference.

    Releaser, head and leader are asked as always; the days are held with the new leader's yes. What
    should be different, its measures and who is named go over once it is confirmed. Raises
    RuleBroken where no days are left, or the rules leave the leader out and no reason
    (``by_hand``) is given.
    """
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if Part.COORDINATOR not in mine:
        raise NotFound
    left = engagement.half_days - engagement.used
    _check(engagement, leader_id, reason, left)
    before = session.get_one(Pairing, engagement.pairing_id)
    change_steps.made(
        session,
        by,
        engagement,
        ChangeKind.SWAP,
        {"half_days": left},
        {},
        reason,
        Asked.COORDINATOR,
        ChangeState.AGREED,
    ).settled_at = by.now
    why = f"{GOES_ON}: {reason}"[:300]
    need = ending.end(session, by, engagement, mine, why, says="support_handed_on")
    need.half_days = left
    pairing = proposing.suggested(session, by, need, leader_id, left, by_hand)
    pairing.pence_a_day, pairing.who_pays = before.pence_a_day, before.who_pays
    if before.pot is not None and before.pot.closed_at is None and before.year == pairing.year:
        pay_from(session, by, pairing, before.pot_id)
    proposing.send(session, by, pairing)
    return pairing.reference


def _check(engagement: Engagement, leader_id: int, reason: str, left: int) -> None:
    if engagement.state not in LIVE:
        raise RuleBroken("This support is over.")
    if leader_id == engagement.leader_id:
        raise RuleBroken(
            "This is who supports the school now. Choose somebody else.", field="leader"
        )
    if not reason.strip():
        raise RuleBroken("Give the reason in a line.", field="reason")
    if left < 1:
        raise RuleBroken("All days of this agreement are used: there is nothing to go on with.")
