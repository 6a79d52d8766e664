"""What a school gives and receives in a school year, in half-days."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.queries import releaser_of
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.people.models import Person
from brokerage.people.queries import holders


@dataclass(frozen=True)
class GivenAndReceived:
    """``given``: days agreed and used of the school's leaders; ``received``: days agreed for it."""

    given: int
    received: int


def given_and_received(session: Session, urn: int, year: int) -> GivenAndReceived:
    """What the school gave and received in the year so far."""
    given = (
        select(func.coalesce(func.sum(DaysAccount.agreed + DaysAccount.used), 0))
        .join(Leader, Leader.id == DaysAccount.leader_id)
        .where(Leader.home_urn == urn, DaysAccount.year == year)
    )
    received = (
        select(func.coalesce(func.sum(Pairing.half_days), 0))
        .join(Need, Need.id == Pairing.need_id)
        .where(Need.urn == urn, Pairing.year == year, Pairing.state == PairingState.CONFIRMED)
    )
    return GivenAndReceived(session.scalar(given) or 0, session.scalar(received) or 0)


@dataclass(frozen=True)
class About:
    """What the three read about a pairing beside its own row: ``released`` once the home school has
    agreed, ``standing`` where that was by a release for the year."""

    account: DaysAccount | None
    school: GivenAndReceived
    head: Person | None
    releaser: Person | None
    released: bool
    until: date
    area: str


def about(session: Session, pairing: Pairing, today: date) -> About:
    """The accounts behind a pairing, who leads the supported school, who releases."""
    leader, need = pairing.leader, pairing.need
    heads = holders(session, today, *HEADS, urn=need.urn)
    given = [one for one in pairing.answers if one.undone_at is None and one.yes]
    query = select(DaysAccount).filter_by(leader_id=leader.id, year=pairing.year)
    return About(
        account=session.scalar(query),
        school=given_and_received(session, leader.home_urn, pairing.year),
        head=heads[0] if heads else None,
        releaser=releaser_of(session, leader, today),
        released=any(one.step is Step.RELEASE for one in given),
        until=end_of_year(pairing.year),
        area=need.specialism.name if need.specialism else "",
    )


def end_of_year(year: int) -> date:
    """The last day of the school year that begins in ``year``."""
    return date(year + 1, 8, 31)
