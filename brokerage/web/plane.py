"""A part of the country as a drawing: metres east and north turned into units of an SVG. Pure.

Eastings and northings are a plane already; drawing one takes a scale and turning it upside down.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

WIDTH, TALLEST, MARGIN = 400, 440, 28
LEAST_METRES = 4_000
"""A smaller part is drawn as though it were as wide as this."""
SCALES_KM = (200, 100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True)
class Plane:
    """A drawing ``width`` by ``height`` units of the part of the grid that begins at ``west`` and
    ends at ``north``, both in metres."""

    west: float
    north: float
    metres_a_unit: float
    width: int
    height: int

    def at(self, easting: int, northing: int) -> tuple[float, float]:
        """Where a place stands: units from the left and from the top."""
        across = (easting - self.west) / self.metres_a_unit
        down = (self.north - northing) / self.metres_a_unit
        return round(across, 1), round(down, 1)

    @property
    def scale(self) -> tuple[int, float]:
        """Kilometres for the bar that shows the scale, at most a third of the width, and units."""
        most = self.width / 3 * self.metres_a_unit / 1000
        km = next((one for one in SCALES_KM if one <= most), SCALES_KM[-1])
        return km, round(km * 1000 / self.metres_a_unit, 1)


def plane_of(points: Iterable[tuple[int, int]]) -> Plane | None:
    """A drawing that holds all these places, with a margin; None where there are none."""
    known = list(points)
    return plane_around(known) if known else None


def plane_around(known: Collection[tuple[int, int]], width: int = WIDTH) -> Plane:
    """A drawing so wide that holds all these places, one at least, with a margin."""
    easts, norths = [east for east, _ in known], [north for _, north in known]
    wide = max(max(easts) - min(easts), LEAST_METRES)
    tall = max(max(norths) - min(norths), LEAST_METRES)
    inner, room = width - 2 * MARGIN, TALLEST - 2 * MARGIN
    metres_a_unit = max(wide / inner, tall / room)
    middle_east = (max(easts) + min(easts)) / 2
    middle_north = (max(norths) + min(norths)) / 2
    height = round(tall / metres_a_unit) + 2 * MARGIN
    return Plane(
        west=middle_east - width / 2 * metres_a_unit,
        north=middle_north + height / 2 * metres_a_unit,
        metres_a_unit=metres_a_unit,
        width=width,
        height=height,
    )
