"""Deployments: agreed support under way, with its agreement, visits and reviews."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.engagements.review_rules import Level
from brokerage.engagements.rules import EngagementState, NoteKind, ReviewKind, Side, VisitState
from brokerage.leaders.models import Leader
from brokerage.leaders.spending import Support
from brokerage.needs.models import Need
from brokerage.pairings.models import Pairing
from brokerage.people.models import Person
from brokerage.schools.models import School


class Engagement(Versioned, Base):
    """A deployment: one leader, so many half-days of one school year, one need.

    Leader and school are to have spoken by ``contact_by``; ``first_contact_on`` is when they did,
    as either of them says, and ``school_spoke`` what the school itself says of it: that they spoke,
    that nobody has rung, or (None) nothing yet.

    ``head_id`` and ``releaser_id`` are who stands for the two schools: those who said yes, or who
    followed them in post since; None while nobody is known to. ``accountable`` is who answers for
    it at the supported school (empty: its head), by name and post. ``over_reason`` is why it ended
    early, or, while it is paused, why it stands still. It ``goes_on_from`` an earlier one where
    another leader took over.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        Index(None, "partnership_id", "state"),
        Index(None, "leader_id", "state"),
        Index(None, "urn", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leader.id"))
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    releaser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[EngagementState] = mapped_column(
        one_of(EngagementState, "engagement_state"), default=EngagementState.AGREED
    )
    half_days: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    year: Mapped[int]
    agreed_at: Mapped[datetime] = mapped_column(Instant)
    contact_by: Mapped[date | None]
    first_contact_on: Mapped[date | None]
    school_spoke: Mapped[bool | None]
    first_visit_on: Mapped[date | None]
    expected_end: Mapped[date | None]
    exit_plan: Mapped[str] = mapped_column(Text, default="")
    accountable: Mapped[str] = mapped_column(String(200), default="")
    site_contact: Mapped[str] = mapped_column(String(200), default="")
    paused_until: Mapped[date | None]
    goes_on_from: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    over_at: Mapped[datetime | None] = mapped_column(Instant)
    over_reason: Mapped[str | None] = mapped_column(String(300))
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    pairing: Mapped[Pairing] = relationship()
    need: Mapped[Need] = relationship(lazy="joined")
    leader: Mapped[Leader] = relationship(lazy="joined")
    school: Mapped[School] = relationship(lazy="joined")
    agreements: Mapped[list["Agreement"]] = relationship(order_by="Agreement.number")
    visits: Mapped[list["Visit"]] = relationship(
        order_by="(Visit.happened_on, Visit.planned_on, Visit.id)"
    )
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.id")
    outcomes: Mapped[list["Outcome"]] = relationship(order_by="Outcome.number")
    phone_notes: Mapped[list["PhoneNote"]] = relationship(order_by="PhoneNote.id")
    successions: Mapped[list["Succession"]] = relationship(order_by="Succession.id")

    @property
    def support(self) -> Support:
        """What its days are spent on: whoever the leader is by now."""
        return replace(self.pairing.support, leader_id=self.leader_id, year=self.year)


class Outcome(Versioned, Base):
    """One thing that is to be different afterwards: how it will be known (``measure``), and how it
    stood before (``baseline``)."""

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text, default="")
    baseline: Mapped[str] = mapped_column(Text, default="")


class Agreement(Base):
    """A version of what was agreed, as it was assembled from the answers."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    terms: Mapped[Any] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(300), default="")


class Visit(Versioned, Base):
    """A visit, planned or logged. A log counts at once; silence until ``consent_on`` is consent.

    One that was noted without having been planned, and then undone, did not happen on no day.
    ``moves`` counts how often its date was moved; ``changed_at`` is when calendars last had to show
    it otherwise.
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("half_days between 0 and 4", name="half_days"),
        Index(None, "state", "consent_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    state: Mapped[VisitState] = mapped_column(one_of(VisitState, "visit_state"))
    planned_on: Mapped[date | None]
    moves: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    happened_on: Mapped[date | None]
    half_days: Mapped[int] = mapped_column(default=0)
    done: Mapped[str] = mapped_column(Text, default="")
    next: Mapped[str] = mapped_column(Text, default="")
    worry: Mapped[str] = mapped_column(Text, default="")
    logged_at: Mapped[datetime | None] = mapped_column(Instant)
    logged_by: Mapped[int | None]
    consent_on: Mapped[date | None]
    disputed_at: Mapped[datetime | None] = mapped_column(Instant)
    dispute: Mapped[str] = mapped_column(Text, default="")

    engagement: Mapped[Engagement] = relationship(viewonly=True)


class PhoneNote(Base):
    """What a coordinator noted that somebody had said by telephone, so that they can undo it.

    ``before`` is how things stood before, and what came of it, as states, days and ids; an undoing
    puts the one back, and is refused where the other has gone on.
    """

    __tablename__ = "phone_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    kind: Mapped[NoteKind] = mapped_column(one_of(NoteKind, "note_kind"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_by: Mapped[int | None]
    noted_at: Mapped[datetime] = mapped_column(Instant)
    before: Mapped[Any] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)

    visit: Mapped[Visit | None] = relationship()


class Succession(Base):
    """Somebody who stood for a side of this support has left their post: who follows them, and that
    they go on with it.

    ``before_id`` is who left; ``person_id`` who follows (None: nobody is known yet, or the leader
    has left, whom nobody follows unasked). They were told at ``told_at``, would rather talk first
    since ``talk_at``, and said yes at ``answered_at``. ``over_at``: it came to nothing, since they
    left in turn, or the one before came back.
    """

    __tablename__ = "succession"
    __table_args__ = (Index(None, "engagement_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    side: Mapped[Side] = mapped_column(one_of(Side, "side"))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    found_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    talk_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    over_at: Mapped[datetime | None] = mapped_column(Instant)

    before: Mapped[Person | None] = relationship(foreign_keys=[before_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to say that it goes on."""
        return self.answered_at is None and self.over_at is None


class Concern(Base):
    """Something that a person of the engagement told the coordinator in private."""

    __tablename__ = "concern"

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[int | None]


class Review(Base):
    """A mid-point, an evaluation, a comment or a look-back: closed choices, and a few lines."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("engagement_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    kind: Mapped[ReviewKind] = mapped_column(one_of(ReviewKind, "review_kind"))
    answered_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[int | None]
    recorded_by: Mapped[int | None]
    choice: Mapped[str] = mapped_column(String(40))
    difference: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")
    exit_plan: Mapped[str] = mapped_column(Text, default="")

    findings: Mapped[list["Finding"]] = relationship(
        order_by="Finding.id", cascade="all, delete-orphan"
    )


class Finding(Base):
    """What a review says of one outcome; of what was asked for as a whole (no ``outcome_id``) where
    there are none."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("review_id", "outcome_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    outcome_id: Mapped[int | None] = mapped_column(ForeignKey("outcome.id"))
    level: Mapped[Level] = mapped_column(one_of(Level, "finding_level"))
    evidence: Mapped[str] = mapped_column(Text, default="")
