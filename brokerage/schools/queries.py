"""Reading the register of schools."""

import re
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.partnerships.models import PartnershipAuthority, PartnershipSchool
from brokerage.schools.models import School, SchoolLink, SchoolStatus
from brokerage.schools.rules import searchable


def schools_in(partnership_ids: Collection[int]) -> Select[int]:
    """URNs of the schools of these partnerships: by authority, and hand-picked."""
    by_authority = select(PartnershipAuthority.la_code).where(
        PartnershipAuthority.partnership_id.in_(partnership_ids)
    )
    picked = select(PartnershipSchool.urn).where(
        PartnershipSchool.partnership_id.in_(partnership_ids)
    )
    return select(School.urn).where(or_(School.la_code.in_(by_authority), School.urn.in_(picked)))


def partnerships_of_schools(session: Session, urns: Collection[int]) -> frozenset[int]:
    """Partnerships to which any of these schools belongs."""
    picked = select(PartnershipSchool.partnership_id).where(PartnershipSchool.urn.in_(urns))
    by_authority = (
        select(PartnershipAuthority.partnership_id)
        .join(School, School.la_code == PartnershipAuthority.la_code)
        .where(School.urn.in_(urns))
    )
    return frozenset(session.scalars(picked.union(by_authority)))


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Schools of the actor's partnerships, and the actor's own."""
    mine = School.urn.in_(schools_in(actor.partnership_ids))
    return or_(mine, School.urn.in_(actor.schools()))


def school_in_scope(session: Session, actor: Actor, urn: int) -> School:
    """One school of the actor's partnerships; raises NotFound."""
    school = session.scalar(select(School).where(School.urn == urn, in_scope(actor)))
    if school is None:
        raise NotFound
    return school


def find_schools(
    session: Session,
    text: str,
    *,
    scope: ColumnElement[bool] | None = None,
    open_only: bool = True,
    limit: int = 20,
) -> list[School]:
    """Schools whose name, URN, postcode or town has all the words of ``text``, best first: an
    exact URN or name, then names that begin with the words, then the rest by name."""
    words = searchable(text).split()
    if not words:
        return []
    conditions = [School.search_text.contains(word, autoescape=True) for word in words]
    if scope is not None:
        conditions.append(scope)
    if open_only:
        conditions.append(School.status != SchoolStatus.CLOSED)
    start = " ".join(words)
    rank = case(
        (School.search_text.startswith(f"{start} |", autoescape=True), 0),
        (School.search_text.startswith(start, autoescape=True), 1),
        else_=2,
    )
    query = select(School).where(and_(*conditions)).order_by(rank, School.name, School.urn)
    return list(session.scalars(query.limit(limit)))


def school_of_label(
    session: Session, text: str, scope: ColumnElement[bool] | None = None
) -> list[School]:
    """The schools that ``text`` may mean: a label as the type-ahead writes it (it ends with the
    URN), a URN, or words that find one or more."""
    urn = re.search(r"\b(\d{5,7})\)?\s*$", text)
    if urn:
        query = select(School).where(School.urn == int(urn.group(1)))
        found = list(session.scalars(query if scope is None else query.where(scope)))
        if found:
            return found
    return find_schools(session, text, scope=scope)


def successors(session: Session, urn: int) -> list[School]:
    """Schools that followed this one."""
    linked = select(SchoolLink.linked_urn).where(
        SchoolLink.urn == urn, SchoolLink.kind.startswith("Successor")
    )
    return list(session.scalars(select(School).where(School.urn.in_(linked)).order_by(School.urn)))
