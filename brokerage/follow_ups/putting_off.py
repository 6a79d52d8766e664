"""“Ask me again on ...”: whoever is asked something may say when they would rather be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from brokerage.actor import HEADS, Actor, By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.engagements.models import Succession, Visit
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups.ladder import MOST_PUT_OFF, days_to_put_off
from brokerage.follow_ups.models import PutOff
from brokerage.follow_ups.queries import Past, key_of, past_of
from brokerage.follow_ups.rules import Asking, Round, Whom
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.ledger.steps import record
from brokerage.needs.rules import READERS
from brokerage.people.links import Link
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.web.words import london_day

TWICE = "You have put this off twice already. Answer now, or ring your coordinator."
NOT_ASKED = "This was answered already, or is not being asked any more."
NOT_YET = "You have not been asked about this yet."
NO_DAY_LEFT = "This cannot wait any longer. Answer now, or ring your coordinator."


KINDS = {
    "pairings.release_by_link": ("release",),
    "pairings.choose_by_link": ("choose",),
    "pairings.accept_by_link": ("accept",),
    "needs.links.answer": ("question",),
    "engagements.contact_by_link": ("first_contact",),
    "engagements.log_by_link": ("visit_log",),
    "engagements.succession_by_link": ("succession",),
    "engagements.change_by_link": ("change_releaser", "change_head", "change_leader"),
    "engagements.mid_point_by_link": ("mid_point",),
    "engagements.evaluation_by_link": ("evaluation",),
    "engagements.look_back_by_link": ("look_back_3", "look_back_6"),
    "leaders.asked.next_year_by_link": ("days_next_year",),
    "leaders.asked.still_by_link": ("days_still",),
}
"""What each link asks: on its page one may say that one would rather be asked later."""
PARTS: dict[str, type[Visit | Succession]] = {"visit": Visit, "succession": Succession}
"""What is asked about something of an engagement."""


@dataclass(frozen=True)
class MayWait:
    """Something that a person is being asked, and the days on which they may rather be asked again
    (none, where it cannot wait: ``why_not`` says why)."""

    name: str
    thing_id: int
    asking: Asking
    days: list[date]
    why_not: str = ""

    @property
    def says(self) -> str:
        return self.asking.rule.says


def may_wait(
    session: Session, actor: Actor, name: str, thing_id: int, today: date
) -> list[MayWait]:
    """What the actor is being asked in one thing, and when they may rather be asked. Raises
    NotFound where things of that name are never asked about."""
    if name not in SUBJECTS:
        raise NotFound
    thing = session.get(SUBJECTS[name].model, thing_id)
    return list(_of(session, actor, name, thing, today)) if thing is not None else []


def asked_by_link(session: Session, actor: Actor, link: Link, today: date) -> list[MayWait]:
    """The same for what a link asks."""
    name, thing_id = link.subject.split()[0], link.subject_id
    if name in PARTS:
        part: Any = session.get_one(PARTS[name], link.subject_id)
        name, thing_id = "engagement", part.engagement_id
    return [
        one
        for one in may_wait(session, actor, name, thing_id, today)
        if one.asking.kind in KINDS.get(link.purpose, ())
        and one.asking.subject_id == link.subject_id
    ]


def _of(session: Session, actor: Actor, name: str, thing: Any, today: date) -> Iterator[MayWait]:
    askings = SUBJECTS[name].askings(session, thing, today)
    past = past_of(session, askings, today)
    for asking in askings:
        if asking.rule.can_wait and actor.signed_in and _is_theirs(actor, asking):
            calendar = calendar_of(session, thing.partnership_id, asking.calendar_urn)
            stands, done = past.as_it_stands(asking, calendar)
            asked = done or stands.put_off or not stands.asks
            days, why_not = _days(asking, stands, past, today, calendar) if asked else ([], NOT_YET)
            yield MayWait(name, thing.id, asking, days, why_not)


def _is_theirs(actor: Actor, asking: Asking) -> bool:
    """Whether they are asked it, or another at the school who may answer for it."""
    if asking.recipient_id == actor.person_id:
        return True
    may_answer = READERS if asking.kind == "question" else HEADS
    return asking.rule.whom is Whom.HEAD and asking.urn in actor.schools(*may_answer)


def _days(
    asking: Asking, stands: Asking, past: Past, today: date, calendar: SchoolCalendar
) -> tuple[list[date], str]:
    """The days to which it may be put off; none, and why not, where it may not."""
    if stands.put_off and stands.since > today:
        return [], f"You will be asked again on {london_day(stands.since)}."
    if len(past.waits.get(key_of(asking), [])) >= MOST_PUT_OFF:
        return [], TWICE
    # The promise that counts is the first one, from before anything was put off.
    asked_on = past.climbed.get(key_of(asking), {}).get(Round.ASK)
    days = days_to_put_off(replace(asking, asked_on=asked_on), today, calendar)
    return days, "" if days else NO_DAY_LEFT


@use_case("follow_up.put_off")
def put_off(
    by: By, session: Session, name: str, thing_id: int, kind: str, subject_id: int, until: date
) -> str:
    """Ask the actor again on ``until``, and nothing before; answers that day.

    Raises NotFound for what is not asked of them, RuleBroken where it was settled, cannot wait so
    long, or was put off twice already.
    """
    if name not in SUBJECTS:
        raise NotFound
    (thing,) = locked(session, SUBJECTS[name].model, thing_id)
    asked = [
        one
        for one in _of(session, by.actor, name, thing, london_date(by.now))
        if (one.asking.kind, one.asking.subject_id) == (kind, subject_id)
    ]
    if not asked:
        raise RuleBroken(NOT_ASKED)
    one = asked[0]
    if one.why_not:
        raise RuleBroken(one.why_not)
    if until not in one.days:
        raise RuleBroken("Choose one of these days.", field="until")
    waits = past_of(session, [one.asking], until).waits.get(key_of(one.asking), [])
    row = PutOff(
        subject=one.asking.subject,
        subject_id=one.asking.subject_id,
        kind=kind,
        since=one.asking.since,
        number=len(waits) + 1,
        until=until,
        person_id=by.actor.person_id,
        asked_at=by.now,
    )
    session.add(row)
    session.flush()
    model = SUBJECTS[name].model
    look = update(model).where(model.id == thing_id).values(next_look_on=london_date(by.now))
    session.execute(look.execution_options(synchronize_session=False))
    record(session, by, "follow_up.put_off", row, partnership_id=thing.partnership_id)
    return until.isoformat()
