"""What pairings, days and support should do, in plain Python: the measure of the real services.

Each event answers whether it may be; where it may, the model has moved on.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from brokerage.engagements.rules import EngagementState as E
from brokerage.engagements.rules import VisitState as V
from brokerage.needs.rules import NeedState as N
from brokerage.pairings.rules import STEPS, Step
from brokerage.pairings.rules import PairingState as P
from brokerage.partnerships.rules import PairingOrder

YES = {Step.RELEASE: P.RELEASED, Step.CHOOSE: P.CHOSEN, Step.ACCEPT: P.ACCEPTED}
NO = {Step.RELEASE: P.NOT_RELEASED, Step.CHOOSE: P.NOT_CHOSEN, Step.ACCEPT: P.DECLINED}
LIVE = {E.AGREED, E.ACTIVE, E.PAUSED}


@dataclass
class Leader:
    id: int
    pledged: int
    at_once: int
    standing: int = 0
    held: int = 0
    agreed: int = 0
    used: int = 0
    engaged: int = 0

    @property
    def left(self) -> int:
        return self.pledged - self.held - self.agreed - self.used

    def takes(self, half_days: int) -> bool:
        return self.left >= half_days and self.engaged < self.at_once


@dataclass
class Need:
    id: int
    state: N = N.OPEN


@dataclass
class Answer:
    """One yes or no. ``order`` is its place among all answers ever given."""

    step: Step
    yes: bool
    order: int
    by_phone: bool
    undone: bool = False


@dataclass
class Pairing:
    need: Need
    leader: Leader
    half_days: int
    order: PairingOrder
    proposed_at: datetime
    id: int = 0
    reference: str = ""
    state: P = P.PROPOSED
    answers: list[Answer] = field(default_factory=list)
    over_at: datetime | None = None
    by_standing: bool = False
    object_by: date | None = None

    @property
    def path(self) -> list[P]:
        """Its states from the proposal until all have agreed."""
        return [P.PROPOSED, *(YES[step] for step in STEPS[self.order])]

    @property
    def under_way(self) -> bool:
        return self.state in self.path

    @property
    def asks(self) -> Step | None:
        if not self.under_way or self.state is self.path[-1]:
            return None
        return STEPS[self.order][self.path.index(self.state)]

    @property
    def holds(self) -> bool:
        """Whether the leader has said yes, and it is neither confirmed nor over."""
        accepted = self.path.index(P.ACCEPTED)
        return self.under_way and self.path.index(self.state) >= accepted


@dataclass
class Visit:
    half_days: int
    on: date
    state: V = V.LOGGED
    id: int = 0


@dataclass
class Support:
    pairing: Pairing
    half_days: int
    agreed_on: date
    state: E = E.AGREED
    used: int = 0
    id: int = 0
    visits: list[Visit] = field(default_factory=list)


class Model:
    def __init__(self) -> None:
        self.pairings: list[Pairing] = []
        self.supports: list[Support] = []
        self.answered = 0

    def propose(
        self, need: Need, leader: Leader, half_days: int, order: PairingOrder, now: datetime
    ) -> Pairing | None:
        asked = [one for one in self.pairings if one.need is need and one.under_way]
        if need.state is not N.OPEN or len(asked) >= 2 or leader.left < half_days:
            return None
        if any(one.leader is leader for one in asked):
            return None
        new = Pairing(need, leader, half_days, order, now)
        self.pairings.append(new)
        self._tell_instead(new)
        return new

    def answer(self, one: Pairing, step: Step, yes: bool, now: datetime, by_phone: bool) -> bool:
        if one.asks is not step or not self._move(one, YES[step] if yes else NO[step], now):
            return False
        self._note(one, step, yes, by_phone)
        if yes and step is Step.CHOOSE:
            for other in self.pairings:
                if other.need is one.need and other is not one and other.asks is Step.CHOOSE:
                    self._move(other, P.NOT_CHOSEN, now)
        self._tell_instead(one)
        return True

    def _note(self, one: Pairing, step: Step, yes: bool, by_phone: bool) -> None:
        self.answered += 1
        one.answers.append(Answer(step, yes, self.answered, by_phone))

    def _tell_instead(self, one: Pairing) -> None:
        """A standing release that covers it says the releaser's yes."""
        taken = sum(
            other.half_days
            for other in self.pairings
            if other.leader is one.leader
            and other.by_standing
            and (other.under_way or other.state is P.CONFIRMED)
        )
        if one.asks is Step.RELEASE and taken + one.half_days <= one.leader.standing:
            one.state, one.by_standing = YES[Step.RELEASE], True
            self._note(one, Step.RELEASE, True, False)

    def undo(self, one: Pairing, given: Answer, now: datetime) -> bool:
        after = (YES if given.yes else NO)[given.step]
        before = one.path[STEPS[one.order].index(given.step)]
        if given.undone or one.state is not after:
            return False
        if not given.yes and self._gone_on(one, given):
            return False
        if not self._move(one, before, now):
            return False
        given.undone, one.over_at = True, None
        return True

    def _gone_on(self, one: Pairing, given: Answer) -> bool:
        others = [other for other in self.pairings if other.need is one.need and other is not one]
        assert one.over_at is not None
        return one.need.state is not N.OPEN or any(
            other.proposed_at > one.over_at
            or any(a.order > given.order and not a.undone for a in other.answers)
            or (other.leader is one.leader and other.under_way)
            for other in others
        )

    def end(self, one: Pairing, state: P, now: datetime, *, only: set[P] | None = None) -> bool:
        """Taken back, lapsed, pulled out, objected to."""
        if not one.under_way or (only is not None and one.state not in only):
            return False
        return self._move(one, state, now)

    def withdraw_need(self, need: Need, now: datetime) -> bool:
        if need.state is not N.OPEN:
            return False
        need.state = N.WITHDRAWN
        self._end_others(need, None, P.WITHDRAWN, now)
        return True

    def reopen(self, need: Need) -> bool:
        if need.state not in (N.WITHDRAWN, N.CLOSED):
            return False
        need.state = N.OPEN
        return True

    def confirm(self, one: Pairing, today: date, now: datetime) -> Support | None:
        if one.state is not one.path[-1] or (one.object_by and today <= one.object_by):
            return None
        one.state = P.CONFIRMED
        one.leader.held -= one.half_days
        one.leader.agreed += one.half_days
        one.need.state = N.PLACED
        self._end_others(one.need, one, P.DISPLACED, now)
        new = Support(one, one.half_days, today)
        self.supports.append(new)
        return new

    def _end_others(self, need: Need, but: Pairing | None, state: P, now: datetime) -> None:
        for other in self.pairings:
            if other.need is need and other is not but and other.under_way:
                self._move(other, state, now)

    def _move(self, one: Pairing, state: P, now: datetime) -> bool:
        before, was = one.holds, one.state
        one.state = state
        if one.holds and not before:
            if not one.leader.takes(one.half_days):
                one.state = was
                return False
            one.leader.held += one.half_days
            one.leader.engaged += 1
        elif before and not one.holds:
            one.leader.held -= one.half_days
            one.leader.engaged -= 1
        if not one.under_way:
            one.over_at = now
        return True
