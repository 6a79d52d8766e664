"""Reading days accounts: how they stood on any day, what moved, who may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.errors import NotFound
from brokerage.leaders.balances import Balance, balance_after
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader
from brokerage.leaders.queries import leader_to_release, releasers
from brokerage.school_calendar.rules import midnight_after
from brokerage.schools.models import School

Movements = list[DaysMovement]


def leader_whose_days(session: Session, actor: Actor, leader_id: int, day: date) -> Leader:
    """The leader, for those who may look into their days account: the leader, a coordinator of one
    of their partnerships, whoever releases them. Raises NotFound for anybody else."""
    leader = session.get(Leader, leader_id)
    if leader is None or actor.person_id is None:
        raise NotFound
    if leader.person_id == actor.person_id:
        return leader
    return leader_to_release(session, actor, leader_id, day)


def movements_until(session: Session, leader_id: int, year: int, day: date) -> Movements:
    """What had moved in the account of a school year by the end of a London day, in order."""
    query = (
        select(DaysMovement)
        .join(DaysAccount, DaysAccount.id == DaysMovement.account_id)
        .where(DaysAccount.leader_id == leader_id, DaysAccount.year == year)
        .where(DaysMovement.at < midnight_after(day))
    )
    return list(session.scalars(query.order_by(DaysMovement.id)))


def balance_of(movements: Iterable[DaysMovement]) -> Balance:
    return balance_after((one.kind, one.half_days) for one in movements)


@dataclass(frozen=True)
class Shown:
    """A balance as one person may see it: ``here`` is what is held, agreed and used where they may
    know of it; ``elsewhere``, how much is committed anywhere else."""

    whole: Balance
    here: Balance
    elsewhere: int


def shown_to(movements: Iterable[DaysMovement], partnership_ids: Collection[int] | None) -> Shown:
    """The balance after these movements for a coordinator of these partnerships (None: for who may
    know of them all)."""
    movements = list(movements)
    whole = balance_of(movements)
    here = balance_of(one for one in movements if is_shown(one, partnership_ids))
    return Shown(whole, here, whole.promised - here.promised)


def is_shown(movement: DaysMovement, partnership_ids: Collection[int] | None) -> bool:
    """Whether somebody of these partnerships (None: of all) may know where these days went."""
    return (
        partnership_ids is None
        or movement.partnership_id is None
        or movement.partnership_id in partnership_ids
    )


def may_know_of(session: Session, actor: Actor, leader: Leader, day: date) -> frozenset[int] | None:
    """The partnerships of which the actor may know where the leader's days go (None: of all): the
    leader knows of all, and so does whoever releases them; a coordinator or an officer, of their
    own."""
    if actor.person_id in {leader.person_id, *(p.id for p in releasers(session, leader, day))}:
        return None
    return actor.partnerships(PostKind.COORDINATOR, PostKind.OFFICER)


def shown_balances(
    session: Session, leader: Leader, partnership_ids: Collection[int] | None
) -> dict[int, Shown]:
    """The leader's balances now, by school year, as a coordinator of these partnerships sees
    them."""
    query = select(DaysAccount.year, DaysMovement).join(
        DaysMovement, DaysMovement.account_id == DaysAccount.id
    )
    by_year: dict[int, Movements] = {account.year: [] for account in leader.accounts}
    for year, movement in session.execute(query.where(DaysAccount.leader_id == leader.id)):
        by_year[year].append(movement)
    return {year: shown_to(moved, partnership_ids) for year, moved in sorted(by_year.items())}


@dataclass(frozen=True)
class GivenAndReceived:
    """Half-days of a school year, agreed and used: ``given`` by the school's leaders, ``received``
    by the school."""

    given: int
    received: int


def given_and_received(session: Session, urn: int, year: int) -> GivenAndReceived:
    """What a school gives and receives in a school year: what is agreed to come, and what was used.
    What was agreed and given back counts for neither."""
    given = (
        select(func.coalesce(func.sum(DaysAccount.agreed + DaysAccount.used), 0))
        .join(Leader, Leader.id == DaysAccount.leader_id)
        .where(Leader.home_urn == urn, DaysAccount.year == year)
    )
    moved = (
        select(DaysMovement.kind, func.sum(DaysMovement.half_days))
        .join(DaysAccount, DaysAccount.id == DaysMovement.account_id)
        .where(DaysMovement.urn == urn, DaysAccount.year == year)
        .group_by(DaysMovement.kind)
    )
    received = balance_after((kind, int(total)) for kind, total in session.execute(moved))
    return GivenAndReceived(session.scalar(given) or 0, received.agreed + received.used)


def years_of(session: Session, urn: int) -> list[int]:
    """The school years in which the school gave or received any days, the latest first."""
    query = (
        select(DaysAccount.year)
        .join(Leader, Leader.id == DaysAccount.leader_id)
        .outerjoin(DaysMovement, DaysMovement.account_id == DaysAccount.id)
        .where(or_(Leader.home_urn == urn, DaysMovement.urn == urn))
        .distinct()
    )
    return sorted(session.scalars(query), reverse=True)


def school_names(session: Session, urns: Collection[int | None]) -> dict[int, str]:
    """The names of schools, by URN."""
    query = select(School.urn, School.name).where(School.urn.in_({urn for urn in urns if urn}))
    return {row.urn: row.name for row in session.execute(query)}
