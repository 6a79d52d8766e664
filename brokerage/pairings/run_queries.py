"""Reading runs, in the partnerships that the actor coordinates."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, undefer

from brokerage.actor import Actor
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.needs.models import Need
from brokerage.needs.queries import IN_QUEUE_ORDER
from brokerage.needs.rules import IN_QUEUE
from brokerage.pairings.models import Pairing
from brokerage.pairings.models import PlanRun as PlanRun
from brokerage.pairings.rules import OVER, PairingState
from brokerage.pairings.run_rules import LIVE, RunKind, RunState
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.web.paging import Page, paged_things

CHUNK = 5000


def run_of(session: Session, actor: Actor, run_id: int, *, whole: bool = False) -> PlanRun:
    """A run of a partnership that the actor coordinates, ``whole`` with its answers; raises
    NotFound."""
    query = select(PlanRun).where(
        PlanRun.id == run_id, PlanRun.partnership_id.in_(actor.coordinates())
    )
    run = session.scalar(query.options(undefer(PlanRun.answers)) if whole else query)
    if run is None:
        raise NotFound
    return run


def runs_page(session: Session, partnership_id: int, number: int) -> Page[PlanRun]:
    """A page of a partnership's runs, the newest first."""
    query = select(PlanRun).filter_by(partnership_id=partnership_id).order_by(PlanRun.id.desc())
    return paged_things(session, query, number)


def newest(session: Session, partnership_id: int, number: int = 3) -> list[PlanRun]:
    """The latest runs of a partnership, newest first."""
    query = select(PlanRun).filter_by(partnership_id=partnership_id).order_by(PlanRun.id.desc())
    return list(session.scalars(query.limit(number)))


def others_done(session: Session, run: PlanRun, number: int = 10) -> list[PlanRun]:
    """Other finished plans of the partnership with which this one can be compared."""
    query = select(PlanRun).where(
        PlanRun.partnership_id == run.partnership_id,
        PlanRun.state == RunState.DONE,
        PlanRun.kind == RunKind.PLAN,
        PlanRun.answers.is_not(None),
        PlanRun.id != run.id,
    )
    return list(session.scalars(query.order_by(PlanRun.id.desc()).limit(number)))


def live(session: Session, partnership_id: int) -> PlanRun | None:
    """The run that is asked for, or being carried out."""
    query = select(PlanRun).where(PlanRun.partnership_id == partnership_id, PlanRun.state.in_(LIVE))
    return session.scalar(query)


def waits(true_now: datetime) -> ColumnElement[bool]:
    """That a run is to be carried out, or was broken off."""
    broken_off = and_(PlanRun.state == RunState.RUNNING, PlanRun.claimed_until < true_now)
    return or_(PlanRun.state == RunState.ASKED, broken_off)


def some_wait(session: Session, true_now: datetime) -> bool:
    """Whether any run waits."""
    return session.scalar(select(PlanRun.id).where(waits(true_now)).limit(1)) is not None


def to_look_again(session: Session, since: datetime) -> list[int]:
    """Partnerships with a need for which nobody is asked or suggested, and in which nobody has
    looked again since then."""
    looked = exists().where(
        PlanRun.partnership_id == Partnership.id,
        or_(
            and_(PlanRun.kind == RunKind.LOOK_AGAIN, PlanRun.asked_at >= since),
            PlanRun.state.in_(LIVE),
        ),
    )
    with_somebody = select(Pairing.need_id).where(Pairing.state.not_in(OVER))
    waiting = exists().where(
        Need.partnership_id == Partnership.id,
        Need.state.in_(IN_QUEUE),
        Need.code.is_not(None),
        Need.half_days.is_not(None),
        Need.id.not_in(with_somebody),
    )
    query = select(Partnership.id).where(~looked, waiting)
    return list(session.scalars(query.order_by(Partnership.id)))


def needs_named(session: Session, partnership_id: int, ids: Collection[int]) -> list[Need]:
    """These needs of the partnership, the urgent first."""
    found: list[Need] = []
    for some in chunks(sorted(ids)):
        query = select(Need).where(Need.partnership_id == partnership_id, Need.id.in_(some))
        found += session.scalars(query.order_by(*IN_QUEUE_ORDER))
    return found


def need_ids_in_order(session: Session, partnership_id: int) -> list[int]:
    """Ids of all needs of the partnership that were ever in its queue, the urgent first."""
    query = select(Need.id).where(
        Need.partnership_id == partnership_id, Need.queue_since.is_not(None)
    )
    return list(session.scalars(query.order_by(*IN_QUEUE_ORDER)))


def leader_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of these leaders, by id."""
    found: dict[int, str] = {}
    for some in chunks(sorted(ids)):
        query = select(Leader.id, Person.name).join(Person, Person.id == Leader.person_id)
        found |= {row[0]: row[1] for row in session.execute(query.where(Leader.id.in_(some)))}
    return found


def suggested_now(session: Session, partnership_id: int) -> dict[int, tuple[int, int]]:
    """What is suggested now: by need, the leader and the points."""
    query = select(Pairing.need_id, Pairing.leader_id, Pairing.score).where(
        Pairing.partnership_id == partnership_id, Pairing.state == PairingState.SUGGESTED
    )
    return {need: (leader, score) for need, leader, score in session.execute(query)}


def chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    """So many at a time as a database takes in one question; none at all where there are none."""
    listed = list(ids)
    return (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))
