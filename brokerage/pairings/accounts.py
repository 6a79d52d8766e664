"""The accounts behind a pairing: the leader's days, what the home school gives and receives."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS
from brokerage.leaders.account_queries import GivenAndReceived, given_and_received
from brokerage.leaders.models import DaysAccount
from brokerage.leaders.queries import releaser_of
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.models import Person
from brokerage.people.queries import holders


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
