"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

T = TypeVar("T")
U = TypeVar("U")
PER_PAGE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. ``number`` counts from 1; ``total`` is of the whole list."""

    rows: list[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)

    def with_rows(self, rows: list[U]) -> "Page[U]":
        """The same page, with what is made of its rows."""
        return Page(rows, self.number, self.total, self.per_page)


def page_number(name: str = "page") -> int:
    """The page asked for in the address; 1 for anything that is not a page number."""
    text = request.args.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def paged(session: Session, query: Select[Any], number: int, per_page: int = PER_PAGE) -> Page[Any]:
    """The rows of page ``number`` of ``query`` (the last page, if it has fewer)."""
    count = select(func.count()).select_from(query.order_by(None).subquery())
    total = session.scalar(count) or 0
    number = max(1, min(number, -(-total // per_page)))
    rows = session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows=list(rows), number=number, total=total, per_page=per_page)


def paged_things(
    session: Session,
    query: Select[Any],
    number: int,
    per_page: int = PER_PAGE,
    *,
    loading: Sequence[ExecutableOption] = (),
) -> Page[Any]:
    """As :func:`paged`, the things themselves, of a query that answers one in each row; ``loading``
    says what comes along with them. Which ones they are is found by their keys alone: a database
    that sorts whole rows, with all that they bring along, takes several times as long."""
    thing = query.column_descriptions[0]["entity"]
    (key,) = inspect(thing).primary_key
    keys = query.with_only_columns(key, func.count().over())
    chosen = session.execute(keys.limit(per_page).offset((number - 1) * per_page)).all()
    if not chosen and number > 1:  # beyond the last page: that one, then
        total = session.scalar(select(func.count()).select_from(keys.order_by(None).subquery()))
        number = max(1, -(-(total or 0) // per_page))
        return paged_things(session, query, number, per_page, loading=loading)
    numbers = [row[0] for row in chosen]
    found = session.scalars(select(thing).where(key.in_(numbers)).options(*loading)).unique()
    by_key = {inspect(one).identity[0]: one for one in found}
    rows = [by_key[one] for one in numbers if one in by_key]
    return Page(rows, number, chosen[0][1] if chosen else 0, per_page)


def page_of(rows: Sequence[T], number: int, per_page: int = PER_PAGE) -> Page[T]:
    """Page ``number`` (or the last one) of a list that was worked out and not asked for."""
    number = max(1, min(number, -(-len(rows) // per_page)))
    start = (number - 1) * per_page
    return Page(list(rows[start : start + per_page]), number, len(rows), per_page)
