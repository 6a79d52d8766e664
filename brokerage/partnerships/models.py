"""Schools that broker together, and what they have promised each other."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brokerage.database import Base, Instant, Versioned, one_of
from brokerage.matching.profiles import SameTrust
from brokerage.partnerships.rules import PairingOrder


class Installation(Base):
    """The one row that says what this installation is."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Partnership(Versioned, Base):
    """Schools that broker together, with their settings. Promises are in school days.

    ``weights`` are the most points of each criterion of matching, where it has set its own;
    ``home_school_half_days`` the most that all leaders of one home school together give in a school
    year (None: no limit).
    """

    __tablename__ = "partnership"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    telephone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    about: Mapped[str] = mapped_column(Text, default="")
    pairing_order: Mapped[PairingOrder] = mapped_column(
        one_of(PairingOrder, "pairing_order"), default=PairingOrder.RELEASE_CHOOSE_ACCEPT
    )
    quality_floor: Mapped[int] = mapped_column(default=400)
    weights: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    home_school_half_days: Mapped[int | None]
    same_trust: Mapped[SameTrust] = mapped_column(
        one_of(SameTrust, "same_trust"), default=SameTrust.BARRED
    )
    buddy_rival_metres: Mapped[int] = mapped_column(default=2_000)
    buddy_same_trust: Mapped[bool] = mapped_column(default=False)
    call_days: Mapped[int] = mapped_column(default=5)
    urgent_call_days: Mapped[int] = mapped_column(default=2)
    name_days: Mapped[int] = mapped_column(default=10)
    urgent_name_days: Mapped[int] = mapped_column(default=5)
    release_days: Mapped[int] = mapped_column(default=3)
    choice_days: Mapped[int] = mapped_column(default=5)
    acceptance_days: Mapped[int] = mapped_column(default=5)
    first_contact_days: Mapped[int] = mapped_column(default=5)
    buddy_days: Mapped[int] = mapped_column(default=2)
    hundred_in_school_days: Mapped[bool] = mapped_column(default=False)

    authorities: Mapped[list["PartnershipAuthority"]] = relationship(
        cascade="all, delete-orphan", order_by="PartnershipAuthority.la_code"
    )
    hand_picked: Mapped[list["PartnershipSchool"]] = relationship(
        cascade="all, delete-orphan", order_by="PartnershipSchool.urn"
    )


class PartnershipAuthority(Base):
    """A local authority all of whose schools belong to the partnership."""

    __tablename__ = "partnership_authority"

    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    la_code: Mapped[str] = mapped_column(String(3), primary_key=True, index=True)


class PartnershipSchool(Base):
    """A school picked by hand."""

    __tablename__ = "partnership_school"

    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
