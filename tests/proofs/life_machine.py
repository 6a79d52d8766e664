"""Accept against withdraw against confirm: the real services beside the model, step by step.

Hypothesis chooses what happens next; after each step database and model are equal, and now and then
`brokerage check` is asked. A failure is printed as the shortest story that leads to it.
"""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, By
from brokerage.clock import london_date
from brokerage.database import db
from brokerage.engagements.models import Engagement
from brokerage.engagements.services import confirm
from brokerage.errors import NotAllowed, NotFound, RuleBroken
from brokerage.leaders import invariants
from brokerage.leaders import services as leaders
from brokerage.needs.rules import CloseReason
from brokerage.needs.services import reopen
from brokerage.pairings import ending_services, services
from brokerage.pairings import models as pairings
from brokerage.pairings.rules import PairingState as P
from brokerage.pairings.rules import Step
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.models import Link, Person
from brokerage.upkeep.check import check
from tests.builders import NOW, acting
from tests.conftest import empty
from tests.proofs.comparing import in_the_database, in_the_model
from tests.proofs.installation import Installation
from tests.proofs.life_model import Answer, Leader, Model, Need, Pairing
from tests.proofs.town import a_town, an_open_need, three_leaders

PLEDGED = 12
STANDING = 6
EVERY = 25
"""After so many steps `brokerage check` is asked."""
PICK = st.integers(0, 1_000)


