"""“Please not this leader”: seen by coordinators alone. Within somebody's open transaction."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.errors import NotFound
from brokerage.leaders.models import Leader
from brokerage.needs.models import Need, NeedBar
from brokerage.needs.steps import note
from brokerage.needs.texts import check_texts


def bar(session: Session, by: By, need: Need, leader_id: int, reason: str = "") -> None:
    """The school would rather not have this leader. Raises NotFound for no such leader."""
    check_texts(reason=reason)
    if session.get(Leader, leader_id) is None:
        raise NotFound
    found = session.get(NeedBar, (need.id, leader_id))
    if found is None:
        session.add(NeedBar(need_id=need.id, leader_id=leader_id, reason=reason))
    else:
        found.reason = reason
    note(session, by, need, "need.barred")


def unbar(session: Session, by: By, need: Need, leader_id: int) -> None:
    """The school would have this leader after all."""
    mark = NeedBar.need_id == need.id, NeedBar.leader_id == leader_id
    if session.scalar(delete(NeedBar).where(*mark).returning(NeedBar.leader_id)) is not None:
        note(session, by, need, "need.unbarred")
