"""What support costs: a visit stays at the price that held when it was noted, whatever was agreed
since; what is still to come is at the price of now. Pure, of an engagement that was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import COUNTED

Terms = Mapping[str, Any]


def terms_at(engagement: Engagement, at: datetime | None) -> Terms:
    """The terms of the version of the agreement that held then (None: now); of the first, for
    whatever was before it was written down."""
    held = [one for one in engagement.agreements if at is None or one.made_at <= at]
    found: Terms = (held or engagement.agreements[:1])[-1].terms
    return found


def terms_of(visit: Visit) -> Terms:
    """The terms by which a visit is paid."""
    return terms_at(visit.engagement, visit.logged_at)


def price_of(visit: Visit) -> int:
    """Pence a day."""
    return terms_of(visit)["pence_a_day"] or 0


def in_all(
    engagement: Engagement, half_days: int, pence_a_day: int | None, at: datetime | None
) -> int:
    """The pence that so many half-days come to: those used before then (None: by now) at their own
    prices, and the rest at this one."""
    made = [visit for visit in engagement.visits if visit.state in COUNTED]
    before = [v for v in made if at is None or (v.logged_at is not None and v.logged_at < at)]
    used = sum(visit.half_days for visit in before)
    spent = sum(visit.half_days * price_of(visit) for visit in before)
    return (spent + (half_days - used) * (pence_a_day or 0)) // 2
