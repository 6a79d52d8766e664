"""Funding pots: who pays for days, and how far a pot still reaches."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.leaders.rules import Movement
from brokerage.partnerships.models import Partnership


class Pot(Versioned, Base):
    """What a partnership can spend on days in one school year: so many half-days, so much money, or
    both (None: no limit of that kind).

    Money spent is kept in half-pennies, so that half a day of any price is a whole number of them.
    The CHECKs keep a pot from being overdrawn. Once closed, no more support is paid from it; what
    was held or agreed before stays so.
    """

    __tablename__ = "pot"
    __table_args__ = (
        UniqueConstraint("partnership_id", "year", "name"),
        CheckConstraint("half_days is not null or pence is not null", name="limited"),
        CheckConstraint("held >= 0 and agreed >= 0 and used >= 0", name="not_negative"),
        CheckConstraint(
            "held_money >= 0 and agreed_money >= 0 and used_money >= 0", name="money_not_negative"
        ),
        CheckConstraint(
            "half_days is null or held + agreed + used <= half_days", name="not_overdrawn"
        ),
        CheckConstraint(
            "pence is null or held_money + agreed_money + used_money <= 2 * pence",
            name="money_not_overdrawn",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    half_days: Mapped[int | None]
    pence: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    held_money: Mapped[int] = mapped_column(default=0)
    agreed_money: Mapped[int] = mapped_column(default=0)
    used_money: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    partnership: Mapped[Partnership] = relationship()

    @property
    def promised(self) -> int:
        return self.held + self.agreed + self.used

    @property
    def promised_pence(self) -> int:
        """Rounded up to whole pence."""
        return (self.held_money + self.agreed_money + self.used_money + 1) // 2

    @property
    def left(self) -> int | None:
        """Half-days; None where they are not limited."""
        return None if self.half_days is None else self.half_days - self.promised

    @property
    def left_pence(self) -> int | None:
        return None if self.pence is None else self.pence - self.promised_pence


class PotMovement(Base):
    """One movement of a pot, with its cause and the reference of the pairing that it pays for:
    half-days, and what they cost in half-pennies. Never changed afterwards."""

    __tablename__ = "pot_movement"

    id: Mapped[int] = mapped_column(primary_key=True)
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[Movement] = mapped_column(one_of(Movement, "pot_movement"))
    half_days: Mapped[int]
    money: Mapped[int]
    reference: Mapped[str] = mapped_column(String(12))
    cause: Mapped[str] = mapped_column(String(40))
    cause_id: Mapped[int]
    actor_id: Mapped[int | None]
