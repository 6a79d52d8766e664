"""What a partnership has set about who may be suggested, and what counts for how much."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights
from brokerage.partnerships.models import Partnership


@dataclass(frozen=True)
class HouseRules:
    """``floor``: points below which nobody is proposed; ``weights``: the most points for each
    criterion."""

    floor: int
    weights: Weights


def house_rules(session: Session, partnership_id: int) -> HouseRules:
    """The rules of a partnership."""
    partnership = session.get_one(Partnership, partnership_id)
    return HouseRules(partnership.quality_floor, DEFAULT_WEIGHTS)
