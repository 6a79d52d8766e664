"""Reading the register of schools."""

import re
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.errors import NotFound
from brokerage.partnerships.models import PartnershipAuthority, PartnershipSchool
from brokerage.schools.models import (
    ImportState,
    Phase,
    School,
    SchoolImport,
    SchoolLink,
    SchoolStatus,
)
from brokerage.schools.rules import followed, searchable
from brokerage.web.paging import Page, paged, paged_things

SEE_DAYS = HEADS | {
    PostKind.DEPUTY,
    PostKind.BUSINESS_MANAGER,
    PostKind.CHAIR,
    PostKind.TRUST_LEADER,
}
"""Posts of a school whose holders see what it gives and receives, and the files about it."""
PHASES = [phase.value for phase in Phase]


def schools_in(partnership_ids: Collection[int]) -> Select[int]:
    """URNs of the schools of these partnerships: by authority, and hand-picked."""
    return select(School.urn).where(_belongs(partnership_ids))


def _belongs(partnership_ids: Collection[int]) -> ColumnElement[bool]:
    by_authority = select(PartnershipAuthority.la_code).where(
        PartnershipAuthority.partnership_id.in_(partnership_ids)
    )
    picked = select(PartnershipSchool.urn).where(
        PartnershipSchool.partnership_id.in_(partnership_ids)
    )
    return or_(School.la_code.in_(by_authority), School.urn.in_(picked))


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
    return or_(_belongs(actor.partnership_ids), School.urn.in_(actor.schools()))


def school_in_scope(session: Session, actor: Actor, urn: int) -> School:
    """One school of the actor's partnerships; raises NotFound."""
    school = session.scalar(select(School).where(School.urn == urn, in_scope(actor)))
    if school is None:
        raise NotFound
    return school


def is_of_school(actor: Actor, urn: int) -> bool:
    """Whether the actor is of the school itself, and may have the file of its visits."""
    return urn in actor.schools(*SEE_DAYS)


def sees_days(session: Session, actor: Actor, urn: int) -> bool:
    """Whether the actor sees what the school gives and receives."""
    board = actor.partnerships(PostKind.COORDINATOR, PostKind.OFFICER)
    return is_of_school(actor, urn) or bool(board & partnerships_of_schools(session, [urn]))


def _found(text: str) -> Select[School]:
    """Schools whose name, URN, postcode or town has words that begin as all those of ``text`` do,
    best first: an exact name, then names that begin so, then the rest by name; all, for no words.
    """
    words = searchable(text).split()
    start = " ".join(words)
    rank = case(
        (School.search_text.startswith(f"{start} |", autoescape=True), 0),
        (School.search_text.startswith(start, autoescape=True), 1),
        else_=2,
    )
    order = [rank] if words else []
    text_of = literal(" ").concat(School.search_text)
    has_all = (text_of.contains(f" {word}", autoescape=True) for word in words)
    return select(School).where(*has_all).order_by(*order, School.name, School.urn)


def find_schools(
    session: Session,
    text: str,
    *,
    scope: ColumnElement[bool] | None = None,
    open_only: bool = True,
    limit: int = 20,
) -> list[School]:
    """The first few schools that ``text`` finds; none for no words."""
    if not searchable(text):
        return []
    query = _found(text)
    if scope is not None:
        query = query.where(scope)
    if open_only:
        query = query.where(School.status != SchoolStatus.CLOSED)
    return list(session.scalars(query.limit(limit)))


def schools_page(
    session: Session, actor: Actor, *, text: str, phase: str, closed: bool, number: int
) -> Page[School]:
    """A page of the schools that the actor may see: those that ``text`` finds, or all; of one
    ``phase``, unless it is empty; the closed ones too if ``closed``."""
    query = _found(text).where(in_scope(actor))
    if phase in set(Phase):
        query = query.where(School.phase == Phase(phase))
    if not closed:
        query = query.where(School.status != SchoolStatus.CLOSED)
    # Sorted as numbers alone: a thousand whole rows would be carried along for fifty of them.
    page = paged(session, query.with_only_columns(School.urn), number)
    urns = [row[0] for row in page.rows]
    rows = {s.urn: s for s in session.scalars(select(School).where(School.urn.in_(urns)))}
    return replace(page, rows=[rows[urn] for urn in urns])


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
    return successors_of(session, [urn]).get(urn, [])


