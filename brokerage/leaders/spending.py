"""The one place where a leader's days and the pot that pays for them move together.

Pairings and engagements never call ``days`` or ``pots`` themselves: they say here what is being
spent on (a Support) and what happened, and both accounts move in the same transaction with the same
cause. Support that no pot pays for moves the leader's account alone.

Which pot pays is the pairing's ``pot_id``; it may be named, changed or taken away until the pairing
is confirmed, and takes at once whatever is held (``pay_from``). Whoever changes the price of a day
once days are held calls ``pay_from`` too, with what is still to be used.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import Base
from brokerage.leaders import days, pots
from brokerage.leaders.rules import Movement


@dataclass(frozen=True)
class Support:
    """What days are spent on: whose days, of which school year; for which school, in which
    partnership; by which pairing, at which price, and the pot that pays (None: no pot)."""

    leader_id: int
    year: int
    partnership_id: int
    urn: int
    reference: str
    pot_id: int | None
    pence_a_day: int

    @property
    def given(self) -> days.Given:
        return days.Given(self.leader_id, self.year, self.partnership_id, self.urn)


def hold(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """Hold days and a place, as a leader accepts. Raises RuleBroken where days, places or the pot
    do not reach."""
    days.move(session, by, support.given, Movement.HELD, half_days, cause)
    days.enter(session, support.leader_id)
    _pot(session, by, support, Movement.HELD, half_days, cause)


def free(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """Held days, and the place, are the leader's again."""
    _move(session, by, support, Movement.FREED, half_days, cause)
    days.leave(session, support.leader_id)


def agree(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """Held days become agreed ones, as a pairing is confirmed."""
    _move(session, by, support, Movement.AGREED, half_days, cause)


def more(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """More days for an engagement, which has its place already: held and agreed in one. Raises
    RuleBroken where days or the pot do not reach."""
    _move(session, by, support, Movement.HELD, half_days, cause)
    _move(session, by, support, Movement.AGREED, half_days, cause)


def use(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """Agreed days become used ones, as a visit is logged."""
    _move(session, by, support, Movement.USED, half_days, cause)


def use_at(
    session: Session, by: By, support: Support, half_days: int, cause: Base, pence_a_day: int
) -> None:
    """So many more of the days of a visit, logged at this price of a day, are used after all (a
    negative number: are not, so that they are agreed ones again). What is agreed is at the price of
    now. Raises RuleBroken where the pot does not reach."""
    then = replace(support, pence_a_day=pence_a_day)
    days.move(session, by, support.given, Movement.USED, half_days, cause)
    if half_days > 0:
        pay_from(session, by, support, then, cause, agreed=half_days)
    _pot(session, by, then, Movement.USED, half_days, cause)
    if half_days < 0:
        pay_from(session, by, then, support, cause, agreed=-half_days)


def give_back(session: Session, by: By, support: Support, half_days: int, cause: Base) -> None:
    """Agreed days that will not be used are the leader's again."""
    _move(session, by, support, Movement.UNUSED, half_days, cause)


def enter(session: Session, support: Support) -> None:
    """An engagement that was over goes on after all: it takes its place again."""
    days.enter(session, support.leader_id)


def leave(session: Session, support: Support) -> None:
    """An engagement is over: its place among those at once is free."""
    days.leave(session, support.leader_id)


def pay_from(
    session: Session,
    by: By,
    before: Support,
    after: Support,
    cause: Base,
    *,
    held: int = 0,
    agreed: int = 0,
) -> None:
    """Another pot, or another price, from now on: what is held, and what is agreed and not yet
    used, goes out of the one and into the other. The leader's days stay as they are.

    Raises RuleBroken where the new pot does not reach.
    """
    if (before.pot_id, before.pence_a_day) == (after.pot_id, after.pence_a_day):
        return
    for support, kinds in (
        (before, ((Movement.FREED, held), (Movement.UNUSED, agreed))),
        (after, ((Movement.HELD, held + agreed), (Movement.AGREED, agreed))),
    ):
        for kind, half_days in kinds:
            if half_days:
                _pot(session, by, support, kind, half_days, cause)


def _move(
    session: Session, by: By, support: Support, kind: Movement, half_days: int, cause: Base
) -> None:
    days.move(session, by, support.given, kind, half_days, cause)
    _pot(session, by, support, kind, half_days, cause)


def _pot(
    session: Session, by: By, support: Support, kind: Movement, half_days: int, cause: Base
) -> None:
    if support.pot_id is not None and half_days:
        pots.move(
            session,
            by,
            support.pot_id,
            kind,
            half_days,
            support.pence_a_day,
            reference=support.reference,
            cause=cause,
        )
