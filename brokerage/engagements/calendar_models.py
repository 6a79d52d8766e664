"""The address at which a person's own calendar reads their visits."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant
from brokerage.people.models import Person


class CalendarFeed(Base):
    """A private address of one person's visits. As with links, only an id and a nonce lie here: the
    token is derived from them and the installation's secret. A person has one that works at most.

    ``last_read_on`` is the last day on which a calendar read it, so that its person can see whether
    it does.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_read_on: Mapped[date | None]

    person: Mapped[Person] = relationship()
