"""What a need and a leader look like to matching: plain, typed, unchanging values.

Rows of a database, lines of a spreadsheet or a made-up town are turned into these profiles by
whoever asks; nothing in this room knows where they came from. Units: days are counted in whole
half-days, places in whole metres on the National Grid, ages of evidence in whole school years.

Two conventions hold everywhere. What is *not asked for* is met in full; what is *not known*
neither helps nor hurts. So every field beyond the few required ones has a default which means
"not asked for" (on a need) or "not known" (on a leader).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import hypot


class Phase(StrEnum):
    NURSERY = "nursery"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SIXTEEN_PLUS = "16plus"
    SPECIAL = "special"


class Urgency(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class Term(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


class HalfTerm(StrEnum):
    """The six stretches between holidays in which engagements at once are counted."""

    AUTUMN_1 = "autumn 1"
    AUTUMN_2 = "autumn 2"
    SPRING_1 = "spring 1"
    SPRING_2 = "spring 2"
    SUMMER_1 = "summer 1"
    SUMMER_2 = "summer 2"


class Weekday(StrEnum):
    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"


class Depth(StrEnum):
    """How far a leader goes in a specialism: leads on it, or can support it."""

    LEADS = "leads"
    SUPPORTS = "supports"


class Openness(StrEnum):
    """What a leader takes on just now."""

    ACCEPTING = "accepting"
    PHONE_ONLY = "phone call only"
    CLOSED = "closed"


class SameTrust(StrEnum):
    """What the partnership makes of a leader from the supported school's own trust."""

    BARRED = "barred"
    ALLOWED = "allowed"
    SAID = "allowed and said"


class Relationship(StrEnum):
    """How earlier work of a leader with a school went."""

    GOOD = "good"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the National Grid, in metres."""

    easting: int
    northing: int

    def metres_to(self, other: "Place") -> int:
        """The straight-line distance in metres, to the nearest one."""
        return round(hypot(self.easting - other.easting, self.northing - other.northing))


@dataclass(frozen=True, slots=True)
class Context:
    """The kind of school: each part may be unknown (None).

    `size` and `disadvantage` are bands from 1 (smallest, least) to 5; `kind` is what governs the
    school (academy, maintained, ...); `faith` its religious character ("none" for none).
    """

    size: int | None = None
    kind: str | None = None
    faith: str | None = None
    disadvantage: int | None = None


UNKNOWN_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Claim:
    """One specialism of a leader: how deep, and how many school years old its evidence is."""

    depth: Depth = Depth.LEADS
    evidence_age: int | None = None


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """One need: one specialism, a number of half-days, and what the school wishes.

    `specialism` and `also` are folded codes, equal exactly where two people mean the same thing;
    the `_name` fields are what people read. Empty `terms` or `weekdays` mean any. `not_leaders`
    are people the school asked not to be given; `conflicts` say of a leader what stands between
    them ("family", "line manager"): both are for the coordinator's eyes alone. `half_terms` are
    those in which the support is to happen, where dates are known: it then takes an engagement
    in these only and its half-days evenly from them; else it takes an engagement in every one.
    `fragile`: a school in difficulty, for which nobody tries their hand first.
    """

    need_id: str
    specialism: str
    phase: Phase
    half_days: int
    urgency: Urgency = Urgency.NORMAL
    also: str | None = None
    specialism_name: str = ""
    also_name: str = ""
    terms: frozenset[Term] = frozenset()
    weekdays: frozenset[Weekday] = frozenset()
    place: Place | None = None
    school: str | None = None
    trust: str | None = None
    school_closed: bool = False
    designation: str | None = None
    designation_required: bool = False
    context: Context = UNKNOWN_CONTEXT
    not_leaders: frozenset[str] = frozenset()
    conflicts: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, Relationship] = field(default_factory=dict)
    remote_allowed: bool = False
    phone_enough: bool = False
    same_trust: SameTrust = SameTrust.BARRED
    half_terms: frozenset[HalfTerm] = frozenset()
    fragile: bool = False

    def __post_init__(self) -> None:
        if self.half_days < 1:
            raise ValueError(f"Need {self.need_id} asks for no days.")

    @property
    def specialism_words(self) -> str:
        return self.specialism_name or self.specialism

    @property
    def also_words(self) -> str:
        return self.also_name or self.also or ""


@dataclass(frozen=True, slots=True)
class LeaderProfile:
    """One leader: what they are good at, where they travel, and what they have left to give.

    `phases` starts with the phase of the home school. `half_days_left` is what may still be
    given, before any pinned pairing handed to `allocate` is taken off. `engagements_free` is how
    many more they take on at once (None: any). `max_metres` None: any distance. `track_record`
    runs from 0 to 1000. `been_in` are the kinds of school they know from inside, home included.

    `half_days_by` and `engagements_by` are for half-terms in which less is free than
    `half_days_left` and `engagements_free` say; a half-term not named there is bound by those
    alone. `home_school_half_days` is what the home school may still give by all its leaders
    together (the same for each of them; None: any). `never_deployed`: has not had a first turn.
    """

    leader_id: str
    specialisms: Mapping[str, Claim]
    phases: tuple[Phase, ...]
    half_days_left: int
    engagements_free: int | None = None
    max_metres: int | None = None
    place: Place | None = None
    terms: frozenset[Term] = frozenset()
    weekdays: frozenset[Weekday] = frozenset()
    home_school: str | None = None
    home_school_closed: bool = False
    trust: str | None = None
    designations: frozenset[str] = frozenset()
    track_record: int | None = None
    been_in: tuple[Context, ...] = ()
    openness: Openness = Openness.ACCEPTING
    half_days_by: Mapping[HalfTerm, int] = field(default_factory=dict)
    engagements_by: Mapping[HalfTerm, int] = field(default_factory=dict)
    home_school_half_days: int | None = None
    never_deployed: bool = False

    def __post_init__(self) -> None:
        if not self.phases:
            raise ValueError(f"Leader {self.leader_id} works in no phase.")
        if self.half_days_left < 0 or (self.engagements_free or 0) < 0:
            raise ValueError(f"Leader {self.leader_id} has less than nothing left to give.")


def half_days_in(need: NeedProfile, half_term: HalfTerm) -> int:
    """What the need takes of this half-term, in half-days: its days spread evenly over those it
    names, the earlier ones taking what is left over; 0 where it names none."""
    named = [one for one in HalfTerm if one in need.half_terms]
    if half_term not in named:
        return 0
    each, over = divmod(need.half_days, len(named))
    return each + (named.index(half_term) < over)


def occupies(need: NeedProfile, half_term: HalfTerm) -> bool:
    """Whether the need takes an engagement in this half-term; in every one where none is named."""
    return not need.half_terms or half_term in need.half_terms


def metres_between(need: NeedProfile, leader: LeaderProfile) -> int | None:
    """Metres from the leader's home school to the supported school, None where not known."""
    if need.place is None or leader.place is None:
        return None
    return leader.place.metres_to(need.place)
