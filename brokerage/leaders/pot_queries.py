"""Reading funding pots."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.web.paging import Page, paged_things


def pots_of(session: Session, partnership_id: int, year: int) -> list[Pot]:
    """The pots of a partnership for a school year, by name; closed ones last."""
    query = select(Pot).filter_by(partnership_id=partnership_id, year=year)
    return list(session.scalars(query.order_by(Pot.closed_at.is_not(None), Pot.name)))


def open_pots(
    session: Session, partnership_id: int, year: int, *, besides: int | None = None
) -> list[Pot]:
    """Those from which support can be paid, and the one ``besides``, be it closed or not."""
    pots = pots_of(session, partnership_id, year)
    return [pot for pot in pots if pot.closed_at is None or pot.id == besides]


def pot_in_scope(session: Session, actor: Actor, pot_id: int) -> Pot:
    """A pot of a partnership that the actor coordinates; raises NotFound."""
    mine = Pot.partnership_id.in_(actor.coordinates())
    query = select(Pot).where(Pot.id == pot_id, mine).options(joinedload(Pot.partnership))
    pot = session.scalar(query)
    if pot is None:
        raise NotFound
    return pot


def movements_page(session: Session, pot: Pot, number: int) -> Page[PotMovement]:
    """What was moved in a pot, the latest first."""
    query = select(PotMovement).filter_by(pot_id=pot.id)
    return paged_things(session, query.order_by(PotMovement.id.desc()), number)
