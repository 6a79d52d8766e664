"""What of new heads stands on the coordinator's desk, and on a person's own: each read at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from brokerage.headships.models import Buddying, Headship, RingRequest
from brokerage.headships.queries import HUNDRED_SCHOOL_DAYS, in_place
from brokerage.headships.rules import BUDDYING_LIVE, BuddyingState

T = TypeVar("T")


@dataclass(frozen=True)
class AtTheDesk:
    """What of new heads waits for the coordinator."""

    rings: list[RingRequest]
    to_check: list[Headship]
    without_buddy: list[Headship]
    to_move_on: list[Buddying]


def at_the_desk(session: Session, partnership_ids: Collection[int], day: date) -> AtTheDesk:
    """Calls for help that nobody has settled, the oldest first; appointments told by others, which
    nobody has checked yet; new heads for whom nobody is being asked, or whose buddy was due by
    ``day`` and is not in place yet, the soonest needed first; and buddies who have said yes."""
    asking = exists().where(Buddying.headship_id == Headship.id, Buddying.state.in_(BUDDYING_LIVE))
    alone = and_(
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
        Headship.starts_on > day - HUNDRED_SCHOOL_DAYS,
        or_(~asking, and_(Headship.buddy_by < day, ~in_place())),
    )
    unchecked = and_(Headship.welcomed_at.is_(None), Headship.ended_on.is_(None))
    yes = aliased(Buddying)
    said_yes = yes.state.in_((BuddyingState.ACCEPTED, BuddyingState.CONFIRMED))
    ringing = and_(RingRequest.headship_id == Headship.id, RingRequest.settled_at.is_(None))
    query = (
        select(Headship, RingRequest, yes, alone, unchecked)
        .outerjoin(RingRequest, ringing)
        .outerjoin(yes, and_(yes.headship_id == Headship.id, said_yes))
        .options(contains_eager(yes.headship))
        .where(
            Headship.partnership_id.in_(partnership_ids),
            or_(alone, unchecked, RingRequest.id.is_not(None), yes.id.is_not(None)),
        )
    )
    rows = session.execute(query.order_by(Headship.buddy_by, Headship.id, RingRequest.id)).all()
    return AtTheDesk(
        rings=_each(row[1] for row in rows),
        to_check=_each(row[0] for row in rows if row[4]),
        without_buddy=_each(row[0] for row in rows if row[3]),
        to_move_on=_each(row[2] for row in rows),
    )


def own_part(session: Session, person_id: int) -> tuple[Headship | None, list[Buddying]]:
    """The person's present headship, and what they are asked, or are, as a buddy."""
    states = (BuddyingState.ASKED, BuddyingState.ACTIVE)
    theirs = and_(
        Buddying.headship_id == Headship.id,
        Buddying.buddy_id == person_id,
        Buddying.state.in_(states),
    )
    own = and_(
        Headship.person_id == person_id,
        Headship.ended_on.is_(None),
        Headship.welcomed_at.is_not(None),
    )
    query = (
        select(Headship, Buddying)
        .outerjoin(Buddying, theirs)
        .where(or_(own, Buddying.id.is_not(None)))
        .options(contains_eager(Buddying.headship))
        .order_by(Headship.starts_on.desc(), Buddying.id)
    )
    rows = session.execute(query).all()
    headship = next((row[0] for row in rows if _is_own(row[0], person_id)), None)
    return headship, sorted(_each(row[1] for row in rows), key=lambda buddying: buddying.id)


def _is_own(headship: Headship, person_id: int) -> bool:
    open_now = headship.ended_on is None and headship.welcomed_at is not None
    return open_now and headship.person_id == person_id


def _each(found: Iterable[T | None]) -> list[T]:
    return list(dict.fromkeys(one for one in found if one is not None))
