"""Persons, the posts that they hold from-to, and links that let them answer without signing in."""

import uuid
from datetime import date, datetime

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.actor import PostKind
from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.partnerships.models import Partnership
from brokerage.schools.models import School


class Person(Versioned, UserMixin, Base):
    """Somebody the service knows. One without a password signs in by invitation first, or never:
    occasional people answer by links."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # type: ignore[assignment]
    telephone: Mapped[str | None] = mapped_column(String(40))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    address_refused: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, default=lambda: uuid.uuid4().hex
    )
    made_at: Mapped[datetime] = mapped_column(Instant)

    posts: Mapped[list["Post"]] = relationship(back_populates="person", order_by="Post.from_on")


class Post(Base):
    """A post held from a day to a day (both held), in a school or in a partnership."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("(urn is null) <> (partnership_id is null)", name="one_place"),
        CheckConstraint("to_on is null or to_on >= from_on", name="order"),
        Index(None, "urn", "kind"),
        Index(None, "partnership_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[PostKind] = mapped_column(one_of(PostKind, "post_kind"))
    urn: Mapped[int | None] = mapped_column(ForeignKey("school.urn"))
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="posts")
    school: Mapped[School | None] = relationship()
    partnership: Mapped[Partnership | None] = relationship()

    def held_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class Link(Base):
    """A link for one purpose and one person. Only an id and a nonce lie here; the token is derived
    from them and the installation's secret when the mail is sent."""

    __tablename__ = "link"
    __table_args__ = (Index(None, "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    partnership_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class SignInAttempt(Base):
    """A sign-in that failed; ``of`` is a digest of the address or the network address tried."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
