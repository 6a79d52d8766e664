"""Reading pairings: who is what to one, what is being asked of whom, the shortlist for a need."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from brokerage.actor import HEADS, Actor
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of, releaser_of
from brokerage.leaders.releasing import releasers_of
from brokerage.life import Part
from brokerage.matching.profiles import LeaderProfile
from brokerage.matching.shortlist import Shortlist, make_shortlist
from brokerage.needs.models import Need
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing as Pairing
from brokerage.pairings.models import PairingAnswer
from brokerage.pairings.profiles import need_profile
from brokerage.pairings.rules import CAME_TO_NOTHING, UNDER_WAY, PairingState, Step, leader_knows
from brokerage.pairings.turns import turns, with_days_held
from brokerage.people.models import Link, Person
from brokerage.people.queries import holders
from brokerage.specialisms.queries import names
from brokerage.web.paging import Page, paged_things


def asked_for(session: Session, pairing: Pairing, step: Step, day: date) -> Person | None:
    """The person whom a step asks; None where nobody holds that post."""
    if step is Step.ACCEPT:
        return pairing.leader.person
    if step is Step.RELEASE:
        return releaser_of(session, pairing.leader, day)
    heads = holders(session, day, *HEADS, urn=pairing.need.urn)
    return heads[0] if heads else None


def parts(session: Session, actor: Actor, pairing: Pairing, day: date) -> set[Part]:
    """What the actor is to this pairing."""
    found = set()
    if pairing.partnership_id in actor.coordinates():
        found.add(Part.COORDINATOR)
    if pairing.need.urn in actor.heads():
        found.add(Part.HEAD)
    if actor.person_id is None:
        return found
    if actor.person_id == pairing.leader.person_id:
        found.add(Part.LEADER)
    releaser = releaser_of(session, pairing.leader, day)
    if releaser is not None and releaser.id == actor.person_id:
        found.add(Part.RELEASER)
    return found


def pairing_by_reference(session: Session, actor: Actor, reference: str, day: date) -> Pairing:
    """A pairing for somebody who has a part in it now; raises NotFound.

    The leader has a part only once asked, the school only once it is to choose.
    """
    pairing = session.scalar(_whole().where(Pairing.reference == reference))
    if pairing is None or not may_see(session, actor, pairing, day):
        raise NotFound
    return pairing


def may_see(session: Session, actor: Actor, pairing: Pairing, day: date) -> bool:
    """Whether the actor has a part in the pairing that lets them see it now."""
    mine = parts(session, actor, pairing, day)
    if Part.COORDINATOR in mine:
        return True
    agreed = pairing.state is PairingState.CONFIRMED
    answered = {answer.step for answer in pairing.answers if answer.undone_at is None}
    asked_now = {pairing.step} if pairing.state in UNDER_WAY and pairing.step else set()
    shown = answered | asked_now
    return bool(
        (Part.RELEASER in mine and Step.RELEASE in shown)
        or (Part.HEAD in mine and (Step.CHOOSE in asked_now or Step.CHOOSE in answered or agreed))
        or (Part.LEADER in mine and leader_knows(pairing.order, pairing.state, pairing.step))
    )


def pairing_in_partnership(session: Session, actor: Actor, reference: str) -> Pairing:
    """A pairing of a partnership that the actor coordinates; raises NotFound."""
    query = _whole().where(
        Pairing.reference == reference, Pairing.partnership_id.in_(actor.coordinates())
    )
    pairing = session.scalar(query)
    if pairing is None:
        raise NotFound
    return pairing


def pairings_of(session: Session, need_id: int) -> list[Pairing]:
    """All pairings of a need, newest first."""
    query = _whole().where(Pairing.need_id == need_id).order_by(Pairing.id.desc())
    return list(session.scalars(query))


def to_choose_from(session: Session, need_id: int) -> list[Pairing]:
    """The pairings on which the school is to choose now, as cards, the best first."""
    query = _whole().where(
        Pairing.need_id == need_id,
        Pairing.step == Step.CHOOSE,
        Pairing.state.in_(UNDER_WAY),
    )
    return list(session.scalars(query.order_by(Pairing.score.desc(), Pairing.id)))


def pairing_of_link(session: Session, pairing_id: int) -> Pairing:
    """The pairing that a link is about; whoever holds the link may see it."""
    return session.scalars(_whole().where(Pairing.id == pairing_id)).one()


def answer_of_link(session: Session, answer_id: int) -> PairingAnswer:
    """The answer that a link is about."""
    return session.get_one(PairingAnswer, answer_id)


def open_link(session: Session, purpose: str, pairing_id: int, person_id: int) -> Link | None:
    """The person's own link to answer about a pairing, the latest, where it still works."""
    query = select(Link).filter_by(
        purpose=purpose,
        subject="pairing",
        subject_id=pairing_id,
        person_id=person_id,
        used_at=None,
        revoked_at=None,
    )
    return session.scalar(query.order_by(Link.id.desc()).limit(1))


def pairings_page(
    session: Session, actor: Actor, states: Collection[PairingState], today: date, number: int
) -> Page[Pairing]:
    """A page of the pairings in these states of the actor's partnerships: what is overdue first,
    then what waits for the coordinator, then by the day when it is due; what is over, latest
    first."""
    rank = case((Pairing.due_on < today, 0), (Pairing.due_on.is_(None), 1), else_=2)
    query = select(Pairing).where(
        Pairing.partnership_id.in_(actor.coordinates()), Pairing.state.in_(states)
    )
    return paged_things(session, query.order_by(rank, Pairing.due_on, Pairing.id.desc()), number)


