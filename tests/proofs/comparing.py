"""How things stand, in the model and in the database, in one form."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement, Visit
from brokerage.leaders import models as leaders
from brokerage.needs import models as needs
from brokerage.pairings import models as pairings
from tests.proofs.life_model import Leader, Model, Need
from tests.proofs.support_model import first_visit

Stands = dict[str, dict[int, tuple[object, ...]]]


def in_the_model(model: Model, leaders: Iterable[Leader], needs: Iterable[Need]) -> Stands:
    """Days and places of each leader, and the state of everything else, by id."""
    visits = [visit for support in model.supports for visit in support.visits]
    return {
        "leaders": {
            one.id: (one.pledged, one.held, one.agreed, one.used, one.engaged) for one in leaders
        },
        "needs": {one.id: (one.state,) for one in needs},
        "pairings": {one.id: (one.state,) for one in model.pairings},
        "support": {one.id: (one.state, one.used, first_visit(one)) for one in model.supports},
        "visits": {visit.id: (visit.state, visit.half_days) for visit in visits},
    }


def in_the_database(session: Session) -> Stands:
    """The same, as it is kept."""
    days, leader = leaders.DaysAccount, leaders.Leader
    accounts = select(
        leader.id, days.pledged, days.held, days.agreed, days.used, leader.engaged
    ).join(days, days.leader_id == leader.id)
    queries = {
        "leaders": accounts,
        "needs": select(needs.Need.id, needs.Need.state),
        "pairings": select(pairings.Pairing.id, pairings.Pairing.state),
        "support": select(
            Engagement.id, Engagement.state, Engagement.used, Engagement.first_visit_on
        ),
        "visits": select(Visit.id, Visit.state, Visit.half_days),
    }
    return {
        name: {row[0]: tuple(row[1:]) for row in session.execute(query)}
        for name, query in queries.items()
    }
