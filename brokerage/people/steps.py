"""Changes to persons and posts, within somebody's open transaction."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import changes_one, locked
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.messages import steps as messages
from brokerage.messages.models import Message
from brokerage.messages.steps import Recipient, Signatory
from brokerage.partnerships.models import Partnership
from brokerage.people.links import make_link, marker
from brokerage.people.models import Link, Person, Post
from brokerage.people.queries import ADDRESS_REFUSED, by_email, coordinator_of
from brokerage.people.rules import check_address, tidy_name

INVITATION_LASTS = timedelta(days=30)


def add_person(
    session: Session, by: By, *, name: str, email: str | None, telephone: str | None = None
) -> Person:
    """The person of this address, or a new one; a known person's name stays as it is.

    Raises RuleBroken for a name or an address that cannot be one.
    """
    name = tidy_name(name)
    address = check_address(email)
    person = by_email(session, address) if address else None
    if person is None:
        person = Person(
            name=name, email=address, telephone=telephone or None, made_at=by.now, active=True
        )
        session.add(person)
        session.flush()
        record(session, by, "person.added", person)
    return person


def note_telephone(session: Session, by: By, person: Person, telephone: str | None) -> None:
    """Keep a number for a person of whom none is known; a known one is theirs to change."""
    (person,) = locked(session, Person, person.id)
    if telephone and not person.telephone:
        person.telephone = telephone
        record(session, by, "person.changed", person, fields=["telephone"])


def add_post(
    session: Session,
    by: By,
    person: Person,
    kind: PostKind,
    *,
    from_on: date,
    to_on: date | None = None,
    urn: int | None = None,
    partnership_id: int | None = None,
) -> Post:
    """Give the person a post; the same post already held (or to come) is answered instead."""
    if to_on is not None and to_on < from_on:
        raise RuleBroken("The last day must not be before the first.", field="to_on")
    same = select(Post).filter_by(
        person_id=person.id, kind=kind, urn=urn, partnership_id=partnership_id
    )
    for post in session.scalars(same):
        if post.to_on is None or post.to_on >= from_on:
            return post
    post = Post(
        person_id=person.id,
        kind=kind,
        urn=urn,
        partnership_id=partnership_id,
        from_on=from_on,
        to_on=to_on,
    )
    session.add(post)
    session.flush()
    record(session, by, "post.begun", post, partnership_id=partnership_id)
    return post


def end_post(session: Session, by: By, post: Post, last_day: date) -> None:
    """The post is held until ``last_day``; a person who holds none afterwards loses every link that
    day is past, so that nothing goes on reaching somebody who has left."""
    if last_day < post.from_on:
        raise RuleBroken("The last day must not be before the first.", field="to_on")
    post.to_on = last_day
    session.flush()
    record(session, by, "post.ended", post, partnership_id=post.partnership_id, fields=["to_on"])


def invite(session: Session, by: By, person: Person, partnership_id: int) -> None:
    """Send the invitation to choose a password and sign in; none to somebody who has one."""
    if person.password:
        return
    partnership = session.get_one(Partnership, partnership_id)
    link = invitation(session, by, person, partnership_id)
    messages.write(
        session,
        by,
        "invitation",
        recipient(person),
        key=f"invitation/{link.id}",
        partnership_id=partnership_id,
        signed=signatory(session, partnership, london_date(by.now)),
        link=marker(link),
    )


def invitation(session: Session, by: By, person: Person, partnership_id: int) -> Link:
    """A link to choose a password, in place of any made before."""
    revoke_links(session, by, "person", person.id)
    record(session, by, "person.invited", person, partnership_id=partnership_id)
    return make_link(
        session,
        by,
        "people.accept_invitation",
        person,
        subject="person",
        subject_id=person.id,
        partnership_id=partnership_id,
        lasts=INVITATION_LASTS,
    )


def use_link(session: Session, by: By, link_id: int) -> Link:
    """Mark a link used: its answer was given. Raises RuleBroken if it no longer is good."""
    unused = update(Link).where(
        Link.id == link_id, Link.used_at.is_(None), Link.revoked_at.is_(None)
    )
    if not changes_one(session, unused.values(used_at=by.now)):
        raise RuleBroken("This was already answered. Nothing was changed.")
    return session.get_one(Link, link_id)


def revoke_links(
    session: Session, by: By, subject: str, subject_id: int, *, purposes: Collection[str] = ()
) -> None:
    """What these links asked is settled: none of them works any more (of ``purposes`` only, if any
    are named)."""
    links = update(Link).where(
        Link.subject == subject,
        Link.subject_id == subject_id,
        Link.used_at.is_(None),
        Link.revoked_at.is_(None),
    )
    if purposes:
        links = links.where(Link.purpose.in_(purposes))
    session.execute(links.values(revoked_at=by.now))


def revoke_links_of(
    session: Session, by: By, person_id: int, things: Mapping[str, Collection[int]]
) -> None:
    """Somebody has left: none of their links about these things (ids by table) works any more."""
    for subject, ids in things.items():
        links = update(Link).where(
            Link.person_id == person_id,
            Link.subject == subject,
            Link.subject_id.in_(ids),
            Link.used_at.is_(None),
            Link.revoked_at.is_(None),
        )
        session.execute(links.values(revoked_at=by.now))


def revive_links(session: Session, subject: str, subject_id: int, revoked_at: datetime) -> None:
    """What settled these links, at that instant, is undone: they ask again what they asked."""
    links = update(Link).where(
        Link.subject == subject,
        Link.subject_id == subject_id,
        Link.used_at.is_(None),
        Link.revoked_at == revoked_at,
    )
    session.execute(links.values(revoked_at=None))


def refuse_address(session: Session, by: By, message: Message) -> None:
    """The mail server says that there is no such address: nothing more is written to it until the
    person's address is changed."""
    query = select(Person).filter_by(id=message.to_person_id, email=message.to_address)
    person = session.scalar(query.with_for_update())
    if person is not None and not person.address_refused:
        person.address_refused = True
        record(
            session,
            by,
            ADDRESS_REFUSED,
            person,
            partnership_id=message.partnership_id,
            fields=["address_refused"],
        )


def recipient(person: Person) -> Recipient:
    """The person as a message's recipient; one whose address was refused is not written to."""
    usable = person.active and not person.address_refused
    return Recipient(person.id, person.name, person.email if usable else None)


def signatory(session: Session, partnership: Partnership, day: date) -> Signatory:
    """The named coordinator in whose name the partnership writes on ``day``."""
    coordinator = coordinator_of(session, partnership.id, day)
    if coordinator is None:
        return Signatory(partnership.name, partnership.email, partnership.name)
    return Signatory(coordinator.name, coordinator.email or partnership.email, partnership.name)
