"""Reading who has left in the middle of support, and who follows them."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from brokerage.actor import HEADS, Actor, PostKind
from brokerage.engagements.models import Engagement, Succession
from brokerage.engagements.queries import parts, supported_head
from brokerage.engagements.rules import LIVE, EngagementState, Side
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import releaser_of
from brokerage.leaders.releasing import ASKED
from brokerage.life import Part
from brokerage.people.models import Person, Post

PART = {Side.SUPPORTED: Part.HEAD, Side.HOME: Part.RELEASER, Side.LEADER: Part.LEADER}
"""What somebody is to the support who stands for this side of it."""
IS_HEAD = Post.person_id == Engagement.head_id
UNTOLD = (
    Succession.person_id.is_not(None),
    Succession.told_at.is_(None),
    Succession.talk_at.is_(None),
)
STILL_TO_ANSWER = LIVE | {EngagementState.COMPLETED}
"""While support is in one of these, the supported school is still asked about it."""


def to_hand_over(session: Session, day: date) -> list[int]:
    """Ids of the engagements in which somebody has left their post by ``day``, or in which somebody
    is now known who follows one who left, and was not told. One query, whatever the number of
    engagements."""
    somebody_left = or_(
        and_(Engagement.head_id.is_not(None), ~_heads(day, IS_HEAD)),
        and_(
            Engagement.state.in_(LIVE),
            or_(
                and_(Engagement.releaser_id.is_not(None), ~_releases(day)),
                ~_leads(day) & ~_open(Side.LEADER),
            ),
        ),
    )
    somebody_follows = or_(
        _open(Side.SUPPORTED, Succession.person_id.is_(None)) & _heads(day),
        _open(Side.HOME, Succession.person_id.is_(None)) & _may_release(day),
        _open(Side.LEADER) & _leads(day),
        *(_open(side, *UNTOLD) for side in (Side.SUPPORTED, Side.HOME)),
    )
    query = select(Engagement.id).join(Leader, Leader.id == Engagement.leader_id)
    query = query.where(Engagement.state.in_(STILL_TO_ANSWER), or_(somebody_left, somebody_follows))
    return list(session.scalars(query.order_by(Engagement.id)))


def still_stands(session: Session, engagement: Engagement, side: Side, day: date) -> bool:
    """Whether who stands for this side holds the post on ``day`` for which they do."""
    holds = {
        Side.SUPPORTED: _heads(day, IS_HEAD),
        Side.HOME: _releases(day),
        Side.LEADER: _leads(day),
    }
    query = select(Engagement.id).join(Leader, Leader.id == Engagement.leader_id)
    query = query.where(Engagement.id == engagement.id, holds[side])
    return session.scalar(query) is not None


def _held(day: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    held = and_(Post.from_on <= day, or_(Post.to_on.is_(None), Post.to_on >= day))
    active = exists().where(Person.id == Post.person_id, Person.active)
    return exists().where(held, active, *conditions)


def _heads(day: date, *who: ColumnElement[bool]) -> ColumnElement[bool]:
    """That somebody (``who``, if given) heads the supported school on ``day``."""
    return _held(day, Post.urn == Engagement.urn, Post.kind.in_(HEADS), *who)


def _releases(day: date) -> ColumnElement[bool]:
    """That who stands for the home school may still release the leader on ``day``."""
    at_home = _held(
        day,
        Post.urn == Leader.home_urn,
        Post.kind.in_(ASKED),
        Post.person_id == Engagement.releaser_id,
    )
    return or_(Leader.releaser_id.is_not_distinct_from(Engagement.releaser_id), at_home)


def _may_release(day: date) -> ColumnElement[bool]:
    """That there is somebody on ``day`` who may be asked to release the leader."""
    other = Post.person_id != Leader.person_id
    at_home = _held(day, Post.urn == Leader.home_urn, Post.kind.in_(ASKED), other)
    return or_(Leader.releaser_id.is_not(None), at_home)


def _leads(day: date) -> ColumnElement[bool]:
    """That the leader is a system leader of the partnership on ``day``."""
    return _held(
        day,
        Post.partnership_id == Engagement.partnership_id,
        Post.kind == PostKind.SYSTEM_LEADER,
        Post.person_id == Leader.person_id,
    )


def _open(side: Side, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Succession.engagement_id == Engagement.id,
        Succession.side == side,
        Succession.answered_at.is_(None),
        Succession.over_at.is_(None),
        *conditions,
    )


def open_successions(engagement: Engagement) -> list[Succession]:
    """Those in which somebody is still to say that it goes on, or to be found; once the visits are
    done, only a head who is still to be found and asked."""
    pending = [found for found in engagement.successions if found.is_open]
    if engagement.state in LIVE:
        return pending
    if engagement.state is not EngagementState.COMPLETED:
        return []
    nobody = (one for one in pending if one.person_id is None)
    return [one for one in nobody if one.side is Side.SUPPORTED]


def follower(session: Session, engagement: Engagement, side: Side, day: date) -> Person | None:
    """Who follows on this side, as far as anybody is known; nobody follows a leader unasked."""
    if side is Side.SUPPORTED:
        return supported_head(session, engagement, day)
    return releaser_of(session, engagement.leader, day) if side is Side.HOME else None


def succession_by_id(session: Session, succession_id: int) -> Succession:
    """A succession by id; raises NotFound. Who may see it is the caller's business."""
    found = session.get(Succession, succession_id)
    if found is None:
        raise NotFound
    return found


def succession_for(actor: Actor, engagement: Engagement, succession_id: int) -> Succession:
    """An open succession that the actor may answer: as the one who follows, or for them as a
    coordinator. Raises NotFound for anybody else."""
    mine = parts(actor, engagement)
    for found in open_successions(engagement):
        follows = found.person_id == actor.person_id and PART[found.side] in mine
        if found.id == succession_id and (follows or Part.COORDINATOR in mine):
            return found
    raise NotFound


def to_say_of(session: Session, actor: Actor) -> list[tuple[Engagement, Succession]]:
    """What the actor, who follows somebody in post, is still to say that it goes on."""
    query = select(Engagement, Succession).join(
        Succession, Succession.engagement_id == Engagement.id
    )
    query = query.where(
        Succession.person_id == (actor.person_id or 0),
        Succession.answered_at.is_(None),
        Succession.over_at.is_(None),
        Engagement.state.in_(LIVE),
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Succession.id))]


def broken(session: Session) -> Iterator[str]:
    """For `brokerage check`: a sentence for each support that waits on one side for two people."""
    pending = (Succession.answered_at.is_(None), Succession.over_at.is_(None))
    query = select(Engagement.reference, Succession.side).join(
        Succession, Succession.engagement_id == Engagement.id
    )
    by_side = (Engagement.reference, Succession.side)
    for reference, side in session.execute(
        query.where(*pending).group_by(*by_side).having(func.count() > 1)
    ):
        yield f"{reference}: two people at once follow on the side of the {side.value}."


def at_the_desk(session: Session, mine: Collection[int]) -> list[tuple[Engagement, Succession]]:
    """What a coordinator is to see to: nobody is known who follows, or they would rather talk."""
    query = (
        select(Engagement, Succession)
        .join(Succession, Succession.engagement_id == Engagement.id)
        .where(
            Engagement.partnership_id.in_(mine),
            Engagement.state.in_(STILL_TO_ANSWER),
            Succession.answered_at.is_(None),
            Succession.over_at.is_(None),
            or_(Succession.person_id.is_(None), Succession.talk_at.is_not(None)),
        )
        .options(joinedload(Succession.person), joinedload(Succession.before))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Succession.found_at))]
