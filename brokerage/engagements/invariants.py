"""What `brokerage check` asks of engagements: that their days, places and needs go together."""

from collections.abc import Iterator

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from brokerage.engagements import pot_invariants, review_invariants
from brokerage.engagements.calendar_queries import broken as calendars
from brokerage.engagements.models import Agreement, Engagement, Review, Visit
from brokerage.engagements.rules import COUNTED, LIVE, EngagementState, ReviewKind, VisitState
from brokerage.engagements.succession_queries import broken as successions
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.rules import school_year_name
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import UNDER_WAY, PairingState, Step

HELD, AGREED, USED = "held", "agreed", "used"
Sums = dict[tuple[int, int], int]


def broken(session: Session) -> Iterator[str]:
    """A sentence for each engagement whose visits, days, need or papers do not go together, and for
    each leader or pot whose account is not what their pairings and engagements come to."""
    yield from _used(session)
    yield from _accounts(session)
    yield from _places(session)
    yield from _needs(session)
    yield from _visits(session)
    yield from _papers(session)
    yield from pot_invariants.broken(session)
    yield from review_invariants.broken(session)
    yield from successions(session)
    yield from calendars(session)


def _used(session: Session) -> Iterator[str]:
    logged = func.coalesce(func.sum(case((Visit.state.in_(COUNTED), Visit.half_days), else_=0)), 0)
    query = (
        select(Engagement.reference, Engagement.used, Engagement.half_days, logged)
        .outerjoin(Visit, Visit.engagement_id == Engagement.id)
        .group_by(Engagement.id, Engagement.reference, Engagement.used, Engagement.half_days)
        .order_by(Engagement.id)
    )
    for reference, used, half_days, found in session.execute(query):
        if used != found:
            yield f"{reference}: {used} half-days are used, its visits come to {found}."
        if used > half_days:
            yield f"{reference}: {used} half-days are used of {half_days} agreed."


def _accounts(session: Session) -> Iterator[str]:
    """Each account against what is held, agreed and used for its leader in its year."""
    unused = case((Engagement.state.in_(LIVE), Engagement.half_days - Engagement.used), else_=0)
    by_year = (Engagement.leader_id, Engagement.year)
    worked = select(*by_year, func.sum(unused), func.sum(Engagement.used)).group_by(*by_year)
    agreed: Sums = {}
    used: Sums = {}
    for leader_id, year, still, done in session.execute(worked):
        agreed[leader_id, year], used[leader_id, year] = int(still), int(done)
    asked = (
        select(Pairing.leader_id, Pairing.year, func.sum(Pairing.half_days))
        .where(Pairing.state.in_(UNDER_WAY), Pairing.id.in_(_accepted()))
        .group_by(Pairing.leader_id, Pairing.year)
    )
    held: Sums = {(row[0], row[1]): int(row[2]) for row in session.execute(asked)}
    accounts = session.scalars(select(DaysAccount).order_by(DaysAccount.id)).all()
    for account in accounts:
        where = f"The days of leader {account.leader_id} in {school_year_name(account.year)}"
        for column, sums in ((HELD, held), (AGREED, agreed), (USED, used)):
            noted = getattr(account, column)
            found = sums.pop((account.leader_id, account.year), 0)
            if noted != found:
                yield f"{where}: {noted} half-days are {column}, {found} are accounted for."
    for column, sums in ((HELD, held), (AGREED, agreed), (USED, used)):
        for (leader_id, year), found in sorted(sums.items()):
            if found:
                where = f"leader {leader_id} in {school_year_name(year)}"
                yield f"No days account of {where}, where {found} half-days are {column}."


def _accepted() -> Select[int]:
    return select(PairingAnswer.pairing_id).where(
        PairingAnswer.step == Step.ACCEPT, PairingAnswer.yes, PairingAnswer.undone_at.is_(None)
    )


