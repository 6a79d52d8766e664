"""A pot pays for support from its agreement to its end, whoever gives it and however it began."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.engagements import change_services as changes
from brokerage.engagements import pot_invariants, swap_services
from brokerage.engagements.already_agreed import record_already_agreed
from brokerage.engagements.change_rules import ChangeKind
from brokerage.engagements.change_services import Wanted
from brokerage.errors import RuleBroken
from brokerage.leaders.pot_models import PotMovement
from brokerage.leaders.rules import Movement
from brokerage.pairings.models import Pairing
from tests.builders import NOW, acting
from tests.phone_builders import CALLED, Support
from tests.services.pairing_town import Town, a_leader, a_town, agreed_before
from tests.services.test_engagements import engaged
from tests.services.test_pots import a_pot, in_pot, sound


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def paid_from(session: Session, town: Town, pot_id: int) -> Support:
    return Support(session, town, engaged(session, town, pot_id=pot_id, who_pays=""))


def test_what_another_leader_goes_on_with_is_paid_by_the_same_pot(
    session: Session, town: Town
) -> None:
    pot_id = a_pot(session, town, half_days=4)
    one = paid_from(session, town, pot_id)
    one.log(one.leader(), 1)
    other = a_leader(session, town.partnership, town.home)
    by = one.by(now=NOW)
    reference = swap_services.swap(by, one.engagement.id, other.id, reason="Lena is ill")
    pairing = session.scalars(select(Pairing).filter_by(reference=reference)).one()
    assert (pairing.pot_id, pairing.who_pays) == (pot_id, "Reading fund")
    assert in_pot(session, pot_id) == (0, 0, 1)
    assert sound(session)


def test_who_pays_stays_while_a_pot_does_and_the_sentence_says_what_can_be_done(
    session: Session, town: Town
) -> None:
    one = paid_from(session, town, a_pot(session, town))
    by = one.by(town.head, CALLED + timedelta(hours=1))
    wanted = Wanted(kind=ChangeKind.PRICE, reason="So", pence_a_day=40_000, who_pays="The school")
    with pytest.raises(RuleBroken, match=r"Reading fund.* end it here") as refused:
        changes.propose(by, one.engagement.id, wanted)
    assert refused.value.field == "who_pays"


def test_what_was_agreed_already_is_paid_by_the_pot_that_is_named(
    session: Session, town: Town
) -> None:
    pot_id = a_pot(session, town)
    agreed = agreed_before(town, pence_a_day=35_000, who_pays="reading fund ")
    record_already_agreed(acting(session, town.coordinator), town.partnership.id, agreed)
    assert in_pot(session, pot_id) == (0, 6, 0)
    assert sound(session)


def test_a_pot_that_spent_another_amount_than_its_visits_cost_is_named(
    session: Session, town: Town
) -> None:
    pot_id = a_pot(session, town)
    one = paid_from(session, town, pot_id)
    one.log(one.leader(), 1)
    session.execute(update(PotMovement).where(PotMovement.kind == Movement.USED).values(money=9))
    session.commit()
    reference = one.engagement.pairing.reference
    assert list(pot_invariants.broken(session)) == [
        f"Pot {pot_id} has 139991 half-pennies agreed for {reference}, which comes to 105000.",
        f"Pot {pot_id} has 9 half-pennies used for {reference}, which comes to 35000.",
    ]
