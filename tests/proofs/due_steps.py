"""Support on which a step is due today: its first contact, which is asked by a mail of its own."""

import itertools
import threading
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.engagements.models import Agreement, Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.rules import Movement
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import PairingAnswer
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import School
from tests.builders import NOW, TODAY
from tests.proofs.installation import Installation
from tests.proofs.town import Town, a_pairing_to_accept, a_town, an_open_need
from tests.services.pairing_town import a_leader

HALF_DAYS = 2
EIGHT_DAYS_AGO = NOW - timedelta(days=8)
_numbers = itertools.count(1)


class Steps:
    """One leader, and as many engagements as are wanted on which a step is due."""

    def __init__(self, installation: Installation, most: int = 100_000) -> None:
        self.installation = installation
        with installation.laying_out() as session:
            town = a_town(session)
            pledged = most * HALF_DAYS
            leader = a_leader(
                session, town.partnership, town.home, pledged=pledged, engagements_at_once=most
            )
            self.coordinator_id, self.leader_id = town.coordinator.id, leader.id
            self.partnership_id, self.releaser_id = town.partnership.id, town.releaser.id
            self.urns, self.head_id = (town.home.urn, town.school.urn), town.head.id
        self.written: list[int] = []
        self._one_writer = threading.Lock()

    def write(self, count: int, *, due: bool = True) -> list[int]:
        """So many more engagements, with a step due today; answers their ids."""
        with self._one_writer, self.installation.laying_out() as session:
            town, leader = self.town(session), session.get_one(Leader, self.leader_id)
            ids = [agreed_support(session, town, leader, due=due).id for _ in range(count)]
        self.written += ids
        return ids

    def town(self, session: Session) -> Town:
        home, school = (session.get_one(School, urn) for urn in self.urns)
        coordinator, releaser, head = (
            session.get_one(Person, number)
            for number in (self.coordinator_id, self.releaser_id, self.head_id)
        )
        together = session.get_one(Partnership, self.partnership_id)
        return Town(together, coordinator, home, releaser, school, head)


def agreed_support(session: Session, town: Town, leader: Leader, *, due: bool = True) -> Engagement:
    """Support that was agreed eight days ago (just now, unless ``due``), with its days, papers and
    yeses."""
    agreed_at = EIGHT_DAYS_AGO if due else NOW
    need = an_open_need(session, town, state=NeedState.PLACED, half_days=HALF_DAYS)
    together = town.partnership.id
    pairing = a_pairing_to_accept(session, together, need.id, leader.id, HALF_DAYS)
    pairing.state, pairing.confirmed_at = PairingState.CONFIRMED, agreed_at
    pairing.step = pairing.due_on = None
    accepted = PairingAnswer(
        pairing_id=pairing.id,
        step=Step.ACCEPT,
        yes=True,
        person_id=leader.person_id,
        at=agreed_at,
        via="link",
    )
    engagement = Engagement(
        reference=f"E-{next(_numbers):05d}",
        partnership_id=together,
        pairing_id=pairing.id,
        need_id=need.id,
        leader_id=leader.id,
        urn=need.urn,
        state=EngagementState.AGREED,
        half_days=HALF_DAYS,
        year=2026,
        agreed_at=agreed_at,
        next_look_on=TODAY if due else None,
    )
    session.add_all([accepted, engagement])
    session.flush()
    agreement = Agreement(
        engagement_id=engagement.id,
        number=1,
        made_at=agreed_at,
        terms={"half_days": engagement.half_days},
        why="first",
    )
    # Counted in the database, since others count there at the same time.
    place = update(Leader).where(Leader.id == leader.id).values(engaged=Leader.engaged + 1)
    more = {"agreed": DaysAccount.agreed + HALF_DAYS}
    session.execute(place.execution_options(synchronize_session=False))
    of_leader = update(DaysAccount).where(DaysAccount.leader_id == leader.id)
    session.execute(of_leader.values(more).execution_options(synchronize_session=False))
    account = select(DaysAccount.id).where(DaysAccount.leader_id == leader.id)
    account_id = session.scalars(account).one()
    moved = [
        DaysMovement(
            account_id=account_id,
            at=agreed_at,
            kind=kind,
            half_days=HALF_DAYS,
            cause="pairing",
            cause_id=pairing.id,
        )
        for kind in (Movement.HELD, Movement.AGREED)
    ]
    session.add_all([agreement, *moved])
    session.flush()
    return engagement
