"""Asking leaders about their days, within somebody's open transaction."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_queries import left_now
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.leaders.rules import school_year_name
from brokerage.messages import steps as messages
from brokerage.people.links import Link, make_link, marker
from brokerage.people.steps import recipient, revoke_links, signatory
from brokerage.web.words import days

SUBJECT = DaysQuestion.__tablename__
PAGES = {
    QuestionKind.ROUND: "leaders.asked.next_year_by_link",
    QuestionKind.STILL: "leaders.asked.still_by_link",
}
MESSAGES = {QuestionKind.ROUND: "days_next_year", QuestionKind.STILL: "days_still"}


def link_of(session: Session, by: By, question: DaysQuestion) -> Link:
    """A link that opens the one page on which the leader answers."""
    return make_link(
        session,
        by,
        PAGES[question.kind],
        question.leader.person,
        subject=SUBJECT,
        subject_id=question.id,
        partnership_id=question.partnership_id,
    )


def send(session: Session, by: By, question: DaysQuestion, since: date, round: int) -> None:
    """Ask the leader by a link, in the name of the question's partnership: first, or in a later
    round of the ladder that began on ``since``."""
    messages.write(
        session,
        by,
        MESSAGES[question.kind],
        recipient(question.leader.person),
        key=f"days_question/{question.id}/{since}/{round}",
        partnership_id=question.partnership_id,
        signed=signatory(session, question.partnership, london_date(by.now)),
        link=marker(link_of(session, by, question)),
        reminder=round > 1,
        year=school_year_name(question.year),
        left=days(left_now(session, question)),
    )


def settle(
    session: Session, by: By, leader_id: int, year: int, half_days: int, *, own: bool
) -> None:
    """The leader (or for them a coordinator: not ``own``) has said how many days they give in a
    year: what was asked about it is answered."""
    query = select(DaysQuestion).filter_by(leader_id=leader_id, year=year, answered_at=None)
    for question in session.scalars(query):
        question.answered_at, question.half_days = by.now, half_days
        question.recorded_by = None if own else by.actor.person_id
        revoke_links(session, by, SUBJECT, question.id)
