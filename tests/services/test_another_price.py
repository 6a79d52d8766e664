"""Another price holds for what is still to come: what was used stays at the one before."""

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements import change_services as changes
from brokerage.engagements import visit_services
from brokerage.engagements.agreement import versions
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_reading import shown
from brokerage.engagements.change_rules import ChangeKind
from brokerage.engagements.change_services import Wanted
from brokerage.engagements.days_file import as_csv, totals
from brokerage.engagements.days_queries import visits_between
from brokerage.engagements.rules import EngagementState
from brokerage.leaders.pot_models import Pot
from tests.change_builders import faults
from tests.phone_builders import CALLED, UNDONE, Support
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged
from tests.services.test_pots import a_pot

LATER = CALLED + timedelta(hours=1)


@pytest.fixture
def one(session: Session) -> Support:
    """Four half-days at £350 a day, out of a pot."""
    town = a_town(session)
    pot_id = a_pot(session, town, pence=140_000)
    return Support(session, town, engaged(session, town, pot_id=pot_id, who_pays=""))


def agree_on(one: Support, pence_a_day: int | None) -> Change:
    wanted = Wanted(
        kind=ChangeKind.PRICE, reason="Dearer", pence_a_day=pence_a_day, who_pays="Reading fund"
    )
    number = changes.propose(one.by(one.town.head, LATER), one.engagement.id, wanted)
    changes.answer(one.by(one.town.releaser, LATER), number, yes=True)
    one.session.expire_all()
    return one.session.get_one(Change, number)


def money(one: Support) -> tuple[int, int]:
    """What the pot has agreed to and paid, in half-pennies."""
    one.session.expire_all()
    pot = one.session.scalars(select(Pot)).one()
    one.session.commit()
    return pot.agreed_money, pot.used_money


def test_what_was_used_stays_at_its_price_in_files_agreement_and_pot(one: Support) -> None:
    one.log(one.by(), 2)
    change = agree_on(one, 40_000)
    assert money(one) == (2 * 40_000, 2 * 35_000)
    made = visits_between(one.session, date(2026, 11, 1), date(2026, 11, 30))
    (row,) = csv.DictReader(io.StringIO("".join(as_csv(made)).lstrip("\ufeff")))
    assert (row["Rate a day"], row["Amount"]) == ("350.00", "350.00")
    assert row["Who pays"] == "Reading fund"
    assert totals(made).pounds == 350
    now, before = versions(one.session, one.engagement)
    assert (now.pence, before.pence) == (75_000, 70_000)
    rows = shown(one.session, one.head().actor, change, LATER.date()).rows
    assert ("What it costs then", "£750 in all") in rows
    one.undo(UNDONE)
    assert money(one) == (4 * 40_000, 0), "what was not used after all is to come, at the new price"
    assert faults(one) == []


def test_a_visit_counted_anew_is_counted_at_its_own_price(one: Support) -> None:
    half, whole = one.log(one.leader(CALLED), 1), one.log(one.leader(CALLED), 2)
    agree_on(one, None)
    assert money(one) == (0, 3 * 35_000)
    for number in (half, whole):
        visit_services.dispute(one.head(LATER), number, words="It was otherwise")
    visit_services.resolve(one.by(now=LATER), half, half_days=2)
    assert money(one) == (0, 4 * 35_000)
    one.session.expire_all()
    assert one.engagement.state is EngagementState.COMPLETED
    visit_services.resolve(one.by(now=LATER), whole, half_days=0)
    assert money(one) == (0, 2 * 35_000)
    assert faults(one) == []
