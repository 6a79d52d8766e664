"""What tests of runs begin with: a town with several needs and leaders, and a run carried out."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.matching.plans import Level
from brokerage.pairings import carrying_out, run_services
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import PairingState
from brokerage.pairings.run_rules import Wishes
from tests.builders import NOW, a_school, acting
from tests.services.pairing_town import Town, a_leader, a_need

SERVICE_NOW = By(SERVICE, NOW)
USUAL = Wishes(Level.STANDARD)


def more_needs(session: Session, town: Town, number: int, **other: object) -> list[int]:
    """Needs of other schools near by, each for two days unless said otherwise."""
    return [
        a_need(
            session,
            town.partnership,
            a_school(session, easting=452000 + 1000 * place),
            reference=f"N-M{len(other)}{place:03}",
            **other,
        ).id
        for place in range(number)
    ]


def another_leader(session: Session, town: Town, **other: object) -> int:
    """One more leader of phonics, of another school."""
    home = a_school(session, easting=451000)
    return a_leader(session, town.partnership, home, **other).id


def ask(session: Session, town: Town, wishes: Wishes = USUAL) -> int:
    return run_services.ask(acting(session, town.coordinator), town.partnership.id, wishes)


def ran(session: Session, town: Town, wishes: Wishes = USUAL) -> PlanRun:
    """A run asked for, and carried out by the scheduler's tick."""
    run_id = ask(session, town, wishes)
    assert carrying_out.run_waiting(lambda: NOW) == 1
    return run_of(session, run_id)


def run_of(session: Session, run_id: int) -> PlanRun:
    session.expire_all()
    return session.get_one(PlanRun, run_id)


def suggestions(session: Session) -> dict[int, int]:
    """Leader by need, of what is suggested."""
    session.expire_all()
    query = select(Pairing).filter_by(state=PairingState.SUGGESTED).order_by(Pairing.id)
    return {pairing.need_id: pairing.leader_id for pairing in session.scalars(query)}


def suggestion(session: Session, need_id: int) -> Pairing:
    session.expire_all()
    query = select(Pairing).filter_by(state=PairingState.SUGGESTED, need_id=need_id)
    return session.scalars(query).one()


def let_the_lease_run_out(session: Session) -> None:
    """As though nothing had been heard of any run for long enough."""
    session.execute(update(PlanRun).values(claimed_until=clock.true_now() - timedelta(seconds=1)))
    session.commit()
