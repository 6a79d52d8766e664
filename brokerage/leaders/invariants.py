"""What `brokerage check` asks of the register of leaders and their days."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.rules import Movement, school_year_name
from brokerage.schools.models import School

# What each movement does to the columns of an account.
EFFECTS: dict[Movement, dict[str, int]] = {
    Movement.PLEDGED: {"pledged": 1},
    Movement.HELD: {"held": 1},
    Movement.FREED: {"held": -1},
    Movement.AGREED: {"held": -1, "agreed": 1},
    Movement.USED: {"agreed": -1, "used": 1},
    Movement.UNUSED: {"agreed": -1},
}


def broken(session: Session) -> Iterator[str]:
    """A sentence for each account that does not follow from its movements or is oversold, and for
    each leader without a home school or in fewer than no engagements."""
    yield from _accounts(session)
    homes = select(School.urn)
    for leader_id in session.scalars(select(Leader.id).where(Leader.home_urn.not_in(homes))):
        yield f"Leader {leader_id} has a home school that is not on the register of schools."
    for leader_id in session.scalars(select(Leader.id).where(Leader.engaged < 0)):
        yield f"Leader {leader_id} is in fewer than no engagements."


def _accounts(session: Session) -> Iterator[str]:
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    moved = select(DaysMovement.account_id, DaysMovement.kind, func.sum(DaysMovement.half_days))
    for account_id, kind, total in session.execute(
        moved.group_by(DaysMovement.account_id, DaysMovement.kind)
    ):
        for column, sign in EFFECTS[kind].items():
            sums[account_id][column] += sign * int(total)
    for account in session.scalars(select(DaysAccount).order_by(DaysAccount.id)):
        where = f"The days of leader {account.leader_id} in {school_year_name(account.year)}"
        for column in ("pledged", "held", "agreed", "used"):
            found, summed = getattr(account, column), sums[account.id][column]
            if found != summed:
                yield f"{where}: {column} is {found} half-days, its movements come to {summed}."
        if account.promised > account.pledged:
            yield f"{where}: more is promised than pledged."
