"""Reading persons and posts; building the Actor."""

from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from brokerage.actor import ANONYMOUS, Actor, HeldPost, PostKind
from brokerage.errors import NotFound
from brokerage.ledger.queries import history
from brokerage.people.models import Person, Post
from brokerage.schools.queries import partnerships_of_schools, schools_in
from brokerage.web.paging import Page, paged_things

ADDRESS_REFUSED = "person.address_refused"


def actor_for(session: Session, person_id: int, day: date, via: str = "session") -> Actor:
    """The person as an Actor, with the posts held on ``day``; ANONYMOUS if not active."""
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return ANONYMOUS
    held = session.scalars(held_on(day).where(Post.person_id == person_id)).all()
    posts = tuple(HeldPost(p.kind, p.urn, p.partnership_id) for p in held)
    urns = frozenset(post.urn for post in posts if post.urn)
    direct = frozenset(post.partnership_id for post in posts if post.partnership_id)
    through_schools = partnerships_of_schools(session, urns) if urns else frozenset()
    return Actor(person.id, person.name, posts, direct | through_schools, via)


def held_on(day: date) -> Select[Post]:
    """Posts held on ``day``."""
    return select(Post).where(Post.from_on <= day, or_(Post.to_on.is_(None), Post.to_on >= day))


def holders(
    session: Session,
    day: date,
    *kinds: PostKind,
    urn: int | None = None,
    partnership_id: int | None = None,
) -> list[Person]:
    """Active persons who hold one of ``kinds`` on ``day`` at a school or in a partnership, the
    longest in post first."""
    query = held_on(day).join(Post.person).options(contains_eager(Post.person))
    query = query.where(Post.kind.in_(kinds), Person.active)
    if urn is not None:
        query = query.where(Post.urn == urn)
    if partnership_id is not None:
        query = query.where(Post.partnership_id == partnership_id)
    posts = session.scalars(query.order_by(Post.from_on, Post.id))
    return list(dict.fromkeys(post.person for post in posts))


def coordinator_of(session: Session, partnership_id: int, day: date) -> Person | None:
    """The named coordinator of a partnership: the one longest in post."""
    found = holders(session, day, PostKind.COORDINATOR, partnership_id=partnership_id)
    return found[0] if found else None


def in_scope(actor: Actor, day: date) -> Select[Person]:
    """Persons that a coordinator may see: those with a post, now or to come, in one of the
    coordinator's partnerships or in one of their schools."""
    mine = actor.coordinates()
    return select(Person).where(
        Person.id.in_(
            select(Post.person_id).where(
                or_(Post.partnership_id.in_(mine), Post.urn.in_(schools_in(mine))),
                or_(Post.to_on.is_(None), Post.to_on >= day),
            )
        )
    )


def person_in_scope(session: Session, actor: Actor, person_id: int, day: date) -> Person:
    """One person that the coordinator may see; raises NotFound."""
    person = session.scalar(in_scope(actor, day).where(Person.id == person_id))
    if person is None:
        raise NotFound
    return person


def by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).filter_by(email=email.strip().lower()))


def person(session: Session, person_id: int) -> Person:
    """A person by id; raises NotFound. Scope is the caller's business."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def people_page(session: Session, actor: Actor, day: date, text: str, number: int) -> Page[Person]:
    """A page of the people that the coordinator may see, by name; ``text`` narrows by name or
    address."""
    query = in_scope(actor, day)
    for word in text.split():
        query = query.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Person.email.icontains(word, autoescape=True),
            )
        )
    loading = [selectinload(Person.posts).joinedload(Post.school)]
    return paged_things(session, query.order_by(Person.name, Person.id), number, loading=loading)


def refused_at(session: Session, person: Person) -> datetime | None:
    """When the mail server refused the person's address; None where it did not."""
    if not person.address_refused:
        return None
    noted = [e.at for e in history(session, "person", person.id) if e.action == ADDRESS_REFUSED]
    return noted[-1] if noted else person.made_at
