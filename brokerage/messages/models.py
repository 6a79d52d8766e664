"""The outbox: an e-mail is a row in the same transaction as the fact that it tells."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.messages.rules import MessageState, Stop

__all__ = ["Message", "MessageState", "Sending"]


class Message(Base):
    """One e-mail to one person.

    ``body`` may hold markers such as ``[[link 12]]``, which become addresses only as the mail is
    sent: no token lies in the database. ``calendar`` is an iCalendar file that goes along. ``key``
    says what this mail is about, once and for all, so that nothing is told twice. It goes out at or
    after ``not_before``, never from ``expires_at`` on. A sender holds it by ``leased_by`` and
    ``leased_until``; from ``begun_at`` on it may have arrived. ``deaths`` are the senders that died
    with it in hand. One that failed was, where it has ``set_aside_at``, never handed over: it
    cannot be made into an e-mail, or a person said so. What did not get through, or not surely,
    stands on a coordinator's desk until one of them has ``seen_to_at`` it.
    """

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    partnership_id: Mapped[int | None] = mapped_column(index=True)
    to_person_id: Mapped[int | None] = mapped_column(index=True)
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(254))
    from_name: Mapped[str | None] = mapped_column(String(200))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[MessageState] = mapped_column(
        one_of(MessageState, "message_state"), default=MessageState.WAITING
    )
    written_at: Mapped[datetime] = mapped_column(Instant)
    not_before: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    begun_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(String(300))
    deaths: Mapped[int] = mapped_column(default=0)
    set_aside_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_to_at: Mapped[datetime | None] = mapped_column(Instant)


class Sending(Versioned, Base):
    """The one row that says whether messages go out at all, and how sending has gone of late.

    Where ``stop`` is set nothing is handed over. ``guard`` is the burst guard worked out on
    ``guard_on``; a person may have raised it to ``raised_to`` for the day ``raised_on``. A
    scheduler ``looked_at`` the outbox; the mail server was ``reached_at`` last, and missed ever
    ``missed_since``, if it was. These, and both days, are by the true clock, which nothing moves,
    and change no version.
    """

    __tablename__ = "sending"

    id: Mapped[int] = mapped_column(primary_key=True)
    stop: Mapped[Stop | None] = mapped_column(one_of(Stop, "stop"))
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    stopped_by: Mapped[int | None]
    stopped_name: Mapped[str | None] = mapped_column(String(200))
    why: Mapped[str | None] = mapped_column(String(300))
    raised_on: Mapped[date | None]
    raised_to: Mapped[int | None]
    guard_on: Mapped[date | None]
    guard: Mapped[int | None]
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    reached_at: Mapped[datetime | None] = mapped_column(Instant)
    missed_since: Mapped[datetime | None] = mapped_column(Instant)
    missed_at: Mapped[datetime | None] = mapped_column(Instant)
    server_fault: Mapped[str | None] = mapped_column(String(300))
