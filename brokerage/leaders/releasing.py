"""Who releases leaders, for a whole page of them in one query."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy.orm import Session, contains_eager

from brokerage.actor import HEADS, PostKind
from brokerage.leaders.models import Leader
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on

ASKED = (*HEADS, PostKind.CHAIR, PostKind.TRUST_LEADER)


def releasers_of(
    session: Session, leaders: Collection[Leader], day: date
) -> dict[int, list[Person]]:
    """By leader id, who may release each, first who is asked: the person named, or else the home
    school's head; for a leader who is a head there, its chair of governors, or else a trust
    leader."""
    asking = [one for one in leaders if one.releaser is None or not one.releaser.active]
    query = held_on(day).join(Post.person).options(contains_eager(Post.person))
    query = query.where(
        Post.urn.in_({leader.home_urn for leader in asking}), Post.kind.in_(ASKED), Person.active
    )
    posts: dict[int | None, list[Post]] = defaultdict(list)
    if asking:
        for post in session.scalars(query.order_by(Post.from_on, Post.id)):
            posts[post.urn].append(post)
    return {
        leader.id: _others(leader, posts[leader.home_urn])
        if leader in asking
        else [person for person in (leader.releaser,) if person]
        for leader in leaders
    }


def _others(leader: Leader, posts: Sequence[Post]) -> list[Person]:
    """The persons in post at the home school whom to ask, the longest in post first."""
    is_head = any(post.person_id == leader.person_id and post.kind in HEADS for post in posts)
    kinds = [(PostKind.CHAIR,), (PostKind.TRUST_LEADER,)] if is_head else [HEADS]
    found = [post.person for wanted in kinds for post in posts if post.kind in wanted]
    return [person for person in dict.fromkeys(found) if person.id != leader.person_id]
