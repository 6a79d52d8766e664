"""Changing calendars, within somebody's open transaction. Each gives the row it changed."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brokerage.errors import NotFound, RuleBroken
from brokerage.school_calendar.models import ClosedDays, SchoolTerm, term_value
from brokerage.school_calendar.queries import forget
from brokerage.school_calendar.terms import DayKind, SeasonOf, school_year_of, version_of

LONGEST_TERM = 150
LONGEST_SHUT = 60
MOST_NOTE = 120


def set_term(
    session: Session,
    owner: dict[str, int],
    year: int,
    season: SeasonOf,
    first: date,
    last: date,
    half_term_first: date | None,
    half_term_last: date | None,
) -> SchoolTerm:
    """Set one term of an owner's school year. Raises RuleBroken, on the field to mend."""
    _check_term(year, first, last, half_term_first, half_term_last)
    try:
        term_value(season, first, last, half_term_first, half_term_last)
    except ValueError:
        raise RuleBroken(
            "The half-term lies inside the term, its first day before its last.",
            field="half_term_first",
        ) from None
    _check_apart(session, owner, year, season, first, last)
    row = session.scalar(_of(owner).where(SchoolTerm.year == year, SchoolTerm.season == season))
    if row is None:
        row = SchoolTerm(**owner, year=year, season=season)
        session.add(row)
    row.first, row.last = first, last
    row.half_term_first, row.half_term_last = half_term_first, half_term_last
    session.flush()
    forget(session)
    return row


def own_version(session: Session, owner: dict[str, int], year: int, season: SeasonOf) -> int:
    """Which dates the owner has set for this term; nought for none."""
    row = session.scalar(_of(owner).where(SchoolTerm.year == year, SchoolTerm.season == season))
    if row is None:
        return 0
    return version_of(row.first, row.last, row.half_term_first, row.half_term_last)


def unset_term(session: Session, owner: dict[str, int], year: int, season: SeasonOf) -> SchoolTerm:
    """Back to what holds where the owner has set nothing. Raises NotFound where it has not."""
    row = session.scalar(_of(owner).where(SchoolTerm.year == year, SchoolTerm.season == season))
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    forget(session)
    return row


def shut(
    session: Session, owner: dict[str, int], kind: DayKind, first: date, last: date, note: str
) -> ClosedDays:
    """Note days on which the owner is shut, or wants no visits; noted twice, it stands once."""
    if last < first:
        raise RuleBroken("The last day does not come before the first.", field="last")
    if (last - first).days > LONGEST_SHUT:
        raise RuleBroken(f"That is longer than {LONGEST_SHUT} days: is it a term?", field="last")
    query = select(ClosedDays).filter_by(**owner, kind=kind, first=first, last=last)
    row = session.scalar(query)
    if row is None:
        row = ClosedDays(**owner, kind=kind, first=first, last=last)
        session.add(row)
    row.note = note[:MOST_NOTE]
    session.flush()
    forget(session)
    return row


def open_again(session: Session, owner: dict[str, int], closed_id: int) -> ClosedDays:
    """Take closed days of the owner back; raises NotFound for anybody else's."""
    row = session.scalar(select(ClosedDays).filter_by(**owner, id=closed_id))
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    forget(session)
    return row


def _of(owner: dict[str, int]) -> Select[SchoolTerm]:
    return select(SchoolTerm).filter_by(**owner)


def _check_term(
    year: int, first: date, last: date, off_first: date | None, off_last: date | None
) -> None:
    if last <= first:
        raise RuleBroken("The last day of term comes after the first.", field="last")
    if school_year_of(first) != year or school_year_of(last) != year:
        raise RuleBroken(
            f"The school year {year}/{(year + 1) % 100:02d} runs from August to July.",
            field="first",
        )
    if (last - first).days > LONGEST_TERM:
        raise RuleBroken("A term is not longer than five months.", field="last")
    if (off_first is None) is not (off_last is None):
        raise RuleBroken(
            "Give both days of the half-term, or neither.",
            field="half_term_last" if off_last is None else "half_term_first",
        )


def _check_apart(
    session: Session, owner: dict[str, int], year: int, season: SeasonOf, first: date, last: date
) -> None:
    """Terms of one owner follow each other: a season's dates do not run into another's."""
    seasons = list(SeasonOf)
    for other in session.scalars(_of(owner).where(SchoolTerm.year == year)):
        if other.season is season:
            continue
        earlier = seasons.index(other.season) < seasons.index(season)
        if (earlier and first <= other.last) or (not earlier and last >= other.first):
            raise RuleBroken(
                f"This runs into the {other.season} term "
                f"({other.first:%d/%m/%Y} to {other.last:%d/%m/%Y}).",
                field="first" if earlier else "last",
            )
