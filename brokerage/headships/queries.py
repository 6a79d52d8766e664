"""Reading headships, buddyings and the pool of buddies."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Exists, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from brokerage.actor import HEADS, Actor
from brokerage.clock import london_date
from brokerage.errors import NotFound
from brokerage.headships.first_hundred import reached
from brokerage.headships.models import Buddying, Headship, PoolMember, RingRequest
from brokerage.headships.rules import BUDDY_IN_PLACE, BUDDYING_LIVE, CLOSING, BuddyingState
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person, Post
from brokerage.people.queries import coordinator_of, held_on
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.schools.models import School
from brokerage.schools.queries import schools_in
from brokerage.web.paging import Page, paged, paged_things

HUNDRED_SCHOOL_DAYS = timedelta(days=200)  # at the most; after that no buddy is looked for


def calendar(session: Session, headship: Headship) -> SchoolCalendar:
    """The school days that a headship is counted in: its school's."""
    return calendar_of(session, headship.partnership_id, headship.urn)


def headship_in_scope(session: Session, actor: Actor, headship_id: int) -> Headship:
    """A headship that the actor coordinates, or their own; raises NotFound. Nobody else sees one:
    a buddy sees a buddying."""
    found = session.get(Headship, headship_id)
    if found is None or not (
        found.partnership_id in actor.coordinates() or is_own(actor, found.person_id)
    ):
        raise NotFound
    return found


def headship_coordinated(session: Session, actor: Actor, headship_id: int) -> Headship:
    """A headship of a partnership that the actor coordinates; raises NotFound."""
    found = session.get(Headship, headship_id)
    if found is None or found.partnership_id not in actor.coordinates():
        raise NotFound
    return found


def buddying_of(session: Session, actor: Actor, buddying_id: int) -> Buddying:
    """A buddying that is the actor's as its buddy; raises NotFound."""
    found = session.get(Buddying, buddying_id)
    if found is None or not is_own(actor, found.buddy_id):
        raise NotFound
    return found


def is_own(actor: Actor, person_id: int) -> bool:
    return actor.signed_in and actor.person_id == person_id


def own_headship(session: Session, person_id: int) -> Headship | None:
    """The person's present headship: theirs to open from their desk."""
    query = select(Headship).where(
        Headship.person_id == person_id,
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
    )
    return session.scalars(query.order_by(Headship.starts_on.desc()).limit(1)).first()


def own_buddyings(session: Session, person_id: int) -> list[Buddying]:
    """What the person is asked, or is, as a buddy."""
    query = select(Buddying).where(
        Buddying.buddy_id == person_id, Buddying.state.in_(BUDDYING_LIVE)
    )
    return list(session.scalars(query.order_by(Buddying.id).limit(50)))


def asked_for(buddying: Buddying, day: date) -> str:
    """For which school a buddy is asked, as they may read it: not by name until it is public."""
    headship = buddying.headship
    if headship.is_public(day):
        return headship.school.name
    return f"a {headship.school.phase.value} school, not announced yet"


def headships_page(
    session: Session, actor: Actor, number: int, *, ended: bool = False
) -> Page[Headship]:
    """The coordinator's new heads: open calls for help first, then those without a buddy, the
    soonest needed first."""
    ringing = exists().where(
        RingRequest.headship_id == Headship.id, RingRequest.settled_at.is_(None)
    )
    query = select(Headship).where(Headship.partnership_id.in_(actor.coordinates()))
    if ended:
        query = query.where(Headship.ended_on.is_not(None))
        query = query.order_by(Headship.ended_on.desc(), Headship.id)
    else:
        query = query.where(or_(Headship.ended_on.is_(None), ringing))
        query = query.order_by(ringing.desc(), in_place(), Headship.buddy_by, Headship.id)
    loading = selectinload(Headship.buddyings), selectinload(Headship.rings)
    return paged_things(session, query, number, loading=loading)


def waiting_for_buddy(session: Session, actor: Actor, day: date) -> list[Headship]:
    """The coordinator's new heads for whom nobody is being asked, the soonest needed first."""
    asking = exists().where(Buddying.headship_id == Headship.id, Buddying.state.in_(BUDDYING_LIVE))
    query = select(Headship).where(
        Headship.partnership_id.in_(actor.coordinates()),
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
        Headship.starts_on > day - HUNDRED_SCHOOL_DAYS,
        ~asking,
    )
    query = query.options(selectinload(Headship.buddyings))
    return list(session.scalars(query.order_by(Headship.buddy_by, Headship.id)))


def in_place() -> Exists:
    return exists().where(Buddying.headship_id == Headship.id, Buddying.state.in_(BUDDY_IN_PLACE))


def days_reached(session: Session, headship: Headship, day: date) -> int:
    """How far the headship is on ``day``: 0 before it begins, 101 after day 100."""
    in_school_days = partnership_of(session, headship).hundred_in_school_days
    return reached(
        calendar(session, headship), headship.starts_on, day, in_school_days=in_school_days
    )


def partnership_of(session: Session, headship: Headship) -> Partnership:
    return session.get_one(Partnership, headship.partnership_id)


