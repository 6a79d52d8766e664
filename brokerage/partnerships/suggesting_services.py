"""Use cases about who is suggested in a partnership: the floor, the points, what is fair."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import check_version, locked, set_changed, use_case
from brokerage.errors import NotFound
from brokerage.ledger.steps import record
from brokerage.matching.profiles import SameTrust
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.rules import (
    check_cap,
    check_floor,
    check_rival_metres,
    check_weights,
    weights_as_they_come,
)


@use_case("partnership.set_suggesting")
def set_suggesting(
    by: By,
    session: Session,
    partnership_id: int,
    *,
    version: int | None,
    quality_floor: int | None,
    points: Mapping[str, int | None],
    home_school_half_days: int | None,
    same_trust: SameTrust,
    buddy_rival_metres: int | None,
    buddy_same_trust: bool,
) -> None:
    """Set who is suggested: the quality floor, what counts for how much, what a home school gives
    at most, the same trust, and whom a new head may have as a buddy.

    What is suggested or being asked already stays; the next shortlist and plan follow the settings.
    """
    partnership = _mine(by, session, partnership_id)
    check_version(partnership, version, "these settings")
    weights = check_weights(points)
    _set(
        session,
        by,
        partnership,
        {
            "quality_floor": check_floor(quality_floor),
            "weights": None if weights == weights_as_they_come() else weights,
            "home_school_half_days": check_cap(home_school_half_days),
            "same_trust": same_trust,
            "buddy_rival_metres": check_rival_metres(buddy_rival_metres),
            "buddy_same_trust": buddy_same_trust,
        },
    )


@use_case("partnership.restore_weights")
def restore_weights(by: By, session: Session, partnership_id: int) -> None:
    """Put the points of every criterion back as they came; the other settings stay."""
    _set(session, by, _mine(by, session, partnership_id), {"weights": None})


def _mine(by: By, session: Session, partnership_id: int) -> Partnership:
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    (partnership,) = locked(session, Partnership, partnership_id)
    return partnership


def _set(session: Session, by: By, partnership: Partnership, new: Mapping[str, Any]) -> None:
    changed = set_changed(partnership, new)
    if changed:
        record(
            session,
            by,
            "partnership.changed",
            partnership,
            partnership_id=partnership.id,
            fields=changed,
        )
