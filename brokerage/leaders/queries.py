"""Reading the register of system leaders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.errors import NotFound
from brokerage.leaders.models import DaysAccount, Designation, Leader, LeaderSpecialism
from brokerage.leaders.releasing import releasers_of
from brokerage.leaders.rules import Accepting, school_year
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on
from brokerage.schools.models import Phase, School
from brokerage.web.paging import Page, paged_things


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Leader.designations),
        selectinload(Leader.specialisms),
        selectinload(Leader.accounts),
    )


def _members(partnership_ids: Collection[int], day: date, *, from_now: bool) -> Select[int]:
    """Persons who are system leaders in these partnerships on ``day`` (``from_now``: or later)."""
    query = select(Post.person_id).where(
        Post.kind == PostKind.SYSTEM_LEADER,
        Post.partnership_id.in_(partnership_ids),
        or_(Post.to_on.is_(None), Post.to_on >= day),
    )
    return query if from_now else query.where(Post.from_on <= day)


def members_on(partnership_id: int, day: date) -> Select[int]:
    """Persons who are system leaders in a partnership on ``day``."""
    return _members([partnership_id], day, from_now=False)


def leaders_of(session: Session, partnership_id: int, day: date) -> list[Leader]:
    """The leaders of a partnership on ``day``, by name: all of them, whether or not they accept,
    each with home school and trust, designations, specialisms, accounts and named releaser."""
    query = (
        select(Leader)
        .join(Leader.person)
        .where(Leader.person_id.in_(members_on(partnership_id, day)), Person.active)
        .options(
            selectinload(Leader.specialisms),
            # At most a few of each: fetched along, they cost no queries of their own.
            joinedload(Leader.designations),
            joinedload(Leader.accounts),
            joinedload(Leader.releaser),
        )
        .order_by(Person.name, Leader.id)
    )
    return list(session.scalars(query).unique())


def in_scope(actor: Actor, day: date) -> ColumnElement[bool]:
    """Leaders that the actor may read: their own record; those of partnerships in which they are a
    coordinator or an officer."""
    board = actor.partnerships(PostKind.COORDINATOR, PostKind.OFFICER)
    return or_(
        Leader.person_id == (actor.person_id or 0),
        Leader.person_id.in_(_members(board, day, from_now=True)),
    )


def to_change(actor: Actor, day: date) -> ColumnElement[bool]:
    """Leaders whose record the actor may keep: their own, and on their behalf a coordinator's."""
    return or_(
        Leader.person_id == (actor.person_id or 0),
        Leader.person_id.in_(_members(actor.coordinates(), day, from_now=True)),
    )


def leader_in_scope(session: Session, actor: Actor, leader_id: int, day: date) -> Leader:
    """One leader that the actor may read; raises NotFound."""
    return _one(session, Leader.id == leader_id, in_scope(actor, day))


def is_in_scope(session: Session, actor: Actor, leader_id: int, day: date) -> bool:
    """Whether the actor may read this leader's record."""
    query = select(Leader.id).where(Leader.id == leader_id, in_scope(actor, day))
    return session.scalar(query) is not None


def leader_to_change(session: Session, actor: Actor, leader_id: int, day: date) -> Leader:
    """One leader whose record the actor may keep; raises NotFound."""
    return _one(session, Leader.id == leader_id, to_change(actor, day))


def leader_of_person(session: Session, person_id: int | None) -> Leader:
    """The person's own record; raises NotFound where they have none."""
    return _one(session, Leader.person_id == (person_id or 0))


def leader_to_release(session: Session, actor: Actor, leader_id: int, day: date) -> Leader:
    """One leader for whom the actor may give a standing release: as the releaser, or as a
    coordinator on the releaser's behalf; never the leader. Raises NotFound."""
    leader = _one(session, Leader.id == leader_id)
    if actor.person_id is None or actor.person_id == leader.person_id:
        raise NotFound
    if leader.person_id in set(
        session.scalars(_members(actor.coordinates(), day, from_now=True))
    ) or actor.person_id in {person.id for person in releasers(session, leader, day)}:
        return leader
    raise NotFound


def _one(session: Session, *where: ColumnElement[bool]) -> Leader:
    query = select(Leader).where(*where).options(*_whole(), joinedload(Leader.releaser))
    leader = session.scalar(query)
    if leader is None:
        raise NotFound
    return leader


def find_leader(session: Session, person_id: int) -> Leader | None:
    """The record of a person, if they have one."""
    query = select(Leader).filter_by(person_id=person_id).options(joinedload(Leader.accounts))
    return session.scalars(query).unique().one_or_none()


def person_named(leaders: list[Leader], name: str, home_urn: int | None) -> Leader | None:
    """The one of these leaders who has this name and home school."""
    same = " ".join(name.casefold().split())
    found = [
        leader
        for leader in leaders
        if leader.home_urn == home_urn and leader.person.name.casefold() == same
    ]
    return found[0] if len(found) == 1 else None


def memberships(session: Session, leader: Leader, day: date) -> list[Post]:
    """The leader's posts in partnerships, now or to come."""
    query = select(Post).where(
        Post.person_id == leader.person_id,
        Post.kind == PostKind.SYSTEM_LEADER,
        or_(Post.to_on.is_(None), Post.to_on >= day),
    )
    query = query.options(joinedload(Post.partnership)).order_by(Post.from_on, Post.id)
    return list(session.scalars(query))