class Life(RuleBasedStateMachine):
    """Three leaders and three needs. ``place`` is set by whoever runs it; ``did`` counts what was
    done, and what refused, by the name of the event."""

    place: Installation
    steps = 0
    did: ClassVar[Counter[tuple[str, bool]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.context = self.place.app.app_context()
        self.context.push()
        empty(self.place.app)
        self.session = Session(db.engine)
        self.model, self.now = Model(), NOW
        self.actors: dict[int, Actor] = {}

    @initialize(order=st.sampled_from(PairingOrder), agreed=st.integers(0, 3))
    def lay_out(self, order: PairingOrder, agreed: int) -> None:
        self.order = order
        with self.place.laying_out() as session:
            town = a_town(session, pairing_order=order)
            made = three_leaders(session, town, PLEDGED, STANDING)
            self.people = [one.person_id for one in made]
            self.leaders = [
                Leader(one.id, PLEDGED, one.engagements_at_once, one.standing_half_days or 0)
                for one in made
            ]
            self.needs = [Need(an_open_need(session, town).id) for _ in range(3)]
            self.coordinator, self.releaser = town.coordinator.id, town.releaser.id
            self.head = town.head.id
        for number in range(agreed):
            self.most_agree(number, number, 6, 4)

    def teardown(self) -> None:
        self.session.rollback()
        assert [fault for _, faults in check(self.session) for fault in faults] == []
        self.session.close()
        db.session.remove()
        self.context.pop()

    def by(self, person_id: int) -> By:
        if person_id not in self.actors:
            person = self.session.get_one(Person, person_id)
            self.actors[person_id] = acting(self.session, person).actor
            self.session.rollback()
        return By(self.actors[person_id], self.now)

    def same(self, expected: bool, call: Callable[[], object]) -> None:
        """What the model allows is done; what it does not is refused with a sentence."""
        type(self).steps += 1
        self.did[sys._getframe(1).f_code.co_name.lstrip("_"), expected] += 1
        self.now += timedelta(minutes=1)
        self.session.rollback()
        if expected:
            call()
        else:
            with pytest.raises((RuleBroken, NotFound, NotAllowed)):
                call()

    def asked(self, one: Pairing, step: Step) -> int:
        leader = self.people[self.leaders.index(one.leader)]
        return {Step.RELEASE: self.releaser, Step.CHOOSE: self.head, Step.ACCEPT: leader}[step]

    def pairing(self, pick: int) -> Pairing:
        """One that is under way, if there is any; now and then another."""
        under_way = [one for one in self.model.pairings if one.under_way]
        found = under_way if under_way and pick % 5 else self.model.pairings
        return found[pick % len(found)]

    def some_pairing(self) -> bool:
        return bool(self.model.pairings)

    @rule(need=PICK, leader=PICK, half_days=st.integers(1, 6))
    def propose(self, need: int, leader: int, half_days: int) -> None:
        of, who = self.needs[need % 3], self.leaders[leader % 3]
        by, now = self.by(self.coordinator), self.now
        new = self.model.propose(of, who, half_days, self.order, now)

        def call() -> None:
            reference = services.propose(
                by,
                of.id,
                who.id,
                half_days=half_days,
                pence_a_day=None,
                who_pays="",
                first_date=None,
                by_hand="The school knows them",
            )
            if new is None:
                return
            query = select(pairings.Pairing).filter_by(reference=reference)
            row = self.session.scalars(query).one()
            new.id, new.reference, new.object_by = row.id, row.reference, row.object_by

        self.same(new is not None, call)

    @precondition(some_pairing)
    @rule(pick=PICK, yes=st.sampled_from([True, True, True, False]), phone=st.booleans())
    def answer(self, pick: int, yes: bool, phone: bool) -> None:
        one = self.pairing(pick)
        self._answer(one, one.asks or Step.ACCEPT, yes, phone)

    @precondition(some_pairing)
    @rule(pick=PICK, step=st.sampled_from(Step), yes=st.booleans())
    def answer_what_may_not_be_asked(self, pick: int, step: Step, yes: bool) -> None:
        self._answer(self.pairing(pick), step, yes, False)

    def _answer(self, one: Pairing, step: Step, yes: bool, phone: bool) -> None:
        by = self.by(self.coordinator if phone else self.asked(one, step))
        today = london_date(self.now)
        expected = self.model.answer(one, step, yes, self.now, phone)

        def call() -> None:
            if phone:
                services.record_answer(by, one.reference, step, yes=yes, on=today)
            else:
                services.answer(by, one.id, step, yes=yes)
            one.object_by = self.session.get_one(pairings.Pairing, one.id).object_by

        self.same(expected, call)

    def noted(self) -> list[tuple[Pairing, Answer]]:
        return [(one, a) for one in self.model.pairings for a in one.answers if a.by_phone]

    @precondition(noted)
    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        """Whoever is said to have answered by telephone takes it back, by their copy's link."""
        one, given = self.noted()[-1 - pick % min(len(self.noted()), 3)]
        query = select(pairings.PairingAnswer).filter_by(pairing_id=one.id, step=given.step)
        place = [a for a in one.answers if a.step is given.step].index(given)
        row = self.session.scalars(query.order_by(pairings.PairingAnswer.id)).all()[place]
        link = select(Link).filter_by(subject="pairing_answer", subject_id=row.id)
        by, link_id = self.by(self.asked(one, given.step)), self.session.scalars(link).one().id
        answer_id = row.id
        self.session.rollback()
        expected = self.model.undo(one, given, self.now)
        self.same(expected, lambda: services.undo_answer(by, answer_id, link_id))

    @precondition(some_pairing)
    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        one, by = self.pairing(pick), self.by(self.coordinator)
        expected = self.model.end(one, P.WITHDRAWN, self.now)
        self.same(expected, lambda: services.withdraw(by, one.reference, reason="No"))

    @precondition(some_pairing)
    @rule(pick=PICK)
    def pull_out(self, pick: int) -> None:
        one = self.pairing(pick)
        by = self.by(self.asked(one, Step.ACCEPT))
        may = one.holds and one.state in (P.ACCEPTED, one.path[-1])
        expected = may and self.model.end(one, P.DECLINED, self.now)
        self.same(expected, lambda: services.pull_out(by, one.id, words="I cannot"))

    @precondition(some_pairing)
    @rule(pick=PICK)
    def let_lapse(self, pick: int) -> None:
        one, by = self.pairing(pick), By(Actor(via="scheduler"), self.now)
        expected = one.asks is not None and self.model.end(one, P.LAPSED, self.now)

        def call() -> None:
            assert services.lapse(by, one.id) is expected

        self.same(True, call)

    def told(self) -> list[Pairing]:
        return [one for one in self.model.pairings if one.by_standing]

    @precondition(told)
    @rule(pick=PICK)
    def object(self, pick: int) -> None:
        """The releaser, told that their standing release was used, takes it back for this once."""
        one = self.told()[-1 - pick % len(self.told())]
        query = select(Link.id).filter_by(subject="pairing_notice", subject_id=one.id)
        link_id, by = self.session.scalars(query).one(), self.by(self.releaser)
        self.session.rollback()
        released = set(one.path) - {P.PROPOSED}
        expected = self.model.end(one, P.NOT_RELEASED, self.now, only=released)
        self.same(
            expected, lambda: services.object_to_release(by, one.id, link_id, words="Not now")
        )

    @rule(pick=PICK)
    def withdraw_need(self, pick: int) -> None:
        need, by = self.needs[pick % 3], self.by(self.head)
        expected = self.model.withdraw_need(need, self.now)
        reason = CloseReason.NOT_NEEDED
        self.same(expected, lambda: ending_services.withdraw(by, need.id, reason=reason))

    @rule(pick=PICK)
    def reopen_need(self, pick: int) -> None:
        need, by = self.needs[pick % 3], self.by(self.head)
        self.same(self.model.reopen(need), lambda: reopen(by, need.id))

    @precondition(some_pairing)
    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        agreed = [one for one in self.model.pairings if one.state is one.path[-1]]
        self._confirm(agreed[pick % len(agreed)] if agreed and pick % 5 else self.pairing(pick))

    @rule(need=PICK, leader=PICK, half_days=st.integers(2, 6), asked=st.integers(2, 4))
    def most_agree(self, need: int, leader: int, half_days: int, asked: int) -> None:
        """``asked`` of the three say yes, the second by telephone; 4: all, and it is confirmed."""
        before = len(self.model.pairings)
        self.propose(need, leader, half_days)
        for one in self.model.pairings[before:]:
            for number in range(min(asked, 3)):
                if one.asks is not None:
                    self._answer(one, one.asks, True, number == 1)
            if asked > 3:
                self._confirm(one)

    def _confirm(self, one: Pairing) -> None:
        by = self.by(self.coordinator)
        support = self.model.confirm(one, london_date(self.now), self.now)

        def call() -> None:
            confirm(by, one.reference)
            if support is not None:
                query = select(Engagement.id).filter_by(pairing_id=one.id)
                support.id = self.session.scalars(query).one()

        self.same(support is not None, call)

    @rule(pick=PICK, half_days=st.integers(0, 20))
    def pledge(self, pick: int, half_days: int) -> None:
        leader, by = self.leaders[pick % 3], self.by(self.people[pick % 3])
        expected = half_days >= leader.held + leader.agreed + leader.used
        if expected:
            leader.pledged = half_days
        days = {"version": None, "this_year": half_days, "next_year": None}
        self.same(expected, lambda: leaders.pledge(by, leader.id, **days))

    @rule(days=st.integers(1, 4))
    def days_pass(self, days: int) -> None:
        type(self).steps += 1
        self.now += timedelta(days=days)

    @invariant()
    def model_and_database_are_equal(self) -> None:
        self.session.rollback()
        if hasattr(self, "needs"):
            model = in_the_model(self.model, self.leaders, self.needs)
            assert in_the_database(self.session) == model
        assert list(invariants.broken(self.session)) == []
        if self.steps % EVERY == 0:
            assert [fault for _, faults in check(self.session) for fault in faults] == []
        self.session.rollback()
