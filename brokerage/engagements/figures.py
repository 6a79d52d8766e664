"""What the board reads of leaders and support: counts of one school year, and no names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement, Review
from brokerage.engagements.rules import Difference, EngagementState, ReviewKind
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of


@dataclass(frozen=True)
class Figures:
    """KPI 8 and what belongs to it. Engagements are those of the school year; every state and
    every difference is there, if with nought. ``not_answered`` are done and not yet evaluated."""

    designated: int
    trained: int
    deployed: int
    by_state: dict[EngagementState, int]
    half_days_used: int
    by_difference: dict[Difference, int]
    not_answered: int


def figures(session: Session, partnership_id: int, year: int, today: date) -> Figures:
    """The figures of a partnership in the school year that begins in ``year``, as of ``today``.

    A leader is designated with any designation, trained with any training, and deployed with at
    least one engagement of this partnership in that year.
    """
    leaders = leaders_of(session, partnership_id, today)
    states, used, deployed, differences = _states(session, partnership_id, year)
    return Figures(
        designated=sum(bool(leader.designations) for leader in leaders),
        trained=sum(_is_trained(leader, today) for leader in leaders),
        deployed=sum(leader.id in deployed for leader in leaders),
        by_state=states,
        half_days_used=used,
        by_difference=differences,
        not_answered=states[EngagementState.COMPLETED],
    )


def never_deployed(session: Session, partnership_id: int, today: date) -> list[str]:
    """The names of leaders who were in no engagement yet, in whatever year or partnership: for the
    coordinator alone."""
    ever = set(session.scalars(_deployed()))
    leaders = leaders_of(session, partnership_id, today)
    return [leader.person.name for leader in leaders if leader.id not in ever]


def _is_trained(leader: Leader, today: date) -> bool:
    days = (designation.trained_on for designation in leader.designations)
    return any(day is not None and day <= today for day in days)


def _deployed() -> Select[int]:
    return select(Engagement.leader_id).distinct()


def _of(partnership_id: int, year: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Engagement.partnership_id == partnership_id, Engagement.year == year


def _states(
    session: Session, partnership_id: int, year: int
) -> tuple[dict[EngagementState, int], int, set[int], dict[Difference, int]]:
    """Engagements by state, the half-days used in all of them, the leaders who are in one, and what
    the evaluations say."""
    evaluated = and_(Review.engagement_id == Engagement.id, Review.kind == ReviewKind.EVALUATION)
    columns = Engagement.state, Engagement.leader_id, Review.choice
    query = (
        select(*columns, func.count(), func.sum(Engagement.used))
        .outerjoin(Review, evaluated)
        .where(*_of(partnership_id, year))
        .group_by(*columns)
    )
    states = dict.fromkeys(EngagementState, 0)
    differences = dict.fromkeys(Difference, 0)
    used, deployed = 0, set()
    for state, leader_id, choice, count, half_days in session.execute(query):
        states[state] += count
        used += int(half_days)
        deployed.add(leader_id)
        if choice is not None:
            differences[Difference(choice)] += count
    return states, used, deployed, differences
