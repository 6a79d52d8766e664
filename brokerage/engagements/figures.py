"""What the board reads of leaders and support: counts of one school year, and no names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
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
    states, used, deployed = _states(session, partnership_id, year)
    return Figures(
        designated=sum(bool(leader.designations) for leader in leaders),
        trained=sum(_is_trained(leader, today) for leader in leaders),
        deployed=sum(leader.id in deployed for leader in leaders),
        by_state=states,
        half_days_used=used,
        by_difference=_differences(session, partnership_id, year),
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
) -> tuple[dict[EngagementState, int], int, set[int]]:
    """Engagements by state, the half-days used in all of them, and the leaders who are in one."""
    query = select(
        Engagement.state, Engagement.leader_id, func.count(), func.sum(Engagement.used)
    ).where(*_of(partnership_id, year))
    rows = session.execute(query.group_by(Engagement.state, Engagement.leader_id)).all()
    counts = dict.fromkeys(EngagementState, 0)
    for row in rows:
        counts[row[0]] += row[2]
    return counts, sum(int(row[3]) for row in rows), {row[1] for row in rows}


def _differences(session: Session, partnership_id: int, year: int) -> dict[Difference, int]:
    query = (
        select(Review.choice, func.count())
        .join(Engagement, Engagement.id == Review.engagement_id)
        .where(*_of(partnership_id, year), Review.kind == ReviewKind.EVALUATION)
        .group_by(Review.choice)
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    return {level: found.get(level.value, 0) for level in Difference}
