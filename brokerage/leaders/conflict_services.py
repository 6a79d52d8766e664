"""Use cases about conflicts between leaders and schools: declared, and ended."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import conflicts
from brokerage.leaders.models import Conflict
from brokerage.leaders.rules import ConflictKind, check_conflict
from brokerage.ledger.steps import record


@use_case("conflict.note")
def note_conflict(
    by: By,
    session: Session,
    partnership_id: int,
    *,
    leader_id: int,
    urn: int,
    kind: ConflictKind,
    words: str = "",
    until: date | None = None,
) -> int:
    """Note what stands between a leader and a school, for the coordinators of the partnership
    alone; answers its id. The leader is suggested to this school no more. The same kind noted again
    takes the new last day and words.

    Raises RuleBroken for a leader or a school that is not the partnership's.
    """
    today = london_date(by.now)
    check_conflict(kind, words, until, today)
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    leader = conflicts.leader_concerned(session, by.actor, leader_id, today)
    conflicts.school_concerned(session, by.actor, urn)
    with_leader = conflicts.partnerships_with(session, by.actor, leader, today)
    if partnership_id not in {one.id for one in with_leader}:
        raise RuleBroken("This leader is not on the partnership’s register.", field="leader")
    if partnership_id not in {one.id for one in conflicts.partnerships_of(session, by.actor, urn)}:
        raise RuleBroken("This school is not one of the partnership’s.", field="school")
    if leader.home_urn == urn:
        raise RuleBroken("They work at this school, and are never suggested there.", field="school")
    key = {"partnership_id": partnership_id, "leader_id": leader_id, "urn": urn, "kind": kind}
    query = select(Conflict).filter_by(**key, ended_at=None).with_for_update()
    conflict = session.scalar(query)
    if conflict is None:
        conflict = Conflict(**key)
        session.add(conflict)
    conflict.words, conflict.until = words.strip(), until
    conflict.noted_by, conflict.noted_at = by.actor.person_id, by.now
    session.flush()
    _note(session, by, conflict, "conflict.noted", "kind", "until", "words")
    return conflict.id


@use_case("conflict.end")
def end_conflict(by: By, session: Session, conflict_id: int) -> None:
    """It stands between the two no longer; nothing happens where it was ended already."""
    conflicts.conflict_in_scope(session, by.actor, conflict_id)
    (conflict,) = locked(session, Conflict, conflict_id)
    if conflict.ended_at is None:
        conflict.ended_at, conflict.ended_by = by.now, by.actor.person_id
        _note(session, by, conflict, "conflict.ended", "ended_at")


def _note(session: Session, by: By, conflict: Conflict, action: str, *fields: str) -> None:
    record(session, by, action, conflict, partnership_id=conflict.partnership_id, fields=fields)
