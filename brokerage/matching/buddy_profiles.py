"""What a new head and a possible buddy look like to matching, and what a partnership sets.

Plain, typed, unchanging values, as in `profiles`: metres, bands 1 to 5, unknown as None. Being one
new head's buddy takes one of a fixed few places; by default there is one.
"""

from dataclasses import dataclass

from brokerage.matching.profiles import UNKNOWN_CONTEXT, Context, Openness, Phase, Place
from brokerage.matching.scoring import FULL

DEFAULT_RIVAL_METRES = 1_500
"""Schools of one phase nearer than this are taken to compete for the same pupils."""


@dataclass(frozen=True, slots=True)
class NewHeadProfile:
    """A new head. `situation` are words for what they come into ("first headship", "academy",
    "small school"); `managed_by` and `manages` are ids of persons; `not_buddies` of those they or
    the coordinator would rather not have."""

    person_id: str
    phase: Phase
    school: str | None = None
    trust: str | None = None
    place: Place | None = None
    context: Context = UNKNOWN_CONTEXT
    situation: frozenset[str] = frozenset()
    managed_by: frozenset[str] = frozenset()
    manages: frozenset[str] = frozenset()
    not_buddies: frozenset[str] = frozenset()
    same_trust_wished: bool = False
    remote_allowed: bool = False


@dataclass(frozen=True, slots=True)
class BuddyProfile:
    """A serving head. `buddying` new heads already of at most `at_once`; `been_there` are the
    situations they know from their own life."""

    person_id: str
    phases: tuple[Phase, ...]
    school: str | None = None
    trust: str | None = None
    place: Place | None = None
    context: Context = UNKNOWN_CONTEXT
    been_there: frozenset[str] = frozenset()
    buddying: int = 0
    at_once: int = 1
    openness: Openness = Openness.ACCEPTING
    max_metres: int | None = None

    def __post_init__(self) -> None:
        if not self.phases:
            raise ValueError(f"Head {self.person_id} works in no phase.")


@dataclass(frozen=True, slots=True)
class BuddySettings:
    """What a partnership sets. The weights are the most points for each criterion, 1000 in all."""

    rival_metres: int = DEFAULT_RIVAL_METRES
    phase: int = 200
    distance: int = 200
    been_there: int = 200
    size: int = 120
    kind: int = 100
    faith: int = 100
    load: int = 80

    def __post_init__(self) -> None:
        likest = (self.phase, self.size, self.kind, self.faith)
        weights = (*likest, self.distance, self.been_there, self.load)
        if min(*weights, self.rival_metres) < 0 or sum(weights) != FULL:
            raise ValueError(
                "Weights and distances are not below 0, and the weights add up to 1000."
            )


def metres_apart(new_head: NewHeadProfile, buddy: BuddyProfile) -> int | None:
    """Metres between their schools, None where not known."""
    if new_head.place is None or buddy.place is None:
        return None
    return new_head.place.metres_to(buddy.place)
