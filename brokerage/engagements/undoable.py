"""A note of a telephone call with what it is about: what came of it, and whether that still stands.

Within somebody's open transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements import diary
from brokerage.engagements.models import Concern, Engagement, PhoneNote, Visit
from brokerage.engagements.phone_notes import part_of
from brokerage.engagements.rules import LIFE, VISIT_LIFE, WORKING, EngagementState, VisitState
from brokerage.engagements.telling import tell
from brokerage.life import Part
from brokerage.people.models import Person


@dataclass(frozen=True)
class Undoable:
    """A note with what it is about, as it is undone on a day."""

    session: Session
    note: PhoneNote
    engagement: Engagement
    today: date

    @property
    def visit(self) -> Visit:
        if self.note.visit is None:
            raise AssertionError(f"note {self.note.id} is about no visit")
        return self.note.visit

    @property
    def before(self) -> dict[str, Any]:
        found: dict[str, Any] = self.note.before
        return found

    @property
    def state_before(self) -> EngagementState:
        return EngagementState(self.before["state"])

    @property
    def whose(self) -> set[Part]:
        """Whose words these are: they undo it."""
        return {part_of(self.note.kind)}

    def reviews_are(self, kinds: Collection[str]) -> bool:
        """Whether these reviews, and no others, are answered now."""
        return {review.kind.value for review in self.engagement.reviews} == set(kinds)

    def visit_may(self, event: str) -> bool:
        """Whether the visit can go back so; not once it was changed after this was noted."""
        changed = self.visit.changed_at
        as_noted = changed is None or changed <= self.note.noted_at
        return as_noted and VISIT_LIFE.may(self.visit.state, event, self.whose)

    def following(self) -> Visit | None:
        """The visit that was planned along with it."""
        found = self.before.get("next")
        return self.session.get(Visit, found[0]) if found else None

    def following_is_as_planned(self) -> bool:
        visit, found = self.following(), self.before.get("next")
        if visit is None or not found or visit.id in self.before.get("cancelled", ()):
            return True
        as_then = visit.planned_on == date.fromisoformat(found[1])
        return visit.state is VisitState.PLANNED and as_then

    def can_go_back(self) -> bool:
        """Whether the engagement is where the note led it, or where it was before. Of support that
        is done, the last log must have made it so: days not used are the leader's again else."""
        now, then = self.engagement.state, self.state_before
        if now is EngagementState.COMPLETED:
            by_log = self.engagement.used >= self.engagement.half_days
            return by_log and then in WORKING and LIFE.may(now, "undo_complete", self.whose)
        if then is EngagementState.AGREED:
            return LIFE.may(now, "undo_start", self.whose)
        return now is then

    def concern_is_open(self) -> bool:
        number = self.before.get("concern")
        return number is None or self.session.get_one(Concern, number).settled_at is None


def settle_concern(of: Undoable, by: By) -> None:
    number = of.before.get("concern")
    if number is not None and of.concern_is_open():
        concern = of.session.get_one(Concern, number)
        concern.settled_at, concern.settled_by = by.now, by.actor.person_id


def tell_it_is_undone(
    of: Undoable,
    by: By,
    person: Person | None,
    part: Part | None = None,
    shown: Collection[Visit] = (),
) -> None:
    """Somebody had been told of it: they need not look at that any more. Whoever is ``part`` gets
    the file that brings their calendar up to date with the visits ``shown``."""
    if person is None:
        return
    of.session.flush()
    tell(
        of.session,
        by,
        of.engagement,
        "undone_since",
        person,
        key=f"undone_since/{of.note.id}/{person.id}",
        calendar=diary.attachment(shown, of.engagement, part),
        own=person.id == by.actor.person_id,
        again=[visit.planned_on for visit in shown if visit.state is VisitState.PLANNED],
        off=[visit.planned_on for visit in shown if visit.state is VisitState.DID_NOT_HAPPEN],
    )