def coordinator_for(session: Session, headship: Headship, day: date) -> Person | None:
    """The named coordinator of a headship."""
    return coordinator_of(session, headship.partnership_id, day)


def pool_member(session: Session, person_id: int) -> PoolMember | None:
    return session.scalar(select(PoolMember).filter_by(person_id=person_id))


def head_coordinated(session: Session, actor: Actor, person_id: int, day: date) -> Person:
    """A serving head of a school in the actor's partnerships; raises NotFound."""
    found = session.scalar(_heads(actor.coordinates(), day).where(Person.id == person_id))
    if found is None:
        raise NotFound
    return found


def heads_page(
    session: Session, actor: Actor, day: date, text: str, number: int, *, pool_only: bool
) -> Page[tuple[Person, PoolMember | None]]:
    """Serving heads of the coordinator's schools, by name, each with their place in the pool."""
    query = _heads(actor.coordinates(), day)
    query = query.join(PoolMember, PoolMember.person_id == Person.id, isouter=not pool_only)
    query = query.add_columns(PoolMember)
    for word in text.split():
        query = query.where(Person.name.icontains(word, autoescape=True))
    query = query.options(selectinload(Person.posts).joinedload(Post.school))
    page = paged(session, query.order_by(Person.name, Person.id), number)
    return replace(page, rows=[(row[0], row[1]) for row in page.rows])


def _heads(partnership_ids: Collection[int], day: date) -> Select[Person]:
    of_heads = (
        held_on(day)
        .where(Post.kind.in_(HEADS), Post.urn.in_(schools_in(partnership_ids)))
        .with_only_columns(Post.person_id)
    )
    return select(Person).where(Person.active, Person.id.in_(of_heads))


def school_led(session: Session, person_id: int, day: date) -> School | None:
    """The school that the person has led longest, of those that they lead."""
    query = held_on(day).where(Post.person_id == person_id, Post.kind.in_(HEADS))
    post = session.scalars(query.order_by(Post.from_on, Post.id).limit(1)).first()
    return post.school if post else None


def unanswered(session: Session, day: date) -> list[int]:
    """Ids of the buddyings that were asked and whose day to answer is past."""
    query = select(Buddying.id).where(Buddying.state == BuddyingState.ASKED, Buddying.due_on < day)
    return list(session.scalars(query.order_by(Buddying.id)))


def without_post(session: Session, day: date) -> list[int]:
    """Ids of the headships that have become public, and whose head has not the post yet."""
    query = select(Headship.id).where(
        Headship.post_id.is_(None),
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
        or_(Headship.starts_on <= day, Headship.announced_on <= day),
    )
    return list(session.scalars(query.order_by(Headship.id)))


def to_look_at(session: Session, day: date) -> list[Headship]:
    """Headships under way whose next pulse may have come."""
    query = select(Headship).where(
        Headship.next_look_on <= day,
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
    )
    return list(session.scalars(query.options(selectinload(Headship.pulses)).order_by(Headship.id)))


@dataclass(frozen=True)
class BuddiesInPlace:
    """Of ``heads`` new heads, how many had a confirmed buddy before they started, and how many by
    the day that was promised."""

    heads: int
    before_start: int
    as_promised: int


def buddies_in_place_before_start(
    session: Session, partnership_id: int, year: int, until: date | None = None
) -> BuddiesInPlace:
    """Counts for the board: headships that start in the school year beginning in ``year`` (and,
    with ``until``, by that day), without those that fell through."""
    last = min(date(year + 1, 7, 31), until) if until else date(year + 1, 7, 31)
    query = (
        select(Headship.id, Headship.starts_on, Headship.buddy_by, func.min(Buddying.confirmed_at))
        .join(
            Buddying,
            and_(Buddying.headship_id == Headship.id, Buddying.confirmed_at.is_not(None)),
            isouter=True,
        )
        .where(
            Headship.partnership_id == partnership_id,
            Headship.starts_on.between(date(year, 8, 1), last),
            Headship.fell_through.is_(False),
        )
        .group_by(Headship.id, Headship.starts_on, Headship.buddy_by)
    )
    rows = [
        (starts_on, by, london_date(confirmed) if confirmed else date.max)
        for _, starts_on, by, confirmed in session.execute(query)
    ]
    return BuddiesInPlace(
        heads=len(rows),
        before_start=sum(on < starts_on for starts_on, _, on in rows),
        as_promised=sum(on <= by for _, by, on in rows),
    )


def closing_counts(session: Session, partnership_id: int, year: int) -> dict[str, Counter[str]]:
    """How often each answer after day 100 was chosen, by question: counted, and named of nobody."""
    query = select(Headship.closing).where(
        Headship.partnership_id == partnership_id,
        Headship.starts_on.between(date(year, 8, 1), date(year + 1, 7, 31)),
        Headship.ended_on.is_not(None),
    )
    counts: dict[str, Counter[str]] = {field: Counter() for field in CLOSING}
    for closing in session.scalars(query):
        for field, choice in closing.items():
            counts[field][choice] += 1
    return counts
