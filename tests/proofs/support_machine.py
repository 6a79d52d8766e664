"""The same life, with the support that comes of it: visits, disputes, undone notes, early ends."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from brokerage.clock import london_date
from brokerage.engagements import models, services, undo_services, visit_services
from brokerage.engagements.correcting_services import correct
from brokerage.engagements.rules import NoteKind
from brokerage.engagements.telling import UNDO
from brokerage.people.models import Link
from tests.proofs import support_model as model
from tests.proofs.life_machine import PICK, Life
from tests.proofs.life_model import Support, Visit


class WholeLife(Life):
    """Pairings and what comes of them."""

    def some_support(self) -> bool:
        return bool(self.model.supports)

    def support(self, pick: int) -> Support:
        return self.model.supports[-1 - pick % min(len(self.model.supports), 3)]

    def visits(self) -> list[tuple[Support, Visit]]:
        return [(one, visit) for one in self.model.supports for visit in one.visits]

    @precondition(some_support)
    @rule(pick=PICK, half_days=st.integers(1, 2), phone=st.booleans())
    def log(self, pick: int, half_days: int, phone: bool) -> None:
        one = self.support(pick)
        leader = self.people[self.leaders.index(one.pairing.leader)]
        by, today = self.by(self.coordinator if phone else leader), london_date(self.now)
        before = one.used, one.state
        visit = model.log(one, half_days, today)
        if visit is not None and phone:
            self.notes.append(model.PhoneLog(one, visit, *before))

        def call() -> None:
            number = _log(by, one, today, half_days)
            if visit is not None:
                visit.id = number

        self.same(visit is not None, call)

    @precondition(visits)
    @rule(pick=PICK, half_days=st.integers(1, 2), phone=st.booleans(), earlier=st.integers(0, 3))
    def correct(self, pick: int, half_days: int, phone: bool, earlier: int) -> None:
        """``earlier`` are days; the agreement is the earliest that can be."""
        support, visit = self.visits()[-1 - pick % min(len(self.visits()), 4)]
        leader = self.people[self.leaders.index(support.pairing.leader)]
        by = self.by(self.coordinator if phone else leader)
        on = max(visit.on - timedelta(days=earlier), support.agreed_on)
        note = next((one for one in self.notes if one.visit is visit), None)
        expected = model.correct(support, visit, half_days, on, not phone, note)
        words = {"happened_on": on, "done": "Watched"}
        self.same(expected, lambda: correct(by, visit.id, half_days=half_days, **words))

    @property
    def notes(self) -> list[model.PhoneLog]:
        found: list[model.PhoneLog] = self.__dict__.setdefault("_notes", [])
        return found

    def some_note(self) -> bool:
        return bool(self.notes)

    @precondition(some_note)
    @rule(pick=PICK)
    def undo_log(self, pick: int) -> None:
        note = self.notes[-1 - pick % min(len(self.notes), 3)]
        query = select(models.PhoneNote.id).filter_by(visit_id=note.visit.id, kind=NoteKind.VISIT)
        note_id = self.session.scalars(query).one()
        link = select(Link.id).filter_by(purpose=UNDO, subject="phone_note", subject_id=note_id)
        link_id = self.session.scalars(link).one()
        leader = self.people[self.leaders.index(note.support.pairing.leader)]
        by = self.by(leader)
        self.session.rollback()
        expected = model.undo_log(note)
        self.same(expected, lambda: undo_services.undo(by, note_id, link_id))

    @precondition(visits)
    @rule(pick=PICK)
    def dispute(self, pick: int) -> None:
        _, visit = self.visits()[-1 - pick % min(len(self.visits()), 4)]
        by, expected = self.by(self.head), model.dispute(visit)
        self.same(expected, lambda: visit_services.dispute(by, visit.id, words="Half a day"))

    @precondition(visits)
    @rule(pick=PICK, half_days=st.integers(0, 2))
    def resolve(self, pick: int, half_days: int) -> None:
        support, visit = self.visits()[-1 - pick % min(len(self.visits()), 4)]
        by, expected = self.by(self.coordinator), model.resolve(support, visit, half_days)
        self.same(expected, lambda: visit_services.resolve(by, visit.id, half_days=half_days))

    @precondition(some_support)
    @rule(pick=PICK)
    def complete(self, pick: int) -> None:
        one, by = self.support(pick), self.by(self.coordinator)
        self.same(model.complete(one), lambda: services.complete(by, one.id))

    @precondition(some_support)
    @rule(pick=PICK)
    def pause(self, pick: int) -> None:
        one, by = self.support(pick), self.by(self.coordinator)
        self.same(model.pause(one), lambda: services.pause(by, one.id, reason="Inspection"))

    @precondition(some_support)
    @rule(pick=PICK)
    def resume(self, pick: int) -> None:
        one, by = self.support(pick), self.by(self.coordinator)
        self.same(model.resume(one), lambda: services.resume(by, one.id))

    @precondition(some_support)
    @rule(pick=PICK, goes_on=st.booleans())
    def end_early(self, pick: int, goes_on: bool) -> None:
        one, by = self.support(pick), self.by(self.coordinator)
        words = {"reason": "The head left", "need_goes_on": goes_on}
        expected = model.end_early(one, goes_on)
        self.same(expected, lambda: services.end_early(by, one.id, **words))


def _log(by: object, one: Support, day: date, half_days: int) -> int:
    return visit_services.log(
        by, one.id, visit_id=None, happened_on=day, half_days=half_days, done="Watched"
    )
