"""Rows turned into the profiles that matching ranks: a new head, and the heads of the pool."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from brokerage.actor import HEADS, PostKind
from brokerage.headships.models import Headship, PoolMember
from brokerage.headships.rules import BuddyingState, situation
from brokerage.matching import profiles as matching
from brokerage.matching.buddies import BuddyShortlist, RankedBuddy, rank_buddies
from brokerage.matching.buddy_profiles import BuddyProfile, BuddySettings, NewHeadProfile
from brokerage.matching.eligibility import Bar
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person, Post
from brokerage.people.queries import held_on
from brokerage.schools.models import Phase, School
from brokerage.schools.queries import schools_in

ASKED_BEFORE = Bar("asked_before", "was asked for this head before", True)
NEW_THEMSELVES = Bar("new_themselves", "is in their own first 100 days", False)
_OVER = (
    BuddyingState.DECLINED,
    BuddyingState.LAPSED,
    BuddyingState.WITHDRAWN,
    BuddyingState.ENDED,
)
_MANAGE = (PostKind.EXECUTIVE_HEAD, PostKind.TRUST_LEADER, PostKind.CHAIR)
_PHASES: dict[Phase, tuple[matching.Phase, ...]] = {
    Phase.NURSERY: (matching.Phase.NURSERY, matching.Phase.PRIMARY),
    Phase.PRIMARY: (matching.Phase.PRIMARY, matching.Phase.NURSERY),
    Phase.SECONDARY: (matching.Phase.SECONDARY, matching.Phase.SIXTEEN_PLUS),
    Phase.SIXTEEN_PLUS: (matching.Phase.SIXTEEN_PLUS, matching.Phase.SECONDARY),
    Phase.ALL_THROUGH: (matching.Phase.SECONDARY, matching.Phase.PRIMARY),
    Phase.SPECIAL: (matching.Phase.SPECIAL,),
    Phase.OTHER: (matching.Phase.SPECIAL,),
}
"""Which phases a head can speak of from their own school; the first is their own."""
_SIZES = {
    matching.Phase.NURSERY: (40, 80, 120, 160),
    matching.Phase.PRIMARY: (110, 220, 330, 450),
    matching.Phase.SECONDARY: (500, 800, 1100, 1400),
    matching.Phase.SIXTEEN_PLUS: (500, 1000, 2000, 3000),
    matching.Phase.SPECIAL: (60, 100, 150, 220),
}
_DISADVANTAGE = (10.0, 20.0, 30.0, 40.0)


@dataclass(frozen=True)
class Candidate:
    """A head of the pool as a coordinator sees them among the suggestions."""

    person: Person
    school: School


@dataclass(frozen=True)
class Shortlist:
    """Who could be the buddy, best first with reasons; and everyone else with why not."""

    ranked: list[tuple[Candidate, RankedBuddy]]
    left_out: list[tuple[Candidate, tuple[Bar, ...]]]


def shortlist(session: Session, headship: Headship, day: date) -> Shortlist:
    """The heads of the partnership's pool, ranked for this headship."""
    pool = _pool(session, headship.partnership_id, day)
    new = _in_first_hundred(session, pool, day)
    over = asked_before(headship)
    may = [m for m in pool if m not in over and m not in new]
    found: BuddyShortlist = rank_buddies(
        new_head(session, headship, day),
        [_buddy(*pool[person_id], day) for person_id in may],
        settings_of(session, headship.partnership_id),
    )
    people = {str(m.person_id): Candidate(m.person, school) for m, school in pool.values()}
    left_out = [(people[b.person_id], bars) for b, bars in found.left_out]
    left_out += [(people[str(i)], (NEW_THEMSELVES,)) for i in pool if i in new]
    left_out += [(people[str(i)], (ASKED_BEFORE,)) for i in pool if i in over and i not in new]
    return Shortlist([(people[r.buddy.person_id], r) for r in found.ranked], left_out)


def pool_for(
    session: Session, partnership_id: int, day: date
) -> list[tuple[Candidate, BuddyProfile]]:
    """The heads of the partnership's pool whose own first 100 days are over, as matching sees
    them."""
    pool = _pool(session, partnership_id, day)
    new = _in_first_hundred(session, pool, day)
    return [
        (Candidate(member.person, school), _buddy(member, school, day))
        for person_id, (member, school) in pool.items()
        if person_id not in new
    ]


def settings_of(session: Session, partnership_id: int) -> BuddySettings:
    """What the partnership sets about who may be whose buddy."""
    partnership = session.get_one(Partnership, partnership_id)
    return BuddySettings(rival_metres=partnership.buddy_rival_metres)


def asked_before(headship: Headship) -> set[int]:
    """Ids of those who were suggested or asked for this new head, and will not be again."""
    return {one.buddy_id for one in headship.buddyings if one.state in _OVER}


