"""Support under way, and what a coordinator notes of it by telephone: each kind as one story."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements import (
    outcome_services,
    review_services,
    services,
    undo_services,
    visit_services,
)
from brokerage.engagements.models import Concern, Engagement, Finding, PhoneNote, Review, Visit
from brokerage.engagements.review_rules import Level, Said
from brokerage.engagements.rules import Difference, MidPoint, NoteKind, ReviewKind
from brokerage.engagements.telling import DATE, UNDO
from brokerage.leaders.models import DaysAccount
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing
from brokerage.people.models import Link, Person
from tests.builders import NOW, acting
from tests.services.pairing_town import Town, a_town
from tests.services.test_engagements import engaged

CALLED = NOW + timedelta(days=7)
UNDONE = CALLED + timedelta(hours=3)
PLANNED = date(2026, 11, 10)


@dataclass
class Support:
    """Support that is under way, and its people."""

    session: Session
    town: Town
    engagement: Engagement

    def by(self, person: Person | None = None, now: datetime = CALLED) -> By:
        return acting(self.session, person or self.town.coordinator, now)

    def leader(self, now: datetime = NOW) -> By:
        return self.by(self.town.leader.person, now)

    def head(self, now: datetime = NOW) -> By:
        return self.by(self.town.head, now)

    def plan(self, on: date = PLANNED) -> int:
        return visit_services.plan(self.leader(), self.engagement.id, on)

    def log(self, by: By, half_days: int = 2, **other: Any) -> int:
        """Note a visit on the last day since the agreement for which none is noted."""
        self.session.expire_all()
        noted = {visit.happened_on for visit in self.engagement.visits if visit.half_days}
        days = [by.now.date() - timedelta(n) for n in range((by.now - NOW).days + 1)]
        on = next(day for day in days if day not in noted)
        details = {"visit_id": None, "happened_on": on, "done": "Watched phonics"} | other
        return visit_services.log(by, self.engagement.id, half_days=half_days, **details)

    def all_used(self) -> None:
        for days in (0, 1):
            self.log(self.leader(NOW + timedelta(days)))

    def said(self, level: Level) -> list[Said]:
        """The same of each outcome."""
        self.session.expire_all()
        return [Said(one.id, level, "Books show it") for one in self.engagement.outcomes]

    def outcome(self, words: str = "All can blend") -> int:
        return outcome_services.add(self.leader(), self.engagement.id, words=words)

    def evaluate(self, by: By) -> None:
        review_services.evaluate(
            by,
            self.engagement.id,
            difference=Difference.CLEAR,
            words="Up",
            exit_plan="We do",
            said=self.said(Level.GREEN),
        )

    def note(self) -> PhoneNote:
        self.session.expire_all()
        return self.session.scalars(select(PhoneNote).order_by(PhoneNote.id.desc())).first()  # type: ignore[return-value]

    def link(self) -> Link:
        note = self.note()
        query = select(Link).filter_by(purpose=UNDO, subject="phone_note", subject_id=note.id)
        return self.session.scalars(query).one()

    def undo(self, now: datetime = UNDONE) -> None:
        link = self.link()
        person = self.session.get_one(Person, link.person_id)
        undo_services.undo(self.by(person, now), link.subject_id, link.id)
        self.session.expire_all()


def a_support(session: Session, **partnership: Any) -> Support:
    town = a_town(session, **partnership)
    return Support(session, town, engaged(session, town))


BY_ITSELF = {"version", "changed_at", "next_look_on", "settled_at", "settled_by"}
"""Columns that do not say how a thing stands."""


def as_it_stands(session: Session) -> dict[str, Any]:
    """Every row that a note can touch; of visits, those that were planned or took place."""
    session.expire_all()
    found: dict[str, Any] = {}
    for model in (Engagement, Need, Pairing, DaysAccount, Review, Finding, Visit):
        rows = [
            {c.key: getattr(row, c.key) for c in inspect(model).column_attrs} for row in
            session.scalars(select(model).order_by(model.id))
        ]  # fmt: skip
        kept = [row for row in rows if row.get("planned_on", 0) or row.get("happened_on", 0)]
        found[model.__tablename__] = [
            {key: value for key, value in row.items() if key not in BY_ITSELF} for row in
            (kept if model is Visit else rows)
        ]  # fmt: skip
    open_links = select(Link.id).where(
        Link.used_at.is_(None), Link.revoked_at.is_(None), Link.purpose.not_in((UNDO, DATE))
    )
    found["links"] = set(session.scalars(open_links))
    found["concerns"] = set(session.scalars(select(Concern.id).filter_by(settled_at=None)))
    engagement = session.scalars(select(Engagement)).one()
    found["places"] = engagement.leader.engaged
    return found


Do = Callable[[Support], Any]


def that_they_spoke(support: Support) -> Do:
    return lambda one: services.note_first_contact(one.by(), one.engagement.id, date(2026, 11, 6))


def a_visit_as_planned(support: Support) -> Do:
    visit_id = support.plan()
    return lambda one: one.log(
        one.by(), visit_id=visit_id, worry="Too little time", next_date=date(2026, 11, 19)
    )


def a_visit_never_planned(support: Support) -> Do:
    services.note_first_contact(support.leader(), support.engagement.id, NOW.date())
    return lambda one: one.log(one.by(), 1)


def the_last_visit(support: Support) -> Do:
    support.log(support.leader())
    visit_id = support.plan()
    support.plan(date(2026, 11, 26))
    return lambda one: one.log(one.by(), visit_id=visit_id, next_date=date(2026, 12, 3))


def that_it_did_not_happen(support: Support) -> Do:
    visit_id = support.plan()
    return lambda one: visit_services.did_not_happen(one.by(), visit_id, date(2026, 11, 19))


def that_it_is_right(support: Support) -> Do:
    visit_id = support.log(support.leader(CALLED))
    return lambda one: visit_services.agree(one.by(), visit_id)


def that_it_is_not_right(support: Support) -> Do:
    visit_id = support.log(support.leader(CALLED))
    return lambda one: visit_services.dispute(one.by(), visit_id, words="Half a day")


def half_way(support: Support) -> Do:
    support.outcome()
    support.outcome("Staff lead it")
    support.log(support.leader())
    return lambda one: review_services.mid_point(
        one.by(),
        one.engagement.id,
        choice=MidPoint.STOP,
        words="No",
        exit_plan="None",
        said=one.said(Level.RED),
    )


def what_has_changed(support: Support) -> Do:
    support.outcome()
    support.log(support.leader())
    review_services.mid_point(
        support.head(),
        support.engagement.id,
        choice=MidPoint.KEEP,
        exit_plan="Ours",
        said=support.said(Level.AMBER),
    )
    support.log(support.leader(CALLED))
    return lambda one: one.evaluate(one.by())


def the_leaders_comment(support: Support) -> Do:
    support.all_used()
    support.evaluate(support.head())
    return lambda one: review_services.comment(one.by(), one.engagement.id, words="Well done")


def three_months_on(support: Support) -> Do:
    support.outcome()
    support.all_used()
    support.evaluate(support.head())
    return lambda one: review_services.look_back(
        one.by(),
        one.engagement.id,
        kind=ReviewKind.LOOK_BACK_3,
        difference=Difference.LITTLE,
        said=one.said(Level.SLIPPED_BACK),
    )


NOTES: dict[NoteKind, list[Callable[[Support], Do]]] = {
    NoteKind.FIRST_CONTACT: [that_they_spoke],
    NoteKind.VISIT: [a_visit_as_planned, a_visit_never_planned, the_last_visit],
    NoteKind.NO_VISIT: [that_it_did_not_happen],
    NoteKind.LOG_AGREED: [that_it_is_right],
    NoteKind.LOG_DISPUTED: [that_it_is_not_right],
    NoteKind.MID_POINT: [half_way],
    NoteKind.EVALUATION: [what_has_changed],
    NoteKind.LEADER_COMMENT: [the_leaders_comment],
    NoteKind.LOOK_BACK_3: [three_months_on],
}
EACH = [(kind, story) for kind, stories in NOTES.items() for story in stories]
