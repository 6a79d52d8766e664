"""A long list of which few lines will be read: its length is known, each line is made when read.

Cost: nothing for a line that nobody asks for; the same line asked for twice is made twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, eq=False)
class OnDemand(Sequence[Line], Generic[Line]):
    """`make` turns a place into its line; a slice is such a list again."""

    places: range
    make: Callable[[int], Line]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> "OnDemand[Line]": ...

    def __getitem__(self, at: int | slice) -> "Line | OnDemand[Line]":
        if isinstance(at, slice):
            return OnDemand(self.places[at], self.make)
        return self.make(self.places[at])

    def __eq__(self, other: object) -> bool:
        """Equal to any list or tuple of the same lines."""
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(
            one == two for one, two in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]
