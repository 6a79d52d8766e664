"""Whom one can sign in as in a demo: a few people for whom there is something to do now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, PostKind
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.headships.models import Buddying, Headship
from brokerage.headships.queries import days_reached
from brokerage.headships.rules import BuddyingState
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.queries import asked_for
from brokerage.pairings.rules import UNDER_WAY, Step
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on, holders
from brokerage.schools.models import Phase, School


@dataclass(frozen=True)
class Player:
    """A person of the demo: the post they hold, and what is on hand for them."""

    person_id: int
    name: str
    post: str
    has: str


FEWEST = 4
Found = Iterator[tuple[Person, str, str]]


def cast(session: Session, today: date) -> list[Player]:
    """One person of each kind, nobody twice, each with something on hand; kinds of whom there is
    nobody just now are left out. Where hardly anybody is left, some heads."""
    players: list[Player] = []
    for find in _KINDS:
        players += _unknown(find(session, today), players)[:1]
    if len(players) < FEWEST:
        players += _unknown(_heads(session, today), players)[: FEWEST - len(players)]
    return players


def _unknown(found: Found, players: list[Player]) -> list[Player]:
    known = {player.person_id for player in players}
    return [Player(p.id, p.name, post, has) for p, post, has in found if p.id not in known]


def _coordinators(session: Session, today: date) -> Found:
    query = held_on(today).where(Post.kind == PostKind.COORDINATOR).order_by(Post.from_on)
    for post in session.scalars(query):
        where = post.partnership.name if post.partnership else ""
        yield post.person, f"coordinator, {where}", "takes calls, finds leaders, confirms"


def _heads_with_a_need(session: Session, today: date) -> Found:
    query = select(Need).join(Need.school).where(Need.state == NeedState.SUBMITTED)
    query = query.where(School.phase == Phase.PRIMARY).order_by(Need.submitted_at)
    for need in session.scalars(query):
        for head in holders(session, today, *HEADS, urn=need.urn):
            yield head, _head_of(need.school), "has just asked for support"


def _asked(step: Step, post: str, has: str) -> Callable[[Session, date], Found]:
    def find(session: Session, today: date) -> Found:
        query = select(Pairing).where(Pairing.state.in_(UNDER_WAY), Pairing.step == step)
        for pairing in session.scalars(query.order_by(Pairing.asked_at.desc(), Pairing.id)):
            person = asked_for(session, pairing, step, today)
            if person is not None:
                at_home = step is not Step.CHOOSE
                school = pairing.leader.home if at_home else pairing.need.school
                yield person, post.format(school.name), has

    return find


def _leaders_at_work(session: Session, today: date) -> Found:
    query = select(Engagement).where(Engagement.state == EngagementState.ACTIVE)
    for engagement in session.scalars(query.order_by(Engagement.agreed_at)):
        leader = engagement.leader
        yield (
            leader.person,
            f"system leader, {leader.home.name}",
            "is in the middle of supporting a school",
        )


def _heads_to_evaluate(session: Session, today: date) -> Found:
    query = select(Engagement).where(Engagement.state == EngagementState.COMPLETED)
    for engagement in session.scalars(query.order_by(Engagement.id)):
        for head in holders(session, today, *HEADS, urn=engagement.urn):
            yield head, _head_of(engagement.school), "is asked what the support has changed"


def _new_heads(session: Session, today: date) -> Found:
    query = select(Headship).where(Headship.ended_on.is_(None), Headship.starts_on <= today)
    for headship in session.scalars(query.order_by(Headship.starts_on)):
        day = days_reached(session, headship, today)
        yield headship.person, _head_of(headship.school), f"is new: day {day} of 100"


def _buddies(session: Session, today: date) -> Found:
    query = select(Buddying).where(Buddying.state == BuddyingState.ACTIVE)
    for buddying in session.scalars(query.order_by(Buddying.id)):
        held = held_on(today).where(Post.person_id == buddying.buddy_id, Post.kind.in_(HEADS))
        for post in session.scalars(held.order_by(Post.from_on)):
            if post.school is not None:
                yield buddying.buddy, _head_of(post.school), "is the buddy of a new head"


def _officers(session: Session, today: date) -> Found:
    query = held_on(today).where(Post.kind == PostKind.OFFICER).order_by(Post.from_on)
    for post in session.scalars(query):
        where = post.partnership.name if post.partnership else ""
        yield post.person, f"officer, {where}", "reads whether it works"


def _heads(session: Session, today: date) -> Found:
    query = held_on(today).where(Post.kind.in_(HEADS)).join(Post.person).where(Person.active)
    for post in session.scalars(query.order_by(Post.id).limit(FEWEST)):
        if post.school is not None:
            yield post.person, _head_of(post.school), "could ask for support"


def _head_of(school: School) -> str:
    return f"head of {school.name}"


_KINDS: list[Callable[[Session, date], Found]] = [
    _coordinators,
    _heads_with_a_need,
    _asked(Step.RELEASE, "head of {}", "is asked to release a leader"),
    _asked(Step.CHOOSE, "head of {}", "has somebody to say yes to"),
    _asked(Step.ACCEPT, "system leader, {}", "is asked to support a school"),
    _leaders_at_work,
    _heads_to_evaluate,
    _new_heads,
    _buddies,
    _officers,
]