def new_head(session: Session, headship: Headship, day: date) -> NewHeadProfile:
    """The new head as matching sees them."""
    return new_heads(session, [headship], day)[0]


def new_heads(session: Session, headships: Sequence[Headship], day: date) -> list[NewHeadProfile]:
    """New heads as matching sees them. Their line managers are those who lead the school from
    above; they manage the heads of the schools that they lead from above."""
    managers = _holders_at(session, [one.urn for one in headships], _MANAGE, day)
    above = held_on(day).where(
        Post.person_id.in_([one.person_id for one in headships]), Post.kind.in_(_MANAGE)
    )
    same_trust = set(
        session.scalars(
            select(Partnership.id).where(
                Partnership.id.in_({one.partnership_id for one in headships}),
                Partnership.buddy_same_trust,
            )
        )
    )
    led: dict[int, set[int]] = defaultdict(set)
    for post in session.scalars(above):
        if post.urn is not None:
            led[post.person_id].add(post.urn)
    under = _holders_at(session, set().union(*led.values()), HEADS - {PostKind.EXECUTIVE_HEAD}, day)
    return [
        NewHeadProfile(
            person_id=str(headship.person_id),
            phase=_PHASES[headship.school.phase][0],
            school=str(headship.urn),
            trust=_trust(headship.school),
            place=_place(headship.school),
            context=_context(headship.school),
            situation=situation(headship.category, headship.worries, headship.school.pupils),
            managed_by=frozenset(managers[headship.urn]),
            manages=frozenset(
                person_id
                for urn in led[headship.person_id] - {headship.urn}
                for person_id in under[urn]
            ),
            same_trust_wished=headship.same_trust_wished or headship.partnership_id in same_trust,
        )
        for headship in headships
    ]


def _holders_at(
    session: Session, urns: Collection[int], kinds: Collection[PostKind], day: date
) -> dict[int, set[str]]:
    """Ids of the active persons who hold one of these posts, by school."""
    query = held_on(day).join(Post.person).options(contains_eager(Post.person))
    query = query.where(Post.urn.in_(urns), Post.kind.in_(kinds), Person.active)
    found: dict[int, set[str]] = defaultdict(set)
    for post in session.scalars(query) if urns else ():
        if post.urn is not None:
            found[post.urn].add(str(post.person_id))
    return found


def _pool(session: Session, partnership_id: int, day: date) -> dict[int, tuple[PoolMember, School]]:
    """Serving heads of the partnership's schools who are in the pool, each with the school that
    they have led longest."""
    query = (
        select(PoolMember, School)
        .join(PoolMember.person)
        .join(Post, Post.person_id == Person.id)
        .join(School, School.urn == Post.urn)
        .options(contains_eager(PoolMember.person))
        .where(
            Person.active,
            Post.id.in_(held_on(day).with_only_columns(Post.id)),
            Post.kind.in_(HEADS),
            Post.urn.in_(schools_in([partnership_id])),
        )
        .order_by(Post.from_on.desc(), Post.id.desc())
    )
    return {member.person_id: (member, school) for member, school in session.execute(query)}


def _in_first_hundred(session: Session, person_ids: Collection[int], day: date) -> set[int]:
    # Only headships that have begun: one to come may still be private.
    current = select(Headship.person_id).where(
        Headship.person_id.in_(person_ids), Headship.starts_on <= day, Headship.ended_on.is_(None)
    )
    return set(session.scalars(current))


def _buddy(member: PoolMember, school: School, day: date) -> BuddyProfile:
    closed = not member.willing or (member.until is not None and member.until < day)
    return BuddyProfile(
        person_id=str(member.person_id),
        phases=_PHASES[school.phase],
        school=str(school.urn),
        trust=_trust(school),
        place=_place(school),
        context=_context(school),
        been_there=frozenset(member.been_there),
        buddying=member.buddying,
        at_once=member.at_once,
        openness=matching.Openness.CLOSED if closed else matching.Openness.ACCEPTING,
        max_metres=None if member.max_km is None else member.max_km * 1000,
    )


def _trust(school: School) -> str | None:
    return school.trust.name if school.trust else None


def _place(school: School) -> matching.Place | None:
    if school.easting is None or school.northing is None:
        return None
    return matching.Place(school.easting, school.northing)


def _context(school: School) -> matching.Context:
    return matching.Context(
        size=_band(school.pupils, _SIZES[_PHASES[school.phase][0]]),
        kind="academy" if school.trust_uid else school.type_name,
        faith=_faith(school.religious_character),
        disadvantage=_band(school.percent_fsm, _DISADVANTAGE),
    )


def _faith(character: str | None) -> str | None:
    if character is None:
        return None
    return "none" if character.lower() in ("none", "does not apply", "") else character


def _band(value: float | None, limits: tuple[float, ...]) -> int | None:
    """1 to 5: how many limits are reached, and one; None where not known."""
    return None if value is None else 1 + sum(value >= limit for limit in limits)
