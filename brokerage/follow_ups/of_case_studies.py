"""Following up case studies: the supported head and the leader each read it, and say yes or no."""

from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.case_study_queries import consents
from brokerage.engagements.case_study_rules import CaseStudyState, Whose
from brokerage.engagements.queries import leader_today, supported_head
from brokerage.engagements.telling import CASE_STUDY, tell
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.rules import MAILED, REMINDERS, Asking, Round
from brokerage.people.links import make_link, marker
from brokerage.people.models import Person

KINDS = {Whose.HEAD: "case_study", Whose.LEADER: "case_study_leader"}


def live(_today: date) -> ColumnElement[bool]:
    """Case studies about which somebody may yet be asked."""
    return CaseStudy.state == CaseStudyState.ASKED


def askings(session: Session, case_study: CaseStudy, today: date) -> list[Asking]:
    """Each whose word to this text is still to come."""
    if case_study.state is not CaseStudyState.ASKED or case_study.asked_on is None:
        return []
    engagement, said = case_study.engagement, consents(case_study)
    people = {
        Whose.HEAD: supported_head(session, engagement, today),
        Whose.LEADER: leader_today(session, engagement, today),
    }
    return [
        Asking(
            kind=KINDS[whose],
            subject="case_study",
            subject_id=case_study.id,
            since=case_study.asked_on,
            recipient_id=person.id if person else None,
            urn=engagement.urn if whose is Whose.HEAD else None,
            calendar_urn=engagement.urn if whose is Whose.HEAD else engagement.leader.home_urn,
        )
        for whose, person in people.items()
        if whose not in said
    ]


def act(session: Session, by: By, case_study: CaseStudy, asking: Asking, round: Round) -> None:
    if round not in MAILED or asking.recipient_id is None:
        return
    tell(
        session,
        by,
        case_study.engagement,
        "case_study_asked",
        session.get_one(Person, asking.recipient_id),
        key=f"{asking.kind}/{asking.subject_id}/{asking.since}/{int(round)}",
        purpose=CASE_STUDY,
        about=case_study,
        reminder=round in REMINDERS,
    )


def line(session: Session, by: By, case_study: CaseStudy, asking: Asking) -> DigestLine:
    """What the weekly digest says of an asking, with its own link."""
    assert asking.recipient_id is not None  # noqa: S101 - else it is the coordinator's
    link = make_link(
        session,
        by,
        CASE_STUDY,
        session.get_one(Person, asking.recipient_id),
        subject="case_study",
        subject_id=case_study.id,
        partnership_id=case_study.partnership_id,
    )
    reference = case_study.engagement.reference
    return DigestLine(asking.rule.says, reference, asking.since, marker(link))