def _places(session: Session) -> Iterator[str]:
    """The places that each leader fills: live engagements, and pairings they have accepted."""
    live = (
        select(func.count())
        .where(Engagement.leader_id == Leader.id, Engagement.state.in_(LIVE))
        .scalar_subquery()
    )
    asked = (
        select(func.count())
        .where(
            Pairing.leader_id == Leader.id,
            Pairing.state.in_(UNDER_WAY),
            Pairing.id.in_(_accepted()),
        )
        .scalar_subquery()
    )
    query = select(Leader.id, Leader.engaged, live + asked).order_by(Leader.id)
    for leader_id, engaged, found in session.execute(query):
        if engaged != found:
            yield f"Leader {leader_id} is counted in {engaged} engagements, and is in {found}."


def _needs(session: Session) -> Iterator[str]:
    going_on = LIVE | {EngagementState.COMPLETED}
    query = (
        select(Engagement.reference, Engagement.state, Need.reference, Need.state)
        .join(Need, Need.id == Engagement.need_id)
        .where(Engagement.state.in_(going_on), Need.state != NeedState.PLACED)
    )
    for reference, state, need, stands in session.execute(query.order_by(Engagement.id)):
        yield f"{reference} is {state}, but its need {need} is {stands}, not placed."
    twice = (
        select(Engagement.need_id)
        .where(Engagement.state.in_(going_on))
        .group_by(Engagement.need_id)
        .having(func.count() > 1)
    )
    for need_id in session.scalars(twice):
        yield f"Need {need_id} has more than one engagement at once."
    unconfirmed = (
        select(Engagement.reference)
        .join(Pairing, Pairing.id == Engagement.pairing_id)
        .where(Pairing.state != PairingState.CONFIRMED)
    )
    for reference in session.scalars(unconfirmed):
        yield f"{reference} stands on a pairing that is not confirmed."
    alone = select(Pairing.reference).where(
        Pairing.state == PairingState.CONFIRMED, Pairing.id.not_in(select(Engagement.pairing_id))
    )
    for reference in session.scalars(alone):
        yield f"Pairing {reference} is confirmed, but there is no engagement of it."


def _visits(session: Session) -> Iterator[str]:
    days_off = select(Visit.id).where(Visit.state.not_in(COUNTED), Visit.half_days != 0)
    for visit_id in session.scalars(days_off):
        yield f"Visit {visit_id} was not logged, yet has half-days."
    undated = select(Visit.id).where(Visit.state.in_(COUNTED), Visit.happened_on.is_(None))
    for visit_id in session.scalars(undated):
        yield f"Visit {visit_id} is logged without a day."
    fuller = (
        select(Engagement.reference, Visit.happened_on)
        .join(Visit, Visit.engagement_id == Engagement.id)
        .where(Visit.state.in_(COUNTED))
        .group_by(Engagement.id, Engagement.reference, Visit.happened_on)
        .having(func.sum(Visit.half_days) > 2)
    )
    for reference, day in session.execute(fuller):
        yield f"{reference}: more than two halves of {day} are noted."
    first = (
        select(func.min(Visit.happened_on))
        .where(Visit.engagement_id == Engagement.id, Visit.state.in_(COUNTED))
        .scalar_subquery()
    )
    otherwise = Engagement.first_visit_on.is_distinct_from(first)
    for reference in session.scalars(select(Engagement.reference).where(otherwise)):
        yield f"{reference}: its first visit is not the first that is noted."
    planned = (
        select(Visit.id)
        .join(Engagement, Engagement.id == Visit.engagement_id)
        .where(Visit.state == VisitState.PLANNED, Engagement.state.not_in(LIVE))
    )
    for visit_id in session.scalars(planned):
        yield f"Visit {visit_id} is planned, but its support is over."


def _papers(session: Session) -> Iterator[str]:
    """An agreement for each engagement; an evaluation for each that is closed, and no other."""
    unwritten = select(Engagement.reference).where(
        Engagement.id.not_in(select(Agreement.engagement_id))
    )
    for reference in session.scalars(unwritten):
        yield f"{reference} has no agreement."
    evaluated = select(Review.engagement_id).where(Review.kind == ReviewKind.EVALUATION)
    closed = Engagement.state == EngagementState.CLOSED
    query = select(Engagement.reference)
    for reference in session.scalars(query.where(closed, Engagement.id.not_in(evaluated))):
        yield f"{reference} is closed without an evaluation."
    for reference in session.scalars(query.where(~closed, Engagement.id.in_(evaluated))):
        yield f"{reference} is evaluated, but not closed."
