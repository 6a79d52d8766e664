"""What happens to a need, within somebody's open transaction. ``need`` is locked by the caller.

Each step moves the need through its life, keeps its clock, notes it in the ledger, and tells who is
to be told. ``place`` and ``put_back`` are called by rooms above, which have asked who may: they act
as the service itself.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import new_reference
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.needs.models import Need
from brokerage.needs.promises import promised
from brokerage.needs.queries import calendar, due_of, parts, promise_days
from brokerage.needs.rules import (
    LIFE,
    NEED_PHASES,
    CloseReason,
    NeedState,
    Urgency,
    Words,
)
from brokerage.needs.telling import FOLLOW, tell, tell_coordinator, tell_school
from brokerage.needs.texts import check_texts
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.queries import coordinator_of
from brokerage.people.steps import revoke_links
from brokerage.schools.models import School

_BY_SERVICE = frozenset({Part.SERVICE})


def draft(
    session: Session, by: By, *, partnership: Partnership, school: School, words: Words
) -> Need:
    """A new need, not sent yet. Raises RuleBroken where the school takes no new work."""
    if not school.takes_work:
        raise RuleBroken(f"{school.name} has closed, so nothing new can begin there.", field="urn")
    need = Need(
        reference=new_reference(session, Need, "N"),
        partnership=partnership,
        school=school,
        state=NeedState.DRAFT,
        worry=words.worry,
        whom=words.whom,
        by_when=words.by_when,
        ring_when=words.ring_when,
        phase=school.phase if school.phase.value in NEED_PHASES else None,
        posted_by=by.actor.person_id,
        posted_at=by.now,
    )
    session.add(need)
    session.flush()
    record(session, by, "need.drafted", need, partnership_id=partnership.id)
    return need


def submit(session: Session, by: By, need: Need) -> None:
    """Send it: its clock starts, and a coordinator is named at once."""
    if not need.worry.strip():
        raise RuleBroken("Say in a line or two what worries you.", field="worry")
    if not need.school.takes_work:
        raise RuleBroken(f"{need.school.name} has closed, so nothing new can begin there.")
    move(by, need, "submit")
    enter_queue(session, by, need)
    note(session, by, need, "need.submitted")
    revoke_links(session, by, "need draft", need.id)
    sender = session.get(Person, by.actor.person_id) if by.actor.person_id else None
    if sender is not None and sender is not need.coordinator:
        tell(session, by, need, "need_acknowledged", [sender], FOLLOW)
    tell_school(
        session, by, need, "need_posted_for_you" if need.posted_for else "need_acknowledged"
    )
    tell_coordinator(session, by, need, "need_posted")


def enter_queue(session: Session, by: By, need: Need) -> None:
    """Give the need its coordinator, its place in the queue and its promise."""
    session.flush()
    if need.coordinator_id is None:
        here = need.partnership_id in by.actor.coordinates()
        own = session.get(Person, by.actor.person_id) if here else None
        need.coordinator = own or coordinator_of(session, need.partnership_id, london_date(by.now))
    need.submitted_at = need.queue_since = need.promised_at = by.now
    set_promise(session, need)
    look_again(session, by, need)


def set_promise(session: Session, need: Need) -> None:
    """Work out the promise anew: its urgency, its start, or the pauses have changed."""
    if need.promised_at is None:
        return
    promise = promised(
        calendar(session, need),
        need.promised_at,
        need.urgency,
        promise_days(need.partnership),
        need.paused_days,
    )
    need.call_by, need.name_by = promise.call_by, promise.name_by
    if need.promised_at == need.queue_since:  # one that came back keeps its old place
        need.queue_by = promise.name_by


def set_urgency(session: Session, by: By, need: Need, urgency: Urgency) -> None:
    if need.urgency is not urgency:
        need.urgency = urgency
        set_promise(session, need)
        note(session, by, need, "need.urgency", fields=["urgency"])


def look_again(session: Session, by: By, need: Need) -> None:
    """Let the next follow-up tick see what is due now, where somebody waits for something."""
    today = london_date(by.now)
    need.next_look_on = today if due_of(session, need, today) else None


def take_on(session: Session, by: By, need: Need) -> None:
    move(by, need, "open")
    need.coordinator = session.get_one(Person, by.actor.person_id)
    note(session, by, need, "need.opened")
    look_again(session, by, need)


def wait(session: Session, by: By, need: Need, waiting_for: str) -> None:
    """Nobody suitable yet: kept as unmet, with what is missing, until somebody is free."""
    if not waiting_for.strip():
        raise RuleBroken("Say what is missing, so that it counts as unmet.", field="waiting_for")
    check_texts(waiting_for=waiting_for)
    move(by, need, "wait")
    need.waiting_since, need.waiting_for = by.now, waiting_for
    note(session, by, need, "need.waiting")
    look_again(session, by, need)
    tell_school(session, by, need, "need_waiting")


def take_up(session: Session, by: By, need: Need) -> None:
    """Somebody may be free now: look again, with a new promise and the old place."""
    move(by, need, "take_up")
    _back(session, by, need)
    note(session, by, need, "need.taken_up")


def place(session: Session, by: By, need: Need) -> None:
    """Support is agreed for it."""
    move(by, need, "place", _BY_SERVICE)
    need.waiting_since = need.waiting_for = None
    note(session, by, need, "need.placed")
    look_again(session, by, need)


def put_back(session: Session, by: By, need: Need) -> None:
    """Its support came to nothing: open again, in its old place in the queue."""
    move(by, need, "put_back", _BY_SERVICE)
    _back(session, by, need)
    note(session, by, need, "need.put_back")


def reopen(session: Session, by: By, need: Need) -> None:
    """Open again, in its old place in the queue."""
    if not need.school.takes_work:
        raise RuleBroken(f"{need.school.name} has closed, so nothing new can begin there.")
    move(by, need, "reopen")
    need.over_at = need.over_reason = need.redirected_to = None
    need.over_note = ""
    if need.submitted_at is None:
        enter_queue(session, by, need)
    else:
        _back(session, by, need)
    note(session, by, need, "need.reopened")
    tell_coordinator(session, by, need, "need_reopened")


def withdraw(
    session: Session,
    by: By,
    need: Need,
    reason: CloseReason,
    over_note: str = "",
    *,
    on_behalf_of: Person | None = None,
) -> None:
    """The school no longer asks. Pairings of it are the caller's to end."""
    was_sent = need.submitted_at is not None
    _over(session, by, need, "withdraw", reason, over_note)
    note(session, by, need, "need.withdrawn", on_behalf_of=on_behalf_of)
    if was_sent:
        tell_school(session, by, need, "need_over")
        tell_coordinator(session, by, need, "need_withdrawn")


