"""Reading the register of unmet needs, and the history of one need."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brokerage.ledger.queries import history
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason, NeedState
from brokerage.needs.unmet import Gap, gaps
from brokerage.people.models import Person
from brokerage.schools.models import School
from brokerage.specialisms.models import Specialism

NO_SPECIALISM = "not yet known"

DONE = {
    "need.drafted": "wrote this down",
    "need.changed": "changed what was written",
    "need.sent_to_head": "asked the head to send it",
    "need.head_reminded": "reminded the head to send it",
    "need.submitted": "sent it",
    "need.called": "rang the school and noted the call",
    "need.detailed": "filled in the details",
    "need.urgency": "set how urgent it is",
    "need.opened": "took it on",
    "need.asked": "asked the school a question",
    "need.answered": "answered the question",
    "need.answer_undone": "took back the answer noted by telephone",
    "need.waiting": "put it to wait: nobody suitable yet",
    "need.taken_up": "took it up again",
    "need.placed": "placed it: support is agreed",
    "need.put_back": "put it back in its old place in the queue",
    "need.redirected": "pointed the school to other help",
    "need.withdrawn": "withdrew it",
    "need.closed": "closed it",
    "need.close_undone": "took back what had closed it",
    "need.reopened": "reopened it, in its old place in the queue",
    "need.split": "split it from another need",
    "need.scoping": "set up a scoping visit",
    "need.scoped": "copied what the scoping visit found",
}
COORDINATORS_ONLY = {
    "need.noted": "wrote a note",
    "need.barred": "noted whom the school would rather not have",
    "need.unbarred": "took back whom the school would rather not have",
}


@dataclass(frozen=True)
class Line:
    """One line of a need's history, in words."""

    at: datetime
    who: str
    did: str
    on_behalf_of: str | None


def history_in_words(session: Session, need: Need, *, for_coordinator: bool) -> list[Line]:
    """What was done to a need, oldest first; notes and bars are for coordinators alone."""
    words = DONE | COORDINATORS_ONLY if for_coordinator else DONE
    entries = [e for e in history(session, "need", need.id) if e.action in words]
    ids = {n for entry in entries for n in (entry.actor_id, entry.on_behalf_of) if n}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    names = {row.id: row.name for row in session.execute(query)}
    return [
        Line(
            at=entry.at,
            who=names.get(entry.actor_id or 0, "The service"),
            did=words[entry.action],
            on_behalf_of=names.get(entry.on_behalf_of or 0),
        )
        for entry in entries
    ]


def unmet(session: Session, partnership_ids: Collection[int]) -> dict[str, list[Gap]]:
    """The needs that could not be met, counted by specialism, by phase and by authority: those that
    wait for somebody, were sent elsewhere, or were closed because nobody could be found."""
    query = (
        select(Need.state, Specialism.name, Need.phase, School.la_name)
        .join(School, School.urn == Need.urn)
        .outerjoin(Specialism, Specialism.code == Need.code)
        .where(
            Need.partnership_id.in_(partnership_ids),
            or_(
                Need.state.in_([NeedState.WAITING, NeedState.REDIRECTED]),
                (Need.state == NeedState.CLOSED) & (Need.over_reason == CloseReason.NOBODY),
            ),
        )
    )
    standing = {
        NeedState.WAITING: "waiting",
        NeedState.REDIRECTED: "redirected",
        NeedState.CLOSED: "nobody",
    }
    rows = [
        (standing[state], specialism or NO_SPECIALISM, phase or "", authority)
        for state, specialism, phase, authority in session.execute(query)
    ]
    return {
        "specialism": gaps((specialism, how) for how, specialism, _, _ in rows),
        "phase": gaps((str(phase) or NO_SPECIALISM, how) for how, _, phase, _ in rows),
        "authority": gaps((authority, how) for how, _, _, authority in rows),
    }
