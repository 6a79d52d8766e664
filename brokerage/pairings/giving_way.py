"""Where nobody can be proposed for a need: what could give way, as things that can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from brokerage.leaders.models import Leader
from brokerage.matching.loosening import Kind, in_words
from brokerage.matching.profiles import LeaderProfile
from brokerage.matching.quantities import and_list
from brokerage.matching.relaxations import Relaxation, smallest_relaxations
from brokerage.matching.scoring import Weights
from brokerage.matching.shortlist import Shortlist
from brokerage.needs.models import Need

SHOWN = 3
"""Leaders named for each way; the others are counted."""


class Done(StrEnum):
    """Where a coordinator makes a rule give way."""

    NEED = "change the need"
    DAYS = "change the leader's days"
    REASON = "propose with a reason"


WHERE = {
    Kind.FEWER_DAYS: Done.NEED,
    Kind.OTHER_TERM: Done.NEED,
    Kind.NO_DESIGNATION: Done.NEED,
    Kind.REMOTE: Done.NEED,
    Kind.BY_PHONE: Done.NEED,
    Kind.MORE_DAYS: Done.DAYS,
}
"""By kind; any other: with a reason."""


@dataclass(frozen=True)
class GivesWay:
    """One way: in words ("Ask to travel 5 km further"), the leaders whom it would give, best first,
    and how many more; ``where`` it is done, in each place once."""

    says: str
    leaders: list[Leader]
    more: int
    where: frozenset[Done]

    @property
    def total(self) -> int:
        return len(self.leaders) + self.more


def giving_way(
    need: Need,
    found: Shortlist,
    leaders: Sequence[LeaderProfile],
    weights: Weights,
    rows: Mapping[str, Leader],
) -> list[GivesWay]:
    """The ways that ask for least, the smallest first; none where nothing of the kind helps."""
    ways = smallest_relaxations(
        found.need,
        leaders,
        floor=found.floor,
        weights=weights,
        specialism_in=lambda phase: f"{need.code}@{phase}",
    )
    return [_way(way, found, rows) for way in ways]


def _way(way: Relaxation, found: Shortlist, rows: Mapping[str, Leader]) -> GivesWay:
    says = and_list([in_words(step, found.need) for step in way.steps])
    return GivesWay(
        says=f"{says[0].upper()}{says[1:]}",
        leaders=[rows[leader_id] for leader_id in way.leader_ids[:SHOWN]],
        more=len(way.leader_ids[SHOWN:]),
        where=frozenset(WHERE.get(step.kind, Done.REASON) for step in way.steps),
    )
