"""Who pays for a pairing: a funding pot, or whoever is named, within somebody's transaction."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import RuleBroken
from brokerage.leaders import pots, spending
from brokerage.leaders.pot_models import Pot
from brokerage.ledger.steps import record
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY, has_accepted

AS_IT_IS = -1
"""In the place of a pot's id: whoever pays, pays."""


def pay_from(session: Session, by: By, pairing: Pairing, pot_id: int | None) -> None:
    """Have a pot pay for the pairing (None: none does). Where the leader has accepted already, the
    pot takes at once what is held.

    Raises RuleBroken where it is no open pot of the partnership and year, or has too little left.
    """
    if pot_id == pairing.pot_id:
        return
    pot = _open_pot(session, pairing, pot_id) if pot_id is not None else None
    before, former = pairing.support, pairing.pot
    pairing.pot_id = pot_id
    accepted = pairing.state in UNDER_WAY and has_accepted(pairing.order, pairing.state)
    held = pairing.half_days if accepted else 0
    session.flush()
    spending.pay_from(session, by, before, pairing.support, pairing, held=held)
    if not accepted and pot is not None:
        price = pairing.pence_a_day or 0
        if not pots.is_enough(pot, pairing.half_days, price):
            raise RuleBroken(pots.too_little(pot, pairing.half_days, price), field="pot")
    if not pairing.who_pays or (former is not None and pairing.who_pays == former.name):
        pairing.who_pays = pot.name if pot else ""
    session.expire(pairing, ["pot"])
    record(
        session,
        by,
        "pairing.paid_from",
        pairing,
        partnership_id=pairing.partnership_id,
        fields=["pot_id"],
    )


def pot_named(session: Session, pairing: Pairing, payer: str) -> Pot | None:
    """The open pot, of the pairing's partnership and year, of which ``payer`` is the name."""
    query = select(Pot).filter_by(partnership_id=pairing.partnership_id, year=pairing.year)
    named = func.lower(Pot.name) == payer.strip().lower()
    return session.scalar(query.where(named, Pot.closed_at.is_(None)).limit(1))


def _open_pot(session: Session, pairing: Pairing, pot_id: int) -> Pot:
    query = select(Pot).filter_by(id=pot_id, partnership_id=pairing.partnership_id)
    pot = session.scalar(query.filter_by(year=pairing.year, closed_at=None))
    if pot is None:
        raise RuleBroken("Choose an open pot of this school year.", field="pot")
    return pot
