"""Use cases about persons and posts."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import OF_A_PARTNERSHIP, By, PostKind
from brokerage.clock import london_date
from brokerage.database import check_version, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.messages.steps import send_to_new_address
from brokerage.partnerships import steps as partnerships
from brokerage.people import steps
from brokerage.people.models import Person, Post
from brokerage.people.queries import by_email, person_in_scope
from brokerage.people.rules import check_address, check_may_give, tidy_name
from brokerage.schools.models import School
from brokerage.schools.queries import number_of_schools, school_in_scope


@use_case("person.add")
def add_person(
    by: By,
    session: Session,
    *,
    name: str,
    email: str | None,
    telephone: str | None,
    kind: PostKind,
    partnership_id: int,
    urn: int | None,
    from_on: date,
    invite: bool,
) -> int:
    """A person with a post, invited by mail to sign in if ``invite``; answers the person's id.

    Raises RuleBroken where name, address or dates cannot be, or an invitation has no address;
    NotAllowed or NotFound where the partnership or the school is not the coordinator's.
    """
    check_may_give(by.actor, kind, partnership_id)
    if kind not in OF_A_PARTNERSHIP:
        if urn is None:
            raise RuleBroken("Choose the school where this post is held.", field="school")
        if by.actor.via != "command line":
            school_in_scope(session, by.actor, urn)
    if invite and not (email or "").strip():
        raise RuleBroken("An invitation needs an e-mail address.", field="email")
    person = steps.add_person(session, by, name=name, email=email, telephone=telephone)
    of_partnership = kind in OF_A_PARTNERSHIP
    steps.add_post(
        session,
        by,
        person,
        kind,
        from_on=from_on,
        urn=None if of_partnership else urn,
        partnership_id=partnership_id if of_partnership else None,
    )
    if invite:
        steps.invite(session, by, person, partnership_id)
    return person.id


@use_case("person.invite")
def invite(by: By, session: Session, person_id: int, partnership_id: int) -> None:
    """Send (or send again) the invitation to choose a password and sign in."""
    check_may_give(by.actor, PostKind.COORDINATOR, partnership_id)
    person = person_in_scope(session, by.actor, person_id, london_date(by.now))
    if not person.email:
        raise RuleBroken(f"{person.name} has no e-mail address. Add one first.")
    steps.invite(session, by, person, partnership_id)


@use_case("partnership.found")
def found_partnership(
    by: By,
    session: Session,
    name: str,
    *,
    authorities: list[str],
    urns: list[int],
    coordinator_name: str | None,
    coordinator_email: str | None,
) -> dict[str, int | None]:
    """A new partnership of these authorities and schools, with its first coordinator, if named.

    Answers its ``id``, how many open ``schools`` it has, and the ``link_id`` of the invitation that
    is to be handed over (None for a coordinator who has a password already): nobody is there yet
    in whose name a mail could go. Raises RuleBroken for what cannot be.
    """
    if bool(coordinator_name) != bool(coordinator_email):
        raise RuleBroken("A coordinator needs both a name and an e-mail address.")
    for urn in urns:
        if session.get(School, urn) is None:
            raise RuleBroken(f"School {urn} is not in the register: import it first.")
    partnership = partnerships.add_partnership(
        session, by, name, authorities=authorities, urns=urns
    )
    link_id = None
    if coordinator_name:
        person = steps.add_person(session, by, name=coordinator_name, email=coordinator_email)
        steps.add_post(
            session,
            by,
            person,
            PostKind.COORDINATOR,
            from_on=london_date(by.now),
            partnership_id=partnership.id,
        )
        if not person.password:
            link_id = steps.invitation(session, by, person, partnership.id).id
    schools = number_of_schools(session, partnership.id)
    return {"id": partnership.id, "schools": schools, "link_id": link_id}


@use_case("person.change")
def change_person(
    by: By,
    session: Session,
    person_id: int,
    *,
    version: int | None,
    name: str,
    email: str | None,
    telephone: str | None,
) -> None:
    """Change a person's name, address or telephone: their own, or a coordinator on their behalf.

    A changed address ends the sessions and links of the old one. Where the old one was refused,
    what failed on its way there of late goes to the new one.
    """
    own = by.actor.person_id == person_id
    if not own:
        person_in_scope(session, by.actor, person_id, london_date(by.now))
    (person,) = locked(session, Person, person_id)
    check_version(person, version, "these details")
    address = check_address(email)
    holder = by_email(session, address) if address else None
    if holder is not None and holder.id != person.id:
        raise RuleBroken("Somebody else has that e-mail address here.", field="email")
    if person.password and address is None:
        raise RuleBroken("An e-mail address is needed to sign in.", field="email")
    new = {"name": tidy_name(name), "email": address, "telephone": telephone or None}
    changed = [field for field, value in new.items() if getattr(person, field) != value]
    refused = person.email if person.address_refused else None
    for field in changed:
        setattr(person, field, new[field])
    if "email" in changed:
        person.address_refused = False
        if refused and address:
            send_to_new_address(session, by, person.id, refused, address)
        steps.revoke_links(session, by, "person", person.id)
    if changed:
        record(session, by, "person.changed", person, fields=changed)


@use_case("person.address_is_right")
def address_is_right(by: By, session: Session, person_id: int) -> int:
    """The address that was refused is right after all (a full mailbox, say): it is written to
    again, and what failed of late is sent again. Answers how many messages that is."""
    person_in_scope(session, by.actor, person_id, london_date(by.now))
    (person,) = locked(session, Person, person_id)
    if not person.address_refused or not person.email:
        raise RuleBroken(f"The address of {person.name} is not marked as refused.")
    person.address_refused = False
    record(session, by, "person.changed", person, fields=["address_refused"])
    return send_to_new_address(session, by, person.id, person.email, person.email)


@use_case("person.set_password")
def set_first_password(by: By, session: Session, link_id: int, password_hash: str) -> None:
    """Take up an invitation: the link is used, the password (hashed already) is set."""
    link = steps.use_link(session, by, link_id)
    (person,) = locked(session, Person, link.person_id)
    person.password = password_hash
    record(session, by, "person.accepted_invitation", person)


@use_case("post.begin")
def begin_post(
    by: By,
    session: Session,
    person_id: int,
    *,
    kind: PostKind,
    partnership_id: int,
    urn: int | None,
    from_on: date,
) -> int:
    """Give a known person a further post."""
    check_may_give(by.actor, kind, partnership_id)
    person = person_in_scope(session, by.actor, person_id, london_date(by.now))
    of_partnership = kind in OF_A_PARTNERSHIP
    if not of_partnership:
        if urn is None:
            raise RuleBroken("Choose the school where this post is held.", field="school")
        school_in_scope(session, by.actor, urn)
    return steps.add_post(
        session,
        by,
        person,
        kind,
        from_on=from_on,
        urn=None if of_partnership else urn,
        partnership_id=partnership_id if of_partnership else None,
    ).id


@use_case("post.end")
def end_post(by: By, session: Session, post_id: int, *, to_on: date) -> None:
    """The post ends on ``to_on``, its last day. A partnership keeps at least one coordinator."""
    (post,) = locked(session, Post, post_id)
    person_in_scope(session, by.actor, post.person_id, london_date(by.now))
    if post.partnership_id is not None:
        check_may_give(by.actor, post.kind, post.partnership_id)
        if post.kind is PostKind.COORDINATOR and post.person_id == by.actor.person_id:
            raise RuleBroken(
                "You cannot end your own post as coordinator. Ask another coordinator to."
            )
    elif post.urn is not None:
        school_in_scope(session, by.actor, post.urn)
    else:
        raise NotFound
    steps.end_post(session, by, post, to_on)
