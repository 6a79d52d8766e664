"""A buddy for each new head who waits, all looked at together, for the coordinator to send."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import Actor
from brokerage.headships.models import Headship
from brokerage.headships.profiles import (
    Candidate,
    asked_before,
    new_heads,
    pool_for,
    settings_of,
)
from brokerage.headships.queries import waiting_for_buddy
from brokerage.headships.rules import about_them
from brokerage.matching.buddy_allocation import BuddyPair, BuddyPlan, Unpaired, pair_buddies
from brokerage.matching.buddy_profiles import BuddyProfile

WHY_NOBODY = {
    "phase": "no head of this phase is in the pool",
    "own_school": "all others of this phase are at the same school",
    "same_trust": "all others are in the same trust",
    "line_manager": "all others manage the new head, or are managed by them",
    "not_wished": "all others were asked before, or are not wished",
    "rival": "all others are rivals for pupils",
    "not_accepting": "all others are not taking on a new head now",
    "distance": "nobody else travels that far",
    "capacity": "all others have as many new heads as they take",
    "placed_elsewhere": "everybody who could is needed by another new head",
}


@dataclass(frozen=True)
class Suggested:
    """One new head who waits: the buddy suggested for them, or why there is nobody."""

    headship: Headship
    late: bool
    candidate: Candidate | None
    reasons: list[str]
    why_nobody: str
    points: int
    rank: int
    eligible: int


@dataclass(frozen=True)
class Everybody:
    """All who wait, the soonest needed first. No plan could pair more than ``most_paired`` of
    them, nor, pairing as many, have more than ``most_points``."""

    rows: list[Suggested]
    paired: int
    points: int
    most_paired: int
    most_points: int

    @property
    def proven(self) -> bool:
        return (self.paired, self.points) == (self.most_paired, self.most_points)


def everybody_waiting(session: Session, actor: Actor, day: date) -> Everybody:
    """Pair all new heads who wait, in each of the actor's partnerships with its own pool. Nothing
    is kept: whoever is asked meanwhile is not suggested again."""
    headships = waiting_for_buddy(session, actor, day)
    found: dict[int, Suggested] = {}
    given: dict[str, int] = {}
    plans = []
    for partnership_id in sorted({one.partnership_id for one in headships}):
        ours = {
            str(one.person_id): one
            for one in reversed(headships)
            if one.partnership_id == partnership_id
        }
        pool = pool_for(session, partnership_id, day)
        buddies = [_less(buddy, given) for _, buddy in pool]
        plan = _plan(session, list(ours.values()), buddies, day)
        of_buddy = {buddy.person_id: candidate for candidate, buddy in pool}
        answers: list[BuddyPair | Unpaired] = [*plan.pairs, *plan.unpaired]
        for one in answers:
            headship = ours[one.new_head.person_id]
            found[headship.id] = _suggested(headship, one, of_buddy, day)
        for pair in plan.pairs:
            given[pair.buddy.person_id] = given.get(pair.buddy.person_id, 0) + 1
        plans.append(plan.certificate)
    return Everybody(
        rows=[found.get(one.id) or _again(one, day) for one in headships],
        paired=sum(proof.value[0] for proof in plans),
        points=sum(proof.value[1] for proof in plans),
        most_paired=sum(proof.bound[0] for proof in plans),
        most_points=sum(proof.bound[1] for proof in plans),
    )


def _plan(
    session: Session, headships: Sequence[Headship], buddies: Sequence[BuddyProfile], day: date
) -> BuddyPlan:
    profiles = [
        replace(new, not_buddies=frozenset(map(str, asked_before(headship))))
        for headship, new in zip(headships, new_heads(session, headships, day), strict=True)
    ]
    return pair_buddies(
        profiles, buddies, settings=settings_of(session, headships[0].partnership_id)
    )


def _less(buddy: BuddyProfile, given: dict[str, int]) -> BuddyProfile:
    """The buddy with the places that are left when another partnership's plan has had its own."""
    return replace(buddy, at_once=buddy.at_once - given.get(buddy.person_id, 0))


def _again(headship: Headship, day: date) -> Suggested:
    """Somebody who leads two schools has one buddy: the school first in the list is looked at."""
    late = headship.buddy_by < day
    return Suggested(headship, late, None, [], "this new head waits above too", 0, 0, 0)


def _suggested(
    headship: Headship,
    one: BuddyPair | Unpaired,
    of_buddy: dict[str, Candidate],
    day: date,
) -> Suggested:
    late = headship.buddy_by < day
    if isinstance(one, Unpaired):
        return Suggested(headship, late, None, [], WHY_NOBODY[one.code], 0, 0, one.eligible)
    return Suggested(
        headship=headship,
        late=late,
        candidate=of_buddy[one.buddy.person_id],
        reasons=[about_them(reason) for reason in one.reasons],
        why_nobody="",
        points=one.score,
        rank=one.rank,
        eligible=one.eligible,
    )
