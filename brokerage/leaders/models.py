"""The register of system leaders: one record and one days account each in the installation."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.leaders.rules import (
    Accepting,
    ConflictKind,
    Level,
    Movement,
    StandingRelease,
    accepting_on,
    school_year,
)
from brokerage.people.models import Person
from brokerage.schools.models import Phase, School


class Leader(Versioned, Base):
    """A person on the register. They are a member of each partnership in which they hold the post
    of system leader.

    ``engaged`` counts the engagements that they are in or have accepted, against
    ``engagements_at_once``. The standing release is their releaser's word for a year ahead;
    ``standing_given_by`` is whose word it is, ``standing_recorded_by`` a coordinator who noted it
    for them. ``kept_by`` is who last changed the record: the leader, or a coordinator for them.
    """

    __tablename__ = "leader"
    __table_args__ = (CheckConstraint("engaged >= 0", name="engaged"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    home_urn: Mapped[int] = mapped_column(ForeignKey("school.urn"), index=True)
    accepting: Mapped[Accepting] = mapped_column(
        one_of(Accepting, "accepting"), default=Accepting.YES
    )
    closed_until: Mapped[date | None]
    max_km: Mapped[int | None]
    remote: Mapped[bool] = mapped_column(default=False)
    engagements_at_once: Mapped[int] = mapped_column(default=2)
    engaged: Mapped[int] = mapped_column(default=0)
    weekdays: Mapped[list[str]] = mapped_column(JSON, default=list)
    terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    faiths: Mapped[list[str]] = mapped_column(JSON, default=list)
    been_there: Mapped[list[str]] = mapped_column(JSON, default=list)
    about: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=True)
    releaser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    standing_half_days: Mapped[int | None]
    standing_weekdays: Mapped[list[str]] = mapped_column(JSON, default=list)
    standing_terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    standing_until: Mapped[date | None]
    standing_given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    standing_given_at: Mapped[datetime | None] = mapped_column(Instant)
    standing_recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime] = mapped_column(Instant)
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    releaser: Mapped[Person | None] = relationship(foreign_keys=[releaser_id])
    keeper: Mapped[Person | None] = relationship(foreign_keys=[kept_by])
    standing_giver: Mapped[Person | None] = relationship(foreign_keys=[standing_given_by])
    standing_recorder: Mapped[Person | None] = relationship(foreign_keys=[standing_recorded_by])
    home: Mapped[School] = relationship(lazy="joined")
    designations: Mapped[list["Designation"]] = relationship(
        cascade="all, delete-orphan", order_by="Designation.kind"
    )
    specialisms: Mapped[list["LeaderSpecialism"]] = relationship(
        cascade="all, delete-orphan",
        order_by="(LeaderSpecialism.code, LeaderSpecialism.phase)",
    )
    accounts: Mapped[list["DaysAccount"]] = relationship(order_by="DaysAccount.year")

    def accepting_on(self, day: date) -> Accepting:
        """Whether they take new requests on ``day``."""
        return accepting_on(self.accepting, self.closed_until, day)

    def account_of(self, day: date) -> "DaysAccount | None":
        """The days account of the school year of ``day``; None where nothing was pledged yet."""
        year = school_year(day)
        return next((found for found in self.accounts if found.year == year), None)

    @property
    def standing(self) -> StandingRelease | None:
        """The standing release as it was given, be it over or not."""
        if self.standing_half_days is None or self.standing_until is None:
            return None
        return StandingRelease(
            self.standing_half_days,
            tuple(self.standing_weekdays),
            tuple(self.standing_terms),
            self.standing_until,
        )


class Designation(Base):
    """SLE, LLE, NLE, NLG or a local kind: data, since schemes open and close."""

    __tablename__ = "designation"
    __table_args__ = (UniqueConstraint("leader_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    kind: Mapped[str] = mapped_column(String(40))
    awarding_body: Mapped[str | None] = mapped_column(String(120))
    awarded_on: Mapped[date | None]
    review_due: Mapped[date | None]
    trained_on: Mapped[date | None]


class LeaderSpecialism(Base):
    """What the leader is good at, in one phase, with what shows it."""

    __tablename__ = "leader_specialism"
    __table_args__ = (UniqueConstraint("leader_id", "code", "phase"), Index(None, "code", "phase"))

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    code: Mapped[str] = mapped_column(ForeignKey("specialism.code"))
    phase: Mapped[Phase] = mapped_column(one_of(Phase, "phase"))
    level: Mapped[Level] = mapped_column(one_of(Level, "level"), default=Level.LEADS)
    evidence: Mapped[str] = mapped_column(String(500), default="")
    evidence_on: Mapped[date | None]


class DaysAccount(Base):
    """A leader's days in one school year, in half-days. What is left is what was pledged less what
    is held, agreed and used; the CHECK keeps it from being sold twice."""

    __tablename__ = "days_account"
    __table_args__ = (
        UniqueConstraint("leader_id", "year"),
        CheckConstraint(
            "pledged >= 0 and held >= 0 and agreed >= 0 and used >= 0", name="not_negative"
        ),
        CheckConstraint("held + agreed + used <= pledged", name="not_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    year: Mapped[int]
    pledged: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)

    @property
    def promised(self) -> int:
        return self.held + self.agreed + self.used

    @property
    def left(self) -> int:
        return self.pledged - self.promised


class DaysMovement(Base):
    """One movement of a days account, with its cause. Half-days; never changed afterwards.

    ``partnership_id`` and ``urn`` say where days go: nothing for a pledge.
    """

    __tablename__ = "days_movement"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("days_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[Movement] = mapped_column(one_of(Movement, "movement"))
    half_days: Mapped[int]
    cause: Mapped[str] = mapped_column(String(40))
    cause_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    partnership_id: Mapped[int | None]
    urn: Mapped[int | None] = mapped_column(index=True)


class Conflict(Versioned, Base):
    """What stands between a leader and a school, as the coordinators of one partnership were told:
    seen by them alone. It holds through ``until`` (None: until it is ended)."""

    __tablename__ = "conflict"
    __table_args__ = (
        Index(None, "partnership_id", "urn"),
        Index(
            "uq_conflict_partnership_id_leader_id_urn_kind_open",
            "partnership_id",
            "leader_id",
            "urn",
            "kind",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"), index=True)
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"), index=True)
    kind: Mapped[ConflictKind] = mapped_column(one_of(ConflictKind, "conflict_kind"))
    words: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[date | None]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    leader: Mapped[Leader] = relationship()
    school: Mapped[School] = relationship()
    noter: Mapped[Person | None] = relationship(foreign_keys=[noted_by])

    def holds_on(self, day: date) -> bool:
        """Whether it stands between the two on ``day``."""
        return self.ended_at is None and (self.until is None or day <= self.until)
