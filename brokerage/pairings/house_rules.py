"""What a partnership has set about who may be suggested, and what counts for how much."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brokerage.matching.profiles import SameTrust
from brokerage.matching.scoring import Weights
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.rules import weights_of


@dataclass(frozen=True)
class HouseRules:
    """``floor``: points below which nobody is proposed; ``weights``: the most points for each
    criterion; ``same_trust``: what is made of leaders from the supported school's own trust;
    ``home_school_half_days``: the most that all leaders of one home school give in a school year
    (None: no limit)."""

    floor: int
    weights: Weights
    same_trust: SameTrust = SameTrust.BARRED
    home_school_half_days: int | None = None


def house_rules(session: Session, partnership_id: int) -> HouseRules:
    """The rules of a partnership."""
    partnership = session.get_one(Partnership, partnership_id)
    return HouseRules(
        partnership.quality_floor,
        weights_of(partnership.weights),
        partnership.same_trust,
        partnership.home_school_half_days,
    )
