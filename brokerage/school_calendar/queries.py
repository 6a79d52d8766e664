"""Reading calendars: the one in which a promise to somebody is counted."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, SessionTransaction

from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.models import ClosedDays, SchoolTerm
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.school_calendar.terms import DayKind, own_before_shared

Whose = tuple[int | None, int | None]
Row = TypeVar("Row", SchoolTerm, ClosedDays)

_read: WeakKeyDictionary[SessionTransaction, dict[Whose, SchoolCalendar]] = WeakKeyDictionary()
"""What a transaction has read already: within one, a calendar is read once."""


def calendar_of(session: Session, partnership_id: int | None, urn: int | None) -> SchoolCalendar:
    """The school days of a school in a partnership: its own terms where it has set them, then the
    partnership's, then the usual pattern. For ``urn`` None the partnership's own; for both None
    the usual pattern with bank holidays. Two reads at the most, once a transaction."""
    read_calendars(session, [(partnership_id, urn)])
    return _known(session)[(partnership_id, urn)]


def read_calendars(session: Session, whose: Iterable[Whose]) -> None:
    """Read the calendars of these schools in these partnerships, two reads for them all, where this
    transaction has not read them yet."""
    known = _known(session)
    new = [one for one in dict.fromkeys(whose) if one not in known]
    if not new:
        return
    terms = _all(session, SchoolTerm, new)
    closed = _all(session, ClosedDays, new)
    for one in new:
        known[one] = _calendar(
            [row for row in terms if _is_of(row, one)], [row for row in closed if _is_of(row, one)]
        )


def _known(session: Session) -> dict[Whose, SchoolCalendar]:
    if session.get_transaction() is None:
        session.begin()
    transaction = session.get_transaction()
    assert transaction is not None  # noqa: S101 - begun above
    return _read.setdefault(transaction, {})


def _all(session: Session, model: type[Row], whose: Collection[Whose]) -> list[Row]:
    """What is set for any of these, partnerships and schools, the earliest first."""
    partnerships = {one[0] for one in whose if one[0] is not None}
    urns = {one[1] for one in whose if one[1] is not None}
    owned = [(model.partnership_id, partnerships), (model.urn, urns)]
    of_any = or_(false(), *(column.in_(owners) for column, owners in owned if owners))
    query = select(model).where(of_any).order_by(model.first, model.id)
    return list(session.scalars(query))


def _is_of(row: SchoolTerm | ClosedDays, whose: Whose) -> bool:
    partnership_id, urn = whose
    return row.urn == urn if row.urn is not None else row.partnership_id == partnership_id


def forget(session: Session) -> None:
    """A calendar was changed in this transaction: read it afresh when asked again."""
    transaction = session.get_transaction()
    if transaction is not None:
        _read.pop(transaction, None)


def _calendar(terms: Collection[SchoolTerm], closed: Collection[ClosedDays]) -> SchoolCalendar:
    return _shared(
        bank_holidays=england_and_wales(),
        terms=own_before_shared(
            [row.term for row in terms if row.urn is not None],
            [row.term for row in terms if row.urn is None],
        ),
        inset_days=frozenset(
            day for row in closed if row.kind is not DayKind.NO_VISITS for day in _days(row)
        ),
        no_go_days=frozenset(
            day for row in closed if row.kind is DayKind.NO_VISITS for day in _days(row)
        ),
    )


_shared = lru_cache(maxsize=256)(SchoolCalendar)
"""Most schools keep the same terms and days: what was worked out of these is worked out once."""


def terms_of(session: Session, partnership_id: int | None, urn: int | None) -> list[SchoolTerm]:
    """The terms set for the partnership and for the school, the earliest first."""
    return _all(session, SchoolTerm, [(partnership_id, urn)])


def closed_days_of(
    session: Session, partnership_id: int | None, urn: int | None
) -> list[ClosedDays]:
    """The closed days set for the partnership and for the school, the earliest first."""
    return _all(session, ClosedDays, [(partnership_id, urn)])


def _days(row: ClosedDays) -> list[date]:
    return [row.first + timedelta(days) for days in range((row.last - row.first).days + 1)]
