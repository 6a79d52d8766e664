"""What a test begins with, in the domain's words: each with every detail filled in."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import Actor, By, PostKind
from brokerage.partnerships.models import Partnership, PartnershipAuthority, PartnershipSchool
from brokerage.people.models import Person, Post
from brokerage.people.queries import actor_for
from brokerage.schools.models import Phase, School, SchoolStatus
from brokerage.schools.rules import search_text

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 3)
_numbers = itertools.count(1)


def a_partnership(
    session: Session, *, authorities: tuple[str, ...] = ("901",), **other: Any
) -> Partnership:
    number = next(_numbers)
    partnership = Partnership(**{"name": f"Partnership {number}", **other})
    partnership.authorities = [PartnershipAuthority(la_code=code) for code in authorities]
    session.add(partnership)
    session.commit()
    return partnership


def a_school(session: Session, **other: Any) -> School:
    number = next(_numbers)
    details: dict[str, Any] = {
        "urn": 200000 + number,
        "name": f"School {number}",
        "la_code": "901",
        "la_name": "Eastburn",
        "status": SchoolStatus.OPEN,
        "phase": Phase.PRIMARY,
        "town": "Eastburn",
        "postcode": "ZE1 1AA",
        "easting": 450000,
        "northing": 520000,
        "changed_at": NOW,
        **other,
    }
    details["search_text"] = search_text(
        details["name"], details["urn"], details["postcode"], details["town"]
    )
    school = School(**details)
    session.add(school)
    session.commit()
    return school


def hand_pick(session: Session, partnership: Partnership, school: School) -> None:
    partnership.hand_picked.append(PartnershipSchool(urn=school.urn))
    session.commit()


def a_person(session: Session, **other: Any) -> Person:
    number = next(_numbers)
    details = {"name": f"Person {number}", "email": f"person{number}@example.org", "made_at": NOW}
    person = Person(**(details | other))
    session.add(person)
    session.commit()
    return person


def in_post(
    session: Session,
    kind: PostKind,
    *,
    school: School | None = None,
    partnership: Partnership | None = None,
    person: Person | None = None,
    from_on: date = date(2024, 9, 1),
    to_on: date | None = None,
    **other: Any,
) -> Person:
    """A person (a new one, unless given) in a post of a school or of a partnership."""
    person = person or a_person(session, **other)
    post = Post(
        person_id=person.id,
        kind=kind,
        urn=school.urn if school else None,
        partnership_id=partnership.id if partnership else None,
        from_on=from_on,
        to_on=to_on,
    )
    session.add(post)
    session.commit()
    return person


def a_coordinator(session: Session, partnership: Partnership, **other: Any) -> Person:
    return in_post(session, PostKind.COORDINATOR, partnership=partnership, **other)


def a_head(session: Session, school: School, **other: Any) -> Person:
    return in_post(session, PostKind.HEADTEACHER, school=school, **other)


def acting(session: Session, person: Person, now: datetime = NOW) -> By:
    """The person as the one who does something, now."""
    actor = actor_for(session, person.id, now.date())
    session.commit()  # the use case that follows takes the write lock
    return By(actor, now)


def nobody(now: datetime = NOW) -> By:
    return By(Actor(), now)
