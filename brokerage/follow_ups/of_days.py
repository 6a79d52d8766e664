"""Following up what leaders are asked about their days: next year's in June, what is left once a
term."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.rules import MAILED, Asking, Round
from brokerage.leaders import asked_steps
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_queries import to_be_asked
from brokerage.leaders.asked_rules import QuestionKind, goes_on
from brokerage.leaders.rules import school_year_name
from brokerage.people.links import marker
from brokerage.school_calendar.queries import calendar_of

KINDS = {QuestionKind.ROUND: "days_next_year", QuestionKind.STILL: "days_still"}


def askings(session: Session, question: DaysQuestion, today: date) -> list[Asking]:
    if question.answered_at is not None:
        return []
    calendar = calendar_of(session, question.partnership_id, None)
    if not goes_on(question.kind, question.since, today, calendar):
        return []
    if not to_be_asked(session, question, today):
        return []
    home = question.leader.home_urn
    return [
        Asking(
            kind=KINDS[question.kind],
            subject="days_question",
            subject_id=question.id,
            since=question.since,
            recipient_id=question.leader.person_id,
            urn=home,
            calendar_urn=home,
        )
    ]


def live(today: date) -> ColumnElement[bool]:
    """Questions that may yet be answered: of this school year, and not answered."""
    recent = DaysQuestion.since > today - timedelta(366)
    return and_(DaysQuestion.answered_at.is_(None), recent)


def act(session: Session, by: By, question: DaysQuestion, asking: Asking, round: Round) -> None:
    if round in MAILED:
        asked_steps.send(session, by, question, asking.since, int(round))


def line(session: Session, by: By, question: DaysQuestion, asking: Asking) -> DigestLine:
    """What the weekly digest says of an asking, with its own link."""
    link = asked_steps.link_of(session, by, question)
    year = school_year_name(question.year)
    return DigestLine(asking.rule.says, year, asking.since, marker(link))
