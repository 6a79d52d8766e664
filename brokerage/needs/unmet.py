"""The register of unmet needs as counts; small groups are folded together for officers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True)
class Gap:
    """How many needs of one group could not be met, and how they stand."""

    group: str
    waiting: int = 0
    redirected: int = 0
    nobody: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.redirected + self.nobody


@dataclass(frozen=True)
class Shown:
    """A line as an officer reads it; ``total`` is None where even all together are too few."""

    group: str
    total: int | None


def gaps(counted: Iterable[tuple[str, str]]) -> list[Gap]:
    """Counts by group, largest first, from pairs of a group and how one need of it stands."""
    found: dict[str, dict[str, int]] = {}
    for group, standing in counted:
        of_group = found.setdefault(group, {})
        of_group[standing] = of_group.get(standing, 0) + 1
    made = [Gap(group, **numbers) for group, numbers in found.items()]
    return sorted(made, key=lambda gap: (-gap.total, gap.group))


def fold_small(totals: Mapping[str, int], least: int = SMALLEST) -> list[Shown]:
    """Groups of at least ``least``, and all smaller ones together as one.

    Where those together would still be fewer, the smallest shown group joins them, so that nobody
    can work them out from the sum.
    """
    order = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [(group, number) for group, number in order if number >= least]
    folded = [(group, number) for group, number in order if number < least]
    while folded and shown and sum(number for _, number in folded) < least:
        folded.append(shown.pop())
    lines = [Shown(group, number) for group, number in shown]
    together = sum(number for _, number in folded)
    if folded:
        lines.append(Shown("All other groups together", together if together >= least else None))
    return lines
