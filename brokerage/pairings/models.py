"""A suggestion's human life: proposed, released, chosen, accepted, confirmed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.leaders.models import Leader
from brokerage.leaders.pot_models import Pot
from brokerage.leaders.spending import Support
from brokerage.matching.plans import Level
from brokerage.needs.models import Need
from brokerage.pairings.rules import PairingState, Step
from brokerage.pairings.run_rules import RunKind, RunState, Wishes
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.models import Person

_OPEN_STATES = "state in ('suggested','proposed','released','chosen','accepted')"


class Pairing(Versioned, Base):
    """One leader suggested for one need. ``reasons`` are as matching gave them, kept so that no
    page works them out anew; ``half_days`` are those of this pairing.

    ``object_by`` is the last day on which the releaser, told of a standing release, can object;
    ``went_well`` is what the supported school said once it was over.
    ``step`` is what is being asked now, since ``asked_at``, until the end of ``due_on``; since
    ``ring_wanted_at`` the person asked would rather be rung.
    ``run_id`` is the run that suggested it; since ``kept_at`` no run may change it. ``pot_id`` is
    the funding pot that pays, where one does.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        Index(
            "uq_pairing_need_id_leader_id_open",
            "need_id",
            "leader_id",
            unique=True,
            sqlite_where=text(_OPEN_STATES),
            postgresql_where=text(_OPEN_STATES),
        ),
        Index(None, "partnership_id", "state"),
        Index(None, "leader_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    state: Mapped[PairingState] = mapped_column(
        one_of(PairingState, "pairing_state"), default=PairingState.SUGGESTED
    )
    order: Mapped[PairingOrder] = mapped_column(one_of(PairingOrder, "pairing_order"))
    step: Mapped[Step | None] = mapped_column(one_of(Step, "step"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    due_on: Mapped[date | None]
    next_look_on: Mapped[date | None] = mapped_column(index=True)
    ring_wanted_at: Mapped[datetime | None] = mapped_column(Instant)

    half_days: Mapped[int]
    year: Mapped[int]
    score: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[Any] = mapped_column(JSON)
    chosen_by_hand: Mapped[str | None] = mapped_column(String(300))
    run_id: Mapped[int | None] = mapped_column(index=True)
    kept_at: Mapped[datetime | None] = mapped_column(Instant)
    pence_a_day: Mapped[int | None]
    who_pays: Mapped[str] = mapped_column(String(200), default="")
    pot_id: Mapped[int | None] = mapped_column(ForeignKey("pot.id"))
    first_date: Mapped[date | None]
    conditions: Mapped[str] = mapped_column(String(300), default="")
    checks_confirmed_on: Mapped[date | None]
    by_standing_release: Mapped[bool] = mapped_column(default=False)
    object_by: Mapped[date | None]
    went_well: Mapped[bool | None]
    suggested_at: Mapped[datetime] = mapped_column(Instant)
    proposed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    over_at: Mapped[datetime | None] = mapped_column(Instant)
    over_reason: Mapped[str | None] = mapped_column(String(300))

    need: Mapped[Need] = relationship(lazy="joined")
    leader: Mapped[Leader] = relationship(lazy="joined")
    pot: Mapped[Pot | None] = relationship()
    answers: Mapped[list["PairingAnswer"]] = relationship(order_by="PairingAnswer.id")

    @property
    def support(self) -> Support:
        """What its days are spent on."""
        return Support(
            leader_id=self.leader_id,
            year=self.year,
            partnership_id=self.partnership_id,
            urn=self.need.urn,
            reference=self.reference,
            pot_id=self.pot_id,
            pence_a_day=self.pence_a_day or 0,
        )


class PairingAnswer(Base):
    """What one of the three answered: the signatures of the agreement.

    ``recorded_by`` is somebody else where it came by telephone; until ``undone_at`` the person can
    undo such an answer by link.
    """

    __tablename__ = "pairing_answer"
    __table_args__ = (
        Index(
            "uq_pairing_answer_pairing_id_step",
            "pairing_id",
            "step",
            unique=True,
            sqlite_where=text("undone_at is null"),
            postgresql_where=text("undone_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), index=True)
    step: Mapped[Step] = mapped_column(one_of(Step, "step"))
    yes: Mapped[bool]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    via: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(500), default="")
    undone_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship()


_LIVE_RUNS = "state in ('asked','running')"


class PlanRun(Base):
    """A plan for the whole queue, asked for by somebody (nobody: by the service, at night).

    While it is RUNNING it belongs to whoever made its latest ``claim``, until ``claimed_until`` by
    the true clock. ``made_from`` are the numbers and the print of what it was worked out from,
    ``figures`` how many needs of each urgency it places, ``certificate`` how good it is;
    ``answers`` are the whole result (see run_rules.Result), read only where it is looked at.
    """

    __tablename__ = "plan_run"
    __table_args__ = (
        Index(
            "uq_plan_run_partnership_id_live",
            "partnership_id",
            unique=True,
            sqlite_where=text(_LIVE_RUNS),
            postgresql_where=text(_LIVE_RUNS),
        ),
        Index(None, "partnership_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    kind: Mapped[RunKind] = mapped_column(one_of(RunKind, "run_kind"), default=RunKind.PLAN)
    state: Mapped[RunState] = mapped_column(one_of(RunState, "run_state"), default=RunState.ASKED)
    level: Mapped[Level] = mapped_column(one_of(Level, "level"), default=Level.STANDARD)
    floor: Mapped[int | None]
    same_trust: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    claim: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    stage: Mapped[str] = mapped_column(String(60), default="")
    done: Mapped[int] = mapped_column(default=0)
    of: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    says: Mapped[str] = mapped_column(String(300), default="")
    made_from: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    figures: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    certificate: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    answers: Mapped[Any] = deferred(mapped_column(JSON(none_as_null=True), nullable=True))
    left_out: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    asker: Mapped[Person | None] = relationship(foreign_keys=[asked_by], lazy="joined")

    @property
    def wishes(self) -> Wishes:
        """What the coordinator varied in it."""
        return Wishes(self.level, self.floor, self.same_trust)
