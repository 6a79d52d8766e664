"""What a funding pot pays for: every movement a conditional update that must change one row.

Within somebody's open transaction, called by ``spending`` alone. A pot's row is touched after the
leader's and the account's, in every transaction alike.
"""

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import Base, changes_one
from brokerage.errors import RuleBroken
from brokerage.leaders.balances import EFFECTS
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.leaders.rules import Movement
from brokerage.web.words import days, pounds


def move(
    session: Session,
    by: By,
    pot_id: int,
    kind: Movement,
    half_days: int,
    pence_a_day: int,
    *,
    reference: str,
    cause: Base,
) -> None:
    """Move half-days, at this price of a day, between the pot's columns, and note it.

    Raises RuleBroken, with what is left, where the pot would be overdrawn.
    """
    money = half_days * pence_a_day  # in half-pennies: a day is two half-days
    values = {}
    enough = update(Pot).where(Pot.id == pot_id)
    for column, sign in EFFECTS[kind].items():
        for name, moved in ((column, half_days), (f"{column}_money", money)):
            new = getattr(Pot, name) + sign * moved
            values[name] = new
            enough = enough.where(new >= 0)
    if kind is Movement.HELD:
        promised = Pot.held + Pot.agreed + Pot.used
        spent = Pot.held_money + Pot.agreed_money + Pot.used_money
        enough = enough.where(
            or_(Pot.half_days.is_(None), Pot.half_days - promised >= half_days),
            or_(Pot.pence.is_(None), 2 * Pot.pence - spent >= money),
        )
    done = changes_one(session, enough.values(**values))
    pot = session.get_one(Pot, pot_id, populate_existing=True)
    if not done and kind is Movement.HELD:
        raise RuleBroken(too_little(pot, half_days, pence_a_day), field="pot")
    if not done:
        raise RuleBroken(f"There is not that much of this agreement in the pot “{pot.name}”.")
    session.add(
        PotMovement(
            pot_id=pot_id,
            at=by.now,
            kind=kind,
            half_days=half_days,
            money=money,
            reference=reference,
            cause=cause.__tablename__,
            cause_id=cause.id,  # type: ignore[attr-defined]
            actor_id=by.actor.person_id,
        )
    )


def is_enough(pot: Pot, half_days: int, pence_a_day: int) -> bool:
    """Whether the pot can pay for so many half-days as it stands."""
    money = pot.left_pence is None or 2 * pot.left_pence >= half_days * pence_a_day
    return money and (pot.left is None or pot.left >= half_days)


def too_little(pot: Pot, half_days: int, pence_a_day: int) -> str:
    """The sentence for somebody whose support the pot cannot pay for."""
    short_of_days = pot.left is not None and pot.left < half_days
    if short_of_days and pot.left is not None:
        left, asked = days(pot.left), days(half_days)
    else:
        left, asked = pounds(pot.left_pence or 0), pounds(half_days * pence_a_day / 2)
    return (
        f"The pot “{pot.name}” has too little left: {left}, and this takes {asked}. "
        "A coordinator can choose who pays instead."
    )
