"""The plan of a partnership as it stands now, for the pages that ask about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from brokerage.leaders.models import Leader
from brokerage.matching.books import Books
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.standing import Standing
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings import queries
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import need_profile, ready
from brokerage.pairings.proposing import to_plan
from brokerage.pairings.rules import UNDER_WAY
from brokerage.pairings.run_material import Suggested, suggestions


@dataclass(frozen=True)
class WholePlan:
    """The needs to be placed with what is suggested for them; ``needs`` and ``leaders`` are the
    rows behind it, by the ids that ``standing`` knows; ``unready`` needs say too little for it.
    ``tried_before`` are the leaders whom a plan leaves out for the need that is asked about, since
    they were asked for it, or had agreed to it, before."""

    standing: Standing
    needs: dict[str, Need]
    leaders: dict[str, Leader]
    unready: list[Need]
    tried_before: frozenset[str]


def whole_plan(
    session: Session,
    partnership_id: int,
    today: date,
    *,
    asking: Need | None = None,
    also: ColumnElement[bool] | None = None,
) -> WholePlan:
    """The plan as it stands; with the need ``asking``, even where somebody is asked for it already,
    and with those that ``also`` says, whatever has become of them.

    A suggestion that has no room any more is left out. One that the rules or the floor would not
    make again, or that a coordinator keeps, stands as settled.
    """
    found = _to_place(session, partnership_id, asking, also)
    needs = [need for need in found if ready(need)]
    words = {need.code or "": need.specialism.name for need in needs if need.specialism}
    besides = asking.id if asking else None
    register = queries.register(session, partnership_id, today, besides=besides)
    profiles = {one.need_id: one for one in to_plan(session, needs, words, today)}
    tried_before = frozenset[str]()
    if asking is not None:
        # Whoever was tried for it before can be asked about again: the shortlist ranks them too.
        earlier = queries.earlier_work(session, asking.urn)
        afresh = need_profile(asking, words, earlier=earlier, today=today)
        tried_before = profiles[afresh.need_id].not_leaders - afresh.not_leaders
        profiles[afresh.need_id] = afresh
    leaders = [fit for _, fit in register]
    house = house_rules(session, partnership_id)
    asked_about = Standing(profiles.values(), leaders, {}, floor=house.floor, weights=house.weights)
    given = _with_room(profiles, leaders, suggestions(session, partnership_id))
    kept = {
        need_id
        for need_id, pairing in given.items()
        if pairing.kept_at is not None or str(pairing.leader_id) not in asked_about.could(need_id)
    }
    standing = Standing(
        profiles.values(),
        leaders,
        {need_id: str(pairing.leader_id) for need_id, pairing in given.items()},
        settled=kept,
        floor=house.floor,
        weights=house.weights,
    )
    rows = {str(need.id): need for need in needs}
    return WholePlan(
        standing,
        rows,
        {str(leader.id): leader for leader, _ in register},
        [need for need in found if not ready(need)],
        tried_before,
    )


def _to_place(
    session: Session, partnership_id: int, asking: Need | None, also: ColumnElement[bool] | None
) -> list[Need]:
    """Needs for which nobody is being asked yet, and those besides."""
    asked = select(Pairing.need_id).where(Pairing.state.in_(UNDER_WAY))
    queue = Need.state.in_(IN_QUEUE) & Need.id.not_in(asked)
    wanted = [queue, *([Need.id == asking.id] if asking else []), *([] if also is None else [also])]
    query = select(Need).where(Need.partnership_id == partnership_id, or_(*wanted))
    query = query.options(selectinload(Need.bars), selectinload(Need.conflicts))
    return list(session.scalars(query.order_by(Need.id)))


def _with_room(
    needs: dict[str, NeedProfile], leaders: Iterable[LeaderProfile], suggested: Iterable[Suggested]
) -> dict[str, Suggested]:
    """By need id, the suggestions for which there is room still, the earlier first."""
    fits = {one.leader_id: one for one in leaders}
    books, found = Books(fits.values()), {}
    for pairing in suggested:
        need, fit = needs.get(str(pairing.need_id)), fits.get(str(pairing.leader_id))
        if need is not None and fit is not None and books.fits(need, fit):
            books.take(need, fit)
            found[need.need_id] = pairing
    return found
