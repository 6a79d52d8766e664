"""What would help most: another leader somewhere, or a few more days of one there is."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.matching.scarcity import Gain, worth_of_another_leader, worth_of_more_days
from brokerage.matching.unmet import ledger_of_unmet
from brokerage.needs.models import Need
from brokerage.pairings.recruitment import places_of
from brokerage.pairings.whole_plan import WholePlan, whole_plan


@dataclass(frozen=True)
class Help:
    """One thing that would help: ``half_days`` more of ``leader``, or another leader (None) of this
    specialism and phase in this place; ``more`` needs could be placed, ``placed`` are those."""

    leader: Leader | None
    specialism: str
    phase: str
    place: str
    half_days: int
    more: int
    urgent: int
    placed: list[Need]


@dataclass(frozen=True)
class Helps:
    """Everything that was found to help, and how many needs have nobody now."""

    another: list[Help]
    days: list[Help]
    unplaced: int


def what_would_help(session: Session, partnership_id: int, today: date) -> Helps:
    """What would place more of the queue than is placed now."""
    plan = whole_plan(session, partnership_id, today)
    places = places_of(plan)
    rows = ledger_of_unmet(plan.standing, places)
    another = worth_of_another_leader(plan.standing, rows, places)
    days = worth_of_more_days(plan.standing, places)
    return Helps(
        [_help(plan, gain) for gain in another],
        [_help(plan, gain) for gain in days],
        len(plan.standing.unplaced()),
    )


def _help(plan: WholePlan, gain: Gain) -> Help:
    placed = [plan.needs[need_id] for need_id in gain.placed]
    first = placed[0]
    return Help(
        leader=plan.leaders.get(gain.leader_id or ""),
        specialism=first.specialism.name if first.specialism else gain.specialism,
        phase=gain.phase.value,
        place=gain.place,
        half_days=gain.half_days,
        more=gain.more,
        urgent=gain.urgent,
        placed=placed,
    )
