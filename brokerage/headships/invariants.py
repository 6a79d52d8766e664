"""What `brokerage check` asks of headships, buddyings and the pool."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.clock import london_date
from brokerage.headships.models import Buddying, Headship, PoolMember
from brokerage.headships.rules import (
    BUDDY_IN_PLACE,
    BUDDYING_LIVE,
    BuddyingState,
    is_schools_address,
)
from brokerage.messages.models import Message
from brokerage.people.models import Post

_LIVE = Buddying.state.in_(BUDDYING_LIVE)


def broken(session: Session) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    yield from _pool(session)
    yield from _buddyings(session)
    yield from _told_too_soon(session)
    yield from _posts(session)


def _pool(session: Session) -> Iterator[str]:
    query = select(Buddying.buddy_id, func.count()).where(_LIVE).group_by(Buddying.buddy_id)
    live: dict[int, int] = {row[0]: row[1] for row in session.execute(query)}
    for member in session.scalars(select(PoolMember).order_by(PoolMember.id)):
        count = live.pop(member.person_id, 0)
        if member.buddying != count:
            yield (
                f"Pool member {member.id} counts {member.buddying} places taken, "
                f"and has {count} buddyings."
            )
        if count > member.at_once:
            yield f"Pool member {member.id} takes {member.at_once} at once, and has {count}."
    for buddy_id in sorted(live):
        yield f"Person {buddy_id} is a buddy and not in the pool."


def _buddyings(session: Session) -> Iterator[str]:
    several = (
        select(Buddying.headship_id)
        .where(_LIVE)
        .group_by(Buddying.headship_id)
        .having(func.count() > 1)
    )
    for headship_id in session.scalars(several.order_by(Buddying.headship_id)):
        yield f"Headship {headship_id} has more than one buddying at once."
    over = select(Buddying.id).join(Buddying.headship).where(_LIVE, Headship.ended_on.is_not(None))
    for buddying_id in session.scalars(over.order_by(Buddying.id)):
        yield f"Buddying {buddying_id} goes on in a headship that is over."
    odd = select(Buddying.id).where(
        or_(
            Buddying.state.in_(BUDDY_IN_PLACE) & Buddying.confirmed_at.is_(None),
            (Buddying.state == BuddyingState.ACTIVE) & Buddying.introduced_on.is_(None),
            (Buddying.state == BuddyingState.ASKED) & Buddying.due_on.is_(None),
            _LIVE & Buddying.over_at.is_not(None),
        )
    )
    for buddying_id in session.scalars(odd.order_by(Buddying.id)):
        yield f"Buddying {buddying_id} is in a state that its dates do not bear out."


def _told_too_soon(session: Session) -> Iterator[str]:
    """Of the messages about a headship written before it was public: none went to the school, and
    none names the head or the school to anybody but the head and coordinators."""
    posts = select(Post.person_id, Post.partnership_id).where(Post.kind == PostKind.COORDINATOR)
    coordinators = {(person, partnership) for person, partnership in session.execute(posts)}
    for headship in session.scalars(select(Headship).order_by(Headship.id)):
        about = select(Message).where(Message.key.startswith(f"headship/{headship.id}/"))
        for message in session.scalars(about.order_by(Message.id)):
            to_head = message.to_person_id == headship.person_id
            ours = (message.to_person_id, headship.partnership_id) in coordinators
            if headship.is_public(london_date(message.written_at)) or ours:
                continue
            if to_head and is_schools_address(message.to_address, headship.school.website):
                yield f"Message {message.id} went to the school before it was announced."
            if not to_head and _names(message, (headship.person.name, headship.school.name)):
                yield f"Message {message.id} names a new head before it was announced."


def _names(message: Message, names: tuple[str, ...]) -> bool:
    text = f"{message.subject}\n{message.body}".lower()
    return any(name.lower() in text for name in names)


def _posts(session: Session) -> Iterator[str]:
    """Nobody holds the post before it may be known."""
    query = select(Headship.id, Headship.starts_on, Post.from_on, Post.person_id)
    query = query.join(Post, Post.id == Headship.post_id).where(Post.from_on < Headship.starts_on)
    for headship_id, *_ in session.execute(query):
        yield f"The post of headship {headship_id} begins before its start."
    early = select(Buddying).where(Buddying.introduced_on.is_not(None))
    for buddying in session.scalars(early.order_by(Buddying.id)):
        if buddying.introduced_on and not buddying.headship.is_public(buddying.introduced_on):
            yield f"Buddying {buddying.id} was introduced before the appointment was announced."
