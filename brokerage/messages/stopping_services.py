"""What a person does about sending as a whole: pause it, let it go on, set messages aside.

Sending is the installation's, so that any coordinator may stop it, and any may let it go on; whose
messages are set aside is each partnership's own affair, and the operator's.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, use_case
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.messages.guarding import handed_over, limit, locked_sending
from brokerage.messages.models import Message, Sending
from brokerage.messages.queries import due, of_the_actor
from brokerage.messages.rules import LEAST_GUARD, LIFE, SET_ASIDE, MessageState, Stop
from brokerage.web.words import london_day

WHAT = "the sending of messages"


@use_case("sending.pause")
def pause(by: By, session: Session, why: str) -> None:
    """Nothing is handed over to the mail server until somebody lets sending go on.

    Raises RuleBroken where sending is stopped already.
    """
    sending = locked_sending(session)
    if sending.stop is not None:
        raise RuleBroken("Nothing is being sent: sending was stopped already.")
    if not why:
        raise RuleBroken("Say why, so that others know what to wait for.", field="why")
    _stop(session, by, sending, Stop.PAUSED, why)


@use_case("sending.hold_restored")
def hold_restored(by: By, session: Session, backed_up_on: date) -> None:
    """The database came out of a backup: whatever waited in it may have gone out since."""
    why = f"The database was restored from a backup of {london_day(backed_up_on)}."
    _stop(session, by, locked_sending(session), Stop.RESTORED, why)


def _stop(session: Session, by: By, sending: Sending, stop: Stop, why: str) -> None:
    sending.stop, sending.stopped_at, sending.why = stop, by.now, why[:300]
    sending.stopped_by, sending.stopped_name = by.actor.person_id, by.actor.name[:200]
    record(session, by, "sending.stopped", sending, fields=["stop"])


@use_case("sending.resume")
def resume(by: By, session: Session, *, version: int | None = None) -> None:
    """Sending goes on. Where the burst guard had stopped it, what waits is right: for the rest of
    the day the guard lets all of it through, and the usual number beside.

    Raises RuleBroken where sending is not stopped, ChangedMeanwhile where the person's page told of
    another stop.
    """
    sending = locked_sending(session)
    if sending.stop is None:
        raise RuleBroken("Sending is not stopped: nothing is to be done.")
    check_version(sending, version, WHAT)
    fields = ["stop"]
    if sending.stop is Stop.BURST:
        now = clock.true_now()
        usual = max(sending.guard or 0, LEAST_GUARD)
        sending.raised_on = london_date(now)
        sending.raised_to = handed_over(session, now) + due(session, by.now) + usual
        fields = ["stop", "raised_on", "raised_to"]
    _go_on(session, by, sending, fields)


def _go_on(session: Session, by: By, sending: Sending, fields: list[str]) -> None:
    sending.stop = sending.stopped_at = sending.why = None
    sending.stopped_by = sending.stopped_name = None
    record(session, by, "sending.resumed", sending, fields=fields)


@use_case("sending.set_aside")
def set_aside(
    by: By, session: Session, kinds: Collection[str], why: str, *, setting: int | None = None
) -> dict[str, int | bool]:
    """Give up what waits of these ``kinds``: a coordinator's own partnerships', all for the
    operator. Where the burst guard had stopped sending and what is left is no burst, it goes on.

    ``setting`` is the installation's own guard. Answers how ``many`` were set aside, and whether
    sending is still ``stopped``. Raises RuleBroken where nothing of the sort waits.
    """
    if not why:
        raise RuleBroken("Say why, so that others know what became of them.", field="why")
    sending = locked_sending(session)
    waiting = select(Message).where(
        Message.state == MessageState.WAITING, Message.kind.in_(kinds), of_the_actor(by.actor)
    )
    many = 0
    for message in session.scalars(waiting.order_by(Message.id).with_for_update()):
        message.state = LIFE.after(message.state, "set aside", {Part.COORDINATOR})
        message.set_aside_at = by.now
        message.fault = f"{SET_ASIDE} {by.actor.name}: {why}"[:300]
        many += 1
    if not many:
        raise RuleBroken("No messages of these kinds wait any more.", field="kinds")
    record(session, by, "sending.set_aside", sending)
    session.flush()
    now = clock.true_now()
    if sending.stop is Stop.BURST:
        left = due(session, by.now) + handed_over(session, now)
        if left <= limit(session, sending, setting, now):
            _go_on(session, by, sending, ["stop"])
    return {"many": many, "stopped": sending.stop is not None}
