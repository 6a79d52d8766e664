"""Asking the school something, and its answer, within somebody's open transaction."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.errors import RuleBroken
from brokerage.needs import steps
from brokerage.needs.models import Need
from brokerage.needs.promises import stood_still
from brokerage.needs.queries import calendar, heads_of
from brokerage.needs.telling import ANSWER, UNDO, tell, tell_coordinator, tell_school
from brokerage.needs.texts import check_texts
from brokerage.people.models import Person
from brokerage.people.steps import revoke_links


def ask(session: Session, by: By, need: Need, question: str) -> None:
    """Ask the school something: the clock stands still until it answers."""
    if not question.strip():
        raise RuleBroken("Write the question.", field="question")
    check_texts(question=question)
    steps.move(by, need, "ask")
    need.asked_at, need.question, need.answer = by.now, question, None
    need.waiting_since = need.waiting_for = None
    steps.note(session, by, need, "need.asked")
    steps.look_again(session, by, need)
    tell_school(session, by, need, "need_question", ANSWER)


def answer(
    session: Session, by: By, need: Need, text: str, *, on_behalf_of: Person | None = None
) -> None:
    """The school's answer: the clock runs on. One that the coordinator took down by telephone is
    copied to the person who gave it."""
    if not text.strip():
        raise RuleBroken("Write the answer.", field="answer")
    check_texts(answer=text)
    steps.move(by, need, "answer")
    if need.asked_at is not None:
        need.paused_days += stood_still(calendar(session, need), need.asked_at, by.now)
    need.answer = text
    steps.set_promise(session, need)
    steps.note(session, by, need, "need.answered", on_behalf_of=on_behalf_of)
    steps.look_again(session, by, need)
    revoke_links(session, by, "need question", need.id)
    if on_behalf_of is not None:
        tell(session, by, need, "need_answer_noted", [on_behalf_of], UNDO)
    else:
        tell_coordinator(session, by, need, "need_answered")


def undo_answer(session: Session, by: By, need: Need) -> None:
    """What was taken down by telephone was not what the school said: it is asked again."""
    steps.move(by, need, "undo_answer")
    need.answer, need.asked_at = None, by.now
    steps.note(session, by, need, "need.answer_undone")
    steps.look_again(session, by, need)
    heads = heads_of(session, need.urn, london_date(by.now))
    tell(session, by, need, "need_question", heads, ANSWER)
    tell_coordinator(session, by, need, "need_answer_undone")
