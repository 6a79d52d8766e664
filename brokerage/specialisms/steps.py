"""Keeping the list of areas of expertise, within somebody's open transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.specialisms.models import Specialism
from brokerage.specialisms.seed import SEED


def seed(session: Session) -> int:
    """Add the seeded areas that are not there yet; those that are stay as they were changed to.
    Answers how many were added."""
    known = set(session.scalars(select(Specialism.code)))
    new = [area for area in SEED if area.code not in known]
    session.add_all(
        Specialism(
            code=area.code,
            name=area.name,
            group=area.group,
            phases=list(area.phases),
            aliases=list(area.aliases),
        )
        for area in new
    )
    return len(new)
