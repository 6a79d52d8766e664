"""What an account comes to after some of its movements: pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from brokerage.leaders.rules import Movement

# What each movement does to the columns of an account.
EFFECTS: dict[Movement, dict[str, int]] = {
    Movement.PLEDGED: {"pledged": 1},
    Movement.HELD: {"held": 1},
    Movement.FREED: {"held": -1},
    Movement.AGREED: {"held": -1, "agreed": 1},
    Movement.USED: {"agreed": -1, "used": 1},
    Movement.UNUSED: {"agreed": -1},
}
COLUMNS = ("pledged", "held", "agreed", "used")


@dataclass(frozen=True)
class Balance:
    """Half-days of one account at one time; of a funding pot, ``pledged`` is what it is given."""

    pledged: int = 0
    held: int = 0
    agreed: int = 0
    used: int = 0

    @property
    def promised(self) -> int:
        return self.held + self.agreed + self.used

    @property
    def left(self) -> int:
        return self.pledged - self.promised


def balance_after(moved: Iterable[tuple[Movement, int]]) -> Balance:
    """The balance after these movements (kind, half-days), which may have been summed by kind."""
    sums = dict.fromkeys(COLUMNS, 0)
    for kind, half_days in moved:
        for column, sign in EFFECTS[kind].items():
            sums[column] += sign * half_days
    return Balance(**sums)


def running(moved: Iterable[tuple[Movement, int]]) -> list[Balance]:
    """The balance after each of these movements, in their order."""
    found, so_far = [], Balance()
    for kind, half_days in moved:
        change = balance_after([(kind, half_days)])
        so_far = Balance(*(getattr(so_far, c) + getattr(change, c) for c in COLUMNS))
        found.append(so_far)
    return found
