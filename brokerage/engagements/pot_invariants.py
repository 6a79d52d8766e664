"""What `brokerage check` asks of funding pots: that each pays for what its pairings come to."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from brokerage.engagements.costs import price_of
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import COUNTED, LIVE
from brokerage.leaders.balances import Balance, balance_after
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.leaders.rules import Movement
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import UNDER_WAY, has_accepted

Paid = tuple[int, str]  # a pot, and the reference of a pairing


def broken(session: Session) -> Iterator[str]:
    """A sentence for each pairing for which a pot holds, agreed or spent other half-days or another
    amount than the pairing and its engagement come to, and for each that is paid by another
    partnership's pot."""
    expected = _expected(session)
    for of, unit, moved in (
        (0, "half-days", PotMovement.half_days),
        (1, "half-pennies", PotMovement.money),
    ):
        right = {paid: both[of] for paid, both in expected.items()}
        yield from _differing(unit, _moved(session, moved), right)
    astray = (
        select(Pairing.reference)
        .join(Pot, Pot.id == Pairing.pot_id)
        .where((Pot.partnership_id != Pairing.partnership_id) | (Pot.year != Pairing.year))
    )
    for reference in session.scalars(astray):
        yield f"{reference} is paid by a pot of another partnership or year."


def _differing(
    unit: str, found: dict[Paid, Balance], expected: dict[Paid, Balance]
) -> Iterator[str]:
    for paid in sorted({*expected, *found}):
        pot_id, reference = paid
        noted, right = found.get(paid, Balance()), expected.get(paid, Balance())
        for column in ("held", "agreed", "used"):
            has, comes_to = getattr(noted, column), getattr(right, column)
            if has != comes_to:
                yield (
                    f"Pot {pot_id} has {has} {unit} {column} for {reference}, "
                    f"which comes to {comes_to}."
                )


def _expected(session: Session) -> dict[Paid, tuple[Balance, Balance]]:
    """What each comes to, in half-days and in half-pennies."""
    found: dict[Paid, tuple[Balance, Balance]] = {}
    for pairing in session.scalars(select(Pairing).where(Pairing.pot_id.is_not(None))):
        accepted = pairing.state in UNDER_WAY and has_accepted(pairing.order, pairing.state)
        held = pairing.half_days if accepted else 0
        money = Balance(held=held * (pairing.pence_a_day or 0))
        found[pairing.pot_id or 0, pairing.reference] = Balance(held=held), money
    engaged = select(Engagement).join(Pairing).where(Pairing.pot_id.is_not(None))
    parts = selectinload(Engagement.visits), selectinload(Engagement.agreements)
    for engagement in session.scalars(engaged.options(joinedload(Engagement.pairing), *parts)):
        pairing = engagement.pairing
        agreed = engagement.half_days - engagement.used if engagement.state in LIVE else 0
        made = [visit for visit in engagement.visits if visit.state in COUNTED]
        spent = sum(visit.half_days * price_of(visit) for visit in made)
        found[pairing.pot_id or 0, pairing.reference] = (
            Balance(agreed=agreed, used=engagement.used),
            Balance(agreed=agreed * (pairing.pence_a_day or 0), used=spent),
        )
    return found


def _moved(session: Session, amount: InstrumentedAttribute[int]) -> dict[Paid, Balance]:
    key = PotMovement.pot_id, PotMovement.reference, PotMovement.kind
    sums: dict[Paid, list[tuple[Movement, int]]] = defaultdict(list)
    query = select(*key, func.sum(amount)).group_by(*key)
    for pot_id, reference, kind, total in session.execute(query):
        sums[pot_id, reference].append((kind, int(total)))
    return {paid: balance_after(moved) for paid, moved in sums.items()}
