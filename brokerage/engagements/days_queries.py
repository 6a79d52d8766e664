"""Reading where days went: what a movement was for, and the visits of a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from brokerage.actor import Actor
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import of_actor
from brokerage.engagements.rules import COUNTED
from brokerage.errors import NotFound
from brokerage.leaders.account_queries import is_shown, school_names
from brokerage.leaders.balances import running
from brokerage.leaders.models import DaysMovement, Leader
from brokerage.leaders.rules import Movement
from brokerage.pairings.models import Pairing
from brokerage.schools.models import School
from brokerage.schools.queries import school_in_scope, sees_days

CAUSES: dict[str, type[Visit] | type[Change]] = {"visit": Visit, "change": Change}
"""What belongs to an engagement and moves days, as movements name it as their cause."""


@dataclass(frozen=True)
class Line:
    """One movement in a page: ``says`` what it was, ``reference`` the engagement that it was for,
    where the reader may open that; ``left`` what was left after it."""

    on: DaysMovement
    says: str
    reference: str | None
    left: int


def lines(
    session: Session,
    actor: Actor,
    movements: Sequence[DaysMovement],
    partnership_ids: frozenset[int] | None,
) -> list[Line]:
    """The movements that somebody of these partnerships (None: of all) may know of, in order."""
    left = [balance.left for balance in running((one.kind, one.half_days) for one in movements)]
    shown = [
        (one, after)
        for one, after in zip(movements, left, strict=True)
        if is_shown(one, partnership_ids)
    ]
    schools = school_names(session, [one.urn for one, _ in shown])
    references = _references(session, actor, [one for one, _ in shown])
    return [
        Line(one, in_words(one, schools), references.get((one.cause, one.cause_id or 0)), after)
        for one, after in shown
    ]


def in_words(movement: DaysMovement, schools: dict[int, str]) -> str:
    """What moved, and why, in plain words."""
    school = schools.get(movement.urn or 0, "a school")
    back = movement.half_days < 0
    says = {
        Movement.PLEDGED: "pledged less" if back else "pledged",
        Movement.HELD: f"held: a yes to supporting {school}",
        Movement.FREED: f"free again: support for {school} did not come about",
        Movement.AGREED: f"agreed: support for {school} was confirmed",
        # What was noted was corrected, or settled as less, or taken back: true of all three.
        Movement.USED: f"not used after all: fewer days count for a visit to {school}"
        if back
        else f"used: a visit to {school}",
        Movement.UNUSED: f"given back: not needed by {school}",
    }
    if movement.cause == Change.__tablename__:
        says |= {
            Movement.HELD: f"held: more days for supporting {school}",
            Movement.AGREED: f"agreed: more days for supporting {school}",
            Movement.UNUSED: f"given back: fewer days are agreed for supporting {school}",
        }
    return says[movement.kind]


def _references(
    session: Session, actor: Actor, movements: Sequence[DaysMovement]
) -> dict[tuple[str, int], str]:
    """By cause, the reference of the engagement, where the actor has a part in it."""
    ids: dict[str, set[int]] = {name: set() for name in ("pairing", "engagement", *CAUSES)}
    for one in movements:
        if one.cause in ids and one.cause_id is not None:
            ids[one.cause].add(one.cause_id)
    within: dict[tuple[str, int], int] = {}
    for name, model in CAUSES.items():
        query = select(model.id, model.engagement_id).where(model.id.in_(ids[name]))
        within |= {(name, row[0]): row[1] for row in session.execute(query)}
    wanted = or_(
        Engagement.pairing_id.in_(ids["pairing"]),
        Engagement.id.in_({*ids["engagement"], *within.values()}),
    )
    found: dict[tuple[str, int], str] = {}
    by_id: dict[int, str] = {}
    columns = (Engagement.id, Engagement.pairing_id, Engagement.reference)
    for number, pairing_id, reference in session.execute(
        of_actor(actor).where(wanted).with_only_columns(*columns)
    ):
        found["pairing", pairing_id] = found["engagement", number] = reference
        by_id[number] = reference
    return found | {cause: by_id[e] for cause, e in within.items() if e in by_id}


def visits_between(
    session: Session, first: date, last: date, *where: ColumnElement[bool]
) -> list[Visit]:
    """The visits that count and took place from day to day, by date; each with its engagement,
    and the agreements that say what it is paid."""
    query = (
        select(Visit)
        .join(Engagement, Engagement.id == Visit.engagement_id)
        .join(Leader, Leader.id == Engagement.leader_id)
        .where(
            Visit.state.in_(COUNTED),
            Visit.half_days > 0,
            Visit.happened_on.between(first, last),
            *where,
        )
        .options(
            contains_eager(Visit.engagement).options(
                joinedload(Engagement.pairing).joinedload(Pairing.pot),
                selectinload(Engagement.agreements),
            )
        )
    )
    return list(session.scalars(query.order_by(Visit.happened_on, Visit.id)))


def of_partnership(partnership_id: int) -> ColumnElement[bool]:
    return Engagement.partnership_id == partnership_id


def of_school(urn: int) -> ColumnElement[bool]:
    """Visits that a school's leaders made, or that were made to it."""
    return or_(Engagement.urn == urn, Leader.home_urn == urn)


def school_whose_days(session: Session, actor: Actor, urn: int) -> School:
    """The school, for those who see what it gives and receives: its head and those beside them, a
    coordinator or an officer of one of its partnerships. Raises NotFound."""
    school = school_in_scope(session, actor, urn)
    if sees_days(session, actor, urn):
        return school
    raise NotFound