def successors_of(session: Session, urns: Collection[int]) -> dict[int, list[School]]:
    """By URN, the schools that followed it, where any did."""
    if not urns:
        return {}
    link = SchoolLink
    later = or_(
        and_(link.urn.in_(urns), link.kind.startswith("Successor")),
        and_(link.linked_urn.in_(urns), link.kind.startswith("Predecessor")),
    )
    links = session.scalars(select(link).where(later))
    pairs = {pair for row in links if (pair := followed(row.urn, row.linked_urn, row.kind))}
    found = {afterwards for _, afterwards in pairs}
    schools = {s.urn: s for s in session.scalars(select(School).where(School.urn.in_(found)))}
    by_urn: dict[int, list[School]] = {}
    for earlier, afterwards in sorted(pairs):
        if afterwards in schools:
            by_urn.setdefault(earlier, []).append(schools[afterwards])
    return by_urn


def seen_by(session: Session, actor: Actor, urns: Collection[int]) -> frozenset[int]:
    """Those of ``urns`` whose pages the actor may open."""
    if not urns:
        return frozenset()
    return frozenset(
        session.scalars(select(School.urn).where(School.urn.in_(urns), in_scope(actor)))
    )


def authorities(session: Session) -> dict[str, str]:
    """The local authorities of the register: name by code, in order of code."""
    query = select(School.la_code, func.max(School.la_name)).group_by(School.la_code)
    return {row[0]: row[1] for row in session.execute(query.order_by(School.la_code))}


def hand_picked(session: Session, partnership_id: int) -> list[School]:
    """Schools that were picked by hand, by name."""
    picked = select(PartnershipSchool.urn).where(PartnershipSchool.partnership_id == partnership_id)
    return list(
        session.scalars(
            select(School).where(School.urn.in_(picked)).order_by(School.name, School.urn)
        )
    )


def number_of_schools(session: Session, partnership_id: int) -> int:
    """How many open schools a partnership has."""
    query = (
        select(func.count())
        .select_from(School)
        .where(School.urn.in_(schools_in([partnership_id])), School.status != SchoolStatus.CLOSED)
    )
    return session.scalar(query) or 0


def schools_by_authority(session: Session, codes: Collection[str]) -> dict[str, int]:
    """How many open schools each of these authorities has."""
    query = (
        select(School.la_code, func.count())
        .where(School.la_code.in_(codes), School.status != SchoolStatus.CLOSED)
        .group_by(School.la_code)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def imports_page(session: Session, actor: Actor, number: int) -> Page[SchoolImport]:
    """A page of the imports there were that the actor may see, the newest first."""
    query = select(SchoolImport).where(_imports_of(actor)).order_by(SchoolImport.id.desc())
    return paged_things(session, query, number, 20)


def an_import(session: Session, actor: Actor, import_id: int) -> SchoolImport:
    """One import; raises NotFound."""
    query = select(SchoolImport).where(SchoolImport.id == import_id, _imports_of(actor))
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return row


def _imports_of(actor: Actor) -> ColumnElement[bool]:
    """The actor's own imports, and those of the command line."""
    return or_(SchoolImport.asked_by == (actor.person_id or 0), SchoolImport.asked_by.is_(None))


def unfinished_imports(session: Session) -> list[SchoolImport]:
    """Imports that wait or run, the oldest first."""
    unfinished = SchoolImport.state.in_([ImportState.WAITING, ImportState.RUNNING])
    return list(session.scalars(select(SchoolImport).where(unfinished).order_by(SchoolImport.id)))
