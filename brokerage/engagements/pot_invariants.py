"""What `brokerage check` asks of funding pots: that each pays for what its pairings come to."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import LIVE
from brokerage.leaders.balances import Balance, balance_after
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.leaders.rules import Movement
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY, has_accepted

Paid = tuple[int, str]  # a pot, and the reference of a pairing


def broken(session: Session) -> Iterator[str]:
    """A sentence for each pairing for which a pot holds, agreed or spent other half-days than the
    pairing and its engagement come to, and for each that is paid by another partnership's pot."""
    expected = _expected(session)
    found = _moved(session)
    for paid in sorted({*expected, *found}):
        pot_id, reference = paid
        noted, right = found.get(paid, Balance()), expected.get(paid, Balance())
        for column in ("held", "agreed", "used"):
            has, comes_to = getattr(noted, column), getattr(right, column)
            if has != comes_to:
                yield (
                    f"Pot {pot_id} has {has} half-days {column} for {reference}, "
                    f"which comes to {comes_to}."
                )
    astray = (
        select(Pairing.reference)
        .join(Pot, Pot.id == Pairing.pot_id)
        .where((Pot.partnership_id != Pairing.partnership_id) | (Pot.year != Pairing.year))
    )
    for reference in session.scalars(astray):
        yield f"{reference} is paid by a pot of another partnership or year."


def _expected(session: Session) -> dict[Paid, Balance]:
    found: dict[Paid, Balance] = {}
    for pairing in session.scalars(select(Pairing).where(Pairing.pot_id.is_not(None))):
        accepted = pairing.state in UNDER_WAY and has_accepted(pairing.order, pairing.state)
        balance = Balance(held=pairing.half_days if accepted else 0)
        found[pairing.pot_id or 0, pairing.reference] = balance
    engaged = select(Engagement).join(Pairing).where(Pairing.pot_id.is_not(None))
    for engagement in session.scalars(engaged.options(joinedload(Engagement.pairing))):
        agreed = engagement.half_days - engagement.used if engagement.state in LIVE else 0
        paid = engagement.pairing.pot_id or 0, engagement.pairing.reference
        found[paid] = Balance(agreed=agreed, used=engagement.used)
    return found


def _moved(session: Session) -> dict[Paid, Balance]:
    key = PotMovement.pot_id, PotMovement.reference, PotMovement.kind
    sums: dict[Paid, list[tuple[Movement, int]]] = defaultdict(list)
    query = select(*key, func.sum(PotMovement.half_days)).group_by(*key)
    for pot_id, reference, kind, total in session.execute(query):
        sums[pot_id, reference].append((kind, int(total)))
    return {paid: balance_after(moved) for paid, moved in sums.items()}
