"""The days account: every movement a conditional update that must change one row.

Within somebody's open transaction; what is spent on support comes through ``spending``. All
amounts are half-days of one school year. The leader's row is always locked before the account's, so
that no two transactions wait for each other.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from brokerage.actor import By
from brokerage.database import Base, changes_one
from brokerage.errors import RuleBroken
from brokerage.leaders.asked_steps import settle
from brokerage.leaders.balances import EFFECTS
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.rules import Movement
from brokerage.web.words import days

TAKEN = "Those days have just been taken."
MISSING = "There are not that many days in this agreement."
FULL = "This leader is already in as many engagements at once as they take."


@dataclass(frozen=True)
class Given:
    """Whose days, of which school year, and where they go: to which partnership and school."""

    leader_id: int
    year: int
    partnership_id: int
    urn: int


def account(session: Session, leader_id: int, year: int) -> DaysAccount:
    """The leader's account of a school year; an empty one is opened if there is none."""
    query = select(DaysAccount).filter_by(leader_id=leader_id, year=year)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        found = DaysAccount(leader_id=leader_id, year=year)
        session.add(found)
        session.flush()
    return found


def pledge(session: Session, by: By, leader_id: int, year: int, half_days: int) -> None:
    """Set what the leader gives in a year, which answers whatever they were asked about it.

    Raises RuleBroken below what is promised already.
    """
    _lock(session, leader_id)
    found = account(session, leader_id, year)
    person = session.scalar(select(Leader.person_id).where(Leader.id == leader_id))
    settle(session, by, leader_id, year, half_days, own=by.actor.person_id == person)
    before = found.pledged
    if before == half_days:
        return
    raised = update(DaysAccount).where(
        DaysAccount.id == found.id,
        DaysAccount.pledged == before,
        DaysAccount.held + DaysAccount.agreed + DaysAccount.used <= half_days,
    )
    if not changes_one(session, raised.values(pledged=half_days)):
        session.refresh(found)
        raise RuleBroken(
            f"Promised or used already: {days(found.promised)}. Pledge at least as many.",
            field="days",
        )
    session.refresh(found)
    _note(session, by, found, Movement.PLEDGED, half_days - before, "leader", leader_id)


def move(
    session: Session, by: By, given: Given, kind: Movement, half_days: int, cause: Base
) -> None:
    """Move half-days between the columns of the account, and note it with its cause (every kind but
    PLEDGED; a negative number of used ones takes a log back).

    Raises RuleBroken where fewer are left, or in the column that they come from.
    """
    _lock(session, given.leader_id)
    found = account(session, given.leader_id, given.year)
    values, enough = {}, update(DaysAccount).where(DaysAccount.id == found.id)
    for column, sign in EFFECTS[kind].items():
        values[column] = getattr(DaysAccount, column) + sign * half_days
        enough = enough.where(values[column] >= 0)
    if kind is Movement.HELD:
        promised = DaysAccount.held + DaysAccount.agreed + DaysAccount.used
        enough = enough.where(DaysAccount.pledged - promised >= half_days)
    if not changes_one(session, enough.values(**values)):
        raise RuleBroken(TAKEN if kind is Movement.HELD else MISSING)
    cause_id: int = cause.id  # type: ignore[attr-defined]
    _note(session, by, found, kind, half_days, cause.__tablename__, cause_id, given)


def enter(session: Session, leader_id: int) -> None:
    """Take one of the leader's places among engagements at once. Raises RuleBroken at none left."""
    room = update(Leader).where(Leader.id == leader_id, Leader.engaged < Leader.engagements_at_once)
    # The version stays: a place taken is no change to what the leader wrote about themselves.
    if not changes_one(session, room.values(engaged=Leader.engaged + 1)):
        raise RuleBroken(FULL)
    _forget_engaged(session, leader_id)


def leave(session: Session, leader_id: int) -> None:
    """An engagement is over: its place among those at once is free."""
    over = update(Leader).where(Leader.id == leader_id, Leader.engaged > 0)
    if not changes_one(session, over.values(engaged=Leader.engaged - 1)):
        raise AssertionError(f"leader {leader_id} was in no engagement")
    _forget_engaged(session, leader_id)


def _lock(session: Session, leader_id: int) -> None:
    one = select(Leader.id).where(Leader.id == leader_id)
    session.execute(one.with_for_update(key_share=True))


def _forget_engaged(session: Session, leader_id: int) -> None:
    loaded = session.identity_map.get(identity_key(Leader, leader_id))
    if loaded is not None:
        session.expire(loaded, ["engaged"])


def _note(
    session: Session,
    by: By,
    account: DaysAccount,
    kind: Movement,
    half_days: int,
    cause: str,
    cause_id: int | None,
    given: Given | None = None,
) -> None:
    session.expire(account)
    session.add(
        DaysMovement(
            account_id=account.id,
            at=by.now,
            kind=kind,
            half_days=half_days,
            cause=cause,
            cause_id=cause_id,
            actor_id=by.actor.person_id,
            partnership_id=given and given.partnership_id,
            urn=given and given.urn,
        )
    )
