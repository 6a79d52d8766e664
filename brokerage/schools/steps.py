"""Changes to the register of schools, within somebody's open transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import changes_one
from brokerage.schools.bundle import Bundle
from brokerage.schools.comparing import STEP, Comparison, Progress, with_search_text
from brokerage.schools.models import ImportState, School, SchoolImport, SchoolLink, Trust
from brokerage.schools.report import Report

LEASE = timedelta(minutes=10)
_LOCK = 7_204_914  # any number: the name of the register's advisory lock on PostgreSQL


def take_in(session: Session, by: By, bundle: Bundle, note: Progress) -> Report:
    """Bring the register to what the files say; schools that they do not name stay as they are."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    comparison = Comparison(session, bundle, dry_run=False, note=note)
    changes = comparison.run()
    _insert(session, Trust, changes.new_trusts)
    _update(session, Trust, changes.changed_trusts)
    done, total = changes.report.read - len(changes.new_schools), changes.report.read

    def coming() -> Iterable[dict[str, Any]]:
        for number, school in enumerate(changes.new_schools, done + 1):
            yield with_search_text(comparison.values(school)) | {"changed_at": by.now}
            if number % STEP == 0:
                note(number, total)

    _insert(session, School, coming())
    changed = (with_search_text(row) | {"changed_at": by.now} for row in changes.changed_schools)
    _update(session, School, changed)
    _insert(session, SchoolLink, changes.new_links)
    _update(session, SchoolLink, changes.changed_links)
    note(total, total)
    return changes.report


def _insert(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    waiting = iter(rows)
    while chunk := list(islice(waiting, STEP)):
        session.execute(insert(table), chunk)


def _update(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    keys = list(table.primary_key.columns)
    where = and_(*(column == bindparam(f"key_{column.key}") for column in keys))
    values: dict[str, Any] = {c.key: bindparam(c.key) for c in table.columns if not c.primary_key}
    statement = update(table).where(where).values(values)
    waiting = iter(rows)
    while chunk := list(islice(waiting, STEP)):
        for row in chunk:
            row.update({f"key_{column.key}": row.pop(column.key) for column in keys})
        session.execute(statement, chunk)


def note_import(
    session: Session, by: By, file_name: str, report: Report | None = None, **other: Any
) -> SchoolImport:
    """Note an import: one that waits, or with its ``report`` one that is done."""
    row = SchoolImport(
        state=ImportState.DONE if report else ImportState.WAITING,
        asked_by=by.actor.person_id,
        asked_at=by.now,
        started_at=by.now if report else None,
        ended_at=by.now if report else None,
        file_name=file_name[:200],
        report=report.as_json() if report else None,
        done=report.read if report else 0,
        total=report.read if report else None,
        **other,
    )
    session.add(row)
    session.flush()
    return row


def claim_import(session: Session, by: By) -> SchoolImport | None:
    """Take the oldest import that waits, or whose run has died, unless one is running.

    Its ``started_at`` is the claim: whoever finishes it must still hold it. As both of two
    schedulers reach for the same row, one of them gets it and the other nothing.
    """
    broken_off = SchoolImport.started_at < by.now - LEASE
    running = SchoolImport.state == ImportState.RUNNING
    if session.scalar(select(SchoolImport.id).where(running, ~broken_off).limit(1)) is not None:
        return None
    free = or_(SchoolImport.state == ImportState.WAITING, and_(running, broken_off))
    row = session.scalars(select(SchoolImport).where(free).order_by(SchoolImport.id)).first()
    if row is None:
        return None
    attempts = (row.report or {}).get("attempts", 0) + 1
    claim = update(SchoolImport).where(SchoolImport.id == row.id, free)
    values = {"state": ImportState.RUNNING, "started_at": by.now, "report": {"attempts": attempts}}
    if not changes_one(session, claim.values(values)):
        return None
    session.refresh(row)
    return row


def settle_import(
    session: Session, by: By, import_id: int, claimed_at: datetime, state: ImportState, report: Any
) -> SchoolImport | None:
    """The claimed import has ended so; None where the claim has gone to somebody else."""
    mine = update(SchoolImport).where(
        SchoolImport.id == import_id,
        SchoolImport.state == ImportState.RUNNING,
        SchoolImport.started_at == claimed_at,
    )
    values = {"state": state, "ended_at": by.now, "report": report}
    if not changes_one(session, mine.values(values)):
        return None
    row = session.get_one(SchoolImport, import_id)
    session.refresh(row)
    return row