def is_head(session: Session, leader: Leader, day: date) -> bool:
    """Whether the leader leads their own home school."""
    query = held_on(day).where(Post.person_id == leader.person_id, Post.urn == leader.home_urn)
    return session.scalar(query.where(Post.kind.in_(HEADS)).limit(1)) is not None


def releasers(session: Session, leader: Leader, day: date) -> list[Person]:
    """Who may release the leader, first who is asked: the person named, or else the home school's
    head; for a leader who is a head there, its chair of governors, or else a trust leader."""
    return releasers_of(session, [leader], day)[leader.id]


def releaser_of(session: Session, leader: Leader, day: date) -> Person | None:
    """Who is asked to release the leader; None where nobody is known."""
    found = releasers(session, leader, day)
    return found[0] if found else None


def leaders_released_by(session: Session, actor: Actor, day: date) -> list[Leader]:
    """The leaders that the actor may release, by name: for a head's, chair's or trust's desk."""
    mine = actor.schools(*HEADS, PostKind.CHAIR, PostKind.TRUST_LEADER)
    query = select(Leader).join(Leader.person).where(Person.active)
    query = query.where(or_(Leader.releaser_id == actor.person_id, Leader.home_urn.in_(mine)))
    query = query.options(*_whole(), joinedload(Leader.releaser)).order_by(Person.name, Leader.id)
    found = list(session.scalars(query))
    released_by = releasers_of(session, found, day)
    return [
        leader
        for leader in found
        if actor.person_id in {person.id for person in released_by[leader.id]}
    ]


@dataclass(frozen=True)
class Filters:
    """What narrows the register; empty means all. ``half_days`` are those left at least."""

    text: str = ""
    code: str = ""
    phase: str = ""
    kind: str = ""
    accepting: str = ""
    half_days: int = 0


def register_page(
    session: Session, partnership_id: int, day: date, filters: Filters, number: int
) -> Page[Leader]:
    """A page of a partnership's register (with those who join later), by name."""
    members = _members([partnership_id], day, from_now=True)
    query = select(Leader).join(Leader.person).join(Leader.home)
    query = query.where(Leader.person_id.in_(members), Person.active)
    for condition in _narrowed(filters, day):
        query = query.where(condition)
    query = query.order_by(Person.name, Leader.id)
    return paged_things(session, query, number, loading=_whole())


def _narrowed(filters: Filters, day: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in filters.text.split():
        columns = (Person.name, Person.email, School.name)
        found.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    claims: list[ColumnElement[bool]] = []
    if filters.code:
        claims.append(LeaderSpecialism.code == filters.code)
    if filters.phase in tuple(Phase):
        claims.append(LeaderSpecialism.phase == Phase(filters.phase))
    if claims:  # one and the same claim has both
        found.append(Leader.specialisms.any(and_(*claims)))
    if filters.kind:
        found.append(Leader.designations.any(Designation.kind == filters.kind))
    if filters.accepting in tuple(Accepting):
        found.append(_accepting(Accepting(filters.accepting), day))
    if filters.half_days > 0:
        left = DaysAccount.pledged - DaysAccount.held - DaysAccount.agreed - DaysAccount.used
        enough = and_(DaysAccount.year == school_year(day), left >= filters.half_days)
        found.append(Leader.accounts.any(enough))
    return found


def _accepting(wanted: Accepting, day: date) -> ColumnElement[bool]:
    opened = and_(Leader.accepting == Accepting.CLOSED, Leader.closed_until <= day)
    if wanted is Accepting.YES:
        return or_(Leader.accepting == Accepting.YES, opened)
    if wanted is Accepting.CLOSED:
        still = or_(Leader.closed_until.is_(None), Leader.closed_until > day)
        return and_(Leader.accepting == Accepting.CLOSED, still)
    return Leader.accepting == wanted


def kinds(session: Session, partnership_id: int, day: date) -> list[str]:
    """The designations held in a partnership."""
    members = _members([partnership_id], day, from_now=True)
    query = select(Designation.kind).join(Leader, Leader.id == Designation.leader_id)
    query = query.where(Leader.person_id.in_(members)).distinct().order_by(Designation.kind)
    return list(session.scalars(query))


@dataclass(frozen=True)
class PublicRow:
    """One leader in one area of the public list: nothing by which to reach them."""

    area: str
    name: str
    home: str
    phases: tuple[str, ...]
    designations: tuple[str, ...]


def public_list(
    session: Session, partnership_id: int, day: date, names: dict[str, str]
) -> list[PublicRow]:
    """The leaders of a partnership who are shown to anybody, by area of expertise (``names`` by
    code) and name."""
    rows = []
    for leader in leaders_of(session, partnership_id, day):
        if not leader.public:
            continue
        kinds = tuple(designation.kind for designation in leader.designations)
        for code in dict.fromkeys(claim.code for claim in leader.specialisms):
            claimed = {c.phase.value for c in leader.specialisms if c.code == code}
            phases = tuple(phase.value for phase in Phase if phase.value in claimed)
            area = names.get(code, code)
            rows.append(PublicRow(area, leader.person.name, leader.home.name, phases, kinds))
    return sorted(rows, key=lambda row: (row.area, row.name))


def leader_on_register(
    session: Session, partnership_id: int, leader_id: int, day: date
) -> Leader | None:
    """One of the leaders of a partnership on ``day``; None for anybody else."""
    mine = Leader.id == leader_id, Leader.person_id.in_(members_on(partnership_id, day))
    query = select(Leader).join(Leader.person).where(*mine, Person.active)
    return session.scalar(query.options(*_whole(), joinedload(Leader.releaser)))
