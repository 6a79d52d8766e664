"""What `brokerage check` asks of the register of leaders and their days."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from brokerage.leaders.balances import COLUMNS, balance_after
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.leaders.rules import Movement, school_year_name
from brokerage.schools.models import School


def broken(session: Session) -> Iterator[str]:
    """A sentence for each account or pot that does not follow from its movements or is oversold,
    and for each leader without a home school or in fewer than no engagements."""
    yield from _accounts(session)
    yield from _pots(session)
    homes = select(School.urn)
    for leader_id in session.scalars(select(Leader.id).where(Leader.home_urn.not_in(homes))):
        yield f"Leader {leader_id} has a home school that is not on the register of schools."
    for leader_id in session.scalars(select(Leader.id).where(Leader.engaged < 0)):
        yield f"Leader {leader_id} is in fewer than no engagements."


def _accounts(session: Session) -> Iterator[str]:
    moved = _moved(session, DaysMovement.account_id, DaysMovement.half_days, DaysMovement.kind)
    for account in session.scalars(select(DaysAccount).order_by(DaysAccount.id)):
        where = f"The days of leader {account.leader_id} in {school_year_name(account.year)}"
        summed = balance_after(moved[account.id])
        for column in COLUMNS:
            found, expected = getattr(account, column), getattr(summed, column)
            if found != expected:
                yield f"{where}: {column} is {found} half-days, its movements come to {expected}."
        if account.promised > account.pledged:
            yield f"{where}: more is promised than pledged."


def _pots(session: Session) -> Iterator[str]:
    """Each pot against its movements, in half-days and in money, and against what it was given."""
    key = PotMovement.pot_id, PotMovement.kind
    moved = _moved(session, key[0], PotMovement.half_days, key[1])
    spent = _moved(session, key[0], PotMovement.money, key[1])
    for pot in session.scalars(select(Pot).order_by(Pot.id)):
        for column in ("held", "agreed", "used"):
            for name, sums in ((column, moved), (f"{column}_money", spent)):
                found, expected = getattr(pot, name), getattr(balance_after(sums[pot.id]), column)
                if found != expected:
                    yield f"Pot {pot.id}: {name} is {found}, its movements come to {expected}."
        money = pot.held_money + pot.agreed_money + pot.used_money
        if (pot.half_days is not None and pot.promised > pot.half_days) or (
            pot.pence is not None and money > 2 * pot.pence
        ):
            yield f"Pot {pot.id}: more is promised than it was given."


def _moved(
    session: Session,
    account: InstrumentedAttribute[int],
    amount: InstrumentedAttribute[int],
    kind: InstrumentedAttribute[Movement],
) -> dict[int, list[tuple[Movement, int]]]:
    """What was moved, by account, summed by kind."""
    found: dict[int, list[tuple[Movement, int]]] = defaultdict(list)
    query = select(account, kind, func.sum(amount)).group_by(account, kind)
    for account_id, what, total in session.execute(query):
        found[account_id].append((what, int(total)))
    return found
