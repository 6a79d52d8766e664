"""What one can be good at: the national areas of expertise, and a partnership's own."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from brokerage.database import Base


class Specialism(Base):
    """An area of expertise. ``partnership_id`` is set on a local one; a retired one stays for what
    was done in it, but is offered no more."""

    __tablename__ = "specialism"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    group: Mapped[str] = mapped_column(String(80))
    phases: Mapped[list[str]] = mapped_column(JSON)
    aliases: Mapped[list[str]] = mapped_column(JSON)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"))
    retired: Mapped[bool] = mapped_column(default=False)
