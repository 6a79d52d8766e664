"""The plan for the queue, as its coordinator looks it over before anything is sent."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from brokerage.leaders.models import Leader
from brokerage.matching import explanation
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.shortlist import Shortlist, make_shortlist
from brokerage.needs.models import Need
from brokerage.needs.queries import IN_QUEUE_ORDER
from brokerage.needs.rules import IN_QUEUE, Urgency
from brokerage.pairings import queries
from brokerage.pairings.house_rules import HouseRules, house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.proposing import to_plan
from brokerage.pairings.rules import UNDER_WAY, PairingState
from brokerage.specialisms.queries import names
from brokerage.web.paging import Page, paged
from brokerage.web.words import counted


@dataclass(frozen=True)
class Line:
    """One need of the queue: who is suggested and who else could, or why nobody is."""

    need: Need
    pairing: Pairing | None
    says: str
    others: int


@dataclass(frozen=True)
class Count:
    """Of the needs of one urgency: how many are to be placed, and for how many somebody is
    suggested."""

    urgency: Urgency
    needs: int
    suggested: int


def lines(
    session: Session, partnership_id: int, today: date, number: int, total: int
) -> Page[Line]:
    """A page of the ``total`` needs for which nobody is being asked yet, the urgent first."""
    query = _to_place(partnership_id).order_by(*IN_QUEUE_ORDER)
    query = query.options(joinedload(Need.bars), selectinload(Need.conflicts))
    page = paged(session, query, number, total=total, joined=True)
    needs: list[Need] = [row[0] for row in page.rows]
    suggestions = _suggestions(session, partnership_id)
    suggested = {pairing.need_id: pairing for pairing in suggestions}
    house = house_rules(session, partnership_id)
    floor = house.floor
    register = queries.register(session, partnership_id, today)
    profiles = {one.need_id: one for one in to_plan(session, needs, names(session), today)}
    left = _after(register, suggestions)
    found = []
    for need in needs:
        profile, pairing = profiles.get(str(need.id)), suggested.get(need.id)
        if profile is None:
            says = "Say first what is needed, in which phase, and how many days."
            found.append(Line(need, pairing, says, 0))
            continue
        fits = [fit for _, fit in register]
        shortlist = make_shortlist(profile, fits, floor=floor, weights=house.weights)
        others = len(shortlist.proposable) - (pairing is not None)
        says = "" if pairing else _why_nobody(profile, shortlist, left, house)
        found.append(Line(need, pairing, says, max(others, 0)))
    return replace(page, rows=found)


def counts(session: Session, partnership_id: int) -> list[Count]:
    """By urgency: needs for which nobody is being asked yet, and suggestions for them."""
    with_one = select(Pairing.need_id).where(Pairing.state == PairingState.SUGGESTED)
    suggested = func.sum(case((Need.id.in_(with_one), 1), else_=0))
    query = _to_place(partnership_id).with_only_columns(Need.urgency, func.count(), suggested)
    rows = {row[0]: row for row in session.execute(query.group_by(Need.urgency))}
    return [Count(one, rows[one][1], int(rows[one][2])) for one in Urgency if one in rows]


def _to_place(partnership_id: int) -> Select[Need]:
    asked = select(Pairing.need_id).where(Pairing.state.in_(UNDER_WAY))
    return select(Need).where(
        Need.partnership_id == partnership_id, Need.state.in_(IN_QUEUE), Need.id.not_in(asked)
    )


def _suggestions(session: Session, partnership_id: int) -> list[Pairing]:
    """What is suggested in the partnership."""
    query = select(Pairing).where(
        Pairing.partnership_id == partnership_id, Pairing.state == PairingState.SUGGESTED
    )
    return list(session.scalars(query.order_by(Pairing.id)))


def _after(
    register: list[tuple[Leader, LeaderProfile]], suggestions: Collection[Pairing]
) -> list[LeaderProfile]:
    """The register as it is left by what is suggested."""
    left = []
    homes: dict[int, int] = {}
    for pairing in suggestions:
        home = pairing.leader.home_urn
        homes[home] = homes.get(home, 0) + pairing.half_days
    for leader, fit in register:
        gone = [pairing.half_days for pairing in suggestions if pairing.leader_id == leader.id]
        half_days_left = max(fit.half_days_left - sum(gone), 0)
        free = max((fit.engagements_free or 0) - len(gone), 0)
        at_home = fit.home_school_half_days
        if at_home is not None:
            at_home = max(at_home - homes.get(leader.home_urn, 0), 0)
        left.append(
            replace(
                fit,
                half_days_left=half_days_left,
                engagements_free=free,
                home_school_half_days=at_home,
            )
        )
    return left


def _why_nobody(
    profile: NeedProfile, shortlist: Shortlist, left: list[LeaderProfile], house: HouseRules
) -> str:
    """Why a need has no suggestion, in one sentence."""
    emptied = shortlist.emptied_by
    if emptied is not None and emptied.code == "barred":
        return "Everybody who could do this was tried, or is not wanted by the school."
    if not shortlist.ranked:
        return explanation.why_nobody(shortlist.funnel) or "Nobody is on the register yet."
    if shortlist.gap_to_floor:
        return explanation.gap_to_floor(shortlist)
    could = counted(len(shortlist.proposable), "leader")
    if make_shortlist(profile, left, floor=house.floor, weights=house.weights).proposable:
        return f"{could} could do this: make a plan."
    return f"{could} could do this, with their days or engagements suggested for other needs."
