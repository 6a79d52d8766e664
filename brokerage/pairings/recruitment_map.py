"""The map of where leaders are needed: a partnership's schools, its leaders, and unmet needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import sqrt

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.pairings.recruitment import Line, place_of
from brokerage.schools.models import School, SchoolStatus
from brokerage.schools.queries import schools_in
from brokerage.web.plane import Plane, plane_of

NAMED = 14
"""Places that get their name on the map, those with most needs first."""
LETTER, LINE = 5.2, 11
"""Units that a letter takes across, and a name down."""


@dataclass(frozen=True)
class Place:
    """Unmet needs of one place; ``x`` and ``y`` on the map, None where no school of it has a known
    position. ``named``: there is room for its name."""

    name: str
    needs: int
    half_days: int
    x: float | None
    y: float | None
    named: bool = False

    @property
    def radius(self) -> float:
        return round(5 + 3 * sqrt(min(self.needs, 60)), 1)


@dataclass(frozen=True)
class Map:
    """What is drawn: dots for schools, marks for schools with a leader, a circle for each place."""

    plane: Plane
    schools: list[tuple[float, float]]
    leaders: list[tuple[float, float]]
    places: list[Place]


def places_and_map(
    session: Session, partnership_id: int, lines: Iterable[Line], leaders: Collection[Leader]
) -> tuple[list[Place], Map | None]:
    """The places of these lines, most needs first, and the map of them with the home schools of
    these leaders; no map where no school has a known position."""
    address = School.locality, School.town, School.la_name
    query = select(School.easting, School.northing, *address).where(
        School.urn.in_(schools_in([partnership_id])),
        School.status != SchoolStatus.CLOSED,
    )
    spots: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for easting, northing, locality, town, authority in session.execute(query):
        if easting is not None and northing is not None:
            spots[place_of(locality, town, authority)].append((easting, northing))
    plane = plane_of(point for points in spots.values() for point in points)
    places = _places(lines, spots, plane)
    if plane is None:
        return places, None
    homes = [(one.home.easting, one.home.northing) for one in leaders]
    known = [(east, north) for east, north in homes if east is not None and north is not None]
    at_home = dict.fromkeys(plane.at(*spot) for spot in known)
    dots = dict.fromkeys(plane.at(*spot) for points in spots.values() for spot in points)
    inside = [
        spot for spot in at_home if 0 <= spot[0] <= plane.width and 0 <= spot[1] <= plane.height
    ]
    return places, Map(
        plane,
        [spot for spot in dots if spot not in at_home],
        inside,
        [place for place in places if place.x is not None],
    )


def _places(
    lines: Iterable[Line], spots: dict[str, list[tuple[int, int]]], plane: Plane | None
) -> list[Place]:
    needs: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line in lines:
        count, half_days = needs[line.place]
        needs[line.place] = count + line.needs, half_days + line.half_days
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for name, (count, half_days) in sorted(needs.items(), key=lambda one: (-one[1][0], one[0])):
        x, y = _middle(spots.get(name, []), plane)
        place = Place(name, count, half_days, x, y)
        if x is not None and y is not None and len(taken) < NAMED:
            place = Place(name, count, half_days, x, y, _has_room(place, x, y, taken))
        found.append(place)
    return found


def _middle(
    points: list[tuple[int, int]], plane: Plane | None
) -> tuple[float, float] | tuple[None, None]:
    if plane is None or not points:
        return None, None
    easts, norths = zip(*points, strict=True)
    return plane.at(round(sum(easts) / len(points)), round(sum(norths) / len(points)))


def _has_room(
    place: Place, x: float, y: float, taken: list[tuple[float, float, float, float]]
) -> bool:
    """Whether there is room for the name under its circle; if so it is taken."""
    half, top = len(place.name) * LETTER / 2, y + place.radius
    box = (x - half, top, x + half, top + LINE)
    clash = any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in taken
    )
    if not clash:
        taken.append(box)
    return not clash
