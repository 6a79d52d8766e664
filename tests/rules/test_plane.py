"""A map is the plane of the grid: everything on it, north up, and as far apart as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.web.plane import MARGIN, TALLEST, WIDTH, plane_of

places = st.tuples(st.integers(0, 700_000), st.integers(0, 1_300_000))


@given(st.lists(places, min_size=1, max_size=20))
def test_every_place_is_on_the_map_within_its_margin(points: list[tuple[int, int]]) -> None:
    plane = plane_of(points)
    assert plane is not None
    assert plane.width == WIDTH
    assert plane.height <= TALLEST + 1
    for east, north in points:
        x, y = plane.at(east, north)
        assert MARGIN - 1 <= x <= plane.width - MARGIN + 1
        assert MARGIN - 1 <= y <= plane.height - MARGIN + 1


def test_north_is_up_and_east_is_right() -> None:
    plane = plane_of([(0, 0), (10_000, 20_000)])
    assert plane is not None
    west, south = plane.at(0, 0)
    east, north = plane.at(10_000, 20_000)
    assert west < east
    assert north < south


@given(st.lists(places, min_size=2, max_size=5))
def test_the_bar_is_as_long_as_it_says(points: list[tuple[int, int]]) -> None:
    plane = plane_of(points)
    assert plane is not None
    km, units = plane.scale
    assert units == pytest.approx(km * 1000 / plane.metres_a_unit, abs=0.1)
    assert units <= plane.width / 3 + 1


def test_a_map_of_nothing_is_none() -> None:
    assert plane_of([]) is None
