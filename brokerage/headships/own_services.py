"""Use cases of the new head alone: what they tick, answer, share and ask for."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import use_case
from brokerage.errors import RuleBroken
from brokerage.headships import letters, steps
from brokerage.headships.models import Headship, PackageTick, Pulse, RingRequest
from brokerage.headships.package import is_step
from brokerage.headships.queries import days_reached
from brokerage.headships.rules import CLOSING, PULSE_CHOICES, PULSE_DAYS
from brokerage.ledger.steps import record
from brokerage.school_calendar.first_hundred import HUNDRED


@use_case("headship.tick_step")
def tick_step(by: By, session: Session, headship_id: int, step: str, *, done: bool) -> None:
    """Tick a step of the package off, or take the tick back: theirs alone to see."""
    headship = _own(session, by, headship_id)
    if not is_step(headship.category, step):
        raise RuleBroken("That is not one of the steps.")
    known = next((tick for tick in headship.ticks if tick.step == step), None)
    if done and known is None:
        session.add(PackageTick(headship_id=headship.id, step=step, on=london_date(by.now)))
    if not done and known is not None:
        session.delete(known)


@use_case("headship.answer_pulse")
def answer_pulse(by: By, session: Session, headship_id: int, day: int, choice: str) -> int:
    """Answer the one question of day 30, 60 or 100. It stays on the new head's own page.

    An answer that was not shared can be changed; answers the pulse's id.
    """
    headship = _own(session, by, headship_id)
    if choice not in PULSE_CHOICES:
        raise RuleBroken("Choose one of the three.", field="choice")
    if day not in PULSE_DAYS or day > days_reached(session, headship, london_date(by.now)):
        raise RuleBroken("That day has not come yet.", field="choice")
    pulse = next((one for one in headship.pulses if one.day == day), None)
    if pulse is None:
        pulse = Pulse(headship_id=headship.id, day=day, choice=choice, answered_at=by.now)
        session.add(pulse)
    elif pulse.shared_at is None:
        pulse.choice, pulse.answered_at = choice, by.now
    session.flush()
    # The ledger says that it was answered, never what.
    record(session, by, "pulse.answered", pulse, partnership_id=headship.partnership_id)
    return pulse.id


@use_case("headship.share_pulse")
def share_pulse(by: By, session: Session, headship_id: int, day: int) -> None:
    """Let the coordinator see one answer."""
    headship = _own(session, by, headship_id)
    pulse = next((one for one in headship.pulses if one.day == day), None)
    if pulse is None:
        raise RuleBroken("There is no answer to share yet.")
    if pulse.shared_at is not None:
        return
    pulse.shared_at = by.now
    record(session, by, "pulse.shared", pulse, partnership_id=headship.partnership_id)
    letters.tell_coordinator(session, by, headship, "pulse-shared", f"pulse-shared/{day}")


@use_case("headship.ring_me")
def ring_me(by: By, session: Session, headship_id: int) -> int:
    """“Can someone ring me today?”: the named coordinator is mailed at once, and it stands on the
    desk until it is settled. Nothing hushes it. Pressed twice on a day, it is one; answers its id.
    """
    headship = steps.lock_headship(session, headship_id)
    steps.require_own(by, headship)
    today = london_date(by.now)
    for ring in headship.rings:
        if ring.settled_at is None and london_date(ring.asked_at) == today:
            return ring.id
    ring = RingRequest(headship_id=headship.id, asked_at=by.now)
    session.add(ring)
    session.flush()
    record(session, by, "headship.ring_asked", headship, partnership_id=headship.partnership_id)
    letters.ask_to_ring(session, by, headship, ring.id)
    return ring.id


@use_case("headship.finish")
def finish(by: By, session: Session, headship_id: int, *, answers: dict[str, str]) -> None:
    """After day 100: three closed choices, and the end. The buddy is thanked."""
    headship = _own(session, by, headship_id)
    if days_reached(session, headship, london_date(by.now)) < HUNDRED:
        raise RuleBroken("Day 100 has not come yet.")
    for field, (_, choices) in CLOSING.items():
        if answers.get(field) not in choices:
            raise RuleBroken("Choose one answer.", field=field)
    headship.closing = {field: answers[field] for field in CLOSING}
    steps.close(session, by, headship)


def _own(session: Session, by: By, headship_id: int) -> Headship:
    headship = steps.lock_headship(session, headship_id)
    steps.require_own(by, headship)
    steps.require_going_on(headship)
    return headship
