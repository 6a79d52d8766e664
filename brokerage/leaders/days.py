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
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.rules import Movement
from brokerage.web.words import days

TAKEN = "Those days have just been taken."
FULL = "This leader is already in as many engagements at once as they take."


@dataclass(frozen=True)
class For:
    """Where days go: the partnership, and the supported school."""

    partnership_id: int | None = None
    urn: int | None = None


_NOWHERE = For()


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


def hold(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """Hold days, and a place among the engagements at once, for a pairing that is being accepted.

    Raises RuleBroken ("Those days have just been taken.") where fewer are left.
    """
    _hold(session, by, leader_id, year, half_days, cause, on)
    _take_place(session, leader_id)


def more(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """More days for an engagement, which has its place already: held and agreed in one.

    Raises RuleBroken ("Those days have just been taken.") where fewer are left.
    """
    _hold(session, by, leader_id, year, half_days, cause, on)
    agree(session, by, leader_id, year, half_days, cause, on)


def _hold(
    session: Session, by: By, leader_id: int, year: int, half_days: int, cause: Base, on: For
) -> None:
    _lock(session, leader_id)
    found = account(session, leader_id, year)
    enough = update(DaysAccount).where(
        DaysAccount.id == found.id,
        DaysAccount.pledged - DaysAccount.held - DaysAccount.agreed - DaysAccount.used >= half_days,
    )
    if not changes_one(session, enough.values(held=DaysAccount.held + half_days)):
        raise RuleBroken(TAKEN)
    _note(session, by, found, Movement.HELD, half_days, cause.__tablename__, _id(cause), on)


def free(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """Give held days back, and the place."""
    _move(session, by, leader_id, year, half_days, Movement.FREED, cause, on)
    leave(session, leader_id)


def agree(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """Held days become agreed ones, as a pairing is confirmed."""
    _move(session, by, leader_id, year, half_days, Movement.AGREED, cause, on)


def use(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """Agreed days become used ones, as a visit is logged (a negative number takes a log back)."""
    _move(session, by, leader_id, year, half_days, Movement.USED, cause, on)


def give_back(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    cause: Base,
    on: For = _NOWHERE,
) -> None:
    """Agreed days that will not be used are the leader's again."""
    _move(session, by, leader_id, year, half_days, Movement.UNUSED, cause, on)


def enter(session: Session, leader_id: int) -> None:
    """An engagement that was over goes on after all: it takes its place again.

    Raises RuleBroken where the leader has no place left.
    """
    _take_place(session, leader_id)


def leave(session: Session, leader_id: int) -> None:
    """An engagement is over: its place among those at once is free."""
    over = update(Leader).where(Leader.id == leader_id, Leader.engaged > 0)
    if not changes_one(session, over.values(engaged=Leader.engaged - 1)):
        raise AssertionError(f"leader {leader_id} was in no engagement")
    _forget_engaged(session, leader_id)


def _take_place(session: Session, leader_id: int) -> None:
    room = update(Leader).where(Leader.id == leader_id, Leader.engaged < Leader.engagements_at_once)
    # The version stays: a place taken is no change to what the leader wrote about themselves.
    if not changes_one(session, room.values(engaged=Leader.engaged + 1)):
        raise RuleBroken(FULL)
    _forget_engaged(session, leader_id)


def _lock(session: Session, leader_id: int) -> None:
    one = select(Leader.id).where(Leader.id == leader_id)
    session.execute(one.with_for_update(key_share=True))


def _forget_engaged(session: Session, leader_id: int) -> None:
    loaded = session.identity_map.get(identity_key(Leader, leader_id))
    if loaded is not None:
        session.expire(loaded, ["engaged"])


_COLUMNS = {
    Movement.FREED: ("held", None),
    Movement.AGREED: ("held", "agreed"),
    Movement.USED: ("agreed", "used"),
    Movement.UNUSED: ("agreed", None),
}


def _move(
    session: Session,
    by: By,
    leader_id: int,
    year: int,
    half_days: int,
    kind: Movement,
    cause: Base,
    on: For,
) -> None:
    source, target = _COLUMNS[kind]
    _lock(session, leader_id)
    found = account(session, leader_id, year)
    from_column = getattr(DaysAccount, source)
    values = {source: from_column - half_days}
    enough = update(DaysAccount).where(DaysAccount.id == found.id, from_column >= half_days)
    if target:
        to_column = getattr(DaysAccount, target)
        values[target] = to_column + half_days
        enough = enough.where(to_column >= -half_days)
    if not changes_one(session, enough.values(**values)):
        raise RuleBroken("There are not that many days in this agreement.")
    _note(session, by, found, kind, half_days, cause.__tablename__, _id(cause), on)


def _id(cause: Base) -> int:
    number: int = cause.id  # type: ignore[attr-defined]
    return number


def _note(
    session: Session,
    by: By,
    account: DaysAccount,
    kind: Movement,
    half_days: int,
    cause: str,
    cause_id: int | None,
    on: For = _NOWHERE,
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
            partnership_id=on.partnership_id,
            urn=on.urn,
        )
    )