def asked_of(session: Session, actor: Actor, day: date) -> list[Pairing]:
    """Pairings on which this person is asked for an answer now."""
    if actor.person_id is None:
        return []
    heads = actor.heads()
    mine = or_(
        (Pairing.step == Step.ACCEPT) & (Leader.person_id == actor.person_id),
        (Pairing.step == Step.CHOOSE) & Need.urn.in_(heads),
        (Pairing.step == Step.RELEASE)
        & or_(Leader.releaser_id == actor.person_id, Leader.home_urn.in_(actor.schools())),
    )
    query = select(Pairing).join(Pairing.need).join(Pairing.leader)
    query = query.options(joinedload(Pairing.leader).joinedload(Leader.releaser))
    query = query.where(Pairing.state.in_(UNDER_WAY), mine)
    found = list(session.scalars(query.order_by(Pairing.due_on, Pairing.id)))
    to_release = [pairing.leader for pairing in found if pairing.step is Step.RELEASE]
    released_by = releasers_of(session, to_release, day)
    choosing = {pairing.need.urn for pairing in found if pairing.step is Step.CHOOSE}
    chosen_by = {urn: holders(session, day, *HEADS, urn=urn) for urn in choosing}

    def first_asked(pairing: Pairing) -> Person | None:
        if pairing.step is Step.ACCEPT:
            return pairing.leader.person
        to_choose = pairing.step is Step.CHOOSE
        people = chosen_by[pairing.need.urn] if to_choose else released_by[pairing.leader_id]
        return people[0] if people else None

    return [one for one in found if (asked := first_asked(one)) and asked.id == actor.person_id]


def accepted_by(session: Session, actor: Actor) -> list[Pairing]:
    """Pairings that the actor, a leader, has accepted and that are not confirmed yet."""
    query = (
        _whole()
        .join(Pairing.leader)
        .where(
            Leader.person_id == (actor.person_id or 0),
            Pairing.state.in_(UNDER_WAY),
            Pairing.id.in_(with_days_held()),
        )
    )
    return list(session.scalars(query.order_by(Pairing.id)))


def shortlist(session: Session, need: Need, today: date, floor: int) -> Shortlist:
    """Everybody on the partnership's register, ranked for this need; and why others are not.

    Leaders who were tried for it already, and did not come of it, are still ranked: the page says
    what became of them.
    """
    earlier = earlier_work(session, need.urn)
    profile = need_profile(need, names(session), earlier=earlier, today=today)
    leaders = leader_profiles(session, need.partnership_id, today, besides=need.id)
    weights = house_rules(session, need.partnership_id).weights
    return make_shortlist(profile, leaders, floor=floor, weights=weights)


def leader_profiles(
    session: Session, partnership_id: int, today: date, besides: int | None = None
) -> list[LeaderProfile]:
    """The partnership's register as matching sees it; see :func:`register`."""
    return [profile for _, profile in register(session, partnership_id, today, besides)]


def register(
    session: Session, partnership_id: int, today: date, besides: int | None = None
) -> list[tuple[Leader, LeaderProfile]]:
    """The partnership's leaders, each with what matching sees of them. Days and places for which a
    leader is being asked already count as gone, except for the need ``besides``."""
    found = turns(session, partnership_id, today, besides=besides)
    leaders = leaders_of(session, partnership_id, today)
    return [(leader, found.profile_of(leader, today)) for leader in leaders]


def earlier_work(session: Session, urn: int) -> dict[int, bool]:
    """Leaders who supported this school before, and whether it went well (as far as is known, it
    did)."""
    return earlier_pairings(session, [urn])[0].get(urn, {})


def earlier_pairings(
    session: Session, urns: Collection[int]
) -> tuple[dict[int, dict[int, bool]], list[tuple[int, int]]]:
    """What became of earlier pairings for these schools: by URN, the leaders who supported it, and
    whether it went well; and needs with each leader not to be suggested for them again."""
    query = (
        select(Need.urn, Pairing.need_id, Pairing.leader_id, Pairing.state, Pairing.went_well)
        .join(Need, Need.id == Pairing.need_id)
        .where(Need.urn.in_(urns), Pairing.state.in_(CAME_TO_NOTHING | {PairingState.CONFIRMED}))
    )
    supported: dict[int, dict[int, bool]] = {}
    over = []
    for urn, need_id, leader_id, state, well in session.execute(query):
        over.append((need_id, leader_id))
        if state is PairingState.CONFIRMED:
            at = supported.setdefault(urn, {})
            at[leader_id] = at.get(leader_id, True) and well is not False
    return supported, over


def tried(session: Session, need_id: int) -> dict[int, PairingState]:
    """What became of each leader already paired with this need, by leader id."""
    query = select(Pairing.leader_id, Pairing.state).filter_by(need_id=need_id)
    return dict(session.execute(query.order_by(Pairing.id)).tuples().all())


def standing_days_taken(session: Session, leader_id: int, year: int) -> int:
    """Half-days of a year for which the leader's standing release was already used."""
    query = select(func.coalesce(func.sum(Pairing.half_days), 0)).where(
        Pairing.leader_id == leader_id,
        Pairing.year == year,
        Pairing.by_standing_release,
        Pairing.state.in_(UNDER_WAY | {PairingState.CONFIRMED}),
    )
    return session.scalar(query) or 0


def _whole() -> Select[Pairing]:
    return select(Pairing).options(selectinload(Pairing.answers))