def close(
    session: Session,
    by: By,
    need: Need,
    reason: CloseReason,
    over_note: str = "",
    *,
    as_service: bool = False,
) -> None:
    """It is over. ``as_service`` is for rooms above, which have asked who may; they tell the school
    themselves."""
    _over(session, by, need, "close", reason, over_note, _BY_SERVICE if as_service else None)
    note(session, by, need, "need.closed")
    if not as_service:
        tell_school(session, by, need, "need_over")


def undo_close(session: Session, by: By, need: Need) -> None:
    """What closed it was undone by whoever is said to have said it: it is placed as before."""
    move(by, need, "undo_close", _BY_SERVICE)
    need.over_at = need.over_reason = None
    need.over_note = ""
    note(session, by, need, "need.close_undone")
    look_again(session, by, need)


def redirect(session: Session, by: By, need: Need, where: str) -> None:
    """Point the school to other help: a hub, an event."""
    if not where.strip():
        raise RuleBroken("Say where the school finds help instead.", field="redirected_to")
    check_texts(redirected_to=where)
    _over(session, by, need, "redirect", None, "")
    need.redirected_to = where
    note(session, by, need, "need.redirected")
    tell_school(session, by, need, "need_over")


def _over(
    session: Session,
    by: By,
    need: Need,
    event: str,
    reason: CloseReason | None,
    over_note: str,
    who: Collection[Part] | None = None,
) -> None:
    if reason is CloseReason.OTHER and not over_note.strip():
        raise RuleBroken("Say in a few words what the reason is.", field="over_note")
    check_texts(over_note=over_note)
    move(by, need, event, who)
    need.over_at, need.over_reason, need.over_note = by.now, reason, over_note
    need.next_look_on = None
    for subject in ("need question", "need draft"):
        revoke_links(session, by, subject, need.id)


def _back(session: Session, by: By, need: Need) -> None:
    need.waiting_since = need.waiting_for = None
    need.promised_at, need.paused_days = by.now, 0
    set_promise(session, need)
    look_again(session, by, need)


def move(by: By, need: Need, event: str, who: Collection[Part] | None = None) -> None:
    """Lead the need on in its life, as whoever the actor is to it (or as ``who``)."""
    need.state = LIFE.after(need.state, event, who or parts(by.actor, need))


def note(
    session: Session,
    by: By,
    need: Need,
    action: str,
    *,
    fields: Collection[str] = (),
    on_behalf_of: Person | None = None,
) -> None:
    """Note in the ledger what was done to the need."""
    record(
        session,
        by,
        action,
        need,
        partnership_id=need.partnership_id,
        fields=fields,
        on_behalf_of=on_behalf_of.id if on_behalf_of else None,
    )
