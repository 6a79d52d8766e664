"""Reading partnerships."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.errors import NotFound
from brokerage.partnerships.models import Installation
from brokerage.partnerships.models import Partnership as Partnership


def is_demo(session: Session) -> bool:
    """Whether this installation holds made-up people only."""
    return bool(session.scalar(select(Installation.demo)))


def own_partnerships(session: Session, actor: Actor) -> list[Partnership]:
    """The partnerships that the actor belongs to, by name."""
    return _of(session, actor.partnership_ids)


def chosen(held: list[Partnership], wanted: str) -> Partnership:
    """The partnership of this id among those held, else the first; raises NotFound for none."""
    found = next((one for one in held if str(one.id) == wanted), held[0] if held else None)
    if found is None:
        raise NotFound
    return found


def partnership_of_link(session: Session, partnership_id: int | None) -> Partnership | None:
    """The partnership in whose name a link was sent: whoever holds it may know whom to ring."""
    return session.get(Partnership, partnership_id) if partnership_id else None


def partnership_in_scope(session: Session, actor: Actor, partnership_id: int) -> Partnership:
    """One partnership that the actor belongs to; raises NotFound."""
    partnership = session.get(Partnership, partnership_id)
    if partnership is None or partnership.id not in actor.partnership_ids:
        raise NotFound
    return partnership


def overseen(session: Session, actor: Actor) -> list[Partnership]:
    """The partnerships that the actor coordinates or is an officer of, by name."""
    return _of(session, actor.partnerships(PostKind.COORDINATOR, PostKind.OFFICER))


def all_coordinated(session: Session, actor: Actor) -> list[Partnership]:
    """The partnerships that the actor coordinates, by name."""
    return _of(session, actor.coordinates())


def _of(session: Session, ids: Collection[int]) -> list[Partnership]:
    query = select(Partnership).where(Partnership.id.in_(ids)).order_by(Partnership.name)
    return list(session.scalars(query))


def overseen_one(session: Session, actor: Actor, partnership_id: int) -> Partnership:
    """One partnership that the actor coordinates or is an officer of; raises NotFound."""
    return _held(session, partnership_id, actor, PostKind.COORDINATOR, PostKind.OFFICER)


def coordinated(session: Session, actor: Actor, partnership_id: int) -> Partnership:
    """One partnership that the actor coordinates; raises NotFound."""
    return _held(session, partnership_id, actor, PostKind.COORDINATOR)


def _held(session: Session, partnership_id: int, actor: Actor, *kinds: PostKind) -> Partnership:
    partnership = session.get(Partnership, partnership_id)
    if partnership is None or partnership.id not in actor.partnerships(*kinds):
        raise NotFound
    return partnership


def partnership_named(session: Session, partnership_id: int) -> Partnership:
    """Any partnership, for what anybody may see of it; raises NotFound."""
    partnership = session.get(Partnership, partnership_id)
    if partnership is None:
        raise NotFound
    return partnership


def partnership_of_name(session: Session, name: str) -> int | None:
    """The id of the partnership of this name; case and outer space do not matter."""
    wanted = " ".join(name.split()).casefold()
    known = session.execute(select(Partnership.id, Partnership.name))
    return next((row.id for row in known if row.name.casefold() == wanted), None)
