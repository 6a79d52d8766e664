"""A seeded source of chance, drawn in whole columns: the same seed, the same columns."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Kind = TypeVar("Kind")

POPULARITY = -0.7
"""The specialism of rank r is wanted and offered in proportion to r to this power."""


class Chance:
    """Columns drawn by PCG64, seeded by whole numbers."""

    def __init__(self, *seeds: int) -> None:
        self._numbers = np.random.Generator(np.random.PCG64(list(seeds)))

    def one_of(self, kinds: Sequence[Kind], count: int) -> list[Kind]:
        """`count` of these, each as likely as the others."""
        drawn: list[int] = self._numbers.integers(0, len(kinds), count).tolist()
        return [kinds[index] for index in drawn]

    def shuffled(self, kinds: Sequence[Kind]) -> list[Kind]:
        """All of these, in any order."""
        return [kinds[index] for index in self._numbers.permutation(len(kinds)).tolist()]

    def pick(self, shares: Mapping[Kind, float], count: int) -> list[Kind]:
        """`count` of these, likely by their shares."""
        kinds = list(shares)
        return [kinds[index] for index in self.weighted(list(shares.values()), count)]

    def weighted(self, weights: Sequence[float], count: int) -> list[int]:
        """`count` indexes, likely by their weights."""
        share = np.array(weights, dtype=np.float64)
        drawn: list[int] = self._numbers.choice(
            len(share), size=count, p=share / share.sum()
        ).tolist()
        return drawn

    def whether(self, share: float, count: int) -> list[bool]:
        """`count` times yes or no, yes with this likelihood."""
        drawn: list[bool] = (self._numbers.random(count) < share).tolist()
        return drawn

    def whole(self, limits: tuple[int, int], count: int) -> list[int]:
        """Whole numbers within the limits, both of which may come."""
        drawn: list[int] = self._numbers.integers(limits[0], limits[1] + 1, count).tolist()
        return drawn

    def normal_whole(
        self, mean: float, spread: float, limits: tuple[int, int], count: int
    ) -> list[int]:
        """Whole numbers that are mostly near the mean, and never beyond the limits."""
        drawn = np.rint(self._numbers.normal(mean, spread, count)).astype(np.int64)
        clipped: list[int] = np.clip(drawn, *limits).tolist()
        return clipped

    def between(self, least: float, most: float, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
        return self._numbers.uniform(least, most, shape)

    def scatter(self, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
        """Normal offsets round 0, of spread 1."""
        return self._numbers.normal(0.0, 1.0, shape)

    def specialisms(self, kinds: int, count: int) -> list[list[int]]:
        """For each of `count`, all specialisms in a row, the popular ones likely in front: a
        draw without replacement by popularity (exponential races)."""
        popularity = np.arange(1, kinds + 1, dtype=np.float64) ** POPULARITY
        races = self._numbers.exponential(size=(count, kinds)) / popularity
        order: list[list[int]] = np.argsort(races, axis=1, kind="stable").tolist()
        return order
