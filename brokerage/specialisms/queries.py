"""Reading the list of areas of expertise."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brokerage.specialisms.models import Specialism


def offered(session: Session, partnership_ids: Collection[int]) -> list[Specialism]:
    """Areas that can be chosen in these partnerships: the national ones and their own, by group
    and name."""
    here = or_(Specialism.partnership_id.is_(None), Specialism.partnership_id.in_(partnership_ids))
    query = select(Specialism).where(here, Specialism.retired.is_(False))
    return list(session.scalars(query.order_by(Specialism.group, Specialism.name)))


def names(session: Session) -> dict[str, str]:
    """The name of each area by its code, retired ones too."""
    return {area.code: area.name for area in session.scalars(select(Specialism))}
