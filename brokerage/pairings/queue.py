"""The plan for the queue, as its coordinator looks it over before anything is sent.

What a page says of a need was found by the latest run and is kept with it, so that no page works
anything out anew, however long the queue and the register are.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, lazyload, undefer

from brokerage.leaders.models import Leader
from brokerage.needs.models import Need
from brokerage.needs.queries import IN_QUEUE_ORDER
from brokerage.needs.rules import IN_QUEUE, Urgency
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.profiles import ready
from brokerage.pairings.rules import UNDER_WAY, PairingState
from brokerage.pairings.run_rules import RunKind, RunState
from brokerage.web.paging import Page, paged_things

NOT_READY = "Say first what is needed, in which phase, and how many days."
NOT_LOOKED = "Nobody has looked yet: make a plan."
SINCE = "Somebody was found, and it came to nothing since: look again, or make a plan."


@dataclass(frozen=True)
class Line:
    """One need of the queue: who is suggested and who else could, or why nobody is. ``careful`` is
    what the latest run said of a suggestion that is kept; ``found`` says that it waited, and could
    be placed now."""

    need: Need
    pairing: Pairing | None
    says: str
    others: int
    careful: str = ""
    found: bool = False


@dataclass(frozen=True)
class Count:
    """Of the needs of one urgency: how many are to be placed, and for how many somebody is
    suggested."""

    urgency: Urgency
    needs: int
    suggested: int


def lines(session: Session, partnership_id: int, number: int) -> Page[Line]:
    """A page of the needs for which nobody is being asked yet, the urgent first."""
    query = _to_place(partnership_id).order_by(*IN_QUEUE_ORDER)
    page = paged_things(session, query, number)
    needs = page.rows
    suggested = _suggestions(session, [need.id for need in needs])
    known = _Known(session, partnership_id)
    return replace(page, rows=[known.line(need, suggested.get(need.id)) for need in needs])


class _Known:
    """What the latest run found out about each need."""

    def __init__(self, session: Session, partnership_id: int) -> None:
        query = select(PlanRun).where(
            PlanRun.partnership_id == partnership_id,
            PlanRun.state == RunState.DONE,
            PlanRun.answers.is_not(None),
        )
        latest = query.options(undefer(PlanRun.answers)).order_by(PlanRun.id.desc()).limit(1)
        run = session.scalar(latest)
        stored: dict[str, Any] = run.answers if run else {}
        self._answers: dict[str, Any] = stored.get("answers", {})
        self._nobody: dict[str, Any] = stored.get("nobody", {})
        self._left_out: dict[str, str] = (run.left_out or {}) if run else {}
        looked_again = select(PlanRun.id).where(
            PlanRun.partnership_id == partnership_id, PlanRun.kind == RunKind.LOOK_AGAIN
        )
        self._looked_again = set(session.scalars(looked_again))

    def line(self, need: Need, pairing: Pairing | None) -> Line:
        key = str(need.id)
        answer, nobody = self._answers.get(key), self._nobody.get(key)
        could = (answer or nobody or {}).get("eligible", 0)
        if pairing is not None:
            careful = self._left_out.get(key, "") if pairing.kept_at is not None else ""
            found = pairing.run_id in self._looked_again
            return Line(need, pairing, "", max(could - 1, 0), careful, found)
        if not ready(need):
            says = NOT_READY
        elif nobody is not None:
            says = nobody["says"]
        elif key in self._left_out:
            says = self._left_out[key]
        else:
            says = SINCE if answer is not None else NOT_LOOKED
        return Line(need, None, says, could)


def counts(session: Session, partnership_id: int) -> list[Count]:
    """By urgency: needs for which nobody is being asked yet, and suggestions for them."""
    with_one = select(Pairing.need_id).where(Pairing.state == PairingState.SUGGESTED)
    suggested = func.sum(case((Need.id.in_(with_one), 1), else_=0))
    query = _to_place(partnership_id).with_only_columns(Need.urgency, func.count(), suggested)
    rows = {row[0]: row for row in session.execute(query.group_by(Need.urgency))}
    return [Count(one, rows[one][1], int(rows[one][2])) for one in Urgency if one in rows]


@dataclass(frozen=True)
class ToSend:
    """Suggestions that wait to be sent: the ``first`` few, how many in all; how many of them came
    of looking again for a need that had nobody, and how many of these are new."""

    first: list[Pairing]
    total: int
    found: int
    new: int


def at_hand(
    session: Session, partnership_ids: Collection[int], since: datetime, most: int
) -> tuple[list[Pairing], ToSend]:
    """What is under way in these partnerships, the earliest due first; and of what waits to be sent
    at most so many. New is what was found ``since`` then."""
    looked_again = PlanRun.kind == RunKind.LOOK_AGAIN
    new = looked_again & (Pairing.suggested_at >= since)

    def of_its_state(what: Any) -> Any:
        return what.over(partition_by=Pairing.state)

    counted = (
        select(
            Pairing.id,
            func.row_number().over(partition_by=Pairing.state, order_by=Pairing.id).label("place"),
            of_its_state(func.count()).label("total"),
            of_its_state(func.sum(case((looked_again, 1), else_=0))).label("found"),
            of_its_state(func.sum(case((new, 1), else_=0))).label("new"),
        )
        .outerjoin(PlanRun, PlanRun.id == Pairing.run_id)
        .where(
            Pairing.partnership_id.in_(partnership_ids),
            Pairing.state.in_(UNDER_WAY | {PairingState.SUGGESTED}),
        )
        .subquery()
    )
    query = (
        select(Pairing, counted.c.total, counted.c.found, counted.c.new)
        .join(counted, counted.c.id == Pairing.id)
        .where((Pairing.state != PairingState.SUGGESTED) | (counted.c.place <= most))
        .order_by(Pairing.due_on, Pairing.id)
    )
    rows = session.execute(query).all()
    waiting = [row for row in rows if row[0].state is PairingState.SUGGESTED]
    total, found, fresh = (int(one) for one in (waiting[0][1:] if waiting else (0, 0, 0)))
    under_way = [row[0] for row in rows if row[0].state is not PairingState.SUGGESTED]
    return under_way, ToSend([row[0] for row in waiting], total, found, fresh)


def _to_place(partnership_id: int) -> Select[Need]:
    asked = select(Pairing.need_id).where(Pairing.state.in_(UNDER_WAY))
    return select(Need).where(
        Need.partnership_id == partnership_id, Need.state.in_(IN_QUEUE), Need.id.not_in(asked)
    )


def _suggestions(session: Session, need_ids: Collection[int]) -> dict[int, Pairing]:
    """What is suggested for these needs."""
    query = select(Pairing).where(
        Pairing.need_id.in_(need_ids), Pairing.state == PairingState.SUGGESTED
    )
    leader = joinedload(Pairing.leader).joinedload(Leader.person)
    # The needs are at hand already.
    found = session.scalars(query.options(leader, lazyload(Pairing.need)).order_by(Pairing.id))
    return {pairing.need_id: pairing for pairing in found}
