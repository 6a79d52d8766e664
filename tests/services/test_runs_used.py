"""What a run found, put to use: what stays, what is left out, and what it was asked to vary."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brokerage.database import writing
from brokerage.errors import RuleBroken
from brokerage.leaders.models import DaysAccount
from brokerage.leaders.rules import Accepting
from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings import carrying_out, invariants, run_services, suggesting
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import PairingState
from brokerage.pairings.run_rules import (
    Result,
    Stage,
    Wishes,
)
from brokerage.pairings.standing import NO_DAYS
from brokerage.pairings.suggesting import ASKED_MEANWHILE
from brokerage.schools.models import School, Trust
from tests.builders import NOW, acting
from tests.runs_builders import (
    SERVICE_NOW,
    USUAL,
    another_leader,
    ask,
    more_needs,
    ran,
    run_of,
    suggestions,
)
from tests.services.pairing_town import Town, a_town, propose


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_a_later_plan_waits_until_it_is_used(session: Session, town: Town) -> None:
    ran(session, town)
    (second_need,) = more_needs(session, town, 1)
    another_leader(session, town)
    run = ran(session, town)
    assert run.used_at is None
    assert set(suggestions(session)) == {town.need.id}
    by = acting(session, town.coordinator)
    assert run_services.use(by, run.id) == {"suggested": 2, "left_out": 0}
    assert set(suggestions(session)) == {town.need.id, second_need}
    before = session.scalar(select(func.max(Pairing.id)))
    run_services.use(by, run.id)
    session.expire_all()
    assert session.scalar(select(func.max(Pairing.id))) == before, "what stays the same stays"
    assert session.scalars(select(Message)).all() == []


def test_whoever_is_asked_already_is_not_touched_by_any_plan(session: Session, town: Town) -> None:
    (other,) = more_needs(session, town, 1)
    pairing = propose(session, town)
    run = ran(session, town)
    run_services.use(acting(session, town.coordinator), run.id)
    session.expire_all()
    assert pairing.state is PairingState.PROPOSED
    assert set(suggestions(session)) == {other}


def _meanwhile(session: Session, stage: Stage, change: Callable[[], None]) -> Callable[[], bool]:
    """Something that happens once while the run is at ``stage``, or beyond."""
    happened: list[bool] = []

    def going_on() -> bool:
        session.expire_all()
        at = session.scalars(select(PlanRun.stage).order_by(PlanRun.id.desc())).first()
        if at == stage and not happened:
            happened.append(True)
            change()
        return True

    return going_on


def test_a_need_placed_while_it_ran_is_left_out_with_a_sentence(
    session: Session, town: Town
) -> None:
    (other,) = more_needs(session, town, 1)
    run_id = ask(session, town)

    def placed() -> None:
        session.execute(update(Need).where(Need.id == other).values(state=NeedState.PLACED))
        session.commit()

    carrying_out.run_waiting(lambda: NOW, _meanwhile(session, Stage.MATCHING, placed))
    run = run_of(session, run_id)
    assert set(suggestions(session)) == {town.need.id}
    assert set(run.left_out) == {str(other)}
    assert set(Result.of_json(run.answers).answers) == {town.need.id}
    assert list(invariants.broken(session)) == []


def test_days_taken_while_it_ran_are_not_given_twice(session: Session, town: Town) -> None:
    run_id = ask(session, town)

    def taken() -> None:
        account = update(DaysAccount).where(DaysAccount.leader_id == town.leader.id)
        session.execute(account.values(used=DaysAccount.pledged))
        session.commit()

    carrying_out.run_waiting(lambda: NOW, _meanwhile(session, Stage.MATCHING, taken))
    run = run_of(session, run_id)
    assert suggestions(session) == {}
    assert "no days left" in run.left_out[str(town.need.id)]
    assert run.figures == [{"urgency": "normal", "needs": 1, "placed": 0}]


def test_what_changed_between_the_plan_and_its_use_is_left_out_with_a_sentence(
    session: Session, town: Town
) -> None:
    others = more_needs(session, town, 2)
    ran(session, town)
    second = another_leader(session, town)
    run = ran(session, town)
    town.leader.accepting = Accepting.CLOSED
    session.commit()
    by = acting(session, town.coordinator)
    given = Result.of_json(run.answers).answers
    with_first = {need for need, answer in given.items() if answer.leader == town.leader.id}
    assert with_first
    used = run_services.use(by, run.id)
    assert used == {"suggested": 3 - len(with_first), "left_out": len(with_first)}
    assert set(suggestions(session).values()) <= {second}
    left_out = run_of(session, run.id).left_out
    assert {"Is not taking on new work just now."} == set(left_out.values())
    assert set(given) == {town.need.id, *others}


def test_in_the_last_moment_too_no_day_is_suggested_twice(session: Session, town: Town) -> None:
    """What was prepared beside the lock is looked at again within it."""
    others = more_needs(session, town, 2, half_days=8)
    with Session(session.get_bind()) as reading:
        prepared = suggesting.prepare(
            reading,
            town.partnership.id,
            dict.fromkeys(others, town.leader.id),
            others,
            USUAL,
            NOW.date(),
        )
    assert len(prepared.rows) == 2
    propose(session, town)
    session.execute(update(DaysAccount).values(used=2))
    session.execute(update(Need).where(Need.id == others[0]).values(state=NeedState.CLOSED))
    session.commit()
    with writing() as session_of_its_own:
        left_out = suggesting.put(session_of_its_own, SERVICE_NOW, town.partnership.id, 1, prepared)
    assert left_out == {others[0]: ASKED_MEANWHILE}
    session.execute(update(DaysAccount).values(used=12))
    session.commit()
    with writing() as session_of_its_own:
        again = suggesting.Prepared(
            [{**row, "need_id": town.need.id} for row in prepared.rows[:1]],
            frozenset({town.need.id}),
        )
        left_out = suggesting.put(session_of_its_own, SERVICE_NOW, town.partnership.id, 1, again)
    assert left_out == {town.need.id: ASKED_MEANWHILE}
    assert set(suggestions(session)) == {others[1]}


def test_where_the_days_went_meanwhile_it_says_so(session: Session, town: Town) -> None:
    with Session(session.get_bind()) as reading:
        prepared = suggesting.prepare(
            reading,
            town.partnership.id,
            {town.need.id: town.leader.id},
            [town.need.id],
            USUAL,
            NOW.date(),
        )
    session.execute(update(DaysAccount).values(used=18))
    session.commit()
    with writing() as session_of_its_own:
        left_out = suggesting.put(session_of_its_own, SERVICE_NOW, town.partnership.id, 1, prepared)
    assert left_out == {town.need.id: NO_DAYS}
    assert suggestions(session) == {}


def test_a_run_that_is_not_finished_cannot_be_used(session: Session, town: Town) -> None:
    run_id = ask(session, town)
    with pytest.raises(RuleBroken, match="not finished"):
        run_services.use(acting(session, town.coordinator), run_id)


def test_the_wishes_of_a_run_are_for_that_run(session: Session, town: Town) -> None:
    town.partnership.quality_floor = 990
    session.commit()
    assert suggestions(session) == {}
    assert ran(session, town).figures[0]["placed"] == 0
    run = ran(session, town, Wishes(floor=100))
    assert run.figures[0]["placed"] == 1
    pairing = session.scalars(select(Pairing)).one()
    assert pairing.chosen_by_hand
    assert "below what the partnership asks for" in pairing.chosen_by_hand
    assert town.partnership.quality_floor == 990
    with pytest.raises(RuleBroken, match="points from 0"):
        ask(session, town, Wishes(floor=1001))


def test_the_same_trust_can_be_allowed_for_one_run(session: Session, town: Town) -> None:
    session.add(Trust(uid=77001, name="One Trust"))
    session.flush()
    for school in (town.home, town.school):
        session.get_one(School, school.urn).trust_uid = 77001
    session.commit()
    assert ran(session, town).figures[0]["placed"] == 0
    run = ran(session, town, Wishes(same_trust=True))
    assert run.figures[0]["placed"] == 1
    (pairing,) = session.scalars(select(Pairing)).all()
    assert "same trust" in (pairing.chosen_by_hand or "")
