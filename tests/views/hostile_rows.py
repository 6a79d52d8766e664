"""Every row of one of the two partnerships, to see that nobody of the other has changed any."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.database import Base
from tests.views.hostile_town import Side


def everything_of(session: Session, side: Side) -> dict[str, list[tuple[object, ...]]]:
    """Every row of this side, to see that nobody changed any."""
    session.rollback()
    ids = side.ids
    wanted = {
        "need": ("reference", ids["need"]),
        "pairing": ("reference", ids["pairing"]),
        "engagement": ("reference", ids["engagement"]),
        "plan_run": ("partnership_id", ids["partnership_id"]),
        "visit": ("id", ids["visit_id"]),
        "concern": ("id", ids["concern_id"]),
        "change": ("partnership_id", ids["partnership_id"]),
        "outcome": ("id", ids["outcome_id"]),
        "case_study": ("id", ids["case_study_id"]),
        "succession": ("id", ids["succession_id"]),
        "leader": ("id", ids["leader_id"]),
        "conflict": ("id", ids["conflict_id"]),
        "designation": ("leader_id", ids["leader_id"]),
        "leader_specialism": ("leader_id", ids["leader_id"]),
        "pot": ("partnership_id", ids["partnership_id"]),
        "days_question": ("partnership_id", ids["partnership_id"]),
        "days_account": ("leader_id", ids["leader_id"]),
        "partnership": ("id", ids["partnership_id"]),
        "partnership_authority": ("partnership_id", ids["partnership_id"]),
        "partnership_school": ("partnership_id", ids["partnership_id"]),
        "headship": ("partnership_id", ids["partnership_id"]),
        "buddying": ("headship_id", ids["headship_id"]),
        "ring_request": ("headship_id", ids["headship_id"]),
        "pool_member": ("person_id", ids["person_id"]),
        "person": ("id", ids["person_id"]),
        "post": ("person_id", ids["person_id"]),
        "link": ("person_id", ids["person_id"]),
        "school_import": ("asked_by", ids["person_id"]),
        "message": ("partnership_id", ids["partnership_id"]),
        "closed_days": ("id", ids["closed_id"]),
        "school_term": ("partnership_id", ids["partnership_id"]),
        "school": ("urn", ids["urn"]),
    }
    found = {}
    for name, (column, values) in wanted.items():
        table = Base.metadata.tables[name]
        key = list(table.primary_key.columns)
        rows = session.execute(select(table).where(table.c[column].in_(values)).order_by(*key))
        found[name] = [tuple(map(repr, row)) for row in rows]
    session.rollback()
    return found
