"""New heads, their first 100 days, and the heads who would be a buddy.

Only ticks, dates and closed choices are kept here: never what was said.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.headships.rules import BUDDYING_LIVE, BuddyingState, Category, is_public
from brokerage.people.models import Person
from brokerage.schools.models import School

_OPEN_STATES = "state in ('suggested','asked','accepted','confirmed','active')"
_LIVE_STATES = "state in ('asked','accepted','confirmed','active')"


class Headship(Versioned, Base):
    """A head, a school, a start, a category. Private until ``announced_on`` (or the start, where
    that comes first): until then nothing is sent to the school's address, and only coordinators and
    the new head see it. The post as head is given once it is public (``post_id``)."""

    __tablename__ = "headship"
    __table_args__ = (Index(None, "partnership_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    urn: Mapped[int] = mapped_column(ForeignKey("school.urn"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    category: Mapped[Category] = mapped_column(one_of(Category, "category"))
    starts_on: Mapped[date]
    announced_on: Mapped[date | None]
    told_at: Mapped[datetime] = mapped_column(Instant)
    told_by: Mapped[str] = mapped_column(String(200))
    welcomed_at: Mapped[datetime | None] = mapped_column(Instant)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    buddy_by: Mapped[date]
    worries: Mapped[list[str]] = mapped_column(JSON, default=list)
    same_trust_wished: Mapped[bool] = mapped_column(default=False)
    closing: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    ended_on: Mapped[date | None]
    fell_through: Mapped[bool] = mapped_column(default=False)
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")
    school: Mapped[School] = relationship(lazy="joined")
    buddyings: Mapped[list["Buddying"]] = relationship(
        back_populates="headship", order_by="Buddying.id"
    )
    pulses: Mapped[list["Pulse"]] = relationship(order_by="Pulse.day")
    rings: Mapped[list["RingRequest"]] = relationship(
        back_populates="headship", order_by="RingRequest.id"
    )
    ticks: Mapped[list["PackageTick"]] = relationship(order_by="PackageTick.id")

    def is_public(self, day: date) -> bool:
        """Whether the appointment may be known on ``day``."""
        return is_public(self.announced_on, self.starts_on, day)

    def live_buddying(self) -> "Buddying | None":
        """The one buddying that is asked, accepted, confirmed or active."""
        return next((one for one in self.buddyings if one.state in BUDDYING_LIVE), None)

    def suggested(self) -> "Buddying | None":
        """The buddy brought up for the coordinator, and not asked yet."""
        up = (one for one in self.buddyings if one.state is BuddyingState.SUGGESTED)
        return next(up, None)


class PoolMember(Versioned, Base):
    """A serving head who would be a buddy, to so many new heads at once. ``buddying`` counts those
    they are asked about or have said yes to, so that nobody is asked about two who takes one."""

    __tablename__ = "pool_member"
    __table_args__ = (
        CheckConstraint("buddying between 0 and at_once", name="buddying"),
        CheckConstraint("at_once between 1 and 5", name="at_once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    willing: Mapped[bool] = mapped_column(default=True)
    at_once: Mapped[int] = mapped_column(default=1)
    buddying: Mapped[int] = mapped_column(default=0)
    max_km: Mapped[int | None]
    been_there: Mapped[list[str]] = mapped_column(JSON, default=list)
    until: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined")


class Buddying(Versioned, Base):
    """One serving head for one new head."""

    __tablename__ = "buddying"
    __table_args__ = (
        Index(
            "uq_buddying_headship_id_buddy_id_open",
            "headship_id",
            "buddy_id",
            unique=True,
            sqlite_where=text(_OPEN_STATES),
            postgresql_where=text(_OPEN_STATES),
        ),
        Index(
            "uq_buddying_headship_id_live",
            "headship_id",
            unique=True,
            sqlite_where=text(_LIVE_STATES),
            postgresql_where=text(_LIVE_STATES),
        ),
        Index(None, "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    headship_id: Mapped[int] = mapped_column(ForeignKey("headship.id"))
    buddy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[BuddyingState] = mapped_column(
        one_of(BuddyingState, "buddying_state"), default=BuddyingState.SUGGESTED
    )
    score: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[Any] = mapped_column(JSON)
    suggested_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    due_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    introduced_on: Mapped[date | None]
    over_at: Mapped[datetime | None] = mapped_column(Instant)

    headship: Mapped[Headship] = relationship(back_populates="buddyings")
    buddy: Mapped[Person] = relationship(lazy="joined")
    contacts: Mapped[list["BuddyContact"]] = relationship(order_by="BuddyContact.on")


class BuddyContact(Base):
    """That they spoke, on a day: no more."""

    __tablename__ = "buddy_contact"
    __table_args__ = (UniqueConstraint("buddying_id", "on", "ticked_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buddying_id: Mapped[int] = mapped_column(ForeignKey("buddying.id"))
    on: Mapped[date]
    ticked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Pulse(Base):
    """The one-question check at 30, 60 and 100 days. It stays on the new head's own page unless
    they share it."""

    __tablename__ = "pulse"
    __table_args__ = (UniqueConstraint("headship_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    headship_id: Mapped[int] = mapped_column(ForeignKey("headship.id"))
    day: Mapped[int]
    choice: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[datetime] = mapped_column(Instant)
    shared_at: Mapped[datetime | None] = mapped_column(Instant)


class PackageTick(Base):
    """A step of the package that the new head ticked off: theirs alone to see."""

    __tablename__ = "package_tick"
    __table_args__ = (UniqueConstraint("headship_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    headship_id: Mapped[int] = mapped_column(ForeignKey("headship.id"))
    step: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]


class RingRequest(Base):
    """“Can someone ring me today?”: to a named person, at once. Never hushed."""

    __tablename__ = "ring_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    headship_id: Mapped[int] = mapped_column(ForeignKey("headship.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    settled_by: Mapped[int | None]

    headship: Mapped[Headship] = relationship(back_populates="rings")
