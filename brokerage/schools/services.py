"""Use cases about the register of schools and its import."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By
from brokerage.database import db, locked, use_case
from brokerage.errors import Busy, NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.partnerships import steps as partnerships
from brokerage.partnerships.models import Partnership
from brokerage.schools import queries, steps, uploads
from brokerage.schools.bundle import Bundle, read_bundle
from brokerage.schools.comparing import Comparison, Progress
from brokerage.schools.gias_file import NotGias
from brokerage.schools.models import ImportState, School
from brokerage.schools.report import Report

log = logging.getLogger("brokerage")

TRIES = 3
GONE = "The files are no longer there. Nothing was changed: send them again."
DIED = "The import was broken off several times. Nothing was changed: send the files again."
FAULT = "Something went wrong in the service. Nothing was changed; its operator can see why."


def no_progress(done: int, total: int) -> None:
    """For those who do not ask how far an import has come."""


def preview(bundle: Bundle, note: Progress = no_progress) -> Report:
    """What an import of these files would change; nothing is changed."""
    with Session(db.engine) as session:
        return Comparison(session, bundle, dry_run=True, note=note).run().report


@use_case("school.import")
def import_schools(
    by: By, session: Session, bundle: Bundle, file_name: str, note: Progress = no_progress
) -> dict[str, Any]:
    """Bring the register to what the files say, in one transaction; answers the report's JSON."""
    report = steps.take_in(session, by, bundle, note)
    row = steps.note_import(session, by, file_name, report, dry_run=False, files={})
    record(session, by, "school.imported", row)
    return report.as_json()


@use_case("school.ask_import")
def ask_import(
    by: By, session: Session, *, file_name: str, files: dict[str, str], dry_run: bool
) -> dict[str, Any]:
    """Let an import of stored files wait for the scheduler; answers its id and its files (those of
    the first sending, where a form was sent twice)."""
    row = steps.note_import(session, by, file_name, dry_run=dry_run, files=files)
    record(session, by, "school.import_asked", row)
    return {"id": row.id, "files": row.files}


@use_case("school.claim_import")
def _claim(by: By, session: Session) -> dict[str, Any] | None:
    row = steps.claim_import(session, by)
    if row is None or row.started_at is None:
        return None
    return {
        "id": row.id,
        "claimed_at": row.started_at.isoformat(),
        "attempts": row.report["attempts"],
        "files": row.files,
        "dry_run": row.dry_run,
        "asked_by": row.asked_by,
    }


@use_case("school.run_import")
def _take_in_claimed(
    by: By, session: Session, bundle: Bundle, claim: Mapping[str, Any]
) -> dict[str, Any]:
    report = steps.take_in(session, by, bundle, no_progress)
    _settle(by, session, claim, ImportState.DONE, report.as_json(), "school.imported")
    return report.as_json()


@use_case("school.end_import")
def _end(
    by: By, session: Session, claim: Mapping[str, Any], state: ImportState, report: dict[str, Any]
) -> None:
    done = state is ImportState.DONE
    action = "school.import_tried" if done else "school.import_refused"
    _settle(by, session, claim, state, report, action)


def _settle(
    by: By,
    session: Session,
    claim: Mapping[str, Any],
    state: ImportState,
    report: dict[str, Any],
    action: str,
) -> None:
    claimed_at = datetime.fromisoformat(claim["claimed_at"])
    row = steps.settle_import(session, by, claim["id"], claimed_at, state, report)
    if row is None:
        raise RuleBroken("Another run has taken over this import.")
    row.done = row.total = report.get("read", 0)
    record(session, by, action, row, on_behalf_of=claim["asked_by"])


def run_waiting_imports(folder: Path, now: Callable[[], datetime] = clock.now) -> int:
    """Run the imports that wait, one after another; answers how many.

    ``folder`` holds the sent files. Called by the scheduler's tick: of several at once, one runs
    each import; one whose run has died is run again, three times at most.
    """
    with Session(db.engine) as session:
        waiting = queries.unfinished_imports(session)
        uploads.sweep(folder, [path for row in waiting for path in row.files.values()])
    ran = 0
    if not waiting:
        return ran
    try:
        while (claim := _claim(By(SERVICE, now()))) is not None:
            if _run(claim, folder, now):
                uploads.remove(folder, claim["files"])
            ran += 1
    except Busy:
        log.warning("an import could not have the database; it is tried again")
    return ran


def _run(claim: dict[str, Any], folder: Path, now: Callable[[], datetime]) -> bool:
    """Carry one claimed import to its end, whatever that is; False where another run has it."""
    by = By(SERVICE, now())
    try:
        if claim["attempts"] > TRIES:
            raise NotGias(DIED)
        bundle = read_bundle(uploads.located(folder, claim["files"]))
        if claim["dry_run"]:
            report = preview(bundle).as_json()
            _end(replace(by, now=now()), claim, ImportState.DONE, report)
        else:
            _take_in_claimed(by, bundle, claim)
    except Busy:
        raise
    except RuleBroken:
        log.warning("import %d was taken over by another run", claim["id"])
        return False
    except NotGias as fault:
        _refuse(by, claim, str(fault))
    except OSError:
        _refuse(by, claim, GONE)
    except Exception:
        log.exception("import %d failed", claim["id"])
        _refuse(by, claim, FAULT)
    return True


def _refuse(by: By, claim: dict[str, Any], sentence: str) -> None:
    _end(by, claim, ImportState.REFUSED, {"refused": sentence})


@use_case("partnership.add_authority")
def add_authority(by: By, session: Session, partnership_id: int, la_code: str) -> None:
    """All schools of a local authority belong to the partnership from now on."""
    partnership = _coordinated(by, session, partnership_id)
    if la_code not in queries.authorities(session):
        raise RuleBroken("Choose one of the authorities in the register.", field="la_code")
    partnerships.add_authority(session, by, partnership, la_code)


@use_case("partnership.remove_authority")
def remove_authority(by: By, session: Session, partnership_id: int, la_code: str) -> None:
    """Its schools belong to the partnership no more, but for those picked by hand."""
    partnership = _coordinated(by, session, partnership_id)
    partnerships.remove_authority(session, by, partnership, la_code)


@use_case("partnership.pick_school")
def pick_school(by: By, session: Session, partnership_id: int, urn: int) -> None:
    """A school of any place belongs to the partnership from now on."""
    partnership = _coordinated(by, session, partnership_id)
    school = session.get(School, urn)
    if school is None:
        raise RuleBroken("No school of that number is in the register.", field="school")
    if not school.takes_work:
        raise RuleBroken(f"{school.name} is closed and takes no new work.", field="school")
    partnerships.pick_school(session, by, partnership, urn)


@use_case("partnership.unpick_school")
def unpick_school(by: By, session: Session, partnership_id: int, urn: int) -> None:
    """A school that was picked by hand belongs no more, unless its authority does."""
    partnership = _coordinated(by, session, partnership_id)
    partnerships.unpick_school(session, by, partnership, urn)


def _coordinated(by: By, session: Session, partnership_id: int) -> Partnership:
    if partnership_id not in by.actor.coordinates():
        raise NotFound
    (partnership,) = locked(session, Partnership, partnership_id)
    return partnership
