"""Reading declared conflicts between leaders and schools: for the coordinators of the partnership
in which they were declared, and never for somebody whom one concerns."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from brokerage.actor import Actor
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders.models import Conflict, Leader
from brokerage.leaders.queries import leader_to_change, leaders_of, memberships
from brokerage.partnerships.models import Partnership
from brokerage.schools.models import School
from brokerage.schools.queries import partnerships_of_schools, school_in_scope


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Conflicts that the actor may know of: of partnerships that they coordinate, but for what
    concerns themselves, as the leader or as a head of the school."""
    own = select(Leader.id).where(Leader.person_id == (actor.person_id or 0))
    return and_(
        Conflict.partnership_id.in_(actor.coordinates()),
        Conflict.leader_id.not_in(own),
        Conflict.urn.not_in(actor.heads()),
    )


def conflict_in_scope(session: Session, actor: Actor, conflict_id: int) -> Conflict:
    """One conflict that the actor may know of; raises NotFound."""
    query = select(Conflict).where(Conflict.id == conflict_id, in_scope(actor))
    conflict = session.scalar(query)
    if conflict is None:
        raise NotFound
    return conflict


def of_leader(session: Session, actor: Actor, leader_id: int, day: date) -> list[Conflict]:
    """What stands between the leader and schools on ``day``, by school."""
    return _standing(session, actor, day, Conflict.leader_id == leader_id)


def of_school(session: Session, actor: Actor, urn: int, day: date) -> list[Conflict]:
    """What stands between the school and leaders on ``day``, by leader."""
    return _standing(session, actor, day, Conflict.urn == urn)


def of_pair(session: Session, actor: Actor, leader_id: int, urn: int, day: date) -> list[Conflict]:
    """What stands between this leader and this school on ``day``."""
    pair = and_(Conflict.leader_id == leader_id, Conflict.urn == urn)
    return _standing(session, actor, day, pair)


def refuse_between(
    session: Session, actor: Actor, partnership_id: int, leader: Leader, urn: int, day: date
) -> None:
    """Raise RuleBroken where a conflict stands between the two; whom it concerns is not told that
    it is one."""
    query = select(Conflict).where(
        Conflict.partnership_id == partnership_id,
        Conflict.leader_id == leader.id,
        Conflict.urn == urn,
        Conflict.ended_at.is_(None),
    )
    if not any(conflict.holds_on(day) for conflict in session.scalars(query)):
        return
    if leader.person_id == actor.person_id or urn in actor.heads():
        raise RuleBroken("Another coordinator must see to this one.")
    raise RuleBroken(
        "A conflict of interest is declared between the two: see the school’s page. If it is to be "
        "all the same, propose them anew with your reason."
    )


def _standing(
    session: Session, actor: Actor, day: date, which: ColumnElement[bool]
) -> list[Conflict]:
    query = (
        select(Conflict)
        .join(Conflict.school)
        .where(
            which,
            in_scope(actor),
            Conflict.ended_at.is_(None),
            or_(Conflict.until.is_(None), Conflict.until >= day),
        )
        .options(
            joinedload(Conflict.leader), joinedload(Conflict.school), joinedload(Conflict.noter)
        )
    )
    return list(session.scalars(query.order_by(School.name, Conflict.leader_id, Conflict.id)))


def leader_concerned(session: Session, actor: Actor, leader_id: int, day: date) -> Leader:
    """A leader of a partnership that the actor coordinates, other than themselves; raises
    NotFound."""
    leader = leader_to_change(session, actor, leader_id, day)
    if leader.person_id == actor.person_id:
        raise NotFound
    return leader


def school_concerned(session: Session, actor: Actor, urn: int) -> School:
    """A school of a partnership that the actor coordinates, other than one that they lead; raises
    NotFound."""
    school = school_in_scope(session, actor, urn)
    if urn in actor.heads() or not partnerships_of(session, actor, urn):
        raise NotFound
    return school


def partnerships_of(session: Session, actor: Actor, urn: int) -> list[Partnership]:
    """The partnerships to which the school belongs and which the actor coordinates, by name."""
    return _named(session, actor.coordinates() & partnerships_of_schools(session, [urn]))


def partnerships_with(
    session: Session, actor: Actor, leader: Leader, day: date
) -> list[Partnership]:
    """The partnerships whose register the leader is on and which the actor coordinates, by name."""
    ids = {post.partnership_id for post in memberships(session, leader, day)}
    return _named(session, actor.coordinates() & ids)


def leaders_to_choose(
    session: Session, actor: Actor, partnership_ids: Collection[int], day: date
) -> list[Leader]:
    """The leaders of these partnerships other than the actor, by name."""
    found = {
        leader.id: leader
        for number in sorted(partnership_ids)
        for leader in leaders_of(session, number, day)
        if leader.person_id != actor.person_id
    }
    return sorted(found.values(), key=lambda leader: (leader.person.name, leader.id))


def _named(session: Session, ids: Collection[int]) -> list[Partnership]:
    query = select(Partnership).where(Partnership.id.in_(ids))
    return list(session.scalars(query.order_by(Partnership.name)))
