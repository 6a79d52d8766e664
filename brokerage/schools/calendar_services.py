"""Use cases about calendars: a partnership's terms and closed days, and a school's own."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor, By, PostKind
from brokerage.database import locked, use_case
from brokerage.errors import ChangedMeanwhile, NotFound
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership
from brokerage.school_calendar import steps
from brokerage.school_calendar.term_files import TermDates
from brokerage.school_calendar.terms import DayKind, SeasonOf
from brokerage.schools.models import School
from brokerage.schools.queries import partnerships_of_schools

Owner = dict[str, int]
"""Whose calendar it is: its partnership_id, or its urn."""
KEEPERS = (*HEADS, PostKind.DEPUTY)


def keeps(session: Session, actor: Actor, owner: Owner) -> bool:
    """Whether the actor may change this calendar: a coordinator of the partnership or, for a
    school, of one that it belongs to; the school's head or deputy."""
    if "partnership_id" in owner:
        return owner["partnership_id"] in actor.coordinates()
    if owner["urn"] in actor.schools(*KEEPERS):
        return True
    return bool(partnerships_of_schools(session, [owner["urn"]]) & set(actor.coordinates()))


@use_case("calendar.set_term")
def set_term(
    by: By,
    session: Session,
    owner: Owner,
    year: int,
    season: SeasonOf,
    *,
    first: date,
    last: date,
    half_term_first: date | None = None,
    half_term_last: date | None = None,
    version: int | None = None,
) -> int:
    """Set one term. Promises that run keep the day that was said; new ones follow the calendar."""
    _keep(session, by, owner)
    if version is not None and version != steps.own_version(session, owner, year, season):
        raise ChangedMeanwhile("this term")
    row = steps.set_term(session, owner, year, season, first, last, half_term_first, half_term_last)
    _note(session, by, "calendar.term_set", row, owner, ["first", "last", "half_term"])
    return row.id


@use_case("calendar.unset_term")
def unset_term(by: By, session: Session, owner: Owner, year: int, season: SeasonOf) -> int:
    """Back to the partnership's term, or to the usual pattern."""
    _keep(session, by, owner)
    row = steps.unset_term(session, owner, year, season)
    _note(session, by, "calendar.term_unset", row, owner)
    return row.id


@use_case("calendar.shut")
def shut(
    by: By, session: Session, owner: Owner, *, kind: DayKind, first: date, last: date, note: str
) -> int:
    """Note days on which a school is shut or wants no visits."""
    _keep(session, by, owner)
    row = steps.shut(session, owner, kind, first, last, note)
    _note(session, by, "calendar.shut", row, owner, ["kind", "first", "last", "note"])
    return row.id


@use_case("calendar.open_again")
def open_again(by: By, session: Session, owner: Owner, closed_id: int) -> int:
    """Take such days back."""
    _keep(session, by, owner)
    row = steps.open_again(session, owner, closed_id)
    _note(session, by, "calendar.open_again", row, owner)
    return closed_id


@use_case("calendar.take_in")
def take_in(by: By, session: Session, owner: Owner, found: TermDates) -> dict[str, int]:
    """Set every term and closed day of a file, or none: the first that cannot stand is said."""
    _keep(session, by, owner)
    for term in found.terms:
        off = term.half_term
        row = steps.set_term(
            session,
            owner,
            term.school_year,
            SeasonOf(term.season),
            term.first,
            term.last,
            off.first if off else None,
            off.last if off else None,
        )
        _note(session, by, "calendar.term_set", row, owner, ["first", "last", "half_term"])
    for one in found.shut:
        closed = steps.shut(session, owner, one.kind, one.first, one.last, one.note)
        _note(session, by, "calendar.shut", closed, owner, ["kind", "first", "last", "note"])
    return {"terms": len(found.terms), "shut": len(found.shut)}


def _keep(session: Session, by: By, owner: Owner) -> None:
    """The owner's row locked: two who keep one calendar follow each other. Raises NotFound for
    somebody else's."""
    model: type[Any] = Partnership if "partnership_id" in owner else School
    locked(session, model, *owner.values())
    if not keeps(session, by.actor, owner):
        raise NotFound


def _note(
    session: Session,
    by: By,
    verb: str,
    row: Any,
    owner: Owner,
    fields: list[str] | None = None,
) -> None:
    partnership_id = owner.get("partnership_id")
    record(session, by, verb, row, partnership_id=partnership_id, fields=fields or [])
