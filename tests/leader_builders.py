"""Leaders to begin a test with, and a use case in which days are held."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.database import use_case
from brokerage.leaders import spending
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader, LeaderSpecialism
from brokerage.leaders.rules import Movement
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import Phase, School
from brokerage.specialisms import steps as specialisms
from tests.builders import NOW, TODAY, a_school, in_post

YEAR = 2026


def areas(session: Session) -> None:
    """The seeded areas of expertise."""
    specialisms.seed(session)
    session.commit()


def a_leader(
    session: Session,
    partnership: Partnership,
    *,
    home: School | None = None,
    half_days: int | None = 20,
    claims: tuple[tuple[str, str], ...] = (),
    person: Person | None = None,
    from_on: date = date(2024, 9, 1),
    **other: Any,
) -> Leader:
    """A person on the register, with days pledged this school year (None: no account)."""
    named = {key: other.pop(key) for key in ("name", "email", "telephone") if key in other}
    person = in_post(
        session,
        PostKind.SYSTEM_LEADER,
        partnership=partnership,
        person=person,
        from_on=from_on,
        **named,
    )
    home = home or a_school(session)
    details = {"kept_at": NOW, "kept_by": person.id, **other}
    leader = Leader(person_id=person.id, home_urn=home.urn, **details)
    leader.specialisms = [LeaderSpecialism(code=code, phase=Phase(phase)) for code, phase in claims]
    session.add(leader)
    session.flush()
    if half_days is not None:
        account = DaysAccount(leader_id=leader.id, year=YEAR, pledged=half_days)
        session.add(account)
        session.flush()
        session.add(
            DaysMovement(
                account_id=account.id,
                at=NOW,
                kind=Movement.PLEDGED,
                half_days=half_days,
                cause="leader",
                cause_id=leader.id,
            )
        )
    session.commit()
    return leader


def a_question(session: Session, leader: Leader, partnership: Partnership) -> DaysQuestion:
    """The leader is being asked whether what they have left this year is right."""
    question = DaysQuestion(
        leader_id=leader.id,
        partnership_id=partnership.id,
        kind=QuestionKind.STILL,
        year=YEAR,
        season="autumn",
        since=TODAY,
        made_at=NOW,
    )
    session.add(question)
    session.commit()
    return question


def _support_by(leader_id: int) -> spending.Support:
    """Support of some school that no pot pays for."""
    return spending.Support(leader_id, YEAR, 1, 100001, "NET-1", pot_id=None, pence_a_day=0)


@use_case("test.hold")
def hold(by: By, session: Session, leader_id: int, half_days: int) -> None:
    """Somebody accepts so many half-days."""
    spending.hold(
        session, by, _support_by(leader_id), half_days, session.get_one(Leader, leader_id)
    )


@use_case("test.move")
def move(by: By, session: Session, leader_id: int, kind: str, half_days: int) -> None:
    """Days are freed, agreed, used or given back."""
    cause = session.get_one(Leader, leader_id)
    getattr(spending, kind)(session, by, _support_by(leader_id), half_days, cause)
