"""Reading what the reviews of an engagement say of each outcome, from the baseline to six months
on: what the forms ask about, and the page "Did it last?"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brokerage.actor import Actor
from brokerage.clock import london_date
from brokerage.engagements.models import Engagement, Finding
from brokerage.engagements.queries import look_back_due_of, review_of
from brokerage.engagements.review_rules import MEASURED, Answering, Course, answering
from brokerage.engagements.rules import LOOK_BACK_MONTHS, EngagementState, ReviewKind, months_after

AS_A_WHOLE = None
"""In place of an outcome's id: what was asked for, as a whole."""
ASKED_FOR = 3
"""Months for which a head is asked to look back; they may still answer after that."""


@dataclass(frozen=True)
class Measured:
    """One outcome with what each review said of it; of none, what was asked for as a whole."""

    outcome_id: int | None
    words: str
    measure: str
    baseline: str
    findings: Mapping[ReviewKind, Finding]

    @property
    def at_the_end(self) -> Finding | None:
        return self.findings.get(ReviewKind.EVALUATION)

    @property
    def half_way(self) -> Finding | None:
        return self.findings.get(ReviewKind.MID_POINT)


@dataclass(frozen=True)
class Column:
    """One review: how it stands with its answer, and the day on which it will be asked, if that is
    known."""

    kind: ReviewKind
    answering: Answering
    on: date | None


def measured(engagement: Engagement) -> list[Measured]:
    """What a review asks about: each outcome in order, or the need's worry where there are none."""
    found = [_of(engagement, one.id) for one in engagement.outcomes]
    return found or [_of(engagement, AS_A_WHOLE)]


def table(engagement: Engagement) -> list[Measured]:
    """All that was measured: what was said as a whole too, where outcomes came only after that."""
    rows = measured(engagement)
    whole = _of(engagement, AS_A_WHOLE)
    return [whole, *rows] if engagement.outcomes and whole.findings else rows


def columns(engagement: Engagement, today: date) -> list[Column]:
    """The reviews of the table, and how it stands with each."""
    course = course_of(engagement)
    return [
        Column(kind, answering(kind, course, today), _asked_on(kind, course)) for kind in MEASURED
    ]


def course_of(engagement: Engagement) -> Course:
    """The course of the engagement, for the rules."""
    logged = [visit for visit in engagement.visits if visit.logged_at is not None]
    return Course(
        state=engagement.state,
        half_days=engagement.half_days,
        logged=[v.half_days for v in sorted(logged, key=lambda v: (v.logged_at, v.id))],
        over_on=london_date(engagement.over_at) if engagement.over_at else None,
        answered=frozenset(review.kind for review in engagement.reviews),
    )


def _asked_on(kind: ReviewKind, course: Course) -> date | None:
    months = LOOK_BACK_MONTHS.get(kind)
    return months_after(course.over_on, months) if months and course.over_on else None


def _of(engagement: Engagement, outcome_id: int | None) -> Measured:
    outcome = next((one for one in engagement.outcomes if one.id == outcome_id), None)
    need, findings = engagement.need, {}
    for kind in MEASURED:
        review = review_of(engagement, kind)
        for finding in review.findings if review else ():
            if finding.outcome_id == outcome_id:
                findings[kind] = finding
    if outcome is None:
        return Measured(AS_A_WHOLE, need.worry, "", need.baseline, findings)
    return Measured(outcome.id, outcome.words, outcome.measure, outcome.baseline, findings)


def asks_to_look_back(over_on: date, kind: ReviewKind, today: date) -> bool:
    """Whether the head is asked for this look back, once its months are over: not for ever."""
    return today < months_after(over_on, LOOK_BACK_MONTHS[kind] + ASKED_FOR)


def to_look_back_on(session: Session, actor: Actor, today: date) -> list[Engagement]:
    """Closed support of the actor's schools of which the head is to say now whether it lasted."""
    closed = (
        select(Engagement)
        .where(Engagement.urn.in_(actor.heads()), Engagement.state == EngagementState.CLOSED)
        .options(selectinload(Engagement.reviews))
    )
    found = session.scalars(closed.order_by(Engagement.id)) if actor.heads() else ()
    return [one for one in found if look_back_due_of(one, today) is not None]
