"""Reading what upkeep keeps."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.upkeep.models import Lease


def last_tick(session: Session, name: str) -> datetime | None:
    """When every tick had last been run, by the true clock."""
    return session.scalar(select(Lease.ticked_at).where(Lease.name == name))
