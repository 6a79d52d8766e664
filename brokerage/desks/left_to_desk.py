"""The lines of a coordinator's desk for what nobody answered: whom to ring, about what."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy.orm import Session

from brokerage.desks.rules import Line
from brokerage.follow_ups.on_desk import LeftToDesk, left_to_desk
from brokerage.follow_ups.rules import Whom
from brokerage.web.words import short_day


def lines(session: Session, mine: Collection[int], today: date) -> Iterator[Line]:
    for left in left_to_desk(session, mine, today):
        engagement = left.engagement
        values = {"reference": engagement.reference}
        if left.visit is not None:
            values["_anchor"] = f"visit-{left.visit.id}"
        yield Line(
            _what(left),
            f"{engagement.leader.person.name} at {engagement.school.name}",
            "Ring the leader" if left.rule.whom is Whom.LEADER else "Ring the school",
            "engagements.case_study" if left.rule.of == "case_study" else "engagements.read",
            values,
            since=left.since,
        )


def _what(left: LeftToDesk) -> str:
    if left.visit is not None and left.visit.planned_on is not None:
        return f"The visit of {short_day(left.visit.planned_on)} is not logged"
    return left.rule.on_desk
