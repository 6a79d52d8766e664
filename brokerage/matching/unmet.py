"""The ledger of unmet need: what a plan could not place, by specialism, phase and place, and why.

Each need without a leader is put down under one reason, which says what would have to be found:
somebody with the specialism at all, somebody nearer, more days, or a better fit. The reason is the
rule that emptied its list (`eligibility`), folded into these few; what is private stays under
"another rule". Cost: for each unmet need, one pass over the leaders of its specialism.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from brokerage.matching.books import Books
from brokerage.matching.eligibility import emptied_by, funnel, is_eligible
from brokerage.matching.profiles import Phase
from brokerage.matching.standing import Standing


class Why(StrEnum):
    """Why a need has nobody, in words for a table."""

    NOBODY = "nobody offers it"
    OUT_OF_REACH = "nobody in reach"
    DAYS_GONE = "days or places gone"
    BELOW_FLOOR = "below the floor"
    OTHER = "left out by another rule"
    COULD_BE = "somebody could: not yet planned"


OF_RULE = {
    "specialism": Why.NOBODY,
    "phase": Why.NOBODY,
    "distance": Why.OUT_OF_REACH,
    "days": Why.DAYS_GONE,
    "engagements": Why.DAYS_GONE,
    "half_term": Why.DAYS_GONE,
    "home_school": Why.DAYS_GONE,
}
"""Under which reason a need is put down whose list this rule emptied; any other: OTHER."""


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """One line of the ledger: needs of one specialism and phase in one place without a leader,
    the half-days that they ask for together, and each need's id with its reason."""

    specialism: str
    phase: Phase
    place: str
    half_days: int
    why_of: tuple[tuple[str, Why], ...]

    @property
    def need_ids(self) -> tuple[str, ...]:
        return tuple(need_id for need_id, _ in self.why_of)

    @property
    def needs(self) -> int:
        return len(self.why_of)

    @property
    def why(self) -> tuple[tuple[Why, int], ...]:
        """How many for each reason, in the order of the reasons."""
        counts = Counter(why for _, why in self.why_of)
        return tuple((one, counts[one]) for one in Why if counts[one])


def why_unmet(standing: Standing, need_id: str, books: Books | None = None) -> Why:
    """Why the plan gives the need nobody; `books` are those of the plan, where at hand."""
    need = standing.needs[need_id]
    could = standing.could(need_id)
    if could:
        kept = books or standing.books()
        room = any(kept.fits(need, standing.leaders[one]) for one in could)
        return Why.COULD_BE if room else Why.DAYS_GONE
    offering = standing.offering(need.specialism)
    if any(is_eligible(need, one) for one in offering):
        return Why.BELOW_FLOOR
    emptied = emptied_by(funnel(need, offering))
    return OF_RULE.get(emptied.code, Why.OTHER) if emptied else Why.NOBODY


def ledger_of_unmet(standing: Standing, place_of: Mapping[str, str]) -> tuple[UnmetRow, ...]:
    """What is unmet, the most needs first. `place_of` tells by need id which place (a town, an
    authority) a need is put down under."""
    books = standing.books()
    groups: dict[tuple[str, Phase, str], list[str]] = {}
    for need_id in standing.unplaced():
        need = standing.needs[need_id]
        key = (need.specialism, need.phase, place_of[need_id])
        groups.setdefault(key, []).append(need_id)
    rows = []
    for (specialism, phase, place), members in groups.items():
        why_of = tuple((one, why_unmet(standing, one, books)) for one in members)
        half_days = sum(standing.needs[one].half_days for one in members)
        rows.append(UnmetRow(specialism, phase, place, half_days, why_of))
    return tuple(
        sorted(
            rows,
            key=lambda row: (-row.needs, -row.half_days, row.specialism, row.phase, row.place),
        )
    )
