"""What the board reads of leaders and support."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.desks.board import Kept, board
from brokerage.engagements import review_services
from brokerage.engagements.figures import figures, never_deployed
from brokerage.engagements.rules import Difference, EngagementState
from brokerage.follow_ups.models import FollowUp
from brokerage.leaders.models import Designation
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import Step
from tests.builders import NOW, a_partnership, acting
from tests.services.pairing_town import a_leader, a_town, propose, say
from tests.services.test_engagement_invariants import another
from tests.services.test_engagements import WEEK_ON, engaged, log

TODAY = WEEK_ON.date()


def test_leaders_are_counted_as_designated_trained_and_deployed(session: Session) -> None:
    town = a_town(session)
    town.leader.designations = [
        Designation(kind="SLE", trained_on=date(2025, 10, 1)),
        Designation(kind="LLE"),
    ]
    idle = a_leader(session, town.partnership, town.home)
    idle.designations = [Designation(kind="SLE", trained_on=date(2027, 1, 1))]
    undesignated = a_leader(session, town.partnership, town.home)
    session.commit()
    engaged(session, town)
    found = figures(session, town.partnership.id, 2026, TODAY)
    assert (found.designated, found.trained, found.deployed) == (2, 1, 1)
    assert figures(session, town.partnership.id, 2025, TODAY).deployed == 0
    names = {idle.person.name, undesignated.person.name}
    assert set(never_deployed(session, town.partnership.id, TODAY)) == names


def test_engagements_days_and_evaluations_are_counted_for_the_year(session: Session) -> None:
    town = a_town(session)
    town.leader.engagements_at_once = 9
    session.commit()
    closed, done = another(session, town), another(session, town)
    for place in (closed, done):
        engagement = engaged(session, place)
        log(session, place, engagement, 2)
        log(session, place, engagement, 2)
        if place is closed:
            by = acting(session, place.head, WEEK_ON)
            review_services.evaluate(
                by, engagement.id, difference=Difference.LARGE, words="Much better"
            )
    log(session, town, engaged(session, town), 1)
    session.commit()
    found = figures(session, town.partnership.id, 2026, TODAY)
    assert {state: n for state, n in found.by_state.items() if n} == {
        EngagementState.ACTIVE: 1,
        EngagementState.COMPLETED: 1,
        EngagementState.CLOSED: 1,
    }
    assert found.half_days_used == 9
    assert (found.by_difference[Difference.LARGE], sum(found.by_difference.values())) == (1, 1)
    assert found.not_answered == 1
    assert set(found.by_state) == set(EngagementState)


def test_a_partnership_with_nothing_has_noughts_and_sees_no_other(session: Session) -> None:
    town = a_town(session)
    engaged(session, town)
    empty = a_partnership(session, authorities=("902",))
    found = figures(session, empty.id, 2026, TODAY)
    assert (found.designated, found.deployed, found.half_days_used) == (0, 0, 0)
    assert sum(found.by_state.values()) == 0


def test_the_board_counts_each_answer_once_and_only_those_that_somebody_was_asked_for(
    session: Session,
) -> None:
    town = a_town(session)
    town.need.call_by = town.need.name_by = NOW.date()
    session.commit()
    asked = propose(session, town)
    say(session, town, asked, Step.RELEASE)
    given = session.scalars(select(PairingAnswer)).one()

    def answer(pairing: Pairing, **other: object) -> None:
        details = {"step": Step.RELEASE, "yes": True, "at": NOW, "via": "page"} | other
        session.add(PairingAnswer(pairing_id=pairing.id, **details))

    def on_the_desk(pairing: Pairing, since: date) -> None:
        rung = {"subject": "pairing", "subject_id": pairing.id, "kind": "release", "round": 4}
        whom = {"recipient_id": town.releaser.id, "partnership_id": town.partnership.id}
        session.add(FollowUp(since=since, asked_at=NOW, **rung, **whom))

    answer(asked, undone_at=NOW)
    standing = propose(session, another(session, town))
    answer(standing, via="standing release")
    silent = propose(session, another(session, town))
    on_the_desk(silent, TODAY)
    on_the_desk(silent, date(2026, 11, 2))
    session.commit()
    assert given.undone_at is None
    found = board(session, town.partnership, 2026, TODAY)
    assert found.promises == [
        Kept("A call about a new need", 1, 1),
        Kept("A name for a need", 1, 1),
        Kept("Release a leader", 1, 2),
        Kept("Choose who comes", 0, 0),
        Kept("Accept a deployment", 0, 0),
    ]
    session.commit()
