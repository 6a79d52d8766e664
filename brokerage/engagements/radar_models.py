"""What a coordinator did about support that is stuck: whom they wrote to, what they left."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base, Instant, one_of
from brokerage.engagements.radar_rules import Sign


class RadarMessage(Base):
    """What a coordinator wrote to one person of an engagement about one sign, as it went out."""

    __tablename__ = "radar_message"
    __table_args__ = (Index(None, "engagement_id", "sign"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    sign: Mapped[Sign] = mapped_column(one_of(Sign, "radar_sign"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)


class RadarRest(Base):
    """An engagement that was seen, and is left until the school day ``until``. It comes back before
    that day with a sign that is not among those seen."""

    __tablename__ = "radar_rest"
    __table_args__ = (Index(None, "engagement_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    until: Mapped[date]
    signs: Mapped[str] = mapped_column(String(200))
    left_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[datetime] = mapped_column(Instant)

    def covers(self, codes: set[str]) -> bool:
        """Whether these signs were all seen as it was left."""
        return codes <= set(self.signs.split())
