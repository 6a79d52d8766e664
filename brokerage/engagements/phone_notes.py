"""What a coordinator notes for somebody by telephone: kept with how things stood before, and copied
to that person with a link that undoes it. Within somebody's open transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements import diary
from brokerage.engagements.models import Engagement, Finding, PhoneNote, Review, Visit
from brokerage.engagements.queries import review_of
from brokerage.engagements.review_rules import LEVELS
from brokerage.engagements.rules import NoteKind, ReviewKind, VisitState
from brokerage.engagements.telling import UNDO, tell
from brokerage.errors import NotFound
from brokerage.life import Part
from brokerage.people.links import UNDO_LASTS
from brokerage.people.models import Person
from brokerage.web.words import days, london_day

OF_LEADER = frozenset(
    {NoteKind.FIRST_CONTACT, NoteKind.VISIT, NoteKind.NO_VISIT, NoteKind.LEADER_COMMENT}
)
GOES_ON = frozenset({NoteKind.SCHOOL_GOES_ON, NoteKind.HOME_GOES_ON})
TITLES = {
    NoteKind.FIRST_CONTACT: "That leader and school have spoken",
    NoteKind.VISIT: "A visit",
    NoteKind.NO_VISIT: "That a visit did not happen",
    NoteKind.LOG_AGREED: "That a visit’s log is right",
    NoteKind.LOG_DISPUTED: "That a visit’s log is not right",
    NoteKind.MID_POINT: "Half way: keep, change or stop",
    NoteKind.EVALUATION: "What has changed",
    NoteKind.LEADER_COMMENT: "The leader’s comment on the evaluation",
    NoteKind.LOOK_BACK_3: "Three months on",
    NoteKind.LOOK_BACK_6: "Six months on",
    NoteKind.SCHOOL_GOES_ON: "That your school goes on with this support",
    NoteKind.HOME_GOES_ON: "That your school goes on releasing the leader",
}


def part_of(kind: NoteKind) -> Part:
    """Whose words these are."""
    if kind is NoteKind.HOME_GOES_ON:
        return Part.RELEASER
    return Part.LEADER if kind in OF_LEADER else Part.HEAD


def spoken_for(by: By, person: Person | None) -> Person | None:
    """The person for whom the actor writes this down; None where they speak for themselves."""
    return None if person is None or person.id == by.actor.person_id else person


def as_it_stands(engagement: Engagement) -> dict[str, Any]:
    """How the engagement stands before something is noted, as an undoing will put it back."""
    return {
        "state": engagement.state.value,
        "used": engagement.used,
        "first_contact_on": _kept(engagement.first_contact_on),
        "first_visit_on": _kept(engagement.first_visit_on),
        "exit_plan": engagement.exit_plan,
        "reviews": sorted(review.kind.value for review in engagement.reviews),
    }


def _kept(day: date | None) -> str | None:
    return day.isoformat() if day else None


def planned_again(visit: Visit | None) -> list[Any]:
    """A visit that came of a note, as it was planned then; empty for none."""
    return [visit.id, _kept(visit.planned_on)] if visit is not None else []


def keep(
    session: Session,
    by: By,
    engagement: Engagement,
    kind: NoteKind,
    person: Person | None,
    before: dict[str, Any],
    visit: Visit | None = None,
) -> None:
    """Keep what was noted for ``person`` (None: they spoke for themselves, and nothing is kept),
    and send them a copy with a link that undoes it, and with what it changes in their calendar."""
    if person is None:
        return
    note = PhoneNote(
        engagement_id=engagement.id,
        kind=kind,
        visit_id=visit.id if visit else None,
        person_id=person.id,
        noted_by=by.actor.person_id,
        noted_at=by.now,
        before=before,
    )
    session.add(note)
    session.flush()
    changed = changed_in_diaries(session, visit, before)
    tell(
        session,
        by,
        engagement,
        "noted_for_you",
        person,
        key=f"noted_for_you/{note.id}",
        purpose=UNDO,
        about=note,
        lasts=UNDO_LASTS,
        until=by.now + UNDO_LASTS,
        calendar=diary.attachment(changed, engagement, part_of(kind)),
    )


def changed_in_diaries(session: Session, visit: Visit | None, came: dict[str, Any]) -> list[Visit]:
    """The visits that calendars have to show otherwise since something was noted of ``visit``:
    itself, where it is off or was on another day, and those planned or called off along with it."""
    ids = {*(came.get("next") or [])[:1], *(came.get("cancelled") or ())}
    found = [session.get_one(Visit, number) for number in sorted(ids)]
    if visit is None or visit.planned_on is None:
        return found
    off = visit.state is VisitState.DID_NOT_HAPPEN
    return [visit, *found] if off or visit.happened_on != visit.planned_on else found


@dataclass(frozen=True)
class Noted:
    """A note as its person reads it: what it is about, and what they are said to have said."""

    title: str
    rows: list[tuple[str, str]]


def note_by_id(session: Session, note_id: int) -> PhoneNote:
    """The note that a link is about; raises NotFound."""
    note = session.get(PhoneNote, note_id)
    if note is None:
        raise NotFound
    return note


def in_words(engagement: Engagement, note: PhoneNote) -> Noted:
    """What was noted, as far as it still stands."""
    if note.kind is NoteKind.FIRST_CONTACT:
        rows = [("They spoke on", london_day(engagement.first_contact_on))]
    elif note.kind in GOES_ON:
        rows = [("Your answer", "It goes on as it was agreed")]
    elif note.visit is not None:
        rows = _of_visit(note.visit, note)
    else:
        rows = _of_review(engagement, note.kind)
    return Noted(TITLES[note.kind], [(key, value) for key, value in rows if value])


def _of_visit(visit: Visit, note: PhoneNote) -> list[tuple[str, str]]:
    if visit.changed_at is not None and visit.changed_at > note.noted_at:
        return []  # it was changed since: these would not be their words
    following = note.before.get("next") or []
    to_come = ("Next visit", london_day(date.fromisoformat(following[1])) if following else "")
    if note.kind is NoteKind.NO_VISIT:
        return [("It was planned for", london_day(visit.planned_on)), to_come]
    if visit.happened_on is None:
        return []
    rows = [("When", london_day(visit.happened_on)), ("How long", days(visit.half_days))]
    rows += [("Done", visit.done), ("Next", visit.next)]
    if note.kind is NoteKind.VISIT:
        return [*rows, ("What worries you", visit.worry), to_come]
    right = note.kind is NoteKind.LOG_AGREED
    return [*rows, ("You said", "It is right" if right else visit.dispute)]


def _of_review(engagement: Engagement, kind: NoteKind) -> list[tuple[str, str]]:
    review = review_of(engagement, ReviewKind(kind.value))
    if review is None:
        return []
    choice = "" if kind is NoteKind.LEADER_COMMENT else review.choice.capitalize()
    outcomes = {one.id: one.words for one in engagement.outcomes}
    return [
        *(
            (outcomes.get(one.outcome_id or 0, "How it stands"), finding_in_words(review, one))
            for one in review.findings
        ),
        ("Your answer", choice),
        ("In your words", review.words),
        ("Afterwards", review.exit_plan),
    ]


def finding_in_words(review: Review, finding: Finding) -> str:
    """What a review says of one outcome, on one line."""
    said = LEVELS[review.kind][finding.level]
    return f"{said}. {finding.evidence}" if finding.evidence.strip() else said
