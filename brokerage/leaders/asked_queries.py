"""Reading what leaders were asked about their days, and how a round stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from brokerage.actor import Actor, PostKind
from brokerage.errors import NotFound
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_rules import QuestionKind, goes_on
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.queries import leader_to_change, leaders_of
from brokerage.leaders.rules import Accepting
from brokerage.people.models import Post
from brokerage.people.queries import held_on
from brokerage.school_calendar.queries import calendar_of

PATIENCE = timedelta(days=14)
"""After so many days without an answer, the coordinator's desk says so."""
A_TERM = timedelta(days=150)
"""No term is longer."""


def question_by_id(session: Session, question_id: int) -> DaysQuestion:
    """A question by id; raises NotFound. Who may answer it is the caller's business."""
    question = session.get(DaysQuestion, question_id)
    if question is None:
        raise NotFound
    return question


def question_in_scope(session: Session, actor: Actor, question_id: int, day: date) -> DaysQuestion:
    """A question that the actor may answer: as the leader, or for them as a coordinator of one of
    their partnerships. Raises NotFound."""
    question = question_by_id(session, question_id)
    leader_to_change(session, actor, question.leader_id, day)
    return question


def account_of(session: Session, leader_id: int, year: int) -> DaysAccount | None:
    return session.scalar(select(DaysAccount).filter_by(leader_id=leader_id, year=year))


def left_now(session: Session, question: DaysQuestion) -> int:
    """The half-days that the leader has left in the year asked about."""
    found = account_of(session, question.leader_id, question.year)
    return found.left if found else 0


def to_be_asked(session: Session, question: DaysQuestion, today: date) -> bool:
    """Whether the question still waits for an answer, and the leader is on a register."""
    leader = question.leader
    if question.answered_at is not None or not leader.person.active:
        return False
    if not _partnerships_by_person(session, [leader.person_id], today):
        return False
    return may_be_asked(leader, question.kind, question.year, today)


def may_be_asked(leader: Leader, kind: QuestionKind, year: int, today: date) -> bool:
    """Whether there is something to ask: about next year, while nothing is pledged; about what is
    left this year, while they take requests and have days."""
    account = next((found for found in leader.accounts if found.year == year), None)
    if kind is QuestionKind.ROUND:
        return account is None
    accepting = leader.accepting_on(today) is Accepting.YES
    return accepting and account is not None and account.left > 0


def first_partnerships(session: Session, leaders: Collection[Leader], day: date) -> dict[int, int]:
    """By leader id, the partnership that asks on behalf of all of theirs: the one they have been in
    the longest."""
    by_person = _partnerships_by_person(session, [one.person_id for one in leaders], day)
    return {one.id: by_person[one.person_id] for one in leaders if one.person_id in by_person}


def _partnerships_by_person(
    session: Session, person_ids: Collection[int], day: date
) -> dict[int, int]:
    query = _register_posts(day).where(Post.person_id.in_(person_ids))
    columns = query.with_only_columns(Post.person_id, Post.partnership_id)
    found: dict[int, int] = {}
    for person_id, partnership_id in session.execute(columns.order_by(Post.from_on, Post.id)):
        if partnership_id is not None:
            found.setdefault(person_id, partnership_id)
    return found


@dataclass(frozen=True)
class Row:
    """One leader in a round: half-days pledged for the year before and for the year itself (None:
    nothing said yet), and the question that is open or was answered."""

    leader: Leader
    before: int | None
    pledged: int | None
    question: DaysQuestion | None


@dataclass(frozen=True)
class Round:
    """How a round stands: ``before`` is what all gave in the year before, ``same`` what those who
    have answered gave then, ``pledged`` what they give now."""

    rows: list[Row]
    answered: int
    before: int
    same: int
    pledged: int


def round_of(session: Session, partnership_id: int, year: int, today: date) -> Round:
    """The days of a partnership's leaders for a school year, those first who have not answered."""
    leaders = leaders_of(session, partnership_id, today)
    query = select(DaysQuestion).where(
        DaysQuestion.leader_id.in_([leader.id for leader in leaders]),
        DaysQuestion.kind == QuestionKind.ROUND,
        DaysQuestion.year == year,
    )
    questions = {question.leader_id: question for question in session.scalars(query)}
    rows = []
    for leader in leaders:
        pledged = {account.year: account.pledged for account in leader.accounts}
        asked = questions.get(leader.id)
        rows.append(Row(leader, pledged.get(year - 1), pledged.get(year), asked))
    rows.sort(key=lambda row: row.pledged is not None)
    said = [row for row in rows if row.pledged is not None]
    return Round(
        rows=rows,
        answered=len(said),
        before=sum(row.before or 0 for row in rows),
        same=sum(row.before or 0 for row in said),
        pledged=sum(row.pledged or 0 for row in said),
    )


@dataclass(frozen=True)
class Silence:
    """A question that a leader has kept silent about for a while, and the partnership that asks
    them now."""

    question: DaysQuestion
    partnership_id: int


def silent(session: Session, partnership_ids: Collection[int], today: date) -> list[Silence]:
    """What leaders of these partnerships have kept silent about for a while, of both kinds, the
    longest first; only what is still asked of them, so that each can be rung and answer."""
    of_these = _register_posts(today).where(Post.partnership_id.in_(partnership_ids))
    query = (
        select(DaysQuestion)
        .join(DaysQuestion.leader)
        .where(
            Leader.person_id.in_(of_these.with_only_columns(Post.person_id)),
            DaysQuestion.answered_at.is_(None),
            DaysQuestion.since <= today - PATIENCE,
            DaysQuestion.since > today - A_TERM,
        )
        .options(contains_eager(DaysQuestion.leader).selectinload(Leader.accounts))
        .options(contains_eager(DaysQuestion.leader).joinedload(Leader.person))
        .order_by(DaysQuestion.since, DaysQuestion.id)
    )
    questions = list(session.scalars(query))
    if not questions:
        return []
    theirs = first_partnerships(session, [one.leader for one in questions], today)
    return [
        Silence(one, theirs[one.leader_id])
        for one in questions
        if theirs.get(one.leader_id) in partnership_ids
        and one.leader.person.active
        and may_be_asked(one.leader, one.kind, one.year, today)
        and goes_on(one.kind, one.since, today, calendar_of(session, one.partnership_id, None))
    ]


def _register_posts(day: date) -> Select[Post]:
    return held_on(day).where(Post.kind == PostKind.SYSTEM_LEADER)
