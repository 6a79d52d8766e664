"""A plan as a map: supported schools, home schools, and a line from each leader to each need.

The page beside it holds the same in a table, row by row by the same numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brokerage.leaders.models import Leader
from brokerage.needs.models import Need
from brokerage.pairings import run_queries
from brokerage.schools.models import School
from brokerage.web.paging import Page, page_of
from brokerage.web.plane import plane_around

WIDTH = 360
"""Of the drawing: a phone shows it at this width, so that its letters keep their size there."""
PER_PAGE = 100
LABELLED = 40
"""Up to so many, each line bears its number."""


@dataclass(frozen=True)
class Route:
    """One row of the plan: who goes where, and how far in metres (None: not known)."""

    number: int
    need: Need
    leader: Leader
    score: int
    metres: int | None


@dataclass(frozen=True)
class Stroke:
    """One route as drawn, from the home school (x1, y1) to the supported one (x2, y2)."""

    number: int
    urgency: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Drawing:
    """A drawing ``width`` by ``height``; ``bar`` is so many km, ``bar_length`` long. Routes with an
    end whose place is not known are ``not_drawn``."""

    width: int
    height: int
    strokes: list[Stroke]
    homes: list[tuple[float, float]]
    bar: int
    bar_length: float
    not_drawn: int
    labelled: bool


def routes(
    session: Session, partnership_id: int, given: Mapping[int, tuple[int, int]], number: int
) -> Page[Route]:
    """A page of a plan's rows (need id: leader id and points), the urgent first."""
    in_order = [
        need for need in run_queries.need_ids_in_order(session, partnership_id) if need in given
    ]
    page = page_of(in_order, number, PER_PAGE)
    shown = page.rows
    query = select(Leader).where(Leader.id.in_({given[need][0] for need in shown}))
    loaded = query.options(joinedload(Leader.person), joinedload(Leader.home))
    leaders = {leader.id: leader for leader in session.scalars(loaded)}
    rows = []
    needs = {need.id: need for need in run_queries.needs_named(session, partnership_id, shown)}
    for place, need_id in enumerate(shown, start=page.first):
        leader_id, score = given[need_id]
        leader, need = leaders[leader_id], needs[need_id]
        rows.append(Route(place, need, leader, score, _metres(leader.home, need.school)))
    return page.with_rows(rows)


def _metres(home: School, school: School) -> int | None:
    here, there = _place(home), _place(school)
    return None if not here or not there else round(hypot(here[0] - there[0], here[1] - there[1]))


def _place(school: School) -> tuple[int, int] | None:
    if school.easting is None or school.northing is None:
        return None
    return school.easting, school.northing


def drawing(rows: Iterable[Route]) -> Drawing:
    """The rows drawn to scale, north up."""
    rows = list(rows)
    ends = [
        (row, here, there)
        for row in rows
        if (here := _place(row.leader.home)) and (there := _place(row.need.school))
    ]
    places = [place for _, here, there in ends for place in (here, there)] or [(0, 0)]
    plane = plane_around(places, WIDTH)
    bar, bar_length = plane.scale
    return Drawing(
        plane.width,
        plane.height,
        [
            Stroke(row.number, row.need.urgency.value, *plane.at(*a), *plane.at(*b))
            for row, a, b in ends
        ],
        sorted({plane.at(*here) for _, here, _ in ends}),
        bar,
        bar_length,
        len(rows) - len(ends),
        len(rows) <= LABELLED,
    )
