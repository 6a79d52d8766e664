"""Reading the list of areas of expertise."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brokerage.specialisms.models import Specialism
from brokerage.specialisms.seed import SeededSpecialism


def offered(session: Session, partnership_ids: Collection[int]) -> list[Specialism]:
    """Areas that can be chosen in these partnerships: the national ones and their own, by group
    and name."""
    here = or_(Specialism.partnership_id.is_(None), Specialism.partnership_id.in_(partnership_ids))
    query = select(Specialism).where(here, Specialism.retired.is_(False))
    return list(session.scalars(query.order_by(Specialism.group, Specialism.name)))


def names(session: Session) -> dict[str, str]:
    """The name of each area by its code, retired ones too."""
    return dict(session.execute(select(Specialism.code, Specialism.name)).all())


def known(session: Session, partnership_ids: Collection[int]) -> tuple[SeededSpecialism, ...]:
    """The areas offered in these partnerships, as :func:`rules.fold` and ``suggest`` take them."""
    return tuple(
        SeededSpecialism(a.code, a.name, a.group, tuple(a.phases), tuple(a.aliases))
        for a in offered(session, partnership_ids)
    )


def groups(session: Session, partnership_ids: Collection[int]) -> dict[str, list[tuple[str, str]]]:
    """The areas offered, by group, as (code, name): for a form's choices."""
    found: dict[str, list[tuple[str, str]]] = {}
    for area in offered(session, partnership_ids):
        found.setdefault(area.group, []).append((area.code, area.name))
    return found


def local_areas(session: Session, partnership_ids: Collection[int]) -> list[Specialism]:
    """The areas that these partnerships added themselves, retired ones too, by name."""
    query = select(Specialism).where(Specialism.partnership_id.in_(partnership_ids))
    return list(session.scalars(query.order_by(Specialism.name)))
