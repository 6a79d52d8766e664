"""Links and messages of an engagement, within somebody's open transaction.

Messages carry a link and no details; each is in the named coordinator's name.
"""

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import Base
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import ReviewKind
from brokerage.messages import steps as messages
from brokerage.partnerships.models import Partnership
from brokerage.people.links import LASTS, make_link, marker
from brokerage.people.models import Person
from brokerage.people.queries import coordinator_of
from brokerage.people.steps import recipient, revoke_links, signatory

AGREEMENT = "engagements.agreement_by_link"
CONTACT = "engagements.contact_by_link"
LOG = "engagements.log_by_link"
VISIT = "engagements.visit_by_link"
DATE = "engagements.date_by_link"
SCHOOL_CONTACT = "engagements.school_contact_by_link"
COMMENT = "engagements.comment_by_link"
EVALUATION = "engagements.evaluation_by_link"
LOOK_BACK = "engagements.look_back_by_link"
MID_POINT = "engagements.mid_point_by_link"
CASE_STUDY = "engagements.case_study_by_link"
UNDO = "engagements.undo_by_link"
SUCCESSION = "engagements.succession_by_link"

ANSWERED_BY = {
    ReviewKind.MID_POINT: MID_POINT,
    ReviewKind.EVALUATION: EVALUATION,
    ReviewKind.LEADER_COMMENT: COMMENT,
    ReviewKind.LOOK_BACK_3: LOOK_BACK,
    ReviewKind.LOOK_BACK_6: LOOK_BACK,
}
WHILE_UNDER_WAY = (CONTACT, SCHOOL_CONTACT, MID_POINT)
"""Links about an engagement that ask for something only while visits are still to come."""


def tell(
    session: Session,
    by: By,
    engagement: Engagement,
    kind: str,
    person: Person | None,
    *,
    key: str,
    purpose: str | None = None,
    about: Base | None = None,
    lasts: timedelta = LASTS,
    **words: Any,
) -> None:
    """Write the message ``kind`` to ``person``, with a link to the page ``purpose`` (about the
    engagement, or ``about`` something of it). Nobody, nobody with an address, or a ``key`` that was
    written before: nothing, not even the link, which says that they were asked."""
    if person is None or not messages.is_new(session, recipient(person), key):
        return
    link = None
    if purpose is not None:
        thing: Any = about or engagement
        link = make_link(
            session,
            by,
            purpose,
            person,
            subject=thing.__tablename__,
            subject_id=thing.id,
            partnership_id=engagement.partnership_id,
            lasts=lasts,
        )
    partnership = session.get_one(Partnership, engagement.partnership_id)
    messages.write(
        session,
        by,
        kind,
        recipient(person),
        key=key,
        partnership_id=engagement.partnership_id,
        signed=signatory(session, partnership, london_date(by.now)),
        reference=engagement.reference,
        link=marker(link) if link else "",
        **words,
    )


def page_of(reference: str) -> str:
    """The whole address of the page of an engagement. Unlike a link, it asks who is reading."""
    return f"{current_app.config['PUBLIC_URL']}/engagements/{reference}"


def coordinator(session: Session, by: By, engagement: Engagement) -> Person | None:
    """The named coordinator today, unless it is they who are acting."""
    found = coordinator_of(session, engagement.partnership_id, london_date(by.now))
    return None if found is None or found.id == by.actor.person_id else found


def settled(session: Session, by: By, engagement: Engagement, *purposes: str) -> None:
    """What these links of the engagement asked need not be answered any more. The agreement's link
    goes on opening it."""
    revoke_links(session, by, "engagement", engagement.id, purposes=purposes)
