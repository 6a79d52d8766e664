"""New heads, their first 100 days, and the heads who would be a buddy.

A buddying stores ticks, dates and closed choices only: never what was said.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.headships.rules import BuddyingState, Category
from brokerage.people.models import Person
from brokerage.schools.models import School

_OPEN_STATES = "state in ('suggested','asked','accepted','confirmed','active')"


class Headship(Versioned, Base):
    """A head, a school, a start, a category. Private until ``announced_on``: until then nothing is
    sent to the school's address, and only the coordinator and the new head see it."""

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
    buddy_by: Mapped[date]
    worries: Mapped[list[str]] = mapped_column(JSON, default=list)
    same_trust_wished: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    next_look_on: Mapped[date | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")
    school: Mapped[School] = relationship(lazy="joined")
    buddyings: Mapped[list["Buddying"]] = relationship(order_by="Buddying.id")
    pulses: Mapped[list["Pulse"]] = relationship(order_by="Pulse.day")
    rings: Mapped[list["RingRequest"]] = relationship(order_by="RingRequest.id")


class PoolMember(Versioned, Base):
    """A serving head who would be a buddy, to so many new heads at once."""

    __tablename__ = "pool_member"
    __table_args__ = (CheckConstraint("buddying >= 0", name="buddying"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
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


class RingRequest(Base):
    """“Can someone ring me today?”: to a named person, at once."""

    __tablename__ = "ring_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    headship_id: Mapped[int] = mapped_column(ForeignKey("headship.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[int | None]
