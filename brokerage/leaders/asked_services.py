"""Use cases: leaders are asked about their days, and answer."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.errors import RuleBroken
from brokerage.leaders import days, steps
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_queries import (
    account_of,
    first_partnerships,
    may_be_asked,
    question_in_scope,
)
from brokerage.leaders.asked_rules import QuestionKind, ToAsk, goes_on, to_ask
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of
from brokerage.leaders.rules import check_pledge
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership
from brokerage.people.steps import use_link
from brokerage.school_calendar.queries import calendar_of

LATE = timedelta(days=14)
"""What is left this year is asked about in the first weeks of a term, or not in that term."""
OVER = "This is not being asked any more."


@use_case("days.ask")
def open_questions(by: By, session: Session) -> int:
    """Once a day: note what each partnership has to ask its leaders from now on; the follow-ups
    ask it. Each leader is asked once, by the partnership they have been in the longest. Answers how
    many questions are new."""
    today, made = london_date(by.now), 0
    for number in session.scalars(select(Partnership.id).order_by(Partnership.id)).all():
        calendar = calendar_of(session, number, None)
        wanted = [one for one in to_ask(calendar, today) if _in_time(one, today)]
        if not wanted:
            continue
        leaders = leaders_of(session, number, today)
        asking = first_partnerships(session, leaders, today)
        mine = [leader for leader in leaders if asking.get(leader.id) == number]
        for what in wanted:
            made += _open(session, by, number, mine, what, today)
    return made


def _in_time(what: ToAsk, today: date) -> bool:
    return what.kind is QuestionKind.ROUND or today <= what.since + LATE


def _open(
    session: Session, by: By, partnership_id: int, leaders: list[Leader], what: ToAsk, today: date
) -> int:
    asked = set(
        session.scalars(
            select(DaysQuestion.leader_id).filter_by(
                kind=what.kind, year=what.year, season=what.season
            )
        )
    )
    made = 0
    for leader in leaders:
        if leader.id in asked or not may_be_asked(leader, what.kind, what.year, today):
            continue
        question = DaysQuestion(
            leader_id=leader.id,
            partnership_id=partnership_id,
            kind=what.kind,
            year=what.year,
            season=what.season,
            since=what.since,
            made_at=by.now,
            next_look_on=today,
        )
        session.add(question)
        made += 1
    session.flush()
    return made


@use_case("days.answer")
def answer(
    by: By,
    session: Session,
    question_id: int,
    *,
    half_days: int | None,
    link_id: int | None = None,
) -> None:
    """The leader answers, by link or page, or a coordinator notes it for them.

    ``half_days``: for next year, what they give in all; for this year, what they have left (None:
    what the account says is right). Raises RuleBroken where it is not asked any more.
    """
    question = question_in_scope(session, by.actor, question_id, london_date(by.now))
    (leader,) = locked(session, Leader, question.leader_id)
    (question,) = locked(session, DaysQuestion, question_id)
    calendar = calendar_of(session, question.partnership_id, None)
    over = not goes_on(question.kind, question.since, london_date(by.now), calendar)
    if question.answered_at is not None or over:
        raise RuleBroken(OVER)
    if link_id is not None:
        use_link(session, by, link_id)
    own = by.actor.person_id == leader.person_id
    account = account_of(session, leader.id, question.year)
    pledged, promised = (account.pledged, account.promised) if account else (0, 0)
    if half_days is None:
        half_days = pledged
    elif question.kind is QuestionKind.STILL:
        half_days += promised
    check_pledge(half_days, "half_days")
    days.pledge(session, by, leader.id, question.year, half_days)
    steps.kept(session, by, leader, ["pledged"])
    record(
        session,
        by,
        "days.answered",
        question,
        partnership_id=question.partnership_id,
        on_behalf_of=None if own else leader.person_id,
        fields=["half_days"],
    )
