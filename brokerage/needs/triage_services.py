"""Use cases of coordinators: the call, and what becomes of a need while it is to be placed."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.needs import bars, details, questions, steps
from brokerage.needs.models import Need, NeedNote
from brokerage.needs.queries import leaders_in
from brokerage.needs.rules import OVER, Details, NeedState, Urgency
from brokerage.needs.services import mine
from brokerage.needs.texts import check_texts


@use_case("need.record_call")
def record_call(
    by: By,
    session: Session,
    need_id: int,
    *,
    version: int | None,
    given: Details,
    urgency: Urgency,
    rang: bool,
    text: str = "",
) -> str:
    """What was learnt in the call (or later): details, urgency, a note. ``rang`` says that this was
    the call that was promised; it takes the need on."""
    need = triaged(by, session, need_id)
    if need.state in OVER or need.state is NeedState.PLACED:
        raise RuleBroken("This need is placed or over, so its details can no longer be changed.")
    check_version(need, version, "this need")
    details.set_details(session, by, need, given)
    if rang and need.called_at is None:
        need.called_at = by.now
        steps.note(session, by, need, "need.called")
        if need.state is NeedState.SUBMITTED:
            steps.take_on(session, by, need)
    steps.set_urgency(session, by, need, urgency)
    if text.strip():
        _write_note(by, session, need, text)
    steps.look_again(session, by, need)
    return need.reference


@use_case("need.open")
def take_on(by: By, session: Session, need_id: int) -> str:
    """Take a need on: its coordinator is from now on who did this."""
    need = triaged(by, session, need_id)
    steps.take_on(session, by, need)
    return need.reference


@use_case("need.ask")
def ask(by: By, session: Session, need_id: int, *, question: str) -> str:
    need = triaged(by, session, need_id)
    questions.ask(session, by, need, question)
    return need.reference


@use_case("need.wait")
def wait(by: By, session: Session, need_id: int, *, waiting_for: str) -> str:
    need = triaged(by, session, need_id)
    steps.wait(session, by, need, waiting_for)
    return need.reference


@use_case("need.take_up")
def take_up(by: By, session: Session, need_id: int) -> str:
    need = triaged(by, session, need_id)
    steps.take_up(session, by, need)
    return need.reference


@use_case("need.scoping_visit")
def scoping_visit(by: By, session: Session, need_id: int, *, code: str | None = None) -> str:
    """Set up a half-day visit that finds out what is needed; answers the visit's reference."""
    need = _live(by, session, need_id)
    return details.scoping_visit(session, by, need, code=code).reference


@use_case("need.copy_findings")
def copy_findings(by: By, session: Session, need_id: int, *, visit_id: int) -> str:
    """Copy what a scoping visit found into the need that it was for."""
    need = triaged(by, session, need_id)
    details.copy_findings(session, by, need, triaged(by, session, visit_id))
    return need.reference


@use_case("need.split")
def split(by: By, session: Session, need_id: int, *, code: str) -> str:
    """Make another need of this one, with another specialism; answers the new reference."""
    need = _live(by, session, need_id)
    return details.split(session, by, need, code=code).reference


@use_case("need.note")
def write_note(by: By, session: Session, need_id: int, *, text: str) -> str:
    """A note for coordinators alone."""
    need = triaged(by, session, need_id)
    _write_note(by, session, need, text)
    return need.reference


@use_case("need.bar")
def bar(by: By, session: Session, need_id: int, *, leader_id: int, reason: str = "") -> str:
    """The school would rather not have this leader: seen by coordinators alone."""
    need = triaged(by, session, need_id)
    members = {
        leader.id for leader in leaders_in(session, need.partnership_id, london_date(by.now))
    }
    if leader_id not in members:
        raise RuleBroken("Choose a leader from the list.", field="leader")
    bars.bar(session, by, need, leader_id, reason)
    return need.reference


@use_case("need.unbar")
def unbar(by: By, session: Session, need_id: int, *, leader_id: int) -> str:
    """Take it back: the school would have this leader after all."""
    need = triaged(by, session, need_id)
    bars.unbar(session, by, need, leader_id)
    return need.reference


def _write_note(by: By, session: Session, need: Need, text: str) -> None:
    if not text.strip():
        raise RuleBroken("Write the note.", field="text")
    check_texts(text=text)
    session.add(NeedNote(need_id=need.id, author_id=by.actor.person_id, at=by.now, text=text))
    steps.note(session, by, need, "need.noted")


def triaged(by: By, session: Session, need_id: int) -> Need:
    """The need, locked, if the actor coordinates it; raises NotFound."""
    need = mine(by, session, need_id)
    if need.partnership_id not in by.actor.coordinates():
        raise NotFound
    return need


def _live(by: By, session: Session, need_id: int) -> Need:
    need = triaged(by, session, need_id)
    if need.state in OVER or need.state in (NeedState.DRAFT, NeedState.PLACED):
        raise RuleBroken("This can be done while the need is to be placed. Reopen it first.")
    return need
