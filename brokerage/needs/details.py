"""What a need is matched by: set by the school as far as it can, and by the coordinator during the
call; copied to the needs that come from it. Within somebody's open transaction."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import set_changed
from brokerage.errors import RuleBroken
from brokerage.leaders.rules import TERMS, WEEKDAYS
from brokerage.ledger.steps import record
from brokerage.needs import steps
from brokerage.needs.models import Need, NeedBar
from brokerage.needs.rules import NEED_PHASES, Details, NeedState, Words
from brokerage.needs.texts import check_texts
from brokerage.schools.models import Phase
from brokerage.specialisms.queries import offered

ALL = frozenset(field.name for field in fields(Details))
SCHOOLS = frozenset({"code", "phase", "half_days", "outcomes", "who_pays"})
"""What the school itself is asked."""

HALF_A_DAY = 1


def set_details(
    session: Session, by: By, need: Need, given: Details, names: Collection[str] = ALL
) -> None:
    """Set these details of the need. Raises RuleBroken, on its field, for what cannot be."""
    _check(session, need, given, names)
    new: dict[str, Any] = {name: getattr(given, name) for name in names}
    for name in ("terms", "weekdays"):
        if name in new:
            new[name] = list(new[name])
    if "phase" in new:
        new["phase"] = Phase(new["phase"]) if new["phase"] else None
    changed = set_changed(need, new)
    if changed:
        record(
            session,
            by,
            "need.detailed",
            need,
            partnership_id=need.partnership_id,
            fields=changed,
        )


def _check(session: Session, need: Need, given: Details, names: Collection[str]) -> None:
    if given.designation_required and not given.designation:
        raise RuleBroken("Enter the designation that is required.", field="designation")
    texts = ("outcomes", "baseline", "site_contact", "who_pays", "designation")
    check_texts(**{name: getattr(given, name) for name in texts if name in names})
    known = {area.code for area in offered(session, [need.partnership_id])}
    for name in ("code", "also_code"):
        code = getattr(given, name)
        if name in names and code and code not in known and code != getattr(need, name):
            raise RuleBroken("Choose a specialism from the list.", field=name)
    if given.phase and given.phase not in NEED_PHASES:
        raise RuleBroken("Choose a phase from the list.", field="phase")
    if given.half_days is not None and not 1 <= given.half_days <= 120:
        raise RuleBroken("Enter a number of days from half a day to 60.", field="half_days")
    if not set(given.terms) <= set(TERMS):
        raise RuleBroken("Choose terms from the list.", field="terms")
    if not set(given.weekdays) <= set(WEEKDAYS):
        raise RuleBroken("Choose weekdays from the list.", field="weekdays")


def scoping_visit(session: Session, by: By, need: Need, *, code: str | None) -> Need:
    """A small need of half a day, taken on at once, whose findings go back into ``need``."""
    if need.scoping_of is not None:
        raise RuleBroken("This is a scoping visit itself.")
    if not (code or need.code):
        raise RuleBroken("Choose the specialism of the person who is to visit.", field="code")
    if code and code != need.code:
        _check_offered(session, need, code)
    visit = _copied(session, by, need, f"A scoping visit for {need.reference}.", code or need.code)
    visit.scoping_of, visit.half_days = need.id, HALF_A_DAY
    visit.also_code, visit.outcomes, visit.baseline = None, "", ""
    record(session, by, "need.scoping", need, partnership_id=need.partnership_id)
    return visit


def split(session: Session, by: By, need: Need, *, code: str) -> Need:
    """Another need with the same words and another specialism, in the same place in the queue."""
    _check_offered(session, need, code)
    if code == need.code:
        raise RuleBroken("Choose another specialism than this need has.", field="code")
    other = _copied(session, by, need, need.worry, code)
    other.split_from = need.id
    record(session, by, "need.split", other, partnership_id=need.partnership_id)
    return other


def _check_offered(session: Session, need: Need, code: str) -> None:
    if code not in {area.code for area in offered(session, [need.partnership_id])}:
        raise RuleBroken("Choose a specialism from the list.", field="code")


def copy_findings(session: Session, by: By, need: Need, visit: Need) -> None:
    """Copy what the scoping visit found, its outcomes and baseline, into the need it was for."""
    if visit.scoping_of != need.id:
        raise RuleBroken("That was not a scoping visit for this need.")
    if not (visit.outcomes or visit.baseline):
        raise RuleBroken("Nothing is noted yet as the outcomes or baseline of the scoping visit.")
    need.outcomes, need.baseline = visit.outcomes, visit.baseline
    record(
        session,
        by,
        "need.scoped",
        need,
        partnership_id=need.partnership_id,
        fields=["outcomes", "baseline"],
    )


def _copied(session: Session, by: By, need: Need, worry: str, code: str | None) -> Need:
    words = Words(worry, need.whom, need.by_when, need.ring_when)
    new = steps.draft(session, by, partnership=need.partnership, school=need.school, words=words)
    same = ALL - {"code", "terms", "weekdays"}
    for name in (*same, "call_by", "name_by", "queue_by", "queue_since", "promised_at"):
        setattr(new, name, getattr(need, name))
    for name in ("submitted_at", "called_at", "paused_days", "urgency", "coordinator_id"):
        setattr(new, name, getattr(need, name))
    new.terms, new.weekdays, new.code = list(need.terms), list(need.weekdays), code
    new.posted_for, new.head_agreed_on = need.posted_for, need.head_agreed_on
    new.head_agreed_how = need.head_agreed_how
    new.posted_by = need.posted_by
    new.bars = [NeedBar(leader_id=bar.leader_id, reason=bar.reason) for bar in need.bars]
    new.state = NeedState.OPEN
    session.flush()
    steps.look_again(session, by, new)
    return new
